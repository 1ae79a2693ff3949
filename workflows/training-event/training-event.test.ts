import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { WorkflowHandle } from '@temporalio/client';
import { Command } from '#persistence/commands/commands.entities.ts';
import { acceptCommand } from '#persistence/commands/commands.repository.ts';
import { TrainingCertificate, TrainingEvent } from '#persistence/training/training.entities.ts';
import { startSkippingAgency, type SkippingAgency } from '#test/environment/time-skipping.ts';
import type { Agency } from '#test/factories/agency.ts';
import { createEvent, createTest, type EventOptions } from '#test/factories/training.ts';
import { wholeHistory, writeHistories } from '#test/factories/histories.ts';
import { OPERATIONS_QUEUE, trainingWorkflowId, type TrainingUpdate } from '#domain/process/names.ts';
import { trainingAgenda, trainingUpdates } from './training-event.messages.ts';

let skipping: SkippingAgency;
let agency: Agency;
const em = () => skipping.em();

beforeAll(async () => {
  skipping = await startSkippingAgency();
  agency = skipping.agency;
});
afterAll(() => skipping?.stop());
beforeEach(async () => {
  await em().execute('delete from outbox');
});

async function start(
  options: EventOptions,
  prepare: (id: string) => Promise<void> = async () => {},
): Promise<{ id: string; handle: WorkflowHandle }> {
  const now = await skipping.env.currentTimeMs();
  const startsAt = new Date(Math.ceil(now / 1000) * 1000 + 48 * 3_600_000);
  const id = await createEvent(em(), agency.unitId, {
    startsAt,
    endsAt: new Date(startsAt.getTime() + 3 * 3_600_000),
    ...options,
  });
  await prepare(id);
  const handle = await skipping.env.client.workflow.start('trainingEvent', {
    workflowId: trainingWorkflowId(id),
    taskQueue: OPERATIONS_QUEUE,
    args: [{ eventId: id }],
  });
  return { id, handle };
}

const eventOf = (id: string) => em().findOneOrFail(TrainingEvent, { id });
const until = (id: string, state: TrainingEvent['state']) =>
  expect.poll(async () => (await eventOf(id)).state, { timeout: 30_000 }).toBe(state);
async function mails(id: string): Promise<Record<string, number>> {
  const rows = await em().execute<{ step: string; count: number }[]>(
    `select data->>'step' as step, count(*)::int as count from outbox where data->>'eventId' = ? group by 1 order by 1`,
    [id],
  );
  return Object.fromEntries(rows.map(({ step, count }) => [step, count]));
}
async function send(
  id: string,
  handle: WorkflowHandle,
  update: TrainingUpdate,
  args: Record<string, unknown>,
  actorId = agency.people.officer.id,
) {
  const commandId = randomUUID();
  await acceptCommand(em(), {
    id: commandId,
    actorId,
    workflowId: trainingWorkflowId(id),
    name: update,
    arguments: args,
  });
  const deliver = () => handle.executeUpdate(trainingUpdates[update], { args: [{ commandId }], updateId: commandId });
  return { commandId, reply: await deliver(), deliver };
}
const record = async (name: string, id: string): Promise<void> => {
  if (process.env.RECORD_HISTORIES)
    writeHistories(
      'training-event',
      `${process.env.RECORD_HISTORIES}.${name}`,
      await wholeHistory(skipping.env.client, trainingWorkflowId(id)),
    );
};

describe('trainingEvent', () => {
  it('S2.1 S2.2 S2.3 a whole life: invite, remind, check-in, those missing and their superiors, certificates', async () => {
    const { employee, colleague, superior } = agency.people;
    const { id, handle } = await start({}, async (eventId) => {
      // Attendance is written by the API while the check-in is open; here it is there when its steps come.
      for (const person of [employee, colleague]) {
        await em().execute(
          `insert into training_participant (event_id, employee_id, attended_at, attendance_method) values (?, ?, now(), 'code')`,
          [eventId, person.id],
        );
      }
    });
    await handle.result();
    const event = await eventOf(id);
    expect(event).toMatchObject({
      state: 'finished',
      stepsDone: ['invite', 'remind', 'openCheckIn', 'close', 'remindMissing', 'certify', 'finish'],
    });
    // Six people of the unit; two were there already when the invitations went out.
    expect(await mails(id)).toEqual({ invitation: 4, reminder: 6, missed: 4, missedTeam: 2, certificate: 2 });
    const team = await em().execute<{ employees: number }[]>(
      `select jsonb_array_length(data->'employeeIds') as employees from outbox where data->>'step' = 'missedTeam' order by 1`,
    );
    expect(team.map((row) => Number(row.employees))).toEqual([1, 2]);
    const certificates = await em().find(TrainingCertificate, { eventId: id }, { orderBy: { serial: 'asc' } });
    expect(
      certificates.map(({ number, holderName, jp }) => [number.replace(/\d{4}$/, 'Y'), holderName, Number(jp)]),
    ).toEqual([
      ['000001/SERT-BMT/Y', 'Pegawai Dua', 4],
      ['000002/SERT-BMT/Y', 'Pegawai Satu', 4],
    ]);
    expect(new Set(certificates.map(({ token }) => token)).size).toBe(2);
    expect(superior.id).not.toBe(employee.id);
    await record('whole-life', id);
  });

  it('S2.2 a test after the event must be passed; certificates wait for its last moment', async () => {
    const now = await skipping.env.currentTimeMs();
    const { id, handle } = await start({ testUntil: new Date(now + 80 * 3_600_000) }, async (eventId) => {
      await createTest(em(), eventId);
      const [test] = await em().execute<{ id: string }[]>('select id from training_test where event_id = ?', [eventId]);
      for (const [person, score] of [
        [agency.people.employee, 100],
        [agency.people.colleague, 50],
      ] as const) {
        await em().execute(
          `insert into training_participant (event_id, employee_id, attended_at) values (?, ?, now())`,
          [eventId, person.id],
        );
        await em().execute(
          `insert into training_attempt (test_id, employee_id, number, seed, submitted_at, score_percent, is_passed) values (?, ?, 1, 1, now(), ?, ?)`,
          [test!.id, person.id, score, score >= 70],
        );
      }
    });
    await handle.result();
    expect((await em().find(TrainingCertificate, { eventId: id })).map(({ employeeId }) => employeeId)).toEqual([
      agency.people.employee.id,
    ]);
    expect(await mails(id)).toMatchObject({ missed: 5, certificate: 1 });
  });

  it('S2.1 a change is told with a new invitation and moves the steps; done twice it counts once', async () => {
    const { id, handle } = await start({ quota: null });
    await until(id, 'invited');
    const before = await eventOf(id);
    const later = new Date(before.startsAt.getTime() + 24 * 3_600_000);
    const content = {
      ...contentOf(before),
      place: 'Aula Gedung B',
      startsAt: later.toISOString(),
      endsAt: new Date(later.getTime() + 3_600_000).toISOString(),
    };
    const { commandId, reply, deliver } = await send(id, handle, 'changeTrainingEvent', {
      content,
      version: before.version,
    });
    expect(reply).toMatchObject({ kind: 'applied' });
    expect(await deliver()).toEqual(reply);
    expect(await eventOf(id)).toMatchObject({
      place: 'Aula Gedung B',
      version: before.version + 1,
      invitationSequence: 1,
    });
    expect(await em().findOneOrFail(Command, { id: commandId })).toMatchObject({
      state: 'answered',
      outcome: { kind: 'applied' },
    });
    expect(await mails(id)).toEqual({ invitation: 6, changed: 6 });
    const agenda = await handle.query(trainingAgenda);
    expect(agenda.find(({ step }) => step === 'openCheckIn')!.at).toBe(later.getTime() - 30 * 60_000);

    expect((await send(id, handle, 'changeTrainingEvent', { content, version: before.version })).reply).toEqual({
      kind: 'refused',
      code: 'training.event.changedMeanwhile',
    });
    expect(
      (await send(id, handle, 'cancelTrainingEvent', { reason: 'Narasumber sakit.' }, agency.people.employee.id)).reply,
    ).toEqual({ kind: 'refused', code: 'access.notAuthorised' });
    expect(
      (await send(id, handle, 'cancelTrainingEvent', { reason: 'Narasumber berhalangan hadir.' })).reply,
    ).toMatchObject({ kind: 'applied' });
    await handle.result();
    expect(await eventOf(id)).toMatchObject({
      state: 'cancelled',
      cancelledReason: 'Narasumber berhalangan hadir.',
      invitationSequence: 2,
    });
    expect(await mails(id)).toMatchObject({ cancelled: 6 });
    await record('changed-and-cancelled', id);
  });

  it('S2.1 a larger quota lets the first of the waiting list move up', async () => {
    const { id, handle } = await start({ quota: 1 });
    await until(id, 'invited');
    const people = [agency.people.employee, agency.people.colleague, agency.people.superior];
    for (const [index, person] of people.entries()) {
      await em().execute(
        `update training_participant set answer = 'yes', place = ?, waiting_since = ? where event_id = ? and employee_id = ?`,
        [index === 0 ? 'seat' : 'waiting', index === 0 ? null : new Date(index * 1000), id, person.id],
      );
    }
    const event = await eventOf(id);
    await send(id, handle, 'changeTrainingEvent', {
      content: { ...contentOf(event), quota: 2 },
      version: event.version,
    });
    const places = await em().execute<{ place: string }[]>(
      `select place from training_participant where event_id = ? and answer = 'yes' order by waiting_since nulls first, employee_id`,
      [id],
    );
    expect(places.map(({ place }) => place).sort()).toEqual(['seat', 'seat', 'waiting']);
    const [moved] = await em().execute<{ recipient_id: string }[]>(
      `select recipient_id from outbox where data->>'step' = 'promoted'`,
    );
    expect(moved!.recipient_id).toBe(agency.people.colleague.id);
    expect(await mails(id)).not.toHaveProperty('changed');
    await send(id, handle, 'cancelTrainingEvent', { reason: 'Tidak jadi diadakan.' });
    await handle.result();
  });
});

const contentOf = (event: TrainingEvent) => ({
  kind: event.kind,
  title: event.title,
  topic: event.topic,
  agenda: event.agenda,
  place: event.place,
  link: event.link,
  startsAt: event.startsAt.toISOString(),
  endsAt: event.endsAt.toISOString(),
  timeZone: event.timeZone,
  organiser: event.organiser,
  speakers: event.speakers,
  quota: event.quota ?? null,
  jp: Number(event.jp),
  signerName: event.signerName,
  signerTitle: event.signerTitle,
  checkInMinutesBefore: event.checkInMinutesBefore,
  checkInMinutesAfter: event.checkInMinutesAfter,
  remindHoursBefore: event.remindHoursBefore,
  testUntil: event.testUntil?.toISOString() ?? null,
  invitations: event.invitations,
});
