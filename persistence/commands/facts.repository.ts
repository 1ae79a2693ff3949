import { createHash } from 'node:crypto';
import type { EntityManager } from '@mikro-orm/postgresql';
import { v4 as uuidv4 } from 'uuid';
import { select, sql } from '../sql.ts';
import { settleCommand } from './commands.repository.ts';

/** Facts of the personnel administration that running cycles must hear of; names of their signals. */
export type FactSignal = 'superiorChanged' | 'employeeTransferred' | 'employeeRetired' | 'employeeDied';

/** What tells a command that is a signal from one that is an update. */
export const SIGNAL_PREFIX = 'signal:';

/** Cycles of employees, or cycles whose superiors sit at these positions. */
export type FactSubject = { employeeIds?: readonly string[]; positionIds?: readonly string[] };

export type QueuedFact = {
  commandId: string;
  workflowId: string;
  signalName: FactSignal;
  argument: { factId: string };
};

/**
 * Writes a durable message to every running cycle it is about, in the caller's transaction: whoever sends it first (the API
 * at once, or the relay) marks it answered; its id makes a repeat harmless. `actorId` null: the employee's own data came in.
 */
export async function queueFacts(
  em: EntityManager,
  fact: { about: FactSubject; signal: FactSignal; actorId: string | null },
): Promise<QueuedFact[]> {
  const { employeeIds = [], positionIds = [] } = fact.about;
  const cycles = await select<{ id: string; workflowId: string; employeeId: string }>(
    em,
    sql`select id, workflow_id as "workflowId", employee_id as "employeeId" from cycle where state <> 'finished' and (employee_id = any(${employeeIds}::uuid[])
          or superior_position_id = any(${positionIds}::uuid[]) or superior_of_superior_position_id = any(${positionIds}::uuid[]))`,
  );
  const queued: QueuedFact[] = [];
  for (const cycle of cycles) {
    const commandId = uuidv4();
    const argument = { factId: commandId };
    await select(
      em,
      sql`insert into command (id, actor_id, cycle_id, workflow_id, update_name, arguments, arguments_hash, next_attempt_at)
          values (${commandId}, ${fact.actorId ?? cycle.employeeId}, ${cycle.id}, ${cycle.workflowId}, ${SIGNAL_PREFIX + fact.signal}, ${JSON.stringify(argument)}::jsonb,
            ${createHash('sha256').update(commandId).digest('hex')}, clock_timestamp() + interval '5 seconds')`,
    );
    queued.push({ commandId, workflowId: cycle.workflowId, signalName: fact.signal, argument });
  }
  return queued;
}

/** Marks a message as delivered; harmless when it is already. */
export const settleFact = (em: EntityManager, commandId: string): Promise<void> =>
  settleCommand(em, commandId, { kind: 'applied', at: Date.now() });
