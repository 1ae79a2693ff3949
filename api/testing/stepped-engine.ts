import { Command } from '#persistence/commands/commands.entities.ts';
import { matterWorkflowId } from '#domain/process/names.ts';
import type { Reply } from '#domain/process/reply.ts';
import type { Orm } from '#persistence/orm.ts';
import { Task } from '#persistence/matters/matters.entities.ts';
import { stepMatter, take, type SteppedMatter } from '#test/factories/stepped-matter.ts';
import type { CommandToDeliver } from '#workflows/commands.client.ts';
import type { Engine } from '../temporal/engine.ts';

/** Answers decisions at once by the real activities, one matter after the other, without a Temporal server. */
export function createSteppedEngine(orm: () => Orm): {
  engine: Pick<Engine, 'deliver'>;
  start(matterId: string): Promise<SteppedMatter>;
  isDown: boolean;
} {
  const matters = new Map<string, SteppedMatter>();
  const stepped = {
    isDown: false,
    async start(matterId: string): Promise<SteppedMatter> {
      const matter = await stepMatter(orm(), matterId);
      matters.set(matterWorkflowId(matterId), matter);
      return matter;
    },
    engine: {
      deliver: async (command: CommandToDeliver): Promise<Reply | 'pending'> =>
        stepped.isDown || command.form !== 'update' ? 'pending' : decide(command),
    },
  };

  async function decide({ id, workflowId, name, taskId }: CommandToDeliver): Promise<Reply | 'pending'> {
    const matter = matters.get(workflowId);
    if (!matter) return 'pending';
    const em = orm().em.fork();
    const { actorId, acceptedAt } = await em.findOneOrFail(Command, { id });
    const task = await em.findOneOrFail(Task, { id: taskId! });
    matter.moveTo(new Date());
    try {
      const step = await matter.decision(name, { actorId: actorId!, commandId: id, task, acceptedAt });
      return (await take<{ reply: Reply }>(step)).reply;
    } catch (error) {
      if (error instanceof Error && error.message.includes('is refused'))
        return { kind: 'refused', code: 'process.stepNotOpen' };
      throw error;
    }
  }
  return stepped;
}
