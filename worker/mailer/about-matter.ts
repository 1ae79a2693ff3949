import type { z } from 'zod';
import type { ProcedureKind } from '#domain/process/tasks.ts';
import { stageOf } from '#domain/process/tasks.ts';
import { formatDates, formatInstant } from './dates.ts';
import type { Detail, DigestLine, Mail } from './define-mail.ts';
import { LABELS, type Labels } from './labels.ts';
import type { taskFields } from './mail-fields.ts';
import { fill, oneLine } from './text.ts';

/* What mails about a matter, and about a task of it, have in common. */

type TaskData = z.output<z.ZodObject<typeof taskFields>>;
type MatterMail = Pick<Mail<unknown, unknown>, 'row' | 'reader' | 'publicUrl'>;
type TaskMail = MatterMail & { data: TaskData };

const labelsFor = ({ reader }: Pick<MatterMail, 'reader'>): Labels => LABELS[reader.locale];

/** What the task is called. */
export const taskName = (mail: TaskMail): string => labelsFor(mail).taskKinds[mail.data.taskKind];

/** The procedure a mail is about; null when it is about a year or nothing of the kind. */
export function procedureOf({ row: { matter } }: MatterMail): { id: string; kind: ProcedureKind } | null {
  return matter && matter.kind !== 'performanceCycle' ? { id: matter.id, kind: matter.kind } : null;
}

const isAboutReader = ({ row, reader }: MatterMail): boolean => row.matter?.employeeId === reader.id;

/** When the task is due, on the reader's clock. */
export const dueText = ({ data, reader }: TaskMail): string => formatInstant(data.dueAt, reader);

/** The row that says until when. */
export const dueDetail = (mail: TaskMail): Detail => ({ label: labelsFor(mail).details.due, value: dueText(mail) });

/** The rows about a matter, what is not known left empty. `waitingFor` is left out with `{ isLate: true }`: the reader is that person. */
export function matterDetails(mail: MatterMail, { isLate = false } = {}): Detail[] {
  const { details } = labelsFor(mail);
  const { matter, waitingForName } = mail.row;
  const isOwn = isAboutReader(mail);
  return [
    { label: details.subject, value: matter?.subject ?? '' },
    { label: details.waitingFor, value: isLate ? '' : (waitingForName ?? '') },
    { label: procedureOf(mail) ? details.concerned : details.person, value: isOwn ? '' : (matter?.employeeName ?? '') },
    { label: details.position, value: isOwn ? '' : (matter?.positionTitle ?? '') },
    { label: details.year, value: String(matter?.year ?? '') },
  ];
}

/** The rows about a task and its matter, all but when it is due. */
export function taskDetails(mail: TaskMail, options: { isLate?: boolean } = {}): Detail[] {
  const { details, stages } = labelsFor(mail);
  return [
    { label: details.task, value: taskName(mail) },
    { label: details.stage, value: stages[stageOf(mail.data.taskKind)] },
    ...matterDetails(mail, options),
    { label: details.period, value: periodText(mail) },
  ];
}

function periodText(mail: TaskMail): string {
  const { row, data, reader } = mail;
  if (data.periodNo === null) return '';
  const number = fill(labelsFor(mail).period, { number: data.periodNo });
  const period = row.matter?.period;
  return period ? `${number} (${formatDates(period.startsOn, period.endsOn, reader.locale)})` : number;
}

/** The task as a line of a digest. */
export function taskLine(
  mail: TaskMail,
  { link, timing = '', isLate = false }: { link: string; timing?: string; isLate?: boolean },
): DigestLine {
  const { details } = labelsFor(mail);
  const { matter, waitingForName } = mail.row;
  const isOwn = isAboutReader(mail);
  const waitingFor = isLate ? '' : oneLine(waitingForName ?? '');
  return {
    title: taskName(mail),
    person: isOwn ? '' : (matter?.employeeName ?? ''),
    summary: [isOwn ? '' : (matter?.positionTitle ?? ''), matter?.subject ?? '', periodText(mail)]
      .map(oneLine)
      .filter(Boolean)
      .join(' · '),
    waitingFor: waitingFor && `${details.waitingFor}: ${waitingFor}`,
    due: `${details.due}: ${dueText(mail)}`,
    timing,
    link,
  };
}

/** The page of the task, for who has it. */
export const taskLink = (mail: MatterMail): string =>
  mail.row.taskId ? `${mail.publicUrl}/tasks/${mail.row.taskId}` : watcherLink(mail);

/** The page for somebody who does not have the task (any more): the year, else their own inbox. */
export function watcherLink({ row, publicUrl }: MatterMail): string {
  const { matter } = row;
  return matter?.kind === 'performanceCycle' ? `${publicUrl}/cycles/${matter.id}` : `${publicUrl}/tasks`;
}
