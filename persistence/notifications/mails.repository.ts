import type { EntityManager } from '@mikro-orm/postgresql';
import type { MailTemplate } from '#domain/notifications/mail.ts';
import { select, sql } from '../sql.ts';

export type NewMail = {
  template: MailTemplate;
  taskId: string | null;
  /** Of a cycle or of a procedure. */
  cycleId: string | null;
  procedureId?: string | null;
  assignee: { kind: 'position' | 'employee' | 'desk'; id: string };
  createdAt: Date;
  data: Record<string, unknown>;
  /** Tells apart mails of the same template about the same task. */
  occasion?: string;
  /** Another address than the recipient's own. */
  address?: string;
};

/**
 * Writes a mail to everybody behind an assignee (the holders of a position, the members of a desk) in the caller's transaction.
 * Unique per template, task, occasion and recipient: a repeated step writes nothing.
 */
export async function writeMails(em: EntityManager, mails: readonly NewMail[]): Promise<void> {
  if (!mails.length) return;
  await select(
    em,
    sql`with mail as (
       select * from jsonb_to_recordset(${JSON.stringify(
         mails.map((mail) => ({
           template: mail.template,
           task_id: mail.taskId,
           cycle_id: mail.cycleId,
           procedure_id: mail.procedureId ?? null,
           address: mail.address ?? null,
           kind: mail.assignee.kind,
           assignee: mail.assignee.id,
           created_at: mail.createdAt.toISOString(),
           data: mail.data,
           occasion: mail.occasion ?? null,
         })),
       )}::jsonb) as m(template text, task_id uuid, cycle_id uuid, procedure_id uuid, address text, kind text, assignee uuid, created_at timestamptz, data jsonb, occasion text)),
     recipient as (
       select mail.*, mail.assignee as employee_id from mail where kind = 'employee'
       union
       select mail.*, a.employee_id from mail join position_assignment a on mail.kind = 'position' and a.position_id = mail.assignee
         and a.valid_from <= current_date and (a.valid_to is null or a.valid_to >= current_date)
       union
       select mail.*, r.employee_id from mail join role_assignment r on mail.kind = 'desk' and r.desk_id = mail.assignee
         and r.valid_from <= current_date and (r.valid_to is null or r.valid_to >= current_date)),
     written as (insert into outbox (dedupe_key, template, recipient_id, cycle_id, procedure_id, address, task_id, data, created_at)
     select concat_ws(':', template, coalesce(task_id, cycle_id, procedure_id), occasion, employee_id), template, employee_id, cycle_id, procedure_id, address, task_id, data, created_at from recipient
     on conflict (dedupe_key) do nothing)
     select pg_notify('outbox', '')`,
  );
}
