import { createHash } from 'node:crypto';
import type { EntityManager } from '@mikro-orm/postgresql';
import { v4 as uuidv4 } from 'uuid';
import type { ProcedureKind } from '#domain/process/procedures.ts';
import { SIGNAL_PREFIX } from '../commands/facts.repository.ts';
import { select, selectOne, sql, TODAY } from '../sql.ts';

/** The update name of the ledger's row that starts a procedure. */
export const START_PROCEDURE = 'start:procedure';

export type NewProcedure = {
  kind: ProcedureKind;
  /** What it is about, in words that lists and mails show. */
  subject: string;
  subjectId?: string | null;
  unitId: string;
  /** The person concerned; who opens it where it concerns nobody. */
  employeeId: string;
  openedById: string;
  ruleSetId?: string;
  /** When an approved matter takes effect; at once when it is null. */
  effectiveAt?: Date | null;
  data?: Record<string, unknown>;
  workflowIdOf: (procedureId: string) => string;
  /** Nobody starts it at once: the relay does. */
  isLeftToRelay?: boolean;
};

/** Whom a procedure concerns, when it may be nobody. */
export type MaybeNobody = { unitId: string | null; employeeId: string | null; openedById: string | null };

/** A message that is in the ledger: whoever delivers it first settles it. */
export type OpenedProcedure = {
  id: string;
  kind: ProcedureKind;
  workflowId: string;
  gen: number;
  commandId: string;
  number: number;
};

/**
 * Opens a procedure in the caller's transaction: its row, and the row of the ledger that starts its workflow. The API starts it at once, the
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
  const workflowId = procedure.workflowIdOf(id);
  const ruleSetId = procedure.ruleSetId ?? (await ruleSetInForce(em));
  await select(
    em,
    sql`insert into procedure (id, kind, subject, subject_id, unit_id, employee_id, opened_by_id, workflow_id, time_zone, rule_set_id, data, effective_at)
        select ${id}, ${procedure.kind}, ${procedure.subject}, ${procedure.subjectId ?? null}, u.id, ${procedure.employeeId}, ${procedure.openedById}, ${workflowId}, u.time_zone,
          ${ruleSetId}, ${JSON.stringify(procedure.data ?? {})}::jsonb, ${procedure.effectiveAt?.toISOString() ?? null}::timestamptz
        from unit u where u.id = ${procedure.unitId}`,
  );
  const argument = { procedureId: id, kind: procedure.kind, gen: 1 };
  const message = await writeMessage(em, {
    procedureId: id,
    workflowId,
    actorId: procedure.openedById,
    name: START_PROCEDURE,
    argument,
    firstAttemptIn: procedure.isLeftToRelay ? 0 : RELAY_WAITS_SECONDS,
  });
  return message && { id, kind: procedure.kind, workflowId, gen: 1, ...message };
}

export type QueuedWithdrawal = {
  commandId: string;
  workflowId: string;
  signalName: 'withdrawProcedure';
  argument: { factId: string; actorId: string };
};

/** Writes the durable message that withdraws a procedure. A second one changes nothing. */
export async function queueWithdrawal(
  em: EntityManager,
  procedure: { id: string; workflowId: string },
  actorId: string,
): Promise<QueuedWithdrawal> {
  const argument = { factId: `withdrawal:${procedure.id}`, actorId };
  const message = await writeMessage(em, {
    procedureId: procedure.id,
    workflowId: procedure.workflowId,
    actorId,
    name: `${SIGNAL_PREFIX}withdrawProcedure`,
    argument,
    firstAttemptIn: RELAY_WAITS_SECONDS,
  });
  return { commandId: message!.commandId, workflowId: procedure.workflowId, signalName: 'withdrawProcedure', argument };
}

/** So long the relay leaves a message to whoever wrote it. */
const RELAY_WAITS_SECONDS = 5;

type Message = {
  procedureId: string;
  workflowId: string;
  actorId: string | null;
  name: string;
  argument: Record<string, unknown>;
  firstAttemptIn: number;
};

/** Writes a message of the ledger; null when there is no such procedure. */
async function writeMessage(
  em: EntityManager,
  { procedureId, workflowId, actorId, name, argument, firstAttemptIn }: Message,
): Promise<{ commandId: string; number: number } | null> {
  const commandId = uuidv4();
  const row = await selectOne<{ number: string }>(
    em,
    sql`insert into command (id, actor_id, procedure_id, workflow_id, update_name, arguments, arguments_hash, next_attempt_at)
        select ${commandId}, ${actorId}, id, ${workflowId}, ${name}, ${JSON.stringify(argument)}::jsonb,
          ${createHash('sha256').update(commandId).digest('hex')}, clock_timestamp() + make_interval(secs => ${firstAttemptIn})
        from procedure where id = ${procedureId} returning number`,
  );
  return row && { commandId, number: Number(row.number) };
}

/** The rule set whose ladder and calendar a procedure follows: one that is in force today, a civil one first. */
export async function ruleSetInForce(em: EntityManager): Promise<string> {
  const row = await selectOne<{ id: string }>(
    em,
    sql`select id from rule_set
        order by (valid_from <= ${TODAY} and (valid_to is null or valid_to >= ${TODAY})) desc, (data -> 'clock' ->> 'kind' = 'civil') desc, valid_from desc, code limit 1`,
  );
  if (!row) throw new Error('there is no rule set');
  return row.id;
}

/** Whether a decision on the open task of a procedure was accepted by an instant and is not answered yet. */
export async function hasPendingProcedureCommand(
  em: EntityManager,
  procedureId: string,
  acceptedBy: Date,
): Promise<boolean> {
  const row = await selectOne(
    em,
    sql`select 1 from task t join command c on c.task_id = t.id and c.state = 'accepted' and c.accepted_at <= ${acceptedBy}
        where t.procedure_id = ${procedureId} and t.state = 'open' limit 1`,
  );
  return row !== null;
}

/** People who approved an earlier step of a procedure: they take no further one. */
export async function readApprovers(em: EntityManager, procedureId: string, exceptKind: string): Promise<string[]> {
  const rows = await select<{ id: string }>(
    em,
    sql`select distinct decided_by_id as id from task where procedure_id = ${procedureId} and kind <> ${exceptKind} and decision = 'approve' and decided_by_id is not null`,
  );
  return rows.map(({ id }) => id);
}
