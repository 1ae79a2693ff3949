import { civilDate } from '#domain/calendar/clock.ts';
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { loadActor } from '#persistence/organisation/actor.repository.ts';
import { PositionAssignment } from '#persistence/organisation/organisation.entities.ts';
import { inboxQuery } from '#persistence/matters/inbox.queries.ts';
import { Task } from '#persistence/matters/matters.entities.ts';
import type { TaskKind } from '#domain/process/tasks.ts';
import { decideIn, type SteppedMatter } from '#test/factories/stepped-matter.ts';
import { reason } from '#test/factories/decisions.ts';
import { createSteppedEngine } from '../testing/stepped-engine.ts';
import { startTestApi, type TestApi, type TestClient } from '../testing/test-api.ts';
import { createTwoUnits, type TwoUnits } from '../testing/two-units.ts';

let api: TestApi;
let agency: TwoUnits;
let superior: TestClient;
let employee: TestClient;
let cycle: SteppedMatter;

beforeAll(async () => {
  api = await startTestApi();
  agency = await createTwoUnits(api.em());
  cycle = await createSteppedEngine(() => api.orm).start(agency.cycles.employee);
  superior = await api.as(agency.people.superior.id);
  employee = await api.as(agency.people.employee.id);
});
afterAll(() => api?.close());
beforeEach(async () => {
  await api.em().execute(`delete from task where strand = 'test'`);
});

/** An open task of the superior, due some hours from now. */
async function addTask(
  dueInHours: number,
  change: Partial<{ kind: TaskKind; matterId: string; employeeId: string; assigneeId: string }> = {},
): Promise<string> {
  const em = api.em();
  const task = em.create(Task, {
    matterId: agency.cycles.employee,
    kind: 'approveSkp',
    strand: 'test',
    slot: `test/${randomUUID()}`,
    round: 1,
    stage: 'skp',
    employeeId: agency.people.employee.id,
    unitId: agency.unitId,
    ruleSetId: agency.ruleSetId,
    assigneeKind: 'position',
    assigneeId: agency.people.superior.positionId,
    openedAt: new Date(),
    dueAt: new Date(Date.now() + dueInHours * 3_600_000),
    ladderAt: [],
    ...change,
  });
  em.persist(task);
  await em.flush();
  return task.id;
}
const ids = (answer: { body: { items: { id: string }[] } }): string[] => answer.body.items.map(({ id }) => id);

describe('the inbox', () => {
  it('is sorted by due time and paged without gaps or repeats, even among equal times', async () => {
    const due = Array.from({ length: 25 }, (_, index) => Math.floor(index / 5) - 2);
    const added: string[] = [];
    for (const hours of due) added.push(await addTask(hours));
    await api.em().execute(`update task set due_at = date_trunc('hour', due_at) where strand = 'test'`);

    const seen: string[] = [];
    let path = '/inbox?limit=4';
    for (let pages = 0; pages < 10; pages += 1) {
      const page = await superior.get(path);
      seen.push(...ids(page));
      if (!page.body.nextCursor) break;
      path = `/inbox?limit=4&cursor=${page.body.nextCursor}`;
    }
    expect(seen).toHaveLength(25);
    expect(new Set(seen)).toEqual(new Set(added));
    expect(ids(await superior.get('/inbox?limit=100'))).toEqual(seen);
  });

  it('filters by kind, lateness, nearness and name', async () => {
    const late = await addTask(-1);
    const soon = await addTask(20);
    const far = await addTask(200);
    const other = await addTask(300, {
      kind: 'reviewReport',
      matterId: agency.cycles.colleague,
      employeeId: agency.people.colleague.id,
    });
    expect(ids(await superior.get('/inbox?due=late'))).toEqual([late]);
    expect(ids(await superior.get('/inbox?due=soon'))).toEqual([soon]);
    expect(ids(await superior.get('/inbox?kind=reviewReport'))).toEqual([other]);
    expect(ids(await superior.get('/inbox?search=pegawai%20dua'))).toEqual([other]);
    expect(ids(await superior.get('/inbox?search=%25'))).toEqual([]);
    expect(ids(await superior.get('/inbox'))).toEqual([late, soon, far, other]);
    expect((await superior.get('/inbox/counts')).body).toEqual({
      open: 4,
      late: 1,
      soon: 1,
      byKind: { approveSkp: 3, reviewReport: 1 },
    });
  });

  it('refuses a cursor it did not write, an unknown kind and a page that is too long', async () => {
    for (const query of [
      'cursor=abc',
      `cursor=${Buffer.from('{"dueAt":"now()","id":"x"}').toString('base64url')}`,
      'kind=nothing',
      'limit=1000',
      'due=never',
    ]) {
      expect(await superior.get(`/inbox?${query}`), query).toMatchObject({
        status: 422,
        body: { code: 'request.invalid' },
      });
    }
  });

  it('shows the post when somebody acts as Plt, and the tasks come to both', async () => {
    const id = await addTask(5);
    const em = api.em();
    em.persist(
      em.create(PositionAssignment, {
        positionId: agency.people.superior.positionId,
        employeeId: agency.people.colleague.id,
        kind: 'plt',
        validFrom: '2026-01-01',
      }),
    );
    await em.flush();
    const acting = await api.as(agency.people.colleague.id);
    expect((await acting.get('/inbox')).body.items.find((task: { id: string }) => task.id === id)).toMatchObject({
      onBehalfOf: 'Jabatan Ketua Tim',
      isOwn: false,
    });
    expect((await superior.get('/inbox')).body.items[0]).toMatchObject({ id, onBehalfOf: null });
    await api.em().nativeDelete(PositionAssignment, { kind: 'plt' });
  });

  it('shows names, zone and whose it is', async () => {
    await addTask(-5);
    expect((await superior.get('/inbox')).body.items[0]).toMatchObject({
      kind: 'approveSkp',
      isLate: true,
      timeZone: 'Asia/Jakarta',
      state: 'open',
      employee: { name: 'Pegawai Satu', positionTitle: 'Jabatan Pegawai Satu', unitName: 'Kementerian Contoh' },
    });
  });
});

describe('a page of the inbox', () => {
  it('walks the index from the cursor on, however many tasks are open', async () => {
    const em = api.em();
    await em.execute(
      `insert into task (matter_id, kind, strand, slot, round, stage, employee_id, unit_id, rule_set_id, assignee_kind, assignee_id, opened_at, due_at)
       select ?, 'approveSkp', 'test', 'test/' || n, 1, 'skp', ?, ?, ?, 'position', case when n % 3 = 0 then ?::uuid else gen_random_uuid() end, now(), now() + n * interval '1 second'
       from generate_series(1, 30000) n`,
      [
        agency.cycles.employee,
        agency.people.employee.id,
        agency.unitId,
        agency.ruleSetId,
        agency.people.superior.positionId,
      ],
    );
    await em.execute('analyze task');
    const today = civilDate(Date.now(), 'Asia/Jakarta');
    const actor = await loadActor(em, agency.people.superior.id, today);
    const query = inboxQuery(
      { actor, today },
      { due: 'all' },
      { dueAt: new Date(Date.now() + 9_000_000).toISOString(), id: randomUUID() },
      21,
    );
    const [row] = await em.execute<{ 'QUERY PLAN': [{ Plan: object; 'Execution Time': number }] }[]>(
      `explain (analyze, buffers, format json) ${query.text}`,
      [...query.params],
    );
    const plan = JSON.stringify(row!['QUERY PLAN']);
    expect(plan).toContain('"Index Name":"task_inbox"');
    expect(plan).not.toMatch(/"Node Type":"Seq Scan"[^}]*"Relation Name":"task"/);
    const scanned = [
      ...plan.matchAll(/"Index Name":"task_inbox".*?"Actual Rows":([\d.]+).*?"Actual Loops":(\d+)/g),
    ].reduce((sum, [, found, loops]) => sum + Number(found) * Number(loops), 0);
    expect(scanned).toBeLessThanOrEqual(21 * 3);
  });
});

describe('a task', () => {
  it('shows the employee what is to be written, and the superior what was handed in', async () => {
    const draft = await api.em().findOneOrFail(Task, { matterId: cycle.matterId, kind: 'draftSkp' });
    const detail = (await employee.get(`/tasks/${draft.id}`)).body;
    expect(detail).toMatchObject({ decisions: ['submitSkp'], skp: null, previousSkp: null, matrix: null, periods: [] });

    await decideIn(cycle, 'submitSkp', { actorId: agency.people.employee.id });
    const review = await api
      .em()
      .findOneOrFail(Task, { matterId: cycle.matterId, kind: 'approveSkp', state: 'open', slot: 'skp' });
    const forSuperior = (await superior.get(`/tasks/${review.id}`)).body;
    expect(forSuperior).toMatchObject({
      decisions: ['approveSkp', 'returnSkp'],
      skp: { round: 1, state: 'submitted', content: { approach: 'kuantitatif' } },
      previousSkp: null,
    });
    expect((await employee.get(`/tasks/${review.id}`)).status).toBe(404);
  });

  it('shows what was returned and why when it comes back, to both', async () => {
    await decideIn(cycle, 'returnSkp', { actorId: agency.people.superior.id, args: { reason } });
    const again = await api.em().findOneOrFail(Task, { matterId: cycle.matterId, kind: 'draftSkp', state: 'open' });
    expect((await employee.get(`/tasks/${again.id}`)).body).toMatchObject({
      previousSkp: { round: 1, state: 'returned', reason, decidedBy: { name: 'Ketua Tim' } },
      task: { round: 2 },
    });

    await decideIn(cycle, 'submitSkp', { actorId: agency.people.employee.id });
    const review = await api
      .em()
      .findOneOrFail(Task, { matterId: cycle.matterId, kind: 'approveSkp', state: 'open', slot: 'skp' });
    expect((await superior.get(`/tasks/${review.id}`)).body).toMatchObject({
      skp: { round: 2, state: 'submitted' },
      previousSkp: { round: 1, state: 'returned' },
    });
  });

  it('shows a report with its period and evidence', async () => {
    await decideIn(cycle, 'approveSkp', { actorId: agency.people.superior.id });
    const step = cycle.boundary({ kind: 'periodOpened', periodNo: 1 });
    step.settle(await step.run());
    const task = await api.em().findOneOrFail(Task, { matterId: cycle.matterId, kind: 'submitReport', state: 'open' });
    expect((await employee.get(`/tasks/${task.id}`)).body).toMatchObject({
      period: { number: 1 },
      report: null,
      skp: { state: 'established' },
      evidence: [],
      decisions: ['submitReport'],
    });
  });

  it('offers nothing to decide when it is closed or when one only looks', async () => {
    const closed = await api
      .em()
      .findOneOrFail(Task, { matterId: cycle.matterId, kind: 'approveSkp', state: 'done', round: 1, slot: 'skp' });
    expect((await superior.get(`/tasks/${closed.id}`)).body).toMatchObject({ decisions: [], task: { state: 'done' } });
    const auditor = await api.as(agency.people.auditor.id);
    const open = await api.em().findOneOrFail(Task, { matterId: cycle.matterId, kind: 'submitReport', state: 'open' });
    expect((await auditor.get(`/tasks/${open.id}`)).body.decisions).toEqual([]);
  });
});
