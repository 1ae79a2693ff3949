import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { EntityManager } from '@mikro-orm/postgresql';
import { startOfDay } from '#domain/calendar/clock.ts';
import type { CalendarDate } from '#domain/calendar/calendar-date.ts';
import type { IndonesianZone } from '#domain/calendar/time-zone.ts';
import { Task } from '#persistence/matters/matters.entities.ts';
import { Outbox } from '#persistence/notifications/notifications.entities.ts';
import { PositionAssignment, Unit } from '#persistence/organisation/organisation.entities.ts';
import { startSkippingAgency, type SkippingAgency } from '#test/environment/time-skipping.ts';
import { createCycle } from '#test/factories/agency.ts';
import { act } from '#test/factories/decisions.ts';
import { startMatterRun } from '#test/factories/runs.ts';

/**
 * Who holds a post is a question of the unit's civil day at the workflow's clock: not of the day on which the test runs, and not of the day
 * that PostgreSQL has, whose clock stands in another year. The superior's post is vacant but for a Plt (or Plh) from 1 August on; before that the head above holds it.
 */
let skipping: SkippingAgency;
const em = (): EntityManager => skipping.em();

beforeAll(async () => {
  skipping = await startSkippingAgency();
});
afterAll(() => skipping?.stop());

/** The first 1 August that the server's clock has not reached. */
async function nextAugust(): Promise<CalendarDate> {
  const now = new Date(await skipping.env.currentTimeMs());
  return `${now.getUTCFullYear() + 1}-08-01` as CalendarDate;
}

async function moveTo(instant: number): Promise<void> {
  await skipping.env.sleep(instant - (await skipping.env.currentTimeMs()));
}

/** Somebody submits an SKP at the server's present time; returns who is asked to approve it, and who got the mail. */
async function submitted(year: number): Promise<{ asks: string; mailed: string[] }> {
  const { agency, env } = skipping;
  const { id: actorId } = agency.people.employee;
  const now = new Date(await env.currentTimeMs());
  const matterId = await createCycle(em(), agency, agency.people.employee, year, agency.ruleSetId, now);
  await startMatterRun(em(), env.client, matterId);
  const acceptedAt = new Date(await env.currentTimeMs());
  expect(await act(em(), env.client, { cycleId: matterId, decision: 'submitSkp', actorId, acceptedAt })).toMatchObject({
    kind: 'applied',
  });
  const task = await em().findOneOrFail(Task, { matterId, kind: 'approveSkp', state: 'open' });
  const mails = await em().find(Outbox, { taskId: task.id });
  return { asks: task.assigneeId, mailed: mails.map(({ recipientId }) => recipientId!).sort() };
}

describe('a Plt begins on 1 August of the virtual year', () => {
  it.each<[string, IndonesianZone, number]>([
    ['in WIB, asked at noon', 'Asia/Jakarta', 12 * 60],
    ['in WIT one minute after midnight, while it is still 31 July in UTC', 'Asia/Jayapura', 1],
  ])('%s: what is opened and written on that day goes to the Plt, and that of 31 July does not', async (...setting) => {
    const [, zone, minuteOfDay] = setting;
    const { agency } = skipping;
    const { superior, head, colleague } = agency.people;
    await em().nativeUpdate(Unit, { id: agency.unitId }, { timeZone: zone });
    const begins = await nextAugust();
    const year = Number(begins.slice(0, 4));
    const firstDay = startOfDay(begins, zone, { kind: 'civil' });
    await em().nativeUpdate(
      PositionAssignment,
      { positionId: superior.positionId, kind: 'definitif' },
      { validTo: `${year}-01-31` },
    );
    await em().nativeDelete(PositionAssignment, { positionId: superior.positionId, kind: 'plt' });
    await em().insert(PositionAssignment, {
      positionId: superior.positionId,
      employeeId: colleague.id,
      kind: 'plt',
      validFrom: begins,
      orderNumber: 'SP-8',
    });

    await moveTo(firstDay - 2 * 3_600_000);
    expect(await submitted(year)).toEqual({ asks: head.positionId, mailed: [head.id] });

    await moveTo(firstDay + minuteOfDay * 60_000);
    expect(new Date(await skipping.env.currentTimeMs()).toISOString().slice(0, 10)).toBe(
      zone === 'Asia/Jayapura' ? `${year}-07-31` : begins,
    );
    expect(await submitted(year + 10)).toEqual({ asks: superior.positionId, mailed: [colleague.id] });
  });
});
