import type { EntityManager } from '@mikro-orm/postgresql';
import { Command } from '#persistence/commands/commands.entities.ts';
import type { Orm } from '#persistence/orm.ts';
import { Task } from '#persistence/matters/matters.entities.ts';
import type { Reply } from '#domain/process/reply.ts';
import type { CycleDecision } from '#domain/process/tasks.ts';
import { stepCycle, take, type SteppedCycle } from '#test/faults/stepped-cycle.ts';
import type { CommandToDeliver } from '#workflows/commands.client.ts';
import type { Engine } from '../temporal/engine.ts';

/** Answers decisions at once by the real activities, one cycle after the other, without a Temporal server. */
export function createSteppedEngine(orm: () => Orm): {
  engine: Pick<Engine, 'deliver'>;
  start(cycleId: string): Promise<SteppedCycle>;
  isDown: boolean;
} {
  const cycles = new Map<string, SteppedCycle>();
  const stepped = {
    isDown: false,
    async start(cycleId: string): Promise<SteppedCycle> {
      const cycle = stepCycle(orm(), cycleId);
      await take(cycle.start());
      cycles.set(`cycle-${cycleId}`, cycle);
      return cycle;
    },
    engine: {
      deliver: async (command: CommandToDeliver): Promise<Reply | 'pending'> =>
        stepped.isDown ? 'pending' : decide(command),
    },
  };

  async function decide({
    id,
    workflowId,
    updateName,
    taskId,
    periodNo,
  }: CommandToDeliver): Promise<Reply | 'pending'> {
    const cycle = cycles.get(workflowId);
    if (!cycle) return 'pending';
    const em = orm().em.fork() as EntityManager;
    const { actorId, acceptedAt } = await em.findOneOrFail(Command, { id });
    const task = await em.findOneOrFail(Task, { id: taskId! });
    cycle.moveTo(new Date());
    try {
      const step = await cycle.decision(updateName as CycleDecision, {
        actorId,
        commandId: id,
        task,
        acceptedAt,
        ...(periodNo !== null && { periodNo }),
      });
      return (await take<{ reply: Reply }>(step)).reply;
    } catch (error) {
      if (error instanceof Error && error.message.includes('is refused'))
        return { kind: 'refused', code: 'process.stepNotOpen' };
      throw error;
    }
  }
  return stepped;
}
