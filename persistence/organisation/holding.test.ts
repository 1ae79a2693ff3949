import type { EntityManager } from '@mikro-orm/postgresql';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { calendarDate } from '#domain/calendar/calendar-date.ts';
import { createTestDatabase, type TestDatabase } from '#test/environment/database.ts';
import { openOrm, type Orm } from '../orm.ts';
import { select, selectOne, sql, type Sql } from '../sql.ts';
import { actingPost, civilDateOf, definitiveFirst, holderOf, holds, isNotOver, standingOf } from './holding.ts';

const POST = '019ab4a2-0000-7000-8000-000000000001';
const UNIT = '019ab4a2-0000-7000-8000-000000000002';
const idOf = (name: string): string =>
  `019ab4a2-0000-7000-8000-0000000000${name === 'old' ? '10' : name === 'new' ? '11' : '12'}`;

let database: TestDatabase;
let orm: Orm;
const em = (): EntityManager => orm.em.fork() as EntityManager;

/** One post: `old` holds it until 30 November, `new` from 1 December; `acting` is its Plh from 20 to 30 November. */
beforeAll(async () => {
  database = await createTestDatabase();
  orm = await openOrm(database.url);
  await em().execute(
    `insert into unit (id, code, name, path, time_zone) values (?, '00', 'Unit', '/00/', 'Asia/Jayapura')`,
    [UNIT],
  );
  await em().execute(
    `insert into position (id, unit_id, title, kind, grade_level) values (?, ?, 'Kepala', 'struktural', 'III')`,
    [POST, UNIT],
  );
  for (const name of ['old', 'new', 'acting'])
    await em().execute(
      `insert into employee (id, name, born_on, sex, email, employment, grade, unit_id) values (?, ?, '1990-01-01', 'P', ?, 'PNS', 'III/a', ?)`,
      [idOf(name), name, `${name}@x.test`, UNIT],
    );
  const assign = (name: string, kind: string, from: string, to: string | null) =>
    em().execute(
      `insert into position_assignment (position_id, employee_id, kind, valid_from, valid_to) values (?, ?, ?, ?, ?)`,
      [POST, idOf(name), kind, from, to],
    );
  await assign('old', 'definitif', '2020-01-01', '2026-11-30');
  await assign('new', 'definitif', '2026-12-01', null);
  await assign('acting', 'plh', '2026-11-20', '2026-11-30');
  await assign('acting', 'plt', '2027-02-01', '2027-01-31');
});
afterAll(async () => {
  await orm?.close();
  await database?.drop();
});

const namesWhere = async (condition: Sql): Promise<string[]> =>
  (
    await select<{ name: string }>(
      em(),
      sql`select e.name from position_assignment a join employee e on e.id = a.employee_id where ${condition} order by ${definitiveFirst('a')}, a.valid_from`,
    )
  ).map(({ name }) => name);

describe('a row holds', () => {
  it.each([
    ['2019-12-31', []],
    ['2026-11-19', ['old']],
    ['2026-11-20', ['old', 'acting']],
    ['2026-11-30', ['old', 'acting']],
    ['2026-12-01', ['new']],
    ['2027-02-01', ['new']],
  ])('on %s: both its days are included', async (day, names) => {
    expect(await namesWhere(holds('a', calendarDate(day)))).toEqual(names);
    expect(await namesWhere(holds(sql`a`, sql`date ${{ text: `'${day}'`, params: [] }}`))).toEqual(names);
  });

  it('or will hold: what is over does not count', async () => {
    expect(await namesWhere(isNotOver('a', calendarDate('2026-12-01')))).toEqual(['new', 'acting']);
    expect(await namesWhere(isNotOver('a', calendarDate('2026-11-30')))).toEqual(['old', 'new', 'acting', 'acting']);
  });

  it('is past, current or future; taken back before it began, it is past', async () => {
    const rows = await select<{ name: string; standing: string }>(
      em(),
      sql`select e.name, ${standingOf('a', calendarDate('2026-11-30'))} as standing from position_assignment a join employee e on e.id = a.employee_id order by a.valid_from`,
    );
    expect(rows.map(({ name, standing }) => `${name} ${standing}`)).toEqual([
      'old current',
      'acting current',
      'new future',
      'acting past',
    ]);
  });
});

it('the day of an instant is the one in the zone of the row, not of the server', async () => {
  const holderAt = (at: string): Promise<{ name: string } | null> =>
    selectOne(
      em(),
      sql`select h.name from position p join unit u on u.id = p.unit_id
          join lateral (${holderOf(sql`p.id`, civilDateOf(sql`${at}::timestamptz`, sql`u.time_zone`))}) h on true`,
    );
  expect(await holderAt('2026-11-30T14:59:59Z')).toEqual({ name: 'old' });
  expect(await holderAt('2026-11-30T15:00:00Z')).toEqual({ name: 'new' });
});

it('a post is told by its title to those who act in it only', async () => {
  const titleFor = (name: string, day: string): Promise<unknown> =>
    selectOne(em(), actingPost(sql`${POST}`, sql`${idOf(name)}`, calendarDate(day)));
  expect(await titleFor('acting', '2026-11-30')).toEqual({ title: 'Kepala' });
  expect(await titleFor('acting', '2026-12-01')).toBeNull();
  expect(await titleFor('old', '2026-11-30')).toBeNull();
});
