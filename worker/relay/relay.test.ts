import { randomUUID } from 'node:crypto';
import { Client, Connection } from '@temporalio/client';
import { pino } from 'pino';
import { afterEach, describe, expect, it } from 'vitest';
import { Command } from '#persistence/commands/commands.entities.ts';
import { acceptCommand } from '#persistence/commands/commands.repository.ts';
import { Task } from '#persistence/matters/matters.entities.ts';
import { Cycle } from '#persistence/cycles/cycles.entities.ts';
import { Skp } from '#persistence/skp/skp.entities.ts';
import { findFreePorts } from '#scripts/services/ports.ts';
import { useAgency, useEngine } from '#test/environment/use-agency.ts';
import { createCycle } from '#test/factories/agency.ts';
import { ARGUMENTS, act, openTaskFor } from '#test/factories/decisions.ts';
import { createEvent } from '#test/factories/training.ts';
import { activityDependencies } from '#worker/temporal/temporal-workers.ts';
import { cycleState, cycleWorkflowId } from '#workflows/performance-cycle/performance-cycle.messages.ts';
import {
  TRAINING_EVENT,
  TRAINING_QUEUE,
  trainingWorkflowId,
} from '#workflows/training-event/training-event.messages.ts';
import { startRelay } from './relay.ts';

let year = 2026;
const log = pino({ level: 'silent' });
const stops: (() => Promise<void>)[] = [];

const { em, orm, agency } = await useAgency({ poolMax: 30 });
const engine = await useEngine(orm);
afterEach(async () => {
  for (const stop of stops.splice(0)) await stop();
});

async function startedCycle(): Promise<string> {
  year += 1;
  const cycleId = await createCycle(em(), agency, agency.people.employee, year);
  await activityDependencies(orm, engine.client).startCycleWorkflow({
    cycleId,
    workflowId: cycleWorkflowId(cycleId),
    gen: 1,
  });
  await expect.poll(() => openTaskFor(em(), cycleId, 'submitSkp')).toBeTruthy();
  return cycleId;
}

function relayOn(client: Client): void {
  stops.push(startRelay({ orm, client, log, pollMs: 50 }).stop);
}

/** A command that the API has accepted and could not get answered. */
async function pendingCommand(change: {
  cycleId: string;
  updateName: string;
  arguments?: Record<string, unknown>;
  actorId?: string;
  task?: Task;
}): Promise<string> {
  const id = randomUUID();
  await acceptCommand(em(), {
    id,
    actorId: change.actorId ?? agency.people.employee.id,
    onBehalfOfPositionId: null,
    cycleId: change.cycleId,
    taskId:
      change.task?.id ?? (await em().findOneOrFail(Task, { cycleId: change.cycleId }, { orderBy: { openedAt: 1 } })).id,
    workflowId: cycleWorkflowId(change.cycleId),
    updateName: change.updateName,
    arguments: change.arguments ?? ARGUMENTS.submitSkp,
  });
  await makeDue(id);
  return id;
}

const makeDue = (id: string): Promise<unknown> =>
  em().execute(`update command set next_attempt_at = clock_timestamp() where id = ?`, [id]);

const commandOf = (id: string): Promise<Command> => em().findOneOrFail(Command, { id });

async function answered(id: string): Promise<Command> {
  await expect.poll(async () => (await commandOf(id)).state).toBe('answered');
  return commandOf(id);
}

describe('the relay', () => {
  it('delivers what was accepted while the engine was down, once it is up', async () => {
    const cycleId = await startedCycle();
    const { nowhere } = await findFreePorts({ nowhere: 0 });
    const down = new Client({
      connection: Connection.lazy({ address: `127.0.0.1:${nowhere}` }),
      namespace: engine.namespace,
    });
    const id = await pendingCommand({ cycleId, updateName: 'submitSkp' });
    const relay = startRelay({ orm, client: down, log, pollMs: 50 });
    await expect.poll(async () => (await commandOf(id)).attempts).toBeGreaterThan(0);
    // It stops when it has done with what it took.
    await relay.stop();
    expect(await commandOf(id)).toMatchObject({ state: 'accepted' });
    await down.connection.close();
    await makeDue(id);
    relayOn(engine.client);
    expect(await answered(id)).toMatchObject({ outcome: { kind: 'applied' } });
    expect(await em().count(Skp, { cycleId })).toBe(1);
    expect(await openTaskFor(em(), cycleId, 'approveSkp')).toBeTruthy();
  });

  it('two relays, and the API beside them, do nothing twice', async () => {
    const cycleId = await startedCycle();
    relayOn(engine.client);
    relayOn(engine.client);
    const commandId = await pendingCommand({ cycleId, updateName: 'submitSkp' });
    const reply = await act(em(), engine.client, {
      cycleId,
      decision: 'submitSkp',
      actorId: agency.people.employee.id,
      commandId,
      taskId: (await commandOf(commandId)).taskId!,
    });
    expect(reply).toMatchObject({ kind: 'applied' });
    expect(await answered(commandId)).toMatchObject({ outcome: reply });
    expect(await em().count(Skp, { cycleId })).toBe(1);
  });

  it('settles what the workflow refuses before any activity', async () => {
    const cycleId = await startedCycle();
    relayOn(engine.client);
    const id = await pendingCommand({ cycleId, updateName: 'approveSkp', actorId: agency.people.superior.id });
    expect(await answered(id)).toMatchObject({ outcome: { kind: 'refused', code: 'process.stepNotOpen' } });
  });

  it('settles what the activity refuses', async () => {
    const cycleId = await startedCycle();
    relayOn(engine.client);
    const id = await pendingCommand({ cycleId, updateName: 'submitSkp', actorId: agency.people.colleague.id });
    expect(await answered(id)).toMatchObject({ outcome: { kind: 'refused', code: 'access.notAuthorised' } });
  });

  it('keeps a decision for a cycle whose workflow has not started yet', async () => {
    year += 1;
    const cycleId = await createCycle(em(), agency, agency.people.employee, year);
    const other = await startedCycle();
    const task = (await openTaskFor(em(), other, 'submitSkp'))!;
    const id = await pendingCommand({ cycleId, updateName: 'submitSkp', task });
    relayOn(engine.client);
    await expect.poll(async () => (await commandOf(id)).attempts).toBe(1);
    // The second attempt begins when the first is over.
    await makeDue(id);
    await expect.poll(async () => (await commandOf(id)).attempts).toBe(2);
    expect(await commandOf(id)).toMatchObject({ state: 'accepted' });
    await em().execute(`delete from command where id = ?`, [id]);
  });

  it('delivers facts as signals', async () => {
    const cycleId = await startedCycle();
    relayOn(engine.client);
    const factId = randomUUID();
    const id = await pendingCommand({ cycleId, updateName: 'signal:superiorChanged', arguments: { factId } });
    expect(await answered(id)).toMatchObject({ outcome: { kind: 'applied' } });
    await expect.poll(async () => (await em().findOneOrFail(Cycle, { id: cycleId })).seq).toBe(2);
    const state = await engine.client.workflow.getHandle(cycleWorkflowId(cycleId)).query(cycleState);
    expect(state.seq).toBe(2);
  });

  it('a finished cycle: decisions and facts are settled, not sent for ever', async () => {
    const cycleId = await startedCycle();
    relayOn(engine.client);
    const task = (await openTaskFor(em(), cycleId, 'submitSkp'))!;
    await answered(
      await pendingCommand({ cycleId, updateName: 'signal:employeeDied', arguments: { factId: randomUUID() } }),
    );
    await engine.client.workflow.getHandle(cycleWorkflowId(cycleId)).result();
    expect(await em().findOneOrFail(Cycle, { id: cycleId })).toMatchObject({ state: 'finished' });
    const decision = await pendingCommand({ cycleId, updateName: 'submitSkp', task });
    expect(await answered(decision)).toMatchObject({ outcome: { kind: 'refused', code: 'process.finished' } });
    const fact = await pendingCommand({
      cycleId,
      updateName: 'signal:superiorChanged',
      arguments: { factId: randomUUID() },
    });
    expect(await answered(fact)).toMatchObject({ outcome: { kind: 'refused', code: 'process.finished' } });
  });

  it('S2.1 delivers what the organiser of a training wants, and settles what comes when it is over', async () => {
    const eventId = await createEvent(em(), agency.unitId, { state: 'invited' });
    const workflowId = trainingWorkflowId(eventId);
    await engine.client.workflow.start(TRAINING_EVENT, { workflowId, taskQueue: TRAINING_QUEUE, args: [{ eventId }] });
    relayOn(engine.client);
    for (const outcome of [{ kind: 'applied' }, { kind: 'refused', code: 'training.event.over' }]) {
      const id = randomUUID();
      await acceptCommand(em(), {
        id,
        actorId: agency.people.officer.id,
        workflowId,
        updateName: 'cancelTrainingEvent',
        arguments: { reason: 'Gedung tidak dapat dipakai.' },
      });
      await makeDue(id);
      expect(await answered(id)).toMatchObject({ outcome });
    }
  });

  it('a refusal from outside does not overwrite what was applied', async () => {
    const cycleId = await startedCycle();
    const task = (await openTaskFor(em(), cycleId, 'submitSkp'))!;
    const commandId = randomUUID();
    const reply = await act(em(), engine.client, {
      cycleId,
      decision: 'submitSkp',
      actorId: agency.people.employee.id,
      commandId,
    });
    await em().execute(`update command set state = 'accepted', outcome = null where id = ?`, [commandId]);
    await makeDue(commandId);
    relayOn(engine.client);
    expect(await answered(commandId)).toMatchObject({ outcome: reply });
    expect(await em().count(Skp, { cycleId, round: task.round })).toBe(1);
  });
});
