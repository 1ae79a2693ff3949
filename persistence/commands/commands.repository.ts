import { createHash } from 'node:crypto';
import type { EntityManager } from '@mikro-orm/postgresql';
import type { CommandReply } from '#domain/process/reply.ts';
import { select, selectOne, sql } from '../sql.ts';
import type { CommandForm } from './commands.entities.ts';

export type NewCommand = {
  id: string;
  actorId: string;
  onBehalfOfPositionId?: string | null;
  /** The matter and the task that is decided; none where the workflow has no tasks. */
  matterId?: string | null;
  taskId?: string | null;
  workflowId: string;
  /** The update's name. */
  name: string;
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
    command.name,
    command.arguments,
  ]);
  const stored = sql`select number, accepted_at, state, arguments_hash from command where id = ${command.id}`;
  // Written and read back in one statement: one round trip, one commit.
  const row = await selectOne<AcceptedRow>(
    em,
    sql`with stored as (
      insert into command (id, actor_id, on_behalf_of_position_id, matter_id, task_id, workflow_id, name, arguments, arguments_hash, next_attempt_at)
      values (${command.id}, ${command.actorId}, ${command.onBehalfOfPositionId ?? null}, ${command.matterId ?? null}, ${command.taskId ?? null}, ${command.workflowId}, ${command.name},
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

/** A message of the ledger on its way to its workflow. */
export type PendingCommand = {
  id: string;
  form: CommandForm;
  name: string;
  workflowId: string;
  matterId: string | null;
  taskId: string | null;
  /** Where the task lies in the matter's process. */
  slot: string | null;
  attempts: number;
  arguments: Record<string, unknown>;
};

/** Takes due unanswered commands for delivery and puts their next attempt off, so that two relays do not take the same one. */
export async function takePendingCommands(em: EntityManager, limit: number): Promise<PendingCommand[]> {
  return select<PendingCommand>(
    em,
    sql`with due as (
       select id from command where state = 'accepted' and next_attempt_at <= clock_timestamp()
       order by next_attempt_at limit ${limit} for update skip locked)
     update command c set attempts = c.attempts + 1,
       next_attempt_at = clock_timestamp() + least(interval '60 seconds', interval '2 seconds' * (2 ^ least(c.attempts, 5)))
     from due where c.id = due.id
     returning c.id, c.form, c.name, c.workflow_id as "workflowId", c.matter_id as "matterId", c.task_id as "taskId",
       (select slot from task t where t.id = c.task_id) as slot, c.attempts, c.arguments`,
  );
}

/** Whether a decision on an open task in one of these slots was accepted before an instant and is not answered yet. */
export async function hasPendingCommand(
  em: EntityManager,
  matterId: string,
  slots: readonly string[],
  acceptedBefore: Date,
): Promise<boolean> {
  const [row] = await select<{ found: boolean }>(
    em,
    sql`select exists (
       select 1 from task t join command c on c.task_id = t.id and c.state = 'accepted' and c.accepted_at < ${acceptedBefore}
       where t.matter_id = ${matterId} and t.state = 'open' and t.slot in (select jsonb_array_elements_text(${JSON.stringify(slots)}::jsonb))) as found`,
  );
  return row!.found;
}

function hashOf(value: unknown): string {
  return createHash('sha256').update(JSON.stringify(value)).digest('hex');
}
