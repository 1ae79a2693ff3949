import { expect, it } from 'vitest';
import { Outbox } from '#persistence/notifications/notifications.entities.ts';
import { Task } from '#persistence/matters/matters.entities.ts';
import { useAgency } from '#test/environment/use-agency.ts';
import { createCycle } from '#test/factories/agency.ts';
import { activitiesOn } from '#test/factories/stepped-matter.ts';
import { broken } from '#test/faults/prove-step.ts';
import { snapshotOf } from '#test/faults/table-snapshot.ts';

const { em, orm, agency } = await useAgency();

it('a sweep takes all steps that are due, writes nothing when it breaks, and nothing more when repeated', async () => {
  const openedAt = new Date(Date.UTC(2026, 0, 5, 3));
  const matterId = await createCycle(em(), agency, agency.people.employee, 2026, agency.ruleSetId, openedAt);
  const { ladderAt } = await em().findOneOrFail(Task, { matterId });
  const now = ladderAt[3]!.getTime();
  const { sweepEscalations } = activitiesOn(orm);

  const before = await snapshotOf(em());
  await broken(em, 'outbox', () => expect(sweepEscalations({ now })).rejects.toThrow('broken on purpose'));
  expect(await snapshotOf(em())).toEqual(before);

  expect(await sweepEscalations({ now })).toBe(4);
  expect(await em().findOneOrFail(Task, { matterId })).toMatchObject({ level: 4, nextStepAt: ladderAt[4] });
  const after = await snapshotOf(em());
  expect(await sweepEscalations({ now })).toBe(0);
  expect(await snapshotOf(em())).toEqual(after);
  expect(await em().count(Outbox, { matterId, template: 'reminder' })).toBe(3);
});
