import type { EntityManager } from '@mikro-orm/postgresql';
import { v4 as uuidv4 } from 'uuid';
import type { CalendarDate } from '#domain/calendar/calendar-date.ts';
import { matterWorkflowId, workflowTypeOf } from '#domain/process/names.ts';
import { newProcedure } from '#domain/process/procedures.ts';
import type { ProcedureKind } from '#domain/process/tasks.ts';
import { queueFact, queueStart, type QueuedMessage } from '../commands/facts.repository.ts';
import { holds } from '../organisation/holding.ts';
import { select, selectOne, sql } from '../sql.ts';

export type NewProcedure = {
  kind: ProcedureKind;
  /** What it is about, in words that lists and mails show. */
  subject: string;
  subjectId?: string | null;
  unitId: string;
  /** The person concerned; who opens it where it concerns nobody. */
  employeeId: string;
  openedById: string;
  /** Default: one that is in force on `today`. */
  ruleSetId?: string;
  today: CalendarDate;
  /** When an approved matter takes effect; at once when it is null. */
  effectiveAt?: Date | null;
  data?: Record<string, unknown>;
  /** Nobody starts it at once: the relay does. */
  isLeftToRelay?: boolean;
};

/** Whom a procedure concerns, when it may be nobody. */
export type MaybeNobody = { unitId: string | null; employeeId: string | null; openedById: string | null };

/** What was opened, with the message of the ledger that starts it: whoever delivers it first settles it. */
export type OpenedProcedure = { id: string; start: QueuedMessage };

/**
 * Opens a procedure in the caller's transaction: its row, and the row of the ledger that starts its run. The API starts it at once, the
 * relay does when the engine is away. Random ids, so that a workflow id tells nothing.
 */
export async function openProcedure(em: EntityManager, procedure: NewProcedure): Promise<OpenedProcedure> {
  const opened = await openProcedureOf(em, procedure);
  if (!opened) throw new Error(`there is no unit ${procedure.unitId}`);
  return opened;
}

/** Opens a procedure if it concerns somebody; the same statements run when it does not. */
export async function openProcedureOf(
  em: EntityManager,
  procedure: Omit<NewProcedure, keyof MaybeNobody> & MaybeNobody,
): Promise<OpenedProcedure | null> {
  const id = uuidv4();
  const { kind, subject, unitId, employeeId, openedById, isLeftToRelay } = procedure;
  const workflowId = matterWorkflowId(id);
  const ruleSetId = procedure.ruleSetId ?? (await ruleSetInForce(em, procedure.today));
  await select(
    em,
    sql`insert into matter (id, kind, subject, subject_id, unit_id, employee_id, opened_by_id, workflow_id, time_zone, rule_set_id, process, data, effective_at)
        select ${id}, ${kind}, ${subject}, ${procedure.subjectId ?? null}, u.id, ${employeeId}, ${openedById}, ${workflowId}, u.time_zone,
          ${ruleSetId}, ${JSON.stringify(newProcedure)}::jsonb, ${JSON.stringify(procedure.data ?? {})}::jsonb, ${procedure.effectiveAt?.toISOString() ?? null}::timestamptz
        from unit u where u.id = ${unitId}`,
  );
  const type = workflowTypeOf(kind);
  const start = await queueStart(em, { matterId: id, workflowId, type, actorId: openedById, isLeftToRelay });
  return start && { id, start };
}

/** Writes the durable message that withdraws a procedure. A second one changes nothing. */
export function queueWithdrawal(
  em: EntityManager,
  procedure: { id: string; workflowId: string },
  actorId: string,
): Promise<QueuedMessage | null> {
  const { id: matterId, workflowId } = procedure;
  return queueFact(em, { matterId, workflowId, actorId, content: { kind: 'withdrawn', actorId } });
}

/** The rule set whose ladder and calendar a procedure follows: one that is in force today, a civil one first. */
export async function ruleSetInForce(em: EntityManager, today: CalendarDate): Promise<string> {
  const row = await selectOne<{ id: string }>(
    em,
    sql`select id from rule_set
        order by ${holds('rule_set', today)} desc, (data -> 'clock' ->> 'kind' = 'civil') desc, valid_from desc, code limit 1`,
  );
  if (!row) throw new Error('there is no rule set');
  return row.id;
}

/** People who approved an earlier step of a procedure: they take no further one. */
export async function readApprovers(em: EntityManager, matterId: string, exceptKind: string): Promise<string[]> {
  const rows = await select<{ id: string }>(
    em,
    sql`select distinct decided_by_id as id from task where matter_id = ${matterId} and kind <> ${exceptKind} and decision = 'approve' and decided_by_id is not null`,
  );
  return rows.map(({ id }) => id);
}
