import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { randomUUID } from 'node:crypto';
import { createServer } from 'node:net';
import { resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { CycleDecision as Decision } from '#domain/process/tasks.ts';
import { Command } from '#persistence/commands/commands.entities.ts';
import { openSession } from '#persistence/accounts/sessions.repository.ts';
import { PositionAssignment } from '#persistence/organisation/organisation.entities.ts';
import { Task } from '#persistence/matters/matters.entities.ts';
import { createCycle, type Person } from '#test/factories/agency.ts';
import { ARGUMENTS, reason, skpContent } from '#test/factories/decisions.ts';
import { hashToken, newToken } from '../accounts/session-cookie.ts';
import { createSteppedEngine } from '../testing/stepped-engine.ts';
import { clientOf, startTestApi, type TestApi, type TestClient } from '../testing/test-api.ts';
import { createTwoUnits, seatAt, type TwoUnits } from '../testing/two-units.ts';

let api: TestApi;
let agency: TwoUnits;
let employee: TestClient;
let superior: TestClient;
let cycleId: string;
let year = 2026;
const engine = createSteppedEngine(() => api.orm);

beforeAll(async () => {
  api = await startTestApi({ engine: engine.engine });
  agency = await createTwoUnits(api.em());
  employee = await api.as(agency.people.employee.id);
  superior = await api.as(agency.people.superior.id);
});
afterAll(() => api?.close());
beforeEach(async () => {
  engine.isDown = false;
  year += 1;
  cycleId = await createCycle(api.em(), agency, agency.people.employee, year);
  await engine.start(cycleId);
});

const openTask = (kind: Task['kind'], of = cycleId): Promise<Task> =>
  api.em().findOneOrFail(Task, { matterId: of, kind, state: 'open' });

async function decide(
  client: TestClient,
  taskId: string,
  decision: Decision,
  change: { commandId?: string; args?: object } = {},
) {
  return client.post(`/tasks/${taskId}/decisions`, {
    commandId: change.commandId ?? randomUUID(),
    arguments: { decision, ...(change.args ?? ARGUMENTS[decision]) },
  });
}

/** What happens while somebody has lost their post. */
async function withoutPost({ id, positionId }: Person, work: () => Promise<void>): Promise<void> {
  await api.em().nativeUpdate(PositionAssignment, { employeeId: id, positionId }, { validTo: '2025-12-31' });
  await work().finally(() =>
    api.em().nativeUpdate(PositionAssignment, { employeeId: id, positionId }, { validTo: null }),
  );
}

/** The SKP is handed in; the superior is asked. */
async function submitted(): Promise<Task> {
  await decide(employee, (await openTask('draftSkp')).id, 'submitSkp');
  return openTask('approveSkp');
}

describe('a decision that is answered', () => {
  it('gives a receipt with number, time and what happens next', async () => {
    const task = await openTask('draftSkp');
    const commandId = randomUUID();
    const answer = await decide(employee, task.id, 'submitSkp', { commandId });
    expect(answer).toMatchObject({
      status: 200,
      body: {
        commandId,
        decision: 'submitSkp',
        state: 'answered',
        outcome: { kind: 'applied' },
        next: { kind: 'approveSkp', assignee: 'Ketua Tim' },
        predikat: null,
      },
    });
    expect(answer.body.number).toBeGreaterThan(0);
    expect(typeof answer.body.isLate).toBe('boolean');
    expect((await employee.get(`/receipts/${commandId}`)).body).toEqual(answer.body);
  });

  it('keeps what was decided, by whom and through which post', async () => {
    const task = await submitted();
    const commandId = randomUUID();
    await decide(superior, task.id, 'returnSkp', { commandId, args: { reason } });
    expect(await api.em().findOneOrFail(Command, { id: commandId })).toMatchObject({
      actorId: agency.people.superior.id,
      onBehalfOfPositionId: agency.people.superior.positionId,
      taskId: task.id,
      name: 'returnSkp',
      arguments: { decision: 'returnSkp', reason },
    });
  });

  it('tells the predikat after a rating', async () => {
    const cycle = await engine.start(await createCycle(api.em(), agency, agency.people.colleague, year));
    const opened = cycle.boundary({ kind: 'appraisalOpened' });
    opened.settle(await opened.run());
    const colleague = await api.as(agency.people.colleague.id);
    const assessed = await decide(colleague, (await openTask('selfAssess', cycle.matterId)).id, 'submitSelfAssessment');
    expect(assessed.body.next).toMatchObject({ kind: 'appraise' });
    const rated = await decide(superior, (await openTask('appraise', cycle.matterId)).id, 'rateEmployee', {
      args: { hasilKerja: 'diAtas', perilaku: 'diAtas', notes: '' },
    });
    expect(rated.body).toMatchObject({
      predikat: 'sangatBaik',
      next: { kind: 'acknowledgeResult', assignee: 'Pegawai Dua' },
    });
  });
});

describe('a decision that is repeated', () => {
  it('gives the same answer, byte for byte, and counts once', async () => {
    const task = await openTask('draftSkp');
    const commandId = randomUUID();
    const answers = [];
    for (let time = 0; time < 3; time += 1) answers.push(await decide(employee, task.id, 'submitSkp', { commandId }));
    expect(new Set(answers.map(({ status, body }) => JSON.stringify([status, body]))).size).toBe(1);
    expect(await api.em().count(Command, { taskId: task.id })).toBe(1);
    expect(await api.em().count(Task, { matterId: cycleId, kind: 'approveSkp' })).toBe(1);
  });

  it('at the same moment counts once too', async () => {
    const task = await openTask('draftSkp');
    const commandId = randomUUID();
    const answers = await Promise.all(
      Array.from({ length: 8 }, () => decide(employee, task.id, 'submitSkp', { commandId })),
    );
    expect(answers.every(({ status }) => status === 200 || status === 202)).toBe(true);
    expect(await api.em().count(Command, { taskId: task.id })).toBe(1);
  });

  it('is refused when the id stands for another decision or another person', async () => {
    const task = await submitted();
    const commandId = randomUUID();
    await decide(superior, task.id, 'approveSkp', { commandId });
    expect(await decide(superior, task.id, 'returnSkp', { commandId })).toMatchObject({
      status: 409,
      body: { code: 'process.commandReused' },
    });
    const other = await createCycle(api.em(), agency, agency.people.colleague, year);
    await engine.start(other);
    const colleague = await api.as(agency.people.colleague.id);
    expect(await decide(colleague, (await openTask('draftSkp', other)).id, 'submitSkp', { commandId })).toMatchObject({
      status: 409,
      body: { code: 'process.commandReused' },
    });
  });

  it('gives who no longer sees the task the receipt of what they did, and to nobody else', async () => {
    const task = await submitted();
    const commandId = randomUUID();
    const first = await decide(superior, task.id, 'approveSkp', { commandId });
    await withoutPost(agency.people.superior, async () => {
      expect((await superior.get(`/tasks/${task.id}`)).status).toBe(404);
      expect(await decide(superior, task.id, 'approveSkp', { commandId })).toMatchObject({
        status: 200,
        body: first.body,
      });
      expect(await decide(superior, task.id, 'returnSkp', { commandId })).toMatchObject({
        status: 409,
        body: { code: 'process.commandReused' },
      });
      expect((await decide(superior, task.id, 'approveSkp')).status).toBe(404);
    });
    for (const name of ['colleague', 'head'] as const)
      expect((await decide(await api.as(agency.people[name].id), task.id, 'approveSkp', { commandId })).status).toBe(
        404,
      );
  });

  it('is answered, too, when it was only accepted before the task went to somebody else: it does not count any more', async () => {
    const task = await submitted();
    const commandId = randomUUID();
    engine.isDown = true;
    expect((await decide(superior, task.id, 'approveSkp', { commandId })).status).toBe(202);
    await withoutPost(agency.people.superior, async () => {
      expect((await decide(superior, task.id, 'approveSkp', { commandId })).status).toBe(202);
      engine.isDown = false;
      for (let time = 0; time < 2; time += 1) {
        expect(await decide(superior, task.id, 'approveSkp', { commandId })).toMatchObject({
          status: 403,
          body: { code: 'access.notAuthorised' },
        });
      }
    });
    expect((await openTask('approveSkp')).id).toBe(task.id);
  });
});

describe('a decision that is refused before it is stored', () => {
  it('when the task was decided: by whom, when and what', async () => {
    const task = await submitted();
    await decide(superior, task.id, 'approveSkp');
    const answer = await decide(superior, task.id, 'returnSkp');
    expect(answer).toMatchObject({
      status: 409,
      body: { code: 'process.taskDecided', detail: { by: 'Ketua Tim', decision: 'approveSkp' } },
    });
    expect(Date.parse(answer.body.detail.at)).toBeGreaterThan(Date.now() - 60_000);
  });

  it.each<[string, Decision, object, number, string]>([
    ['a decision of another kind of task', 'rateEmployee', ARGUMENTS.rateEmployee, 422, 'process.wrongDecision'],
    ['an SKP without a main result', 'submitSkp', { content: { ...skpContent, results: [] } }, 422, 'content.invalid'],
    [
      'a body that is not what the contract says',
      'submitSkp',
      { content: { approach: 'lain' } },
      422,
      'request.invalid',
    ],
  ])('%s', async (_title, decision, args, status, code) => {
    const task = await openTask('draftSkp');
    const answer = await decide(employee, task.id, decision, { args });
    expect(answer).toMatchObject({ status, body: { code } });
    if (code !== 'process.wrongDecision') expect(answer.body.issues.length).toBeGreaterThan(0);
    expect(await api.em().count(Command, { taskId: task.id })).toBe(0);
  });

  it('names the fields of an SKP that are missing in the words of the wire', async () => {
    const [result] = skpContent.results;
    const content = {
      ...skpContent,
      results: [{ ...result, rencana: ' ', indicators: [{ ...result!.indicators[0], target: '' }] }],
    };
    const { body } = await decide(employee, (await openTask('draftSkp')).id, 'submitSkp', { args: { content } });
    expect(body.issues).toEqual(
      expect.arrayContaining([
        { path: 'results.r1.rencana', message: 'skp.hasilKerja.rencanaRequired' },
        { path: 'results.r1.indicators.i1.target', message: 'skp.indikator.targetRequired' },
      ]),
    );
  });

  it('a reason that is too short', async () => {
    expect(await decide(superior, (await submitted()).id, 'returnSkp', { args: { reason: 'kurang' } })).toMatchObject({
      status: 422,
      body: { code: 'request.invalid', issues: [{ path: 'arguments.reason', message: 'reason.tooShort' }] },
    });
  });

  it('a report that says nothing about an indicator of the SKP', async () => {
    const other = await engine.start(await createCycle(api.em(), agency, agency.people.outsider, year));
    const outsider = await api.as(agency.people.outsider.id);
    const head = await api.as(agency.people.head.id);
    await decide(outsider, (await openTask('draftSkp', other.matterId)).id, 'submitSkp');
    await decide(head, (await openTask('approveSkp', other.matterId)).id, 'approveSkp');
    const opened = other.boundary({ kind: 'periodOpened', periodNo: 1 });
    opened.settle(await opened.run());
    const task = await openTask('submitReport', other.matterId);
    expect(
      (
        await decide(outsider, task.id, 'submitReport', {
          args: { content: { realisations: [], narrative: 'x', obstacles: '' } },
        })
      ).body,
    ).toMatchObject({
      code: 'content.invalid',
      issues: [{ path: 'realisations.i1', message: 'report.realisasi.required' }],
    });
    expect((await decide(outsider, task.id, 'submitReport')).status).toBe(200);
  });

  it('nobody decides for another or on their own item', async () => {
    const task = await submitted();
    expect((await decide(await api.as(agency.people.colleague.id), task.id, 'approveSkp')).status).toBe(404);
    expect(await decide(await api.as(agency.people.auditor.id), task.id, 'approveSkp')).toMatchObject({
      status: 403,
      body: { code: 'access.notAuthorised' },
    });
    const em = api.em();
    em.persist(
      em.create(PositionAssignment, {
        positionId: agency.people.superior.positionId,
        employeeId: agency.people.employee.id,
        kind: 'plh',
        validFrom: '2026-01-01',
      }),
    );
    await em.flush();
    expect(await decide(employee, task.id, 'approveSkp')).toMatchObject({
      status: 403,
      body: { code: 'access.ownItem' },
    });
    await api.em().nativeDelete(PositionAssignment, { kind: 'plh' });
    expect(await api.em().count(Command, { taskId: task.id })).toBe(0);
  });

  it('an officer cannot propose a reward for themself at their own desk', async () => {
    const deskId = await seatAt(api.em(), 'personnelOfficer', agency.branchUnitId, agency.people.outsider.id);
    const own = await createCycle(api.em(), agency, agency.people.outsider, year + 500);
    const em = api.em();
    const task = em.create(Task, {
      matterId: own,
      kind: 'proposeReward',
      strand: 'followUp',
      slot: 'followUp',
      round: 1,
      stage: 'followUp',
      employeeId: agency.people.outsider.id,
      unitId: agency.branchUnitId,
      ruleSetId: agency.ruleSetId,
      assigneeKind: 'desk',
      assigneeId: deskId,
      openedAt: new Date(),
      dueAt: new Date(),
      ladderAt: [],
    });
    em.persist(task);
    await em.flush();
    expect(await decide(await api.as(agency.people.outsider.id), task.id, 'recordRewardProposal')).toMatchObject({
      status: 403,
      body: { code: 'access.ownItem' },
    });
  });
});

describe('while the engine is away', () => {
  it('a decision is accepted for good: 202 with the receipt, and the ledger has it', async () => {
    engine.isDown = true;
    const task = await openTask('draftSkp');
    const commandId = randomUUID();
    const answer = await decide(employee, task.id, 'submitSkp', { commandId });
    expect(answer).toMatchObject({ status: 202, body: { commandId, state: 'accepted', outcome: null, next: null } });
    expect(await api.em().findOneOrFail(Command, { id: commandId })).toMatchObject({
      state: 'accepted',
      outcome: null,
    });
    expect((await employee.get(`/receipts/${commandId}`)).body.number).toBe(answer.body.number);

    engine.isDown = false;
    const again = await decide(employee, task.id, 'submitSkp', { commandId });
    expect(again).toMatchObject({
      status: 200,
      body: { number: answer.body.number, acceptedAt: answer.body.acceptedAt, state: 'answered' },
    });
  });

  it('reading goes on', async () => {
    engine.isDown = true;
    expect((await employee.get('/inbox')).status).toBe(200);
    expect((await api.nobody.get('/health/ready')).body).toEqual({ status: 'ok', database: true, temporal: false });
  });
});

describe('two people at once', () => {
  it('one decides, the other hears who was quicker', async () => {
    const em = api.em();
    em.persist(
      em.create(PositionAssignment, {
        positionId: agency.people.superior.positionId,
        employeeId: agency.people.head.id,
        kind: 'plt',
        validFrom: '2026-01-01',
      }),
    );
    await em.flush();
    const task = await submitted();
    // Both have passed the cheap checks before either is answered.
    engine.isDown = true;
    const head = await api.as(agency.people.head.id);
    const [first, second] = [randomUUID(), randomUUID()];
    await decide(superior, task.id, 'approveSkp', { commandId: first });
    await decide(head, task.id, 'returnSkp', { commandId: second });
    engine.isDown = false;
    expect((await decide(superior, task.id, 'approveSkp', { commandId: first })).status).toBe(200);
    const late = await decide(head, task.id, 'returnSkp', { commandId: second });
    expect(late).toMatchObject({
      status: 409,
      body: { code: 'process.taskDecided', detail: { by: 'Ketua Tim', decision: 'approveSkp' } },
    });
    expect((await head.get(`/receipts/${second}`)).body).toMatchObject({
      state: 'answered',
      outcome: { kind: 'refused' },
    });
    await api.em().nativeDelete(PositionAssignment, { kind: 'plt' });
    // Who does not see the task any more hears the same answer, without the name.
    const later = await decide(head, task.id, 'returnSkp', { commandId: second });
    expect(later).toMatchObject({ status: 409, body: { code: 'process.taskDecided' } });
    expect(later.body.detail).toBeUndefined();
  });
});

describe('a receipt', () => {
  it('is for the one who decided only', async () => {
    const commandId = randomUUID();
    await decide(employee, (await openTask('draftSkp')).id, 'submitSkp', { commandId });
    expect((await superior.get(`/receipts/${commandId}`)).status).toBe(404);
    expect((await superior.get(`/receipts/${randomUUID()}`)).status).toBe(404);
  });
});

describe('a process that is killed', () => {
  it.each(['after-ledger', 'before-response'] as const)(
    '%s has lost nothing',
    { timeout: 120_000 },
    async (failpoint) => {
      const port = await freePort();
      const token = newToken();
      await openSession(api.em(), {
        employeeId: agency.people.employee.id,
        tokenHash: hashToken(token),
        userAgent: '',
        maxHours: 1,
      });
      const child = spawn(process.execPath, ['api/main.ts'], {
        cwd: resolve(import.meta.dirname, '../..'),
        env: {
          ...process.env,
          NODE_ENV: 'test',
          FAILPOINT: failpoint,
          PORT: String(port),
          DATABASE_URL: api.databaseUrl,
          TEMPORAL_ADDRESS: '127.0.0.1:1',
          COMMAND_WAIT_MS: '100',
          LOG_LEVEL: 'silent',
          DATA_DIR: api.evidenceDir,
        },
        stdio: 'ignore',
      });
      const exited = once(child, 'exit');
      const client = clientOf(`http://127.0.0.1:${port}`, `ekinerja=${token}`);
      await waitUntil(() => client.get('/session').then(({ status }) => status === 200));
      const task = await openTask('draftSkp');
      const commandId = randomUUID();
      await expect(decide(client, task.id, 'submitSkp', { commandId })).rejects.toThrow();
      expect((await exited)[1]).toBe('SIGKILL');
      expect(await api.em().findOneOrFail(Command, { id: commandId })).toMatchObject({ state: 'accepted' });
      expect(await decide(employee, task.id, 'submitSkp', { commandId })).toMatchObject({
        status: 200,
        body: { commandId },
      });
    },
  );
});

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  server.close();
  return port;
}

async function waitUntil(isTrue: () => Promise<boolean>): Promise<void> {
  for (let attempt = 0; attempt < 800; attempt += 1) {
    if (await isTrue().catch(() => false)) return;
    await sleep(100);
  }
  throw new Error('waited too long');
}
