import { afterAll, beforeAll, expect, it } from 'vitest';
import type { EntityManager } from '@mikro-orm/postgresql';
import { openOrm, type Orm } from '#persistence/orm.ts';
import { Outbox } from '#persistence/notifications/notifications.entities.ts';
import { Task } from '#persistence/matters/matters.entities.ts';
import { createTestDatabase, type TestDatabase } from '#test/environment/database.ts';
import { createAgency, createCycle, type Agency } from '#test/factories/agency.ts';
import { broken } from '#test/faults/prove-step.ts';
import { activitiesOn, stepCycle, take } from '#test/faults/stepped-cycle.ts';
import { snapshotOf } from '#test/faults/table-snapshot.ts';

let database: TestDatabase;
let orm: Orm;
let agency: Agency;
const em = () => orm.em.fork() as EntityManager;

beforeAll(async () => {
  database = await createTestDatabase();
  orm = await openOrm(database.url);
  agency = await createAgency(em());
});
afterAll(async () => {
  await orm?.close();
  await database?.drop();
});

it('a sweep takes all steps that are due, writes nothing when it breaks, and nothing more when repeated', async () => {
  const cycleId = await createCycle(em(), agency, agency.people.employee, 2026);
  const cycle = stepCycle(orm, cycleId, { at: new Date(Date.UTC(2026, 0, 5, 3)) });
  await take(cycle.start());
  const { ladderAt } = await em().findOneOrFail(Task, { cycleId });
  const now = ladderAt[3]!.getTime();
  const { sweepEscalations } = activitiesOn(orm);

  const before = await snapshotOf(em());
  await broken(em, 'outbox', () => expect(sweepEscalations({ now })).rejects.toThrow('broken on purpose'));
  expect(await snapshotOf(em())).toEqual(before);

  expect(await sweepEscalations({ now })).toBe(4);
  expect(await em().findOneOrFail(Task, { cycleId })).toMatchObject({ level: 4, nextStepAt: ladderAt[4] });
  const after = await snapshotOf(em());
  expect(await sweepEscalations({ now })).toBe(0);
  expect(await snapshotOf(em())).toEqual(after);
  expect(await em().count(Outbox, { cycleId, template: 'reminder' })).toBe(3);
});
