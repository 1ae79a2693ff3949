import type { TaskRow } from '../../types.ts';

/** The page of the year that a task lies in: a year and its matter share one id. */
const cyclePage = ({ matter }: Pick<TaskRow, 'matter'>): string => `/cycles/${matter.id}`;

/** The page where own work is done, or null for tasks that are decided in the inbox. */
export function editorOf(task: Pick<TaskRow, 'kind' | 'matter' | 'periodNo'>): string | null {
  switch (task.kind) {
    case 'draftSkp':
      return `${cyclePage(task)}/skp`;
    case 'submitReport':
      return `${cyclePage(task)}/reports/${task.periodNo ?? 1}`;
    case 'selfAssess':
      return `${cyclePage(task)}/self-assessment`;
    default:
      return null;
  }
}
