import type { EntityManager } from '@mikro-orm/postgresql';
import type { MailTemplate } from '#domain/notifications/mail.ts';
import type { MatterKind } from '#domain/process/tasks.ts';
import { select, sql } from '../sql.ts';
import { EMPLOYEE_OF_MATTER, JOIN_MATTER, MATTER } from './mail-matter.ts';

/** A row of the outbox as its mail is written, with what is known about its matter at that moment. */
export type MailRow = {
  id: string;
  template: MailTemplate;
  data: Record<string, unknown>;
  recipientId: string | null;
  /** Another address than the recipient's own. */
  address: string | null;
  taskId: string | null;
  /** Null when there is no such task. */
  taskState: 'open' | 'done' | 'lapsed' | null;
  /** The name of `data.waitingForId`: who has not done the task. */
  waitingForName: string | null;
  matter: MailMatter | null;
};

/** The year or the procedure that a mail is about. */
export type MailMatter = {
  id: string;
  kind: MatterKind;
  /** What a procedure is about; empty for a year. */
  subject: string;
  employeeId: string | null;
  employeeName: string | null;
  positionTitle: string | null;
  year: number | null;
  /** The period `data.periodNo` of a year; dates are `YYYY-MM-DD`. */
  period: { startsOn: string; endsOn: string } | null;
};

const PERIOD_NO = sql`case when m.data->>'periodNo' ~ '^[0-9]{1,3}$' then (m.data->>'periodNo')::int end`;
const WAITING_FOR_ID = sql`case when m.data->>'waitingForId' ~ '^[0-9a-fA-F-]{36}$' then (m.data->>'waitingForId')::uuid end`;

/** Reads rows of the outbox to write their mails, soonest due task first. */
export const readMailRows = (em: EntityManager, ids: readonly string[]): Promise<MailRow[]> =>
  select<MailRow>(
    em,
    sql`select m.id, m.template, m.data, m.recipient_id as "recipientId", m.address, m.task_id as "taskId", t.state as "taskState",
          w.name as "waitingForName", ${MATTER} as matter
        from outbox m ${JOIN_MATTER}
        left join employee e on e.id = ${EMPLOYEE_OF_MATTER}
        left join position p on p.id = c.position_id
        left join period pd on pd.cycle_id = c.id and pd.number = ${PERIOD_NO}
        left join task t on t.id = m.task_id
        left join employee w on w.id = ${WAITING_FOR_ID}
        where m.id = any(${ids}::uuid[])
        order by t.due_at nulls last, e.name, m.id`,
  );
