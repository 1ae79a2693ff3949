import type { EntityManager } from '@mikro-orm/postgresql';
import { readGateOfCycle } from '#persistence/training/gate.repository.ts';
import { Problem } from '../http/problem.ts';

/** 409 `training.gateClosed` while the rule set of a cycle asks for a training that its employee has not completed. */
export async function requireOpenGate(em: EntityManager, cycleId: string): Promise<void> {
  const gate = await readGateOfCycle(em, cycleId);
  if (gate?.state.kind === 'closed')
    throw new Problem('training.gateClosed', { topic: gate.state.topic, withinMonths: gate.state.withinMonths });
}
