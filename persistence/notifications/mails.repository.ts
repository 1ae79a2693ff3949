import type { CalendarDate } from '#domain/calendar/calendar-date.ts';
import type { MailTemplate } from '#domain/notifications/mail.ts';
import { jsonRows } from '../json-rows.ts';
import { holds } from '../organisation/holding.ts';
import { sql, type Sql } from '../sql.ts';

export type NewMail = {
  template: MailTemplate;
  taskId: string | null;
  matterId: string | null;
  assignee: { kind: 'position' | 'employee' | 'desk'; id: string };
  createdAt: Date;
  data: Record<string, unknown>;
  /** Tells apart mails of the same template about the same task. */
  occasion?: string;
  /** Another address than the recipient's own. */
  address?: string;
};

/**
 * The parts of a statement that write mails to everybody behind an assignee (the holders of a position, the members of a desk on `today`). Unique per
 * template, task, occasion and recipient: a repeated step writes nothing. Whoever uses them selects from `told_mailer`, which wakes the mailer when there is one to send.
 */
export function mailsToWrite(mails: readonly NewMail[], today: CalendarDate): Sql {
  const rows = mails.map(({ assignee, ...mail }) => ({ ...mail, kind: assignee.kind, assignee: assignee.id }));
  return sql`mail as (
      select * from jsonb_to_recordset(${jsonRows(rows)}::jsonb) as m(template text, task_id uuid, matter_id uuid, address text, kind text, assignee uuid,
        created_at timestamptz, data jsonb, occasion text)),
    recipient as (
      select mail.*, mail.assignee as employee_id from mail where kind = 'employee'
      union
      select mail.*, a.employee_id from mail join position_assignment a on mail.kind = 'position' and a.position_id = mail.assignee and ${holds('a', today)}
      union
      select mail.*, r.employee_id from mail join role_assignment r on mail.kind = 'desk' and r.desk_id = mail.assignee and ${holds('r', today)}),
    written as (
      insert into outbox (dedupe_key, template, recipient_id, matter_id, address, task_id, data, created_at)
      select concat_ws(':', template, coalesce(task_id, matter_id), occasion, employee_id), template, employee_id, matter_id, address, task_id, data, created_at from recipient
      on conflict (dedupe_key) do nothing returning id),
    told_mailer as (select pg_notify('outbox', '') from (select from mail limit 1) waiting)`;
}
