import type { EntityManager } from '@mikro-orm/postgresql';
import type { CommandReply } from '#domain/process/reply.ts';
import { instantOf, selectOne, sql } from '../sql.ts';

export type TrainingReceiptRow = {
  commandId: string;
  number: number;
  update: string;
  acceptedAt: string;
  state: 'accepted' | 'answered';
  outcome: CommandReply | null;
};

/** The receipt of a person's command about an event. Null when the id is unknown or somebody else's. */
export async function findTrainingReceipt(
  em: EntityManager,
  commandId: string,
  actorId: string,
): Promise<TrainingReceiptRow | null> {
  const row = await selectOne<Omit<TrainingReceiptRow, 'number'> & { number: string }>(
    em,
    sql`select id as "commandId", number, name as update, accepted_at as "acceptedAt", state, outcome from command
        where id = ${commandId} and task_id is null and actor_id = ${actorId}`,
  );
  return row && { ...row, number: Number(row.number), acceptedAt: instantOf(row.acceptedAt) };
}

/** A command as the activity carries it out; null when there is none. */
export const findTrainingCommand = (
  em: EntityManager,
  id: string,
): Promise<{ actorId: string; update: string; arguments: Record<string, unknown>; workflowId: string } | null> =>
  selectOne(
    em,
    sql`select actor_id as "actorId", name as update, arguments, workflow_id as "workflowId" from command where id = ${id}`,
  );

/** Whether an event is over, so that nobody answers its commands any more. */
export async function isTrainingOver(em: EntityManager, workflowId: string): Promise<boolean> {
  return (
    (await selectOne(
      em,
      sql`select 1 from training_event where workflow_id = ${workflowId} and state in ('finished', 'cancelled')`,
    )) !== null
  );
}
