import { randomUUID } from 'node:crypto';
import { Client, Connection } from '@temporalio/client';
import { pino } from 'pino';
import { afterEach, describe, expect, it } from 'vitest';
import { Command } from '#persistence/commands/commands.entities.ts';
import { acceptCommand } from '#persistence/commands/commands.repository.ts';
import { Matter, Task } from '#persistence/matters/matters.entities.ts';
import { Skp } from '#persistence/skp/skp.entities.ts';
import { findFreePorts } from '#scripts/services/ports.ts';
import { useAgency, useEngine } from '#test/environment/use-agency.ts';
import { createCycle } from '#test/factories/agency.ts';
import { ARGUMENTS, act, openTaskFor } from '#test/factories/decisions.ts';
import { createEvent } from '#test/factories/training.ts';
import { startMatterRun } from '#test/factories/runs.ts';
import { matterWorkflowId, OPERATIONS_QUEUE, trainingWorkflowId } from '#domain/process/names.ts';
import { matterState } from '#workflows/matter/matter.messages.ts';
import { queueFact, queueStart } from '#persistence/commands/facts.repository.ts';
import { rebuildRun } from '#persistence/matters/matters.repository.ts';
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
  await startMatterRun(em(), engine.client, cycleId);
  return cycleId;
}

function relayOn(client: Client): void {
  stops.push(startRelay({ orm, client, log, pollMs: 50 }).stop);
}

/** A command that the API has accepted and could not get answered. */
async function pendingCommand(change: {
  matterId: string;
  name: string;
  arguments?: Record<string, unknown>;
  actorId?: string;
  task?: Task;
}): Promise<string> {
  const id = randomUUID();
  await acceptCommand(em(), {
    id,
    actorId: change.actorId ?? agency.people.employee.id,
    onBehalfOfPositionId: null,
    matterId: change.matterId,
    taskId:
      change.task?.id ??
      (await em().findOneOrFail(Task, { matterId: change.matterId }, { orderBy: { openedAt: 1 } })).id,
    workflowId: matterWorkflowId(change.matterId),
    name: change.name,
    arguments: change.arguments ?? ARGUMENTS.submitSkp,
  });
  await makeDue(id);
  return id;
}

/** A fact that nobody has delivered yet. */
async function pendingFact(matterId: string, kind: string): Promise<string> {
  const workflowId = matterWorkflowId(matterId);
  const { id } = (await queueFact(em(), { matterId, workflowId, actorId: null, content: { kind } }))!;
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
    const id = await pendingCommand({ matterId: cycleId, name: 'submitSkp' });
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
    const commandId = await pendingCommand({ matterId: cycleId, name: 'submitSkp' });
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

  it('settles what the workflow refuses because nobody waits for it', async () => {
    const cycleId = await startedCycle();
    relayOn(engine.client);
    const id = await pendingCommand({ matterId: cycleId, name: 'approveSkp', actorId: agency.people.superior.id });
    expect(await answered(id)).toMatchObject({ outcome: { kind: 'refused', code: 'process.stepNotOpen' } });
  });

  it('settles what the activity refuses', async () => {
    const cycleId = await startedCycle();
    relayOn(engine.client);
    const id = await pendingCommand({ matterId: cycleId, name: 'submitSkp', actorId: agency.people.colleague.id });
    expect(await answered(id)).toMatchObject({ outcome: { kind: 'refused', code: 'access.notAuthorised' } });
  });

  it('keeps a decision for a cycle whose workflow has not started yet', async () => {
    year += 1;
    const cycleId = await createCycle(em(), agency, agency.people.employee, year);
    await queueStart(em(), {
      matterId: cycleId,
      workflowId: matterWorkflowId(cycleId),
      type: 'performanceCycle',
      actorId: null,
    });
    await em().execute(
      `update command set next_attempt_at = now() + interval '1 day' where matter_id = ? and form = 'start'`,
      [cycleId],
    );
    const id = await pendingCommand({ matterId: cycleId, name: 'submitSkp' });
    relayOn(engine.client);
    await expect.poll(async () => (await commandOf(id)).attempts).toBe(1);
    // The second attempt begins when the first is over.
    await makeDue(id);
    await expect.poll(async () => (await commandOf(id)).attempts).toBe(2);
    expect(await commandOf(id)).toMatchObject({ state: 'accepted' });
    expect(await em().findOneOrFail(Matter, { id: cycleId })).toMatchObject({ gen: 1 });
    await em().execute(`update command set next_attempt_at = now() where matter_id = ?`, [cycleId]);
    await expect
      .poll(async () => {
        await em().execute(`update command set next_attempt_at = now() where id = ? and state = 'accepted'`, [id]);
        return (await commandOf(id)).outcome;
      })
      .toMatchObject({ kind: 'applied' });
  });

  it('delivers facts as signals', async () => {
    const cycleId = await startedCycle();
    relayOn(engine.client);
    const id = await pendingFact(cycleId, 'superiorChanged');
    expect(await answered(id)).toMatchObject({ outcome: { kind: 'applied' } });
    await expect.poll(async () => (await em().findOneOrFail(Matter, { id: cycleId })).seq).toBe(1);
    await expect
      .poll(async () => (await engine.client.workflow.getHandle(matterWorkflowId(cycleId)).query(matterState)).seq)
      .toBe(1);
  });

  it('a finished cycle: decisions and facts are settled, not sent for ever', async () => {
    const cycleId = await startedCycle();
    relayOn(engine.client);
    const task = (await openTaskFor(em(), cycleId, 'submitSkp'))!;
    await answered(await pendingFact(cycleId, 'employeeDied'));
    await engine.client.workflow.getHandle(matterWorkflowId(cycleId)).result();
    expect(await em().findOneOrFail(Matter, { id: cycleId })).toMatchObject({ state: 'finished' });
    const decision = await pendingCommand({ matterId: cycleId, name: 'submitSkp', task });
    expect(await answered(decision)).toMatchObject({ outcome: { kind: 'refused', code: 'process.finished' } });
    const fact = await pendingFact(cycleId, 'superiorChanged');
    expect(await answered(fact)).toMatchObject({ outcome: { kind: 'refused', code: 'process.finished' } });
  });

  it('builds a lost run anew from its row, and delivers to that what people had decided', async () => {
    const cycleId = await startedCycle();
    const handle = engine.client.workflow.getHandle(matterWorkflowId(cycleId));
    const { runId } = await handle.describe();
    await handle.terminate('its history was lost');
    const id = await pendingCommand({ matterId: cycleId, name: 'submitSkp' });
    relayOn(engine.client);
    await expect
      .poll(async () => {
        await em().execute(`update command set next_attempt_at = now() where matter_id = ? and state = 'accepted'`, [
          cycleId,
        ]);
        return (await commandOf(id)).outcome;
      })
      .toMatchObject({ kind: 'applied' });
    expect(await em().findOneOrFail(Matter, { id: cycleId })).toMatchObject({ gen: 2, seq: 1 });
    expect((await handle.describe()).runId).not.toBe(runId);
    await expect.poll(async () => (await handle.query(matterState)).seq).toBe(1);
  });

  it('a generation that was taken away decides nothing more, and the facts it had not settled are told again', async () => {
    const cycleId = await startedCycle();
    const factId = await pendingFact(cycleId, 'superiorChanged');
    // The old run has heard of it and was ended before it acted on it.
    await em().execute(`update command set state = 'answered', outcome = '{"kind":"applied"}' where id = ?`, [factId]);
    await em().transactional((inner) => rebuildRun(inner as ReturnType<typeof em>, cycleId));
    // The old run still answers, until its successor ends it.
    const id = await pendingCommand({ matterId: cycleId, name: 'submitSkp' });
    relayOn(engine.client);
    await expect
      .poll(async () => {
        await em().execute(`update command set next_attempt_at = now() where matter_id = ? and state = 'accepted'`, [
          cycleId,
        ]);
        return (await commandOf(id)).outcome;
      })
      .toMatchObject({ kind: 'applied' });
    await expect.poll(async () => (await em().findOneOrFail(Matter, { id: cycleId })).seq).toBe(2);
    expect(await em().count(Skp, { cycleId })).toBe(1);
  });

  it('S2.1 delivers what the organiser of a training wants, and settles what comes when it is over', async () => {
    const eventId = await createEvent(em(), agency.unitId, { state: 'invited' });
    const workflowId = trainingWorkflowId(eventId);
    await engine.client.workflow.start('trainingEvent', {
      workflowId,
      taskQueue: OPERATIONS_QUEUE,
      args: [{ eventId }],
    });
    relayOn(engine.client);
    for (const outcome of [{ kind: 'applied' }, { kind: 'refused', code: 'training.event.over' }]) {
      const id = randomUUID();
      await acceptCommand(em(), {
        id,
        actorId: agency.people.officer.id,
        workflowId,
        name: 'cancelTrainingEvent',
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
