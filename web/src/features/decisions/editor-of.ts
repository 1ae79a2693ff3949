import type { TaskRow } from '../../types.ts';

/** The page where own work is done, or null for tasks that are decided in the inbox. */
export function editorOf(task: Pick<TaskRow, 'kind' | 'cycleId' | 'periodNo'>): string | null {
  switch (task.kind) {
    case 'draftSkp':
      return `/cycles/${task.cycleId}/skp`;
    case 'submitReport':
      return `/cycles/${task.cycleId}/reports/${task.periodNo ?? 1}`;
    case 'selfAssess':
      return `/cycles/${task.cycleId}/self-assessment`;
    default:
      return null;
  }
}
