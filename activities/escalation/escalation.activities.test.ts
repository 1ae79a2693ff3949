import { expect, it } from 'vitest';
import { Outbox } from '#persistence/notifications/notifications.entities.ts';
import { Task } from '#persistence/matters/matters.entities.ts';
import { useAgency } from '#test/environment/use-agency.ts';
import { createCycle } from '#test/factories/agency.ts';
import { broken } from '#test/faults/prove-step.ts';
import { activitiesOn, stepCycle, take } from '#test/faults/stepped-cycle.ts';
import { snapshotOf } from '#test/faults/table-snapshot.ts';

const { em, orm, agency } = await useAgency();

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
