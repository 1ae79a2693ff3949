import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { LockMode } from '@mikro-orm/postgresql';
import { acceptCommand } from '#persistence/commands/commands.repository.ts';
import { matterWorkflowId } from '#domain/process/names.ts';
import { Matter, type Task } from '#persistence/matters/matters.entities.ts';
import { useAgency, useEngine } from '#test/environment/use-agency.ts';
import { createCycle } from '#test/factories/agency.ts';
import { ARGUMENTS, act, openTaskFor } from '#test/factories/decisions.ts';
import { deliverCommand, type Delivery } from '#workflows/commands.client.ts';
import { factSignal, matterState } from '#workflows/matter/matter.messages.ts';
import type { AgendaItem } from '#domain/process/matter.ts';
import type { CycleDecision } from '#domain/process/tasks.ts';
import { startMatterRun } from '#test/factories/runs.ts';
import { decideIn, stepMatter, type SteppedMatter } from '#test/factories/stepped-matter.ts';

/** Races between people, the calendar, repeats and continue-as-new, on the real engine. */
let year = 2026;

const { em, orm, agency } = await useAgency({ poolMax: 30 });
const engine = await useEngine(orm);

async function steppedCycle(): Promise<SteppedMatter> {
  year += 1;
  return stepMatter(orm, await createCycle(em(), agency, agency.people.employee, year));
}

/** Hands a cycle that was stepped by the test over to the engine: its run starts from the row. */
async function handOver({ matterId }: SteppedMatter, agenda: AgendaItem[] = []): Promise<void> {
  await em().nativeUpdate(Matter, { id: matterId }, { agenda });
  await startMatterRun(em(), engine.client, matterId);
}

const seqOf = async (cycleId: string): Promise<number> => (await em().findOneOrFail(Matter, { id: cycleId })).seq;

async function expectAgreement(cycleId: string): Promise<void> {
  await expect
    .poll(async () => (await engine.client.workflow.getHandle(matterWorkflowId(cycleId)).query(matterState)).seq)
    .toBe(await seqOf(cycleId));
}

async function accepted(
  cycleId: string,
  decision: CycleDecision,
  actorId: string,
  task: Task,
  commandId: string = randomUUID(),
): Promise<() => Promise<Delivery>> {
  const command = { id: commandId, workflowId: matterWorkflowId(cycleId), name: decision, taskId: task.id };
  await acceptCommand(em(), { ...command, actorId, matterId: cycleId, arguments: ARGUMENTS[decision] });
  return () => deliverCommand(engine.client, { ...command, form: 'update', slot: task.slot, arguments: {} }, 15_000);
}

describe('a decision that comes before the engine has heard of the step before', () => {
  it('is not refused: it is delivered again', async () => {
    const { employee, superior } = agency.people;
    const cycle = await steppedCycle();
    await handOver(cycle);
    const task = (await openTaskFor(em(), cycle.matterId, 'submitSkp'))!;
    const submit = await accepted(cycle.matterId, 'submitSkp', employee.id, task);
    const approve = await accepted(cycle.matterId, 'approveSkp', superior.id, task);
    let submission: Promise<Delivery>;
    await em().transactional(async (tx) => {
      // The step is under way; people who see its result already may act on it before the engine notes it.
      await tx.findOneOrFail(Matter, { id: cycle.matterId }, { lockMode: LockMode.PESSIMISTIC_WRITE });
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
      await act(em(), engine.client, { cycleId: cycle.matterId, decision: 'approveSkp', actorId: superior.id }),
    ).toMatchObject({ kind: 'applied' });
    await expectAgreement(cycle.matterId);
  });
});

describe('people at the same time', () => {
  it('those who may not decide do not keep out the one who may', async () => {
    const { employee, superior, colleague, head, officer, secretary } = agency.people;
    const cycle = await steppedCycle();
    await handOver(cycle);
    for (let round = 0; round < 4; round += 1) {
      await act(em(), engine.client, { cycleId: cycle.matterId, decision: 'submitSkp', actorId: employee.id });
      const task = (await openTaskFor(em(), cycle.matterId, 'returnSkp'))!;
      const strangers = await Promise.all(
        [colleague, head, officer, secretary, employee, colleague, head].map((person) =>
          accepted(cycle.matterId, 'returnSkp', person.id, task),
        ),
      );
      const rightful = await accepted(cycle.matterId, 'returnSkp', superior.id, task);
      const replies = await Promise.all([...strangers, rightful].map((deliver) => untilAnswered(deliver)));
      expect(replies.at(-1)).toMatchObject({ kind: 'applied' });
      expect(replies.filter((reply) => reply.kind === 'applied')).toHaveLength(1);
      for (const reply of replies.slice(0, -1)) expect(reply).toMatchObject({ kind: 'refused' });
    }
    await expectAgreement(cycle.matterId);
  });
});

describe('repeats across continue-as-new', () => {
  it('a decision that was carried out in an earlier run is answered as then and does nothing', async () => {
    const { employee, superior } = agency.people;
    const cycle = await steppedCycle();
    const first = (await openTaskFor(em(), cycle.matterId, 'submitSkp'))!;
    const commandId = randomUUID();
    const reply = await decideIn(cycle, 'submitSkp', { actorId: employee.id, commandId });
    await decideIn(cycle, 'returnSkp', { actorId: superior.id });
    await handOver(cycle);
    const repeat = await accepted(cycle.matterId, 'submitSkp', employee.id, first, commandId);
    expect(await repeat()).toEqual({ kind: 'answered', reply });
    await expectAgreement(cycle.matterId);
    expect(
      await act(em(), engine.client, { cycleId: cycle.matterId, decision: 'submitSkp', actorId: employee.id }),
    ).toMatchObject({ kind: 'applied' });
    await expectAgreement(cycle.matterId);
  });

  it('a fact that was settled in an earlier run is not settled again', async () => {
    const { employee } = agency.people;
    const cycle = await steppedCycle();
    await handOver(cycle, [
      { at: Date.now() + 4000, boundary: { kind: 'periodOpened', periodNo: 2 }, isRestPoint: true },
    ]);
    const handle = engine.client.workflow.getHandle(matterWorkflowId(cycle.matterId));
    const before = await handle.describe();
    const fact = { kind: 'superiorChanged', factId: randomUUID() };
    await handle.signal(factSignal, fact);
    await expect.poll(async () => (await handle.describe()).runId).not.toBe(before.runId);
    // the fact, the boundary
    await expect.poll(() => seqOf(cycle.matterId)).toBe(2);
    await handle.signal(factSignal, fact);
    expect(
      await act(em(), engine.client, { cycleId: cycle.matterId, decision: 'submitSkp', actorId: employee.id }),
    ).toMatchObject({ kind: 'applied' });
    // The decision came after the repeated fact, and is all that was added.
    expect(await seqOf(cycle.matterId)).toBe(3);
    await expectAgreement(cycle.matterId);
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
