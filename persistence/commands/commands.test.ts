import { randomUUID } from 'node:crypto';
import { beforeEach, describe, expect, it } from 'vitest';
import type { EntityManager } from '@mikro-orm/postgresql';
import { Matter, Task } from '#persistence/matters/matters.entities.ts';
import { useAgency } from '#test/environment/use-agency.ts';
import { createCycle } from '#test/factories/agency.ts';
import { ARGUMENTS } from '#test/factories/decisions.ts';
import { Command } from './commands.entities.ts';
import {
  acceptCommand,
  hasPendingCommand,
  settleCommand,
  takePendingCommands,
  type NewCommand,
} from './commands.repository.ts';

const { em, agency } = await useAgency({ poolMax: 20 });
const cycleId = await createCycle(em(), agency, agency.people.employee);
const cycle = await em().findOneOrFail(Matter, { id: cycleId });
const task = await em().findOneOrFail(Task, { matterId: cycleId, state: 'open' });
beforeEach(async () => {
  await em().execute('delete from command');
});

function newCommand(change: Partial<NewCommand> = {}): NewCommand {
  return {
    id: randomUUID(),
    actorId: agency.people.employee.id,
    onBehalfOfPositionId: null,
    matterId: cycle.id,
    taskId: task.id,
    workflowId: cycle.workflowId,
    name: 'submitSkp',
    arguments: ARGUMENTS.submitSkp,
    ...change,
  };
}

async function makeDue(): Promise<void> {
  await em().execute(`update command set next_attempt_at = clock_timestamp() - interval '1 millisecond'`);
}

describe('acceptCommand', () => {
  it('the same command 50 times at once is one row, one number and one time of receipt', async () => {
    const command = newCommand();
    const accepted = await Promise.all(Array.from({ length: 50 }, () => acceptCommand(em(), command)));
    expect(await em().count(Command)).toBe(1);
    expect(
      new Set(
        accepted.map(
          (answer) => `${answer.command.number} ${answer.command.acceptedAt.toISOString()} ${answer.isReused}`,
        ),
      ).size,
    ).toBe(1);
    expect(accepted[0]).toMatchObject({ isReused: false, command: { id: command.id, state: 'accepted' } });
  });

  it.each<[string, () => Partial<NewCommand>]>([
    ['another person', () => ({ actorId: agency.people.colleague.id })],
    ['another decision', () => ({ name: 'returnSkp' })],
    ['other content', () => ({ arguments: { content: {} } })],
  ])('an id that stands for something else is reused: %s', async (_name, change) => {
    const command = newCommand();
    const first = await acceptCommand(em(), command);
    const second = await acceptCommand(em(), { ...command, ...change() });
    expect(second.isReused).toBe(true);
    expect(second.command.number).toBe(first.command.number);
    expect(await em().findOneOrFail(Command, { id: command.id })).toMatchObject({
      actorId: command.actorId,
      name: command.name,
    });
  });
});

describe('settleCommand', () => {
  it('the first answer stands', async () => {
    const { id } = newCommand();
    await acceptCommand(em(), newCommand({ id }));
    await settleCommand(em(), id, { kind: 'refused', code: 'process.finished' });
    const first = await em().findOneOrFail(Command, { id });
    await settleCommand(em(), id, { kind: 'applied', seq: 1, taskId: task.id, at: 0 });
    expect(await em().findOneOrFail(Command, { id })).toEqual(first);
    expect(first).toMatchObject({
      state: 'answered',
      outcome: { kind: 'refused', code: 'process.finished' },
      answeredAt: expect.any(Date),
    });
  });
});

describe('takePendingCommands', () => {
  it('leaves a new command to the API for a moment', async () => {
    await acceptCommand(em(), newCommand());
    expect(await takePendingCommands(em(), 10)).toEqual([]);
    await makeDue();
    expect(await takePendingCommands(em(), 10)).toMatchObject([
      { form: 'update', taskId: task.id, slot: 'skp', workflowId: cycle.workflowId, name: 'submitSkp', attempts: 1 },
    ]);
  });

  it('two relays, and more, take each command once', async () => {
    const ids = Array.from({ length: 60 }, () => randomUUID());
    for (const id of ids) await acceptCommand(em(), newCommand({ id }));
    await makeDue();
    const takenBy = await Promise.all(
      Array.from({ length: 4 }, async () => {
        const taken: string[] = [];
        for (;;) {
          const commands = await em().transactional((tx) => takePendingCommands(tx as EntityManager, 7));
          if (!commands.length) return taken;
          taken.push(...commands.map((command) => command.id));
        }
      }),
    );
    // A relay that finds only rows of the others stops early; one more look takes what is left.
    const rest = (await takePendingCommands(em(), 60)).map((command) => command.id);
    expect([...takenBy.flat(), ...rest].sort()).toEqual([...ids].sort());
  });

  it('waits twice as long after each attempt, a minute at most', async () => {
    await acceptCommand(em(), newCommand());
    const waits: number[] = [];
    for (let attempt = 0; attempt < 8; attempt += 1) {
      await makeDue();
      await takePendingCommands(em(), 1);
      const [row] = await em().execute<{ wait: number }[]>(
        `select round(extract(epoch from next_attempt_at - clock_timestamp()))::int as wait from command`,
      );
      waits.push(row!.wait);
      expect(await takePendingCommands(em(), 1)).toEqual([]);
    }
    expect(waits).toEqual([2, 4, 8, 16, 32, 60, 60, 60]);
  });

  it('an answered command is not delivered again', async () => {
    const { id } = newCommand();
    await acceptCommand(em(), newCommand({ id }));
    await settleCommand(em(), id, { kind: 'refused', code: 'process.finished' });
    await makeDue();
    expect(await takePendingCommands(em(), 10)).toEqual([]);
  });
});

describe('hasPendingCommand', () => {
  it('sees what was accepted before an instant, on an open task in these slots, and is not answered', async () => {
    const { id } = newCommand();
    await acceptCommand(em(), newCommand({ id }));
    const { acceptedAt } = await em().findOneOrFail(Command, { id });
    const later = new Date(acceptedAt.getTime() + 1000);
    expect(await hasPendingCommand(em(), cycle.id, ['skp'], later)).toBe(true);
    expect(await hasPendingCommand(em(), cycle.id, ['skp'], acceptedAt)).toBe(false);
    expect(await hasPendingCommand(em(), cycle.id, ['appraisal', 'report:1'], later)).toBe(false);
    await settleCommand(em(), id, { kind: 'refused', code: 'process.finished' });
    expect(await hasPendingCommand(em(), cycle.id, ['skp'], later)).toBe(false);
  });
});
