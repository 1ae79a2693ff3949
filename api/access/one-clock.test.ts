import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Task } from '#persistence/matters/matters.entities.ts';
import { ARGUMENTS } from '#test/factories/decisions.ts';
import { startTestApi, type TestApi, type TestClient } from '../testing/test-api.ts';
import { createTwoUnits, type TwoUnits } from '../testing/two-units.ts';

/** A minute before and a minute after midnight of 1 December in WIT; in WIB and in UTC both lie on 30 November. */
const BEFORE = new Date('2026-11-30T14:59:00Z');
const AFTER = new Date('2026-11-30T15:01:00Z');

let api: TestApi;
let agency: TwoUnits;
let clock = BEFORE;
let before: TestClient;
let after: TestClient;
let employee: TestClient;
let admin: TestClient;
let taskId: string;

/** The post of the superior changes hands on 1 December: the colleague follows. All of them are in WIT. */
beforeAll(async () => {
  api = await startTestApi({ now: () => clock });
  const em = api.em();
  agency = await createTwoUnits(em);
  const { people } = agency;
  await em.execute(`alter database ${new URL(api.databaseUrl).pathname.slice(1)} set timezone to 'UTC'`);
  await em.execute(`update unit set time_zone = 'Asia/Jayapura'`);
  await em.execute(`update position_assignment set valid_to = '2026-11-30' where position_id = ?`, [
    people.superior.positionId,
  ]);
  await em.execute(`update position_assignment set valid_to = '2026-11-30' where employee_id = ?`, [
    people.colleague.id,
  ]);
  await em.execute(
    `insert into position_assignment (position_id, employee_id, kind, valid_from) values (?, ?, 'definitif', '2026-12-01')`,
    [people.superior.positionId, people.colleague.id],
  );
  [before, after, employee, admin] = (await Promise.all(
    (['superior', 'colleague', 'employee', 'admin'] as const).map((name) => api.as(people[name].id)),
  )) as [TestClient, TestClient, TestClient, TestClient];
});
afterAll(() => api?.close());

async function askTheSuperior(): Promise<string> {
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
    openedAt: BEFORE,
    dueAt: new Date('2026-12-24T14:59:59Z'),
    ladderAt: [],
  });
  em.persist(task);
  await em.flush();
  return task.id;
}

const decide = (client: TestClient) =>
  client.post(`/tasks/${taskId}/decisions`, {
    commandId: randomUUID(),
    arguments: { decision: 'returnSkp', ...ARGUMENTS.returnSkp },
  });
const titles = (answer: { body: { positions: { title: string }[] } }): string[] =>
  answer.body.positions.map(({ title }) => title);

describe.each([
  ['a minute before midnight the post is still with the one who hands it over', BEFORE],
  ['a minute after midnight it is with the one who takes it over', AFTER],
])('%s', (_title, instant) => {
  const isAfter = instant === AFTER;
  const holder = (): TestClient => (isAfter ? after : before);
  const other = (): TestClient => (isAfter ? before : after);
  beforeAll(async () => {
    clock = instant;
    taskId = await askTheSuperior();
  });

  it('only the holder sees the task and has the post', async () => {
    const sees = async (client: TestClient): Promise<boolean> =>
      (await client.get('/inbox')).body.items.some(({ id }: { id: string }) => id === taskId);
    expect([await sees(holder()), await sees(other())]).toEqual([true, false]);
    const post = (
      await api
        .em()
        .execute<{ title: string }[]>('select title from position where id = ?', [agency.people.superior.positionId])
    )[0]!.title;
    expect(titles(await holder().get('/session'))).toContain(post);
    expect(titles(await other().get('/session'))).not.toContain(post);
  });

  it('others are shown the holder as the superior', async () => {
    const name = agency.people[isAfter ? 'colleague' : 'superior'].name;
    expect((await employee.get('/corrections/current')).body.superior.holder).toBe(name);
    const { items } = (await admin.get(`/employees?search=${encodeURIComponent(agency.people.employee.name)}`)).body;
    const row = items.find(({ id }: { id: string }) => id === agency.people.employee.id);
    expect(row.superior.name).toBe(name);
  });

  it('only the holder may decide', async () => {
    expect((await decide(other())).status).toBe(404);
    expect((await decide(holder())).status).toBe(202);
  });
});
