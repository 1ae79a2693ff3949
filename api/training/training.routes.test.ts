import { randomUUID } from 'node:crypto';
import { beforeEach, describe, expect, it } from 'vitest';
import type { EntityManager } from '@mikro-orm/postgresql';
import { RoleAssignment } from '#persistence/organisation/organisation.entities.ts';
import { RuleSet } from '#persistence/rule-sets/rule-sets.entities.ts';
import { Skp } from '#persistence/skp/skp.entities.ts';
import { TrainingEvent } from '#persistence/training/training.entities.ts';
import { matterWorkflowId } from '#domain/process/names.ts';
import { ruleSetData } from '#test/factories/agency.ts';
import { ARGUMENTS } from '#test/factories/decisions.ts';
import { createEvent, createTest, QUESTIONS } from '#test/factories/training.ts';
import { activitiesOn } from '#test/factories/stepped-matter.ts';
import { createSteppedEngine } from '../testing/stepped-engine.ts';
import { useApi, type TestApi, type TestClient } from '../testing/test-api.ts';
import { createTwoUnits, type TwoUnits } from '../testing/two-units.ts';
import { uploadFile } from '../testing/uploads.ts';
import { codeAt, isCodeRight } from './check-in-code.ts';
import { missingCsv } from './training-files.ts';

const stepped = createSteppedEngine(() => api.orm);
const activities = () => activitiesOn(api.orm);
let isEngineDown = false;
const em = (): EntityManager => api.em();
type Name = keyof TwoUnits['people'];
const as = (name: Name): Promise<TestClient> => api.as(agency.people[name].id);

const api: TestApi = await useApi({
  engine: {
    deliver: async (command) => {
      if (isEngineDown) return 'pending';
      if (command.form === 'start') {
        const eventId = String(command.arguments['eventId']);
        await activities().takeTrainingStep({ eventId, step: 'invite', at: Date.now() });
        return { kind: 'applied', at: Date.now() };
      }
      if (command.taskId !== null) return stepped.engine.deliver(command);
      return (
        await activities().carryOutTrainingCommand({
          eventId: command.workflowId.slice('training-'.length),
          commandId: command.id,
          at: Date.now(),
        })
      ).reply;
    },
  },
});
const agency = await createTwoUnits(em());
beforeEach(() => {
  isEngineDown = false;
});

const inHours = (hours: number): string =>
  new Date(Math.floor(Date.now() / 1000) * 1000 + hours * 3_600_000).toISOString();
const content = (change: object = {}) => ({
  kind: 'bimtek',
  title: 'Bimtek penyusunan SKP',
  topic: 'skp',
  agenda: 'Indikator yang terukur',
  place: 'Aula',
  link: '',
  startsAt: inHours(48),
  endsAt: inHours(51),
  timeZone: 'Asia/Jakarta',
  organiser: 'Biro Kepegawaian',
  speakers: ['Dr. Ani'],
  quota: null,
  jp: 4,
  signerName: 'Kepala Biro',
  signerTitle: 'Kepala Biro Kepegawaian',
  checkInMinutesBefore: 30,
  checkInMinutesAfter: 30,
  remindHoursBefore: 24,
  testUntil: null,
  invitations: [{ kind: 'unit', unitId: agency.unitId, withSubUnits: true }],
  ...change,
});
const running = (change: Parameters<typeof createEvent>[2] = {}) =>
  createEvent(em(), agency.unitId, { startsInHours: -1, state: 'checkInOpen', ...change });
const invite = (eventId: string, ...names: Name[]) =>
  Promise.all(
    names.map((name) =>
      em().execute('insert into training_participant (event_id, employee_id) values (?, ?) on conflict do nothing', [
        eventId,
        agency.people[name].id,
      ]),
    ),
  );
const codeOf = async (eventId: string): Promise<string> =>
  codeAt(await em().findOneOrFail(TrainingEvent, { id: eventId }), Date.now()).code;

describe('events by actor', () => {
  it('S2.1 only people who hold trainings of the unit write, see and change a draft', async () => {
    const officer = await as('officer');
    const created = await officer.post('/training/events', { unitId: agency.unitId, content: content() });
    expect(created.status).toBe(200);
    const id = created.body.id as string;
    for (const [name, expected] of [
      ['employee', 404],
      ['branchOfficer', 404],
      ['auditor', 404],
      ['superior', 404],
    ] as const) {
      const other = await as(name);
      expect((await other.get(`/training/events/${id}`)).status, name).toBe(expected);
      expect((await other.put(`/training/events/${id}`, { version: 1, content: content() })).status, name).toBe(404);
      expect((await other.post(`/training/events/${id}/publication`)).status, name).toBe(404);
    }
    expect(
      (await (await as('employee')).post('/training/events', { unitId: agency.unitId, content: content() })).body.code,
    ).toBe('access.denied');
    expect(
      (await (await as('branchOfficer')).post('/training/events', { unitId: agency.unitId, content: content() })).body
        .code,
    ).toBe('access.denied');
    expect((await api.nobody.get(`/training/events/${id}`)).status).toBe(401);
    const view = await officer.get(`/training/events/${id}/organiser`);
    expect(view.body).toMatchObject({
      version: 1,
      event: { state: 'draft', canOrganise: true },
      invitees: expect.any(Number),
    });
  });

  it('S2.1 times, place and people are checked in clear codes', async () => {
    const officer = await as('officer');
    const write = async (change: object) =>
      (await officer.post('/training/events', { unitId: agency.unitId, content: content(change) })).body;
    expect(await write({ endsAt: inHours(48) })).toMatchObject({ code: 'training.event.times' });
    expect(await write({ testUntil: inHours(49) })).toMatchObject({ code: 'training.event.testUntil' });
    expect(await write({ link: 'javascript:alert(1)' })).toMatchObject({ code: 'request.invalid' });
    const branch = await as('branchOfficer');
    const stranger = { kind: 'people', employeeIds: [agency.people.employee.id] };
    expect(
      (
        await branch.post('/training/events', {
          unitId: agency.branchUnitId,
          content: content({ invitations: [stranger] }),
        })
      ).body,
    ).toMatchObject({ code: 'training.people.unknown' });
    expect(
      (await branch.post('/training/events', { unitId: agency.branchUnitId, content: content() })).body,
    ).toMatchObject({ code: 'access.denied' });
    const nowhere = (await officer.post('/training/events', { unitId: agency.unitId, content: content({ place: '' }) }))
      .body.id;
    expect((await officer.post(`/training/events/${nowhere}/publication`)).body).toMatchObject({
      code: 'training.event.placeMissing',
    });
    const past = (
      await officer.post('/training/events', {
        unitId: agency.unitId,
        content: content({ startsAt: inHours(-5), endsAt: inHours(-2) }),
      })
    ).body.id;
    expect((await officer.post(`/training/events/${past}/publication`)).body).toMatchObject({
      code: 'training.event.times',
    });
    expect((await officer.delete(`/training/events/${past}`)).body).toEqual({ deleted: true });
    const found = await officer.post('/training/people', { numbers: ['198503012010 011004', '000'] });
    expect(found.body).toMatchObject({ found: [{ id: agency.people.employee.id }], unknown: ['000'] });
    expect((await branch.post('/training/people', { numbers: ['198503012010011004'] })).body).toEqual({
      found: [],
      unknown: ['198503012010011004'],
    });
  });

  it('S2.1 invitations by unit with sub-units, by role and by list reach each person once; changes and cancellation give a receipt', async () => {
    const officer = await as('officer');
    const invitations = [
      { kind: 'unit', unitId: agency.branchUnitId, withSubUnits: true },
      { kind: 'role', role: 'personnelOfficer', unitId: agency.unitId },
      { kind: 'people', employeeIds: [agency.people.employee.id, agency.people.outsider.id] },
    ];
    const { id } = (
      await officer.post('/training/events', { unitId: agency.unitId, content: content({ invitations }) })
    ).body;
    expect((await officer.post(`/training/events/${id}/publication`)).status).toBe(200);
    const view = (await officer.get(`/training/events/${id}/organiser`)).body;
    expect(view.participants.map(({ employee }: any) => employee.name).sort()).toEqual([
      'Pegawai Balai',
      'Pegawai Satu',
      'Pengelola Balai',
      'Pengelola Kinerja',
    ]);
    expect(view.event.state).toBe('invited');
    expect((await officer.post(`/training/events/${id}/publication`)).body.code).toBe('training.event.notDraft');

    const commandId = randomUUID();
    const change = { commandId, version: view.version, content: { ...view.content, place: 'Gedung Lain' } };
    const changed = await officer.post(`/training/events/${id}/changes`, change);
    expect(changed).toMatchObject({
      status: 200,
      body: { state: 'answered', outcome: { kind: 'applied' }, number: expect.any(Number) },
    });
    expect((await officer.post(`/training/events/${id}/changes`, change)).body).toEqual(changed.body);
    expect(
      (
        await officer.post(`/training/events/${id}/changes`, {
          ...change,
          content: { ...view.content, place: 'Lain lagi' },
        })
      ).body.code,
    ).toBe('process.commandReused');
    expect((await (await as('employee')).get(`/training/receipts/${commandId}`)).status).toBe(404);
    expect((await (await as('employee')).post(`/training/events/${id}/changes`, change)).status).toBe(404);
    expect((await (await as('admin')).post(`/training/events/${id}/changes`, change)).body.code).toBe(
      'process.commandReused',
    );
    expect((await (await as('employee')).get(`/training/events/${id}`)).body).toMatchObject({
      place: 'Gedung Lain',
      canOrganise: false,
      canAnswer: true,
    });
    expect((await (await as('colleague')).get(`/training/events/${id}`)).status).toBe(404);

    isEngineDown = true;
    const late = randomUUID();
    expect(
      await officer.post(`/training/events/${id}/cancellation`, {
        commandId: late,
        reason: 'Gedung tidak dapat dipakai.',
      }),
    ).toMatchObject({ status: 202, body: { state: 'accepted' } });
    isEngineDown = false;
    expect(
      (
        await officer.post(`/training/events/${id}/cancellation`, {
          commandId: late,
          reason: 'Gedung tidak dapat dipakai.',
        })
      ).body,
    ).toMatchObject({ outcome: { kind: 'applied' } });
    expect(
      (
        await officer.post(`/training/events/${id}/cancellation`, {
          commandId: randomUUID(),
          reason: 'Sekali lagi dibatalkan.',
        })
      ).body.code,
    ).toBe('training.event.over');
    expect((await officer.post(`/training/events/${id}/changes`, change)).body).toEqual(changed.body);

    await em().nativeUpdate(RoleAssignment, { employeeId: agency.people.officer.id }, { validTo: '2025-12-31' });
    expect((await officer.post(`/training/events/${id}/changes`, change)).body).toEqual(changed.body);
    expect((await officer.post(`/training/events/${id}/changes`, { ...change, commandId: randomUUID() })).status).toBe(
      404,
    );
    await em().nativeUpdate(RoleAssignment, { employeeId: agency.people.officer.id }, { validTo: null });
  });
});

describe('answers', () => {
  it('S2.1 the last seat is given once, the others wait and move up when somebody cannot come', async () => {
    const id = await createEvent(em(), agency.unitId, { state: 'invited', quota: 1 });
    await invite(id, 'employee', 'colleague', 'superior', 'head');
    const clients = await Promise.all((['employee', 'colleague', 'superior'] as const).map(as));
    const answers = await Promise.all(
      clients.map((client) => client.post(`/training/events/${id}/answer`, { answer: 'yes' })),
    );
    const places = answers.map(({ body }) => body.mine.place as string);
    expect([...places].sort()).toEqual(['seat', 'waiting', 'waiting']);
    const seated = places.indexOf('seat');
    await clients[seated]!.post(`/training/events/${id}/answer`, { answer: 'no' });
    const rest = await Promise.all(
      clients.map(async (client) => (await client.get(`/training/events/${id}`)).body.mine),
    );
    expect(rest.map(({ place }) => place).filter((place) => place === 'seat')).toHaveLength(1);
    expect(rest[seated]).toMatchObject({ answer: 'no', place: null });
    expect(rest.find(({ place }) => place === 'waiting')).toMatchObject({ waitingPosition: 1 });
    const promoted = await em().execute(
      `select 1 from outbox where data->>'step' = 'promoted' and data->>'eventId' = ?`,
      [id],
    );
    expect(promoted).toHaveLength(1);
    expect((await (await as('outsider')).post(`/training/events/${id}/answer`, { answer: 'yes' })).status).toBe(404);
  });

  it('S2.1 an answer after the start is refused', async () => {
    const id = await running();
    await invite(id, 'employee');
    expect((await (await as('employee')).post(`/training/events/${id}/answer`, { answer: 'yes' })).body.code).toBe(
      'training.event.answersClosed',
    );
  });
});

describe('attendance', () => {
  it('S2.2 the code on the wall checks in whoever types it; the second time is the first', async () => {
    const id = await running();
    await invite(id, 'employee');
    const officer = await as('officer');
    const shown = (await officer.get(`/training/events/${id}/code`)).body;
    expect(shown).toMatchObject({
      isOpen: true,
      url: expect.stringContaining(`/training/check-in/${id}?code=${shown.code}`),
      qrSvg: expect.stringContaining('<svg'),
    });
    const employee = await as('employee');
    expect((await employee.get(`/training/events/${id}/code`)).status).toBe(404);
    const first = await employee.post(`/training/events/${id}/check-in`, {
      code: ` ${shown.code.slice(0, 3).toLowerCase()}-${shown.code.slice(3)}`,
    });
    expect(first).toMatchObject({ status: 200, body: { title: 'Bimbingan teknis SKP' } });
    expect((await employee.post(`/training/events/${id}/check-in`, { code: shown.code })).body.attendedAt).toBe(
      first.body.attendedAt,
    );
    // Somebody who was not invited but is there.
    expect((await (await as('colleague')).post(`/training/events/${id}/check-in`, { code: shown.code })).status).toBe(
      200,
    );
  });

  it('S2.2 too early, too late and a wrong code are told apart, and guessing is slowed down', async () => {
    const [early, late, now] = [
      await createEvent(em(), agency.unitId, { state: 'invited' }),
      await running({ startsInHours: -30, state: 'closed' }),
      await running(),
    ];
    const head = await as('head');
    expect((await head.post(`/training/events/${early}/check-in`, { code: 'X' })).body).toMatchObject({
      code: 'training.checkIn.early',
      detail: { from: expect.any(String) },
    });
    expect((await head.post(`/training/events/${late}/check-in`, { code: 'X' })).body.code).toBe(
      'training.checkIn.late',
    );
    const codes = [];
    for (let attempt = 0; attempt < 6; attempt += 1)
      codes.push((await head.post(`/training/events/${now}/check-in`, { code: 'AAAAAA' })).body.code);
    expect(codes).toEqual([
      ...Array.from({ length: 5 }, () => 'training.checkIn.wrongCode'),
      'training.checkIn.throttled',
    ]);
    const blocked = await head.post(`/training/events/${now}/check-in`, { code: await codeOf(now) });
    expect(blocked.status).toBe(429);
    expect(Number(blocked.headers.get('retry-after'))).toBeGreaterThan(0);
  });

  it('S2.2 a code counts for five minutes and only for its event', async () => {
    const event = await em().findOneOrFail(TrainingEvent, { id: await running() });
    const other = await em().findOneOrFail(TrainingEvent, { id: await running() });
    const at = Date.now();
    const { code } = codeAt(event, at);
    expect([0, 240_000, 300_000].map((later) => isCodeRight(event, code, at + later))).toEqual([true, true, false]);
    expect(isCodeRight(other, code, at)).toBe(false);
    expect(isCodeRight(event, codeAt(event, at + 60_000).code, at)).toBe(false);
  });

  it('S2.2 the organiser sets attendance by the list, for others only, and not before it begins', async () => {
    const id = await running();
    await invite(id, 'employee', 'colleague', 'officer');
    const officer = await as('officer');
    const set = async (names: Name[], isPresent = true, eventId = id) =>
      (
        await officer.post(`/training/events/${eventId}/attendance`, {
          employeeIds: names.map((name) => agency.people[name].id),
          isPresent,
        })
      ).body;
    expect(await set(['employee', 'colleague'])).toEqual({ changed: 2 });
    expect(await set(['employee', 'colleague'])).toEqual({ changed: 0 });
    expect(await set(['colleague'], false)).toEqual({ changed: 1 });
    expect(await set(['officer'])).toMatchObject({ code: 'access.ownItem' });
    expect(await set(['employee'], true, await createEvent(em(), agency.unitId, { state: 'invited' }))).toMatchObject({
      code: 'training.attendance.notYet',
    });
    const view = (await officer.get(`/training/events/${id}/organiser`)).body;
    expect(
      view.participants
        .filter(({ attendedAt }: any) => attendedAt)
        .map(({ employee, attendanceMethod }: any) => [employee.name, attendanceMethod]),
    ).toEqual([['Pegawai Satu', 'organiser']]);
  });
});

describe('tests', () => {
  it('S2.2 shuffled, saved while it is taken, scored at the end, as often as allowed', async () => {
    const id = await running({ testUntil: new Date(Date.now() + 86_400_000) });
    await createTest(em(), id, { passMarkPercent: 100 });
    await invite(id, 'employee');
    const employee = await as('employee');
    expect((await employee.post(`/training/events/${id}/tests/post/attempts`)).body.code).toBe('training.test.notOpen');
    await employee.post(`/training/events/${id}/check-in`, { code: await codeOf(id) });
    const attempt = (await employee.post(`/training/events/${id}/tests/post/attempts`)).body;
    expect(JSON.stringify(attempt)).not.toContain('correct');
    expect((await employee.post(`/training/events/${id}/tests/post/attempts`)).body).toMatchObject({
      id: attempt.id,
      questions: attempt.questions,
    });
    const saved = await employee.put(`/training/attempts/${attempt.id}`, {
      version: 1,
      answers: { q1: ['a'], q2: ['a', 'zzz'], strange: ['a'] },
    });
    expect(saved.body).toMatchObject({ version: 2 });
    expect((await employee.put(`/training/attempts/${attempt.id}`, { version: 1, answers: {} })).body.code).toBe(
      'training.test.conflict',
    );
    expect((await employee.get(`/training/attempts/${attempt.id}`)).body.answers).toEqual({ q1: ['a'], q2: ['a'] });
    expect((await (await as('colleague')).get(`/training/attempts/${attempt.id}`)).status).toBe(404);
    expect((await employee.post(`/training/attempts/${attempt.id}/submission`)).body).toMatchObject({
      scorePercent: 50,
      isPassed: false,
    });
    expect((await employee.put(`/training/attempts/${attempt.id}`, { version: 3, answers: {} })).body.code).toBe(
      'training.test.submitted',
    );

    const second = (await employee.post(`/training/events/${id}/tests/post/attempts`)).body;
    expect(second).toMatchObject({ number: 2, attempts: 2 });
    await employee.put(`/training/attempts/${second.id}`, { version: 1, answers: { q1: ['a'], q2: ['b', 'a'] } });
    expect((await employee.post(`/training/attempts/${second.id}/submission`)).body).toMatchObject({
      scorePercent: 100,
      isPassed: true,
    });
    expect((await employee.get(`/training/events/${id}`)).body).toMatchObject({
      mine: { isCompleted: true },
      tests: [{ isPassed: true, isOpen: false, closedBecause: 'passed', bestScore: 100 }],
    });
  });

  it('S2.2 questions stay as they are once somebody has begun', async () => {
    const id = await createEvent(em(), agency.unitId, { state: 'invited' });
    await invite(id, 'employee');
    const officer = await as('officer');
    const test = { passMarkPercent: 60, attempts: 1, isShuffled: false, questions: QUESTIONS };
    expect(
      (
        await officer.put(`/training/events/${id}/tests/pre`, {
          content: { ...test, questions: [{ ...QUESTIONS[0], correct: [] }] },
        })
      ).body,
    ).toMatchObject({
      code: 'content.invalid',
      issues: [{ path: 'questions.q1.correct', message: 'training.test.correctMissing' }],
    });
    expect((await officer.put(`/training/events/${id}/tests/pre`, { content: test })).body).toEqual({ saved: true });
    expect((await officer.put(`/training/events/${id}/tests/pre`, { content: { ...test, attempts: 2 } })).body).toEqual(
      { saved: true },
    );
    expect((await (await as('employee')).post(`/training/events/${id}/tests/pre/attempts`)).status).toBe(200);
    expect((await officer.put(`/training/events/${id}/tests/pre`, { content: test })).body.code).toBe(
      'training.test.frozen',
    );
    expect((await officer.delete(`/training/events/${id}/tests/pre`)).body.code).toBe('training.test.frozen');
    expect((await (await as('employee')).put(`/training/events/${id}/tests/pre`, { content: test })).status).toBe(404);
  });
});

describe('certificates and JP', () => {
  async function finishedEvent(...names: Name[]): Promise<string> {
    const id = await running({ startsInHours: -6, state: 'closed' });
    for (const name of names)
      await em().execute('insert into training_participant (event_id, employee_id, attended_at) values (?, ?, now())', [
        id,
        agency.people[name].id,
      ]);
    for (const step of ['invite', 'openCheckIn', 'close', 'remindMissing', 'certify', 'finish'] as const)
      await activities().takeTrainingStep({ eventId: id, step, at: Date.now() });
    return id;
  }

  it('S2.2 the public page verifies a certificate and says nothing else; a revoked one does not count', async () => {
    await finishedEvent('outsider');
    const outsider = await as('outsider');
    const mine = (await outsider.get('/training/mine')).body;
    expect(mine.status).toMatchObject({
      employment: 'PNS',
      jp: 4,
      state: 'belowMinimum',
      difference: 16,
      minimum: 20,
      maximum: null,
    });
    const [certificate] = mine.certificates;
    const verified = await api.nobody.get(`/certificates/${certificate.token}`);
    expect(Object.keys(verified.body).sort()).toEqual(['heldFrom', 'heldTo', 'holderName', 'isValid', 'title']);
    expect(verified.body).toMatchObject({ holderName: 'Pegawai Balai', isValid: true });
    expect((await api.nobody.get('/certificates/AAAAAAAAAAAAAAAAAAAAAAAA')).status).toBe(404);

    const pdf = await outsider.fetch(`/training/certificates/${certificate.id}/pdf`);
    expect(pdf.headers.get('content-type')).toBe('application/pdf');
    expect((await (await as('employee')).get(`/training/certificates/${certificate.id}/pdf`)).status).toBe(404);

    const reason = { reason: 'Data kehadiran ternyata keliru.' };
    expect(
      (await (await as('branchOfficer')).post(`/training/certificates/${certificate.id}/revocation`, reason)).status,
    ).toBe(404);
    const officer = await as('officer');
    expect((await officer.post(`/training/certificates/${certificate.id}/revocation`, reason)).body).toEqual({
      revoked: true,
    });
    expect((await officer.post(`/training/certificates/${certificate.id}/revocation`, reason)).body.code).toBe(
      'training.certificate.revoked',
    );
    expect((await api.nobody.get(`/certificates/${certificate.token}`)).body.isValid).toBe(false);
    expect((await outsider.get('/training/mine')).body.status.jp).toBe(0);
    expect(await em().execute(`select 1 from audit_event where kind = 'certificateRevoked'`)).toHaveLength(1);
  });

  it('S2.2 numbers run through the year without a gap, whoever issues', async () => {
    await Promise.all([finishedEvent('employee', 'colleague'), finishedEvent('head', 'superior')]);
    const rows = await em().execute<{ serial: number }[]>('select serial from training_certificate order by serial');
    expect(rows.map(({ serial }) => serial)).toEqual(rows.map((_, index) => index + 1));
  });

  it('S2.2 own JP with evidence are decided by somebody else', async () => {
    const [employee, officer, superior] = await Promise.all([as('employee'), as('officer'), as('superior')]);
    const entry = {
      kind: 'Seminar',
      title: 'Seminar nasional kinerja',
      organiser: 'LAN',
      heldFrom: '2026-02-01',
      heldTo: '2026-02-02',
      jp: 26,
    };
    expect((await employee.post('/training/jp-entries', { ...entry, heldTo: '2026-01-01' })).body.code).toBe(
      'training.jp.dates',
    );
    const { id } = (await employee.post('/training/jp-entries', entry)).body;
    const upload = (name: string, file: string) =>
      uploadFile(employee, file, { purpose: 'jpEvidence', name, data: { entryId: id } });
    expect((await upload('a.pdf', 'no pdf at all')).body.code).toBe('file.kind');
    expect((await upload('../bukti.pdf', '%PDF-1.7\n%EOF')).body).toMatchObject({ name: 'bukti.pdf' });
    const before = (await employee.get('/training/mine')).body.status.jp;
    expect((await (await as('colleague')).get(`/training/jp-entries/${id}/file`)).status).toBe(404);
    expect((await superior.get(`/training/jp-entries/${id}/file`)).status).toBe(200);
    expect((await employee.post(`/training/jp-entries/${id}/decision`, { decision: 'count' })).body.code).toBe(
      'access.ownItem',
    );
    expect(
      (await (await as('branchOfficer')).post(`/training/jp-entries/${id}/decision`, { decision: 'count' })).status,
    ).toBe(404);
    expect((await officer.get('/training/jp-entries/proposed')).body.map((row: any) => row.id)).toContain(id);
    expect((await (await as('auditor')).get('/training/jp-entries/proposed')).body).toEqual([]);
    expect((await officer.post(`/training/jp-entries/${id}/decision`, { decision: 'count' })).body).toMatchObject({
      state: 'counted',
    });
    expect(
      (
        await officer.post(`/training/jp-entries/${id}/decision`, {
          decision: 'refuse',
          reason: 'Bukti tidak terbaca.',
        })
      ).body.code,
    ).toBe('training.jp.decided');
    expect((await employee.delete(`/training/jp-entries/${id}`)).body.code).toBe('training.jp.decided');
    const year = new Date().getFullYear();
    expect((await employee.get('/training/mine')).body.status.jp).toBe(before + (year === 2026 ? 26 : 0));
  });

  it('S2.2 case 41 on the page: 26 JP of a PPPK are above the maximum, as a warning', async () => {
    const { colleague } = agency.people;
    await em().execute(`update employee set employment = 'PPPK' where id = ?`, [colleague.id]);
    const today = new Date().toISOString().slice(0, 10);
    await em().execute(`delete from training_certificate where employee_id = ?`, [colleague.id]);
    await em().execute(
      `insert into jp_entry (employee_id, kind, title, organiser, held_from, held_to, jp, state) values (?, 'Kursus', 'Kursus data', 'LAN', ?, ?, 26, 'counted')`,
      [colleague.id, today, today],
    );
    expect((await (await as('colleague')).get('/training/mine')).body.status).toMatchObject({
      employment: 'PPPK',
      jp: 26,
      state: 'aboveMaximum',
      difference: 2,
      maximum: 24,
      minimum: null,
    });
    await em().execute(`update employee set employment = 'PNS' where id = ?`, [colleague.id]);
  });
});

describe('the gate before the SKP', () => {
  it('S2.3 stops the submission in the API and inside the transaction, says why, and opens by completion or waiver', async () => {
    const cycleId = agency.cycles.employee;
    await em().execute('delete from training_participant');
    const rules = ruleSetData();
    await em().nativeUpdate(
      RuleSet,
      { id: agency.ruleSetId },
      { data: { ...rules, training: { ...rules.training, skpGate: { topic: 'gerbang', withinMonths: 12 } } } },
    );
    const cycle = await stepped.start(cycleId);
    expect(cycle).toBeDefined();
    const employee = await as('employee');
    const coming = await createEvent(em(), agency.unitId, { state: 'invited', topic: 'gerbang' });
    await invite(coming, 'employee');
    expect((await employee.get(`/cycles/${cycleId}/training-gate`)).body).toMatchObject({
      isClosed: true,
      because: 'missing',
      topic: 'gerbang',
      canWaive: false,
      events: [{ id: coming, isInvited: true }],
    });
    const [task] = (await employee.get(`/cycles/${cycleId}`)).body.myTasks;
    const submit = (commandId = randomUUID()) =>
      employee.post(`/tasks/${task.id}/decisions`, {
        commandId,
        arguments: { decision: 'submitSkp', ...ARGUMENTS.submitSkp },
      });
    expect((await submit()).body).toMatchObject({ code: 'training.gateClosed', detail: { topic: 'gerbang' } });

    // Past the API's check (a command that was accepted before the certificate was revoked): the transaction refuses.
    const reply = await stepped.engine.deliver({
      id: await accepted(cycleId, task.id),
      form: 'update',
      name: 'submitSkp',
      workflowId: matterWorkflowId(cycleId),
      taskId: task.id,
      slot: 'skp',
      arguments: {},
    });
    expect(reply).toMatchObject({ kind: 'refused', code: 'training.gateClosed' });
    expect(await em().count(Skp, { cycleId })).toBe(0);

    const waiver = { reason: 'Sedang bertugas di luar negeri.' };
    expect((await employee.post(`/cycles/${cycleId}/training-gate/waiver`, waiver)).body.code).toBe('access.ownItem');
    expect((await (await as('colleague')).post(`/cycles/${cycleId}/training-gate/waiver`, waiver)).status).toBe(404);
    expect((await (await as('auditor')).post(`/cycles/${cycleId}/training-gate/waiver`, waiver)).body.code).toBe(
      'access.denied',
    );
    const superior = await as('superior');
    expect((await superior.get(`/cycles/${cycleId}/training-gate`)).body).toMatchObject({ canWaive: true });
    expect((await superior.post(`/cycles/${cycleId}/training-gate/waiver`, { reason: 'pendek' })).body.code).toBe(
      'request.invalid',
    );
    expect((await superior.post(`/cycles/${cycleId}/training-gate/waiver`, waiver)).body).toMatchObject({
      isClosed: false,
      because: 'waived',
      waiver: { reason: waiver.reason, grantedBy: 'Ketua Tim' },
    });
    expect((await superior.post(`/cycles/${cycleId}/training-gate/waiver`, waiver)).body.code).toBe(
      'training.gate.waived',
    );
    expect(await em().execute(`select 1 from audit_event where kind = 'trainingGateWaived'`)).toHaveLength(1);
    expect((await employee.get(`/cycles/${cycleId}/training-gate`)).body).toMatchObject({
      isClosed: false,
      waiver: { reason: waiver.reason },
    });
    expect((await submit()).status).toBe(200);
    expect(await em().count(Skp, { cycleId })).toBe(1);
  });

  async function accepted(cycleId: string, taskId: string): Promise<string> {
    const id = randomUUID();
    await em().execute(
      `insert into command (id, actor_id, matter_id, task_id, workflow_id, name, arguments, arguments_hash) values (?, ?, ?, ?, ?, 'submitSkp', ?, '')`,
      [id, agency.people.employee.id, cycleId, taskId, matterWorkflowId(cycleId), JSON.stringify(ARGUMENTS.submitSkp)],
    );
    return id;
  }
});

describe('coverage', () => {
  it('S2.3 counts by unit with all below it, for the people one may see, and lists who is missing', async () => {
    await em().execute('delete from training_participant');
    const id = await running({ startsInHours: -10, state: 'finished', topic: 'cakupan' });
    await em().execute('insert into training_participant (event_id, employee_id, attended_at) values (?, ?, now())', [
      id,
      agency.people.outsider.id,
    ]);
    const read = async (name: Name) => (await (await as(name)).get('/training/coverage?topic=cakupan')).body;
    const all = await read('officer');
    expect(
      all.units.map(({ depth, people, completed, percent }: any) => ({ depth, people, completed, percent })),
    ).toEqual([
      { depth: 0, people: 11, completed: 1, percent: 9.1 },
      { depth: 1, people: 2, completed: 1, percent: 50 },
    ]);
    expect(all.missing).toHaveLength(10);
    expect((await read('branchOfficer')).units).toMatchObject([{ people: 2 }, { people: 2, completed: 1 }]);
    expect((await read('branchOfficer')).missing.map(({ employee }: any) => employee.name)).toEqual([
      'Pengelola Balai',
    ]);
    // A superior sees the own team, a person only themselves.
    expect((await read('superior')).missing.map(({ employee }: any) => employee.name).sort()).toEqual([
      'Ketua Tim',
      'Pegawai Dua',
      'Pegawai Satu',
    ]);
    expect((await read('employee')).missing).toMatchObject([
      { employee: { name: 'Pegawai Satu' }, superior: 'Ketua Tim' },
    ]);
  });

  it('S2.3 the list leaves as CSV for Excel with cells that calculate nothing', async () => {
    const csv = await (await (await as('officer')).fetch('/training/coverage.csv?topic=cakupan')).text();
    expect(csv.startsWith('\uFEFFNIP;Nama;Unit;Atasan;Diundang;Dikecualikan\r\n') || csv.startsWith('NIP;Nama')).toBe(
      true,
    );
    expect(csv).toContain(';Pegawai Satu;Kementerian Contoh;Ketua Tim;tidak;tidak');
    expect((await (await as('employee')).get('/training/coverage.csv?topic=cakupan')).status).toBe(403);
    const hostile = missingCsv([
      {
        employee: { name: '=HYPERLINK("http://x")', number: '+62', unitName: '@unit' },
        superior: '-1',
        isInvited: false,
        isWaived: false,
      },
    ]);
    expect(hostile).toContain(`'+62;"'=HYPERLINK(""http://x"")";'@unit;'-1;`);
    expect(hostile.charCodeAt(0)).toBe(0xfeff);
  });
});

describe('materials', () => {
  it('S2.1 come from organisers, are judged by content and open for those who are invited', async () => {
    const id = await createEvent(em(), agency.unitId, { state: 'invited' });
    await invite(id, 'employee');
    const officer = await as('officer');
    const upload = (client: TestClient, file: string) =>
      uploadFile(client, file, { purpose: 'trainingMaterial', name: 'materi.pdf', data: { eventId: id } });
    expect((await upload(await as('employee'), '%PDF-1.7')).status).toBe(404);
    expect((await upload(officer, '<script>')).body.code).toBe('file.kind');
    const file = (await upload(officer, '%PDF-1.7\n%EOF')).body;
    const opened = await (await as('employee')).fetch(`/training/materials/${file.id}/file`);
    expect(opened.headers.get('content-disposition')).toContain('attachment');
    expect(await opened.text()).toContain('%PDF');
    expect((await (await as('outsider')).get(`/training/materials/${file.id}/file`)).status).toBe(404);
    expect((await officer.delete(`/training/materials/${file.id}`)).body).toEqual({ removed: true });
    expect((await (await as('employee')).get(`/training/materials/${file.id}/file`)).status).toBe(404);
  });
});
