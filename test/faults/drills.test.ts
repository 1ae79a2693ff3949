import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { EntityManager } from '@mikro-orm/postgresql';
import { DAY_MS } from '#domain/calendar/clock.ts';
import { Appraisal } from '#persistence/appraisal/appraisal.entities.ts';
import { Command } from '#persistence/commands/commands.entities.ts';
import { Outbox } from '#persistence/notifications/notifications.entities.ts';
import { PositionAssignment } from '#persistence/organisation/organisation.entities.ts';
import { Matter, Task } from '#persistence/matters/matters.entities.ts';
import { Skp } from '#persistence/skp/skp.entities.ts';
import { createCycle, type Person } from '#test/factories/agency.ts';
import { openTaskFor } from '#test/factories/decisions.ts';
import { startMatterRun } from '#test/factories/runs.ts';
import { decideIn, stepMatter, take } from '#test/factories/stepped-matter.ts';
import { newTold, PATIENCE_MS, startDrill, type Drill } from './drill.ts';
import { randomOf } from './random.ts';
import { untilTrue, type PartName } from './stack.ts';

const DRIVERS = 6;
const KILLING_MS = 55_000;
const PARTS: readonly PartName[] = ['worker', 'temporal', 'postgres', 'api'];
const TIMEOUT_MS = 2 * PATIENCE_MS;

let drill: Drill;
const em = (): EntityManager => drill.em();

beforeAll(async () => {
  drill = await startDrill({}, 24);
}, 180_000);
afterAll(async () => {
  await drill?.stop();
}, 60_000);

describe('the application in its own processes', () => {
  it(
    'the same decision sent 50 times at once is one decision and 50 equal answers',
    { timeout: TIMEOUT_MS },
    async () => {
      drill.nextYear();
      const person = drill.population.employees[0]!;
      const cycleId = await drill.startCalmCycle(person);
      const task = (await openTaskFor(em(), cycleId, 'submitSkp'))!;
      const commandId = randomUUID();
      const answers = await Promise.all(
        Array.from({ length: 50 }, () => drill.send(person.id, task.id, 'submitSkp', commandId)),
      );
      await untilTrue(
        'it is answered',
        async () => (await drill.send(person.id, task.id, 'submitSkp', commandId)).status === 200,
      );
      const { body } = await drill.send(person.id, task.id, 'submitSkp', commandId);
      expect(new Set(answers.map((answer) => answer.status))).toEqual(
        new Set(answers.some((answer) => answer.status === 202) ? [200, 202] : [200]),
      );
      for (const answer of answers.filter(({ status }) => status === 200)) expect(answer.body).toEqual(body);
      expect(await em().count(Skp, { cycleId })).toBe(1);

      // The same once more below the API: the engine is asked 50 times.
      const again = (await openTaskFor(em(), cycleId, 'returnSkp'))!;
      const { superior } = drill.population.agency.people;
      const command = await drill.accepted({ task: again, actorId: superior.id, decision: 'returnSkp' });
      const deliveries = await Promise.all(Array.from({ length: 50 }, () => drill.tell(command, 20_000)));
      expect(deliveries[0]).toMatchObject({ kind: 'answered', reply: { kind: 'applied' } });
      for (const delivery of deliveries) expect(delivery).toEqual(deliveries[0]);

      const audit = await drill.audited([cycleId], { applied: new Set([commandId, command.id]) });
      console.log('50 times at once', { statuses: tally(answers), ...audit.counts });
      expect(audit.problems).toEqual([]);
      expect(audit.counts).toMatchObject({ commands: 2, applied: 2 });
    },
  );

  it('20 people decide one task: one is quicker, the others are told who', { timeout: TIMEOUT_MS }, async () => {
    drill.nextYear();
    const [subject, ...others] = drill.population.employees;
    const deputies = others.slice(0, 19);
    const { superior } = drill.population.agency.people;
    for (const { id } of deputies)
      await em().insert(PositionAssignment, {
        id: randomUUID(),
        positionId: superior.positionId,
        employeeId: id,
        kind: 'plt',
        validFrom: '2021-01-01',
      });
    try {
      const cycleId = await drill.startCalmCycle(subject!);
      await drill.decideSurely(cycleId, subject!.id, 'submitSkp');
      const task = (await openTaskFor(em(), cycleId, 'approveSkp'))!;
      const people = [superior.id, ...deputies.map(({ id }) => id)];
      const sent = people.map((actorId) => ({ actorId, commandId: randomUUID() }));
      const answers = await Promise.all(
        sent.map(({ actorId, commandId }, index) =>
          drill.send(actorId, task.id, index % 2 ? 'returnSkp' : 'approveSkp', commandId),
        ),
      );
      const audit = await drill.audited([cycleId]);
      console.log('20 people', { statuses: tally(answers), ...audit.counts });
      expect(audit.problems).toEqual([]);
      const decided = await em().findOneOrFail(Task, { id: task.id });
      expect(people).toContain(decided.decidedById);
      const winner = sent.find(({ actorId }) => actorId === decided.decidedById)!;
      for (const [index, { actorId, commandId }] of sent.entries()) {
        const answer = answers[index]!;
        if (answer.status === 202) {
          expect(await drill.receiptOf(actorId, commandId)).toMatchObject({
            state: 'answered',
            outcome: { kind: commandId === winner.commandId ? 'applied' : 'refused' },
          });
        } else if (commandId === winner.commandId) {
          expect(answer).toMatchObject({ status: 200, body: { outcome: { kind: 'applied' } } });
        } else {
          expect(answer).toMatchObject({ status: 409, body: { code: 'process.taskDecided' } });
          expect(JSON.stringify(answer.body['detail'])).toContain(decided.closedAt!.toISOString());
        }
      }
    } finally {
      await em().nativeDelete(PositionAssignment, { employeeId: { $in: deputies.map(({ id }) => id) }, kind: 'plt' });
    }
  });

  it(
    'what is accepted a second before the deadline while the engine is away is in time when it is back',
    { timeout: TIMEOUT_MS },
    async () => {
      drill.nextYear();
      const [submitter, objector] = drill.population.employees as [Person, Person];
      const submission = await drill.startCalmCycle(submitter);
      const objection = await deliveredResult(objector);
      await drill.stack.holdDown('temporal');
      try {
        const deadline = new Date(Date.now() + 6000);
        const task = (await openTaskFor(em(), submission, 'submitSkp'))!;
        await em().nativeUpdate(Task, { id: task.id }, { dueAt: deadline });
        const contested = (await openTaskFor(em(), objection.cycleId, 'fileObjection'))!;
        await delay(Math.min(deadline.getTime(), objection.until.getTime()) - 2500 - Date.now());
        const [first, second] = [randomUUID(), randomUUID()];
        const answers = await Promise.all([
          drill.send(submitter.id, task.id, 'submitSkp', first),
          drill.send(objector.id, contested.id, 'fileObjection', second),
        ]);
        for (const [index, answer] of answers.entries()) {
          expect(answer).toMatchObject({
            status: 202,
            body: { commandId: [first, second][index], state: 'accepted', number: expect.any(Number), outcome: null },
          });
          expect(new Date(answer.body['acceptedAt'] as string).getTime()).toBeLessThanOrEqual(deadline.getTime());
        }
        await delay(Math.max(deadline.getTime(), objection.until.getTime()) + 1500 - Date.now());
        const returnedAt = Date.now();
        await drill.stack.letUp('temporal');
        await untilTrue(
          'both are answered',
          async () => (await em().count(Command, { id: { $in: [first, second] }, state: 'answered' })) === 2,
          PATIENCE_MS,
        );
        for (const [actorId, commandId] of [
          [submitter.id, first],
          [objector.id, second],
        ] as const) {
          expect(await drill.receiptOf(actorId, commandId)).toMatchObject({
            state: 'answered',
            isLate: false,
            outcome: { kind: 'applied' },
          });
        }
        expect(await em().findOneOrFail(Skp, { cycleId: submission })).toMatchObject({ isLate: false });
        expect(await em().findOneOrFail(Task, { id: task.id })).toMatchObject({ state: 'done', isLate: false });
        expect(await openTaskFor(em(), objection.cycleId, 'decideObjection')).toBeTruthy();
        const audit = await drill.audited([submission, objection.cycleId]);
        console.log('engine away over a deadline', { answeredAfterMs: Date.now() - returnedAt, ...audit.counts });
        expect(audit.problems).toEqual([]);
      } finally {
        await drill.stack.letUp('temporal');
        await drill.stack.untilUp();
      }
    },
  );

  it(
    'an hour without the mail relay: decisions go on, every mail goes out once when it is back',
    { timeout: TIMEOUT_MS },
    async () => {
      drill.nextYear();
      const people = drill.population.employees.slice(0, 8);
      const { superior } = drill.population.agency.people;
      const cycleIds = await Promise.all(people.map((person) => drill.startCalmCycle(person)));
      const own = { matterId: { $in: cycleIds } };
      await drill.stack.mail.switchOff();
      // Half of them submit while no mail goes out; the others are reminded.
      for (const [index, cycleId] of cycleIds.entries())
        if (index % 2) await drill.decideSurely(cycleId, people[index]!.id, 'submitSkp');
      await em().nativeUpdate(
        Task,
        { ...own, kind: 'draftSkp', state: 'open' },
        { nextStepAt: new Date(Date.now() - 1000) },
      );
      await untilTrue(
        'reminders wait',
        async () => (await em().count(Outbox, { ...own, template: 'reminder' })) === people.length / 2,
        PATIENCE_MS,
      );
      // The hour: whatever was put off is due again, several times over.
      for (let round = 0; round < 4; round += 1) {
        await em().nativeUpdate(
          Outbox,
          { ...own, state: 'waiting' },
          { availableAt: new Date(Date.now() - 3_600_000) },
        );
        await delay(1500);
      }
      expect(
        await em().count(Outbox, {
          ...own,
          taskId: (await openTaskFor(em(), cycleIds[1]!, 'approveSkp'))!.id,
          recipientId: superior.id,
          state: 'sent',
        }),
      ).toBe(0);
      await drill.decideSurely(cycleIds[1]!, superior.id, 'returnSkp');

      await drill.stack.mail.switchOn();
      await untilTrue(
        'all mails are settled',
        async () => {
          await em().nativeUpdate(
            Outbox,
            { ...own, state: 'waiting', availableAt: { $gt: new Date() } },
            { availableAt: new Date() },
          );
          return (await em().count(Outbox, { ...own, state: { $in: ['waiting', 'sending'] } })) === 0;
        },
        PATIENCE_MS,
      );
      const mails = await em().find(Outbox, own);
      const times = mails
        .filter((mail) => mail.state === 'sent')
        .map((mail) => drill.stack.mail.received.get(mail.messageId!) ?? 0);
      console.log('mail relay away', {
        mails: tally(mails.map((mail) => ({ status: mail.state }))),
        attempts: Math.max(...mails.map((mail) => mail.attempts)),
      });
      expect(times.every((count) => count === 1)).toBe(true);
      expect(mails.filter((mail) => !['sent', 'dropped'].includes(mail.state))).toEqual([]);
      // What is dropped on purpose is about a task that somebody has done meanwhile.
      for (const mail of mails.filter(({ state }) => state === 'dropped'))
        expect(await em().findOneOrFail(Task, { id: mail.taskId! })).not.toMatchObject({ state: 'open' });
      const audit = await drill.audited(cycleIds);
      expect(audit.problems).toEqual([]);
    },
  );

  it(
    'kill -9 of every part at random moments loses nothing, does nothing twice and leaves nothing stuck',
    { timeout: TIMEOUT_MS },
    async () => {
      const random = randomOf();
      const kills: string[] = [];
      drill.nextYear();
      // A quarter lasts some 25 s: reports fall due and runs continue as new while parts are killed.
      const rules = await drill.rulesOfYear(270);
      const cycleIds = await Promise.all(drill.population.employees.map((person) => drill.startCycle(person, rules)));
      const told = newTold();
      let isOver = false;
      const driving = Array.from({ length: DRIVERS }, (_, index) =>
        drill.decideByHttp(cycleIds, random.seed + index, () => isOver, told),
      );
      let lastKillAt = 0;
      try {
        const startedAt = Date.now();
        for (let round = 0; Date.now() - startedAt < KILLING_MS || round < PARTS.length; round += 1) {
          await delay(random.between(1000, 4000));
          // Each part once, then any of them, now and then two at a time.
          const first = PARTS[round] ?? random.pick(PARTS);
          for (const part of random.next() < 0.3 ? [first, random.pick(PARTS)] : [first]) {
            drill.stack.kill(part);
            kills.push(`${part} at ${((Date.now() - startedAt) / 1000).toFixed(1)} s`);
          }
          lastKillAt = Date.now();
          await drill.stack.untilUp();
        }
        const before = await drill.countApplied(cycleIds);
        await untilTrue(
          'decisions are applied again',
          async () => (await drill.countApplied(cycleIds)) >= before + 10,
          PATIENCE_MS,
        );
      } catch (error) {
        throw await drill.explained(
          error,
          cycleIds,
          `seed ${random.seed}, kills: ${kills.join(', ')}, answers: ${JSON.stringify([...told.statuses])}`,
        );
      } finally {
        isOver = true;
        await Promise.all(driving);
      }
      const audit = await drill.audited(cycleIds, told);
      console.log('kill -9', {
        seed: random.seed,
        kills: kills.join(', '),
        restarts: drill.stack.restarts,
        settledAfterMs: Date.now() - lastKillAt,
        statuses: Object.fromEntries(told.statuses),
        ...audit.counts,
      });
      expect(audit.problems, `seed ${random.seed}`).toEqual([]);
      // How much gets done depends on the machine; that something does while parts die is what makes it a drill.
      expect(audit.counts.applied).toBeGreaterThan(24);
    },
  );

  /** A cycle whose result was delivered; its objection window ends in a few seconds. */
  async function deliveredResult(person: Person): Promise<{ cycleId: string; until: Date }> {
    const rules = await drill.rulesOfYear(DAY_MS);
    const cycleId = await createCycle(em(), drill.population.agency, person, drill.year(), rules);
    const cycle = await stepMatter(drill.stack.orm, cycleId);
    await take(cycle.boundary({ kind: 'appraisalOpened' }));
    await decideIn(cycle, 'submitSelfAssessment', { actorId: person.id });
    await decideIn(cycle, 'rateEmployee', { actorId: drill.population.agency.people.superior.id });
    const until = new Date(Date.now() + 8000);
    await em().nativeUpdate(Appraisal, { cycleId }, { objectionUntil: until });
    await em().nativeUpdate(Task, { matterId: cycleId, kind: 'acknowledgeResult' }, { dueAt: until });
    const boundary = { kind: 'objectionWindowClosed' };
    await em().nativeUpdate(Matter, { id: cycleId }, { agenda: [{ at: until.getTime() + 1, boundary }] });
    await startMatterRun(em(), drill.stack.client, cycleId);
    return { cycleId, until };
  }
});

/** How many of each status. */
const tally = (items: readonly { status: number | string }[]): Record<string, number> =>
  items.reduce<Record<string, number>>(
    (counts, { status }) => ({ ...counts, [status]: (counts[status] ?? 0) + 1 }),
    {},
  );
