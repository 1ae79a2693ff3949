import { createHash } from 'node:crypto';
import type { EntityManager } from '@mikro-orm/postgresql';
import type { CommandReply } from '#domain/process/reply.ts';
import { select, selectOne, sql } from '../sql.ts';

export type NewCommand = {
  id: string;
  actorId: string;
  onBehalfOfPositionId?: string | null;
  /** The task of a cycle or of a procedure that is decided; none where the workflow has no tasks. */
  cycleId?: string | null;
  procedureId?: string | null;
  taskId?: string | null;
  workflowId: string;
  updateName: string;
  arguments: Record<string, unknown>;
};

/** What the ledger says of a command right after it was stored. */
export type AcceptedCommand = { id: string; number: number; acceptedAt: Date; state: 'accepted' | 'answered' };

type AcceptedRow = {
  number: string;
  accepted_at: Date | string;
  state: AcceptedCommand['state'];
  arguments_hash: string;
};

/** Whether somebody sent a command with this id before. */
export async function isOwnCommand(em: EntityManager, id: string, actorId: string): Promise<boolean> {
  return (await selectOne(em, sql`select 1 from command where id = ${id} and actor_id = ${actorId}`)) !== null;
}

/**
 * Stores a decision for good; this commit is the receipt. A repeat with the same id returns what the first one stored.
 * `isReused` says that the id stands for another decision already: the caller refuses.
 */
export async function acceptCommand(
  em: EntityManager,
  command: NewCommand,
): Promise<{ command: AcceptedCommand; isReused: boolean }> {
  const argumentsHash = hashOf([
    command.actorId,
    command.taskId ?? command.workflowId,
    command.updateName,
    command.arguments,
  ]);
  const stored = sql`select number, accepted_at, state, arguments_hash from command where id = ${command.id}`;
  // Written and read back in one statement: one round trip, one commit.
  const row = await selectOne<AcceptedRow>(
    em,
    sql`with stored as (
      insert into command (id, actor_id, on_behalf_of_position_id, cycle_id, procedure_id, task_id, workflow_id, update_name, arguments, arguments_hash, next_attempt_at)
      values (${command.id}, ${command.actorId}, ${command.onBehalfOfPositionId ?? null}, ${command.cycleId ?? null}, ${command.procedureId ?? null}, ${command.taskId ?? null}, ${command.workflowId}, ${command.updateName},
        ${JSON.stringify(command.arguments)}::jsonb, ${argumentsHash}, now() + interval '5 seconds')
      on conflict (id) do nothing returning number, accepted_at, state, arguments_hash)
    select * from stored union all ${stored} and not exists (select from stored)`,
  );
  // No row: another request with the same id committed in the middle of the statement; now it can be seen.
  const { number, accepted_at, state, arguments_hash } = row ?? (await selectOne<AcceptedRow>(em, stored))!;
  return {
    command: { id: command.id, number: Number(number), acceptedAt: new Date(accepted_at), state },
    isReused: arguments_hash !== argumentsHash,
  };
}

/** Records the answer of a command that its activity has not recorded itself (a refusal before any activity ran). The first answer stands. */
export async function settleCommand(em: EntityManager, commandId: string, reply: CommandReply): Promise<void> {
  await select(
    em,
    sql`update command set state = 'answered', outcome = ${JSON.stringify(reply)}::jsonb, answered_at = clock_timestamp() where id = ${commandId} and state = 'accepted'`,
  );
}

export type PendingCommand = {
  id: string;
  workflowId: string;
  updateName: string;
  taskId: string | null;
  periodNo: number | null;
  attempts: number;
  arguments: Record<string, unknown>;
};

type PendingRow = {
  id: string;
  workflow_id: string;
  update_name: string;
  task_id: string | null;
  period_no: number | null;
  attempts: number;
  arguments: Record<string, unknown>;
};

/** Takes due unanswered commands for delivery and puts their next attempt off, so that two relays do not take the same one. */
export async function takePendingCommands(em: EntityManager, limit: number): Promise<PendingCommand[]> {
  const rows = await select<PendingRow>(
    em,
    sql`with due as (
       select id from command where state = 'accepted' and next_attempt_at <= clock_timestamp()
       order by next_attempt_at limit ${limit} for update skip locked)
     update command c set attempts = c.attempts + 1,
       next_attempt_at = clock_timestamp() + least(interval '60 seconds', interval '2 seconds' * (2 ^ least(c.attempts, 5)))
     from due where c.id = due.id
     returning c.id, c.workflow_id, c.update_name, c.task_id, (select period_no from task t where t.id = c.task_id), c.attempts, c.arguments`,
  );
  return rows.map((row) => ({
    id: row.id,
    workflowId: row.workflow_id,
    updateName: row.update_name,
    taskId: row.task_id,
    periodNo: row.period_no,
    attempts: row.attempts,
    arguments: row.arguments,
  }));
}

/** Whether a decision on an open task of these strands was accepted by an instant and is not answered yet. */
export async function hasPendingCommand(
  em: EntityManager,
  cycleId: string,
  steps: readonly string[],
  acceptedBy: Date,
): Promise<boolean> {
  const [row] = await select<{ found: boolean }>(
    em,
    sql`select exists (
       select 1 from task t join command c on c.task_id = t.id and c.state = 'accepted' and c.accepted_at <= ${acceptedBy}
       where t.cycle_id = ${cycleId} and t.state = 'open' and t.step in (select jsonb_array_elements_text(${JSON.stringify(steps)}::jsonb))) as found`,
  );
  return row!.found;
}

function hashOf(value: unknown): string {
  return createHash('sha256').update(JSON.stringify(value)).digest('hex');
}
