import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { LockMode } from '@mikro-orm/postgresql';
import { acceptCommand } from '#persistence/commands/commands.repository.ts';
import { Task } from '#persistence/matters/matters.entities.ts';
import { Cycle } from '#persistence/cycles/cycles.entities.ts';
import { useAgency, useEngine } from '#test/environment/use-agency.ts';
import { createCycle } from '#test/factories/agency.ts';
import { ARGUMENTS, act, openTaskFor } from '#test/factories/decisions.ts';
import { deliverCommand, type Delivery } from '#workflows/commands.client.ts';
import {
  CYCLE_QUEUE,
  PERFORMANCE_CYCLE,
  cycleState,
  cycleWorkflowId,
  superiorChanged,
  type AgendaItem,
} from '#workflows/performance-cycle/performance-cycle.messages.ts';
import type { CycleDecision } from '#domain/process/tasks.ts';
import { decideIn, stepCycle, take, type SteppedCycle } from './stepped-cycle.ts';

/** Races between people, the calendar, repeats and continue-as-new, on the real engine. */
let year = 2026;

const { em, orm, agency } = await useAgency({ poolMax: 30 });
const engine = await useEngine(orm);

async function steppedCycle(): Promise<SteppedCycle> {
  year += 1;
  const cycle = stepCycle(orm, await createCycle(em(), agency, agency.people.employee, year));
  await take(cycle.start());
  return cycle;
}

/** Hands a cycle that was stepped by the test over to the engine, as continue-as-new would. */
async function handOver(cycle: SteppedCycle, agenda: AgendaItem[] = []): Promise<void> {
  await engine.client.workflow.start(PERFORMANCE_CYCLE, {
    workflowId: cycleWorkflowId(cycle.cycleId),
    taskQueue: CYCLE_QUEUE,
    args: [{ cycleId: cycle.cycleId, gen: 1, resumed: { process: cycle.process, seq: cycle.seq, agenda, facts: [] } }],
  });
  await expect.poll(() => seqOf(cycle.cycleId)).toBe(cycle.seq + 1);
}

const seqOf = async (cycleId: string): Promise<number> => (await em().findOneOrFail(Cycle, { id: cycleId })).seq;

async function expectAgreement(cycleId: string): Promise<void> {
  await expect
    .poll(async () => (await engine.client.workflow.getHandle(cycleWorkflowId(cycleId)).query(cycleState)).seq)
    .toBe(await seqOf(cycleId));
}

async function accepted(
  cycleId: string,
  decision: CycleDecision,
  actorId: string,
  task: Task,
  commandId: string = randomUUID(),
): Promise<() => Promise<Delivery>> {
  const command = { id: commandId, workflowId: cycleWorkflowId(cycleId), updateName: decision, taskId: task.id };
  await acceptCommand(em(), { ...command, actorId, cycleId, arguments: ARGUMENTS[decision] });
  return () => deliverCommand(engine.client, { ...command, periodNo: task.periodNo ?? null }, 15_000);
}

describe('a decision that comes before the engine has heard of the step before', () => {
  it('is not refused: it is delivered again', async () => {
    const { employee, superior } = agency.people;
    const cycle = await steppedCycle();
    await handOver(cycle);
    const task = (await openTaskFor(em(), cycle.cycleId, 'submitSkp'))!;
    const submit = await accepted(cycle.cycleId, 'submitSkp', employee.id, task);
    const approve = await accepted(cycle.cycleId, 'approveSkp', superior.id, task);
    let submission: Promise<Delivery>;
    await em().transactional(async (tx) => {
      // The step is under way; people who see its result already may act on it before the engine notes it.
      await tx.findOneOrFail(Cycle, { id: cycle.cycleId }, { lockMode: LockMode.PESSIMISTIC_WRITE });
      submission = submit();
      await expect
        .poll(() =>
          em().execute(
            `select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`,
          ),
        )
        .not.toHaveLength(0);
      expect(await approve()).toMatchObject({ kind: 'unanswered' });
    });
    expect(await submission!).toMatchObject({ kind: 'answered', reply: { kind: 'applied' } });
    expect(
      await act(em(), engine.client, { cycleId: cycle.cycleId, decision: 'approveSkp', actorId: superior.id }),
    ).toMatchObject({ kind: 'applied' });
    await expectAgreement(cycle.cycleId);
  });
});

describe('people at the same time', () => {
  it('those who may not decide do not keep out the one who may', async () => {
    const { employee, superior, colleague, head, officer, secretary } = agency.people;
    const cycle = await steppedCycle();
    await handOver(cycle);
    for (let round = 0; round < 4; round += 1) {
      await act(em(), engine.client, { cycleId: cycle.cycleId, decision: 'submitSkp', actorId: employee.id });
      const task = (await openTaskFor(em(), cycle.cycleId, 'returnSkp'))!;
      const strangers = await Promise.all(
        [colleague, head, officer, secretary, employee, colleague, head].map((person) =>
          accepted(cycle.cycleId, 'returnSkp', person.id, task),
        ),
      );
      const rightful = await accepted(cycle.cycleId, 'returnSkp', superior.id, task);
      const replies = await Promise.all([...strangers, rightful].map((deliver) => untilAnswered(deliver)));
      expect(replies.at(-1)).toMatchObject({ kind: 'applied' });
      expect(replies.filter((reply) => reply.kind === 'applied')).toHaveLength(1);
      for (const reply of replies.slice(0, -1)) expect(reply).toMatchObject({ kind: 'refused' });
    }
    await expectAgreement(cycle.cycleId);
  });
});

describe('repeats across continue-as-new', () => {
  it('a decision that was carried out in an earlier run is answered as then and does nothing', async () => {
    const { employee, superior } = agency.people;
    const cycle = await steppedCycle();
    const first = (await openTaskFor(em(), cycle.cycleId, 'submitSkp'))!;
    const commandId = randomUUID();
    const reply = await decideIn(cycle, 'submitSkp', { actorId: employee.id, commandId });
    await decideIn(cycle, 'returnSkp', { actorId: superior.id });
    await handOver(cycle);
    const repeat = await accepted(cycle.cycleId, 'submitSkp', employee.id, first, commandId);
    expect(await repeat()).toEqual({ kind: 'answered', reply });
    await expectAgreement(cycle.cycleId);
    expect(
      await act(em(), engine.client, { cycleId: cycle.cycleId, decision: 'submitSkp', actorId: employee.id }),
    ).toMatchObject({ kind: 'applied' });
    await expectAgreement(cycle.cycleId);
  });

  it('a fact that was settled in an earlier run is not settled again', async () => {
    const { employee } = agency.people;
    const cycle = await steppedCycle();
    await handOver(cycle, [
      { at: Date.now() + 4000, boundary: { kind: 'periodOpened', periodNo: 2 }, isQuarterStart: true },
    ]);
    const handle = engine.client.workflow.getHandle(cycleWorkflowId(cycle.cycleId));
    const before = await handle.describe();
    const factId = randomUUID();
    await handle.signal(superiorChanged, { factId });
    await expect.poll(async () => (await handle.describe()).runId).not.toBe(before.runId);
    // start, note, fact, boundary, note
    await expect.poll(() => seqOf(cycle.cycleId)).toBe(5);
    await handle.signal(superiorChanged, { factId });
    expect(
      await act(em(), engine.client, { cycleId: cycle.cycleId, decision: 'submitSkp', actorId: employee.id }),
    ).toMatchObject({ kind: 'applied' });
    // The decision came after the repeated fact, and is all that was added.
    expect(await seqOf(cycle.cycleId)).toBe(6);
    await expectAgreement(cycle.cycleId);
  });
});

/** Delivers as the relay does. */
async function untilAnswered(deliver: () => Promise<Delivery>) {
  for (let attempt = 0; attempt < 20; attempt += 1) {
    const delivery = await deliver();
    if (delivery.kind === 'answered') return delivery.reply;
    await delay(200);
  }
  throw new Error('never answered');
}
