import { describe, expect, it } from 'vitest';
import { AuditEvent } from '#persistence/audit/audit.entities.ts';
import { firstBrokenLine } from '#persistence/audit/audit.repository.ts';
import { Command } from '#persistence/commands/commands.entities.ts';
import { Matter, Task } from '#persistence/matters/matters.entities.ts';
import { Outbox } from '#persistence/notifications/notifications.entities.ts';
import { useAgency } from '#test/environment/use-agency.ts';
import { kernelWithMadeUp, openMadeUp, type MadeUpMatter } from '#test/factories/made-up/handlers.ts';
import { DECIDERS_AND_MADE_UP } from '#test/factories/made-up/kinds.ts';
import { decideIn, stepMatter, take, type SteppedMatter } from '#test/factories/stepped-matter.ts';

/** What the kernel must be able to do, each thing by a made-up kind of matter. */

const { em, orm, agency } = await useAgency();
const { employee, superior, colleague, officer } = agency.people;
const raters = [employee.id, superior.id, colleague.id];

async function begin(matter: MadeUpMatter, at = new Date('2026-03-02T03:00:00Z')): Promise<SteppedMatter> {
  const id = await openMadeUp(em(), agency, matter);
  const kernel = kernelWithMadeUp(orm);
  const stepped = await stepMatter(orm, id, { at, kernel, deciders: DECIDERS_AND_MADE_UP });
  await take(stepped.start());
  return stepped;
}

const openOf = async (matterId: string): Promise<string[]> =>
  (await em().find(Task, { matterId, state: 'open' }, { orderBy: { slot: 1 } })).map(({ slot }) => slot);
const taskAt = (matterId: string, slot: string): Promise<Task> =>
  em().findOneOrFail(Task, { matterId, slot, state: 'open' });
const mailsOf = (matterId: string): Promise<number> => em().count(Outbox, { matterId });

/** The row is what the run computed for itself, and its story is whole. */
async function agrees({ matterId, state }: SteppedMatter): Promise<void> {
  const { process, agenda, seq, auditNumber, auditHash } = await em().findOneOrFail(Matter, { id: matterId });
  expect({ process, agenda, seq }).toEqual(state);
  const lines = await em().find(AuditEvent, { matterId }, { orderBy: { number: 1 } });
  expect(firstBrokenLine(lines, { number: auditNumber, hash: auditHash })).toBeNull();
}

describe('several tasks at once in one strand', () => {
  const answer = async (matter: SteppedMatter, actorId: string) =>
    decideIn(matter, 'answer', { actorId, task: await taskAt(matter.matterId, `feedback/${actorId}`) });
  const surveyWith = (quorum: unknown) =>
    begin({ kind: 'survey', employeeId: officer.id, process: { raters, quorum } });

  it('each asks its own person, and nobody can answer for another', async () => {
    const matter = await surveyWith('all');
    expect(await openOf(matter.matterId)).toEqual(raters.map((id) => `feedback/${id}`).sort());
    const task = await taskAt(matter.matterId, `feedback/${superior.id}`);
    expect(task).toMatchObject({ assigneeId: superior.id, strand: 'feedback' });
    expect(await decideIn(matter, 'answer', { actorId: colleague.id, task })).toMatchObject({
      kind: 'refused',
      code: 'access.notAuthorised',
    });
    await agrees(matter);
  });

  it.each([
    ['all', 3],
    ['anyOne', 1],
    [{ atLeast: 2 }, 2],
  ])('with the rule %j the strand goes on after %d answers', async (quorum, needed) => {
    const matter = await surveyWith(quorum);
    for (const [index, rater] of raters.slice(0, needed).entries()) {
      expect(await openOf(matter.matterId)).toHaveLength(raters.length - index);
      expect(await answer(matter, rater)).toMatchObject({ kind: 'applied' });
    }
    expect(await openOf(matter.matterId)).toEqual(['conclusion']);
    const lapsed = await em().find(Task, { matterId: matter.matterId, state: 'lapsed' });
    expect(lapsed.map(({ assigneeId }) => assigneeId)).toEqual(raters.slice(needed));
    await agrees(matter);
  });

  it('at its date the strand goes on with what is there', async () => {
    const matter = await surveyWith('all');
    await answer(matter, superior.id);
    matter.moveTo(new Date('2026-03-05T03:00:00Z'));
    await take(matter.boundary({ kind: 'closing' }));
    expect(await openOf(matter.matterId)).toEqual(['conclusion']);
    expect(matter.state.process).toMatchObject({ answered: 1 });
    expect(matter.agenda).toEqual([]);
    await agrees(matter);
  });
});

describe('a task beside a strand', () => {
  it('an extension is asked and granted while the report stays open, and moves one of several dates', async () => {
    const matter = await begin({ kind: 'essay', employeeId: employee.id });
    const write = await taskAt(matter.matterId, 'essay');
    expect(await decideIn(matter, 'askExtension', { actorId: employee.id, task: write })).toMatchObject({
      kind: 'applied',
    });
    expect(await openOf(matter.matterId)).toEqual(['essay', 'essay/extension']);
    const [due, forgotten] = matter.agenda;
    await decideIn(matter, 'grant', {
      actorId: employee.id,
      task: await taskAt(matter.matterId, 'essay/extension'),
      args: { days: 20 },
    });
    expect(await openOf(matter.matterId)).toEqual(['essay']);
    expect(matter.agenda.map(({ boundary }) => boundary.kind)).toEqual(['forgotten', 'due']);
    expect(matter.agenda.find(({ boundary }) => boundary.kind === 'due')!.at).toBeGreaterThan(due!.at);
    expect(matter.agenda.find(({ boundary }) => boundary.kind === 'forgotten')).toEqual(forgotten);
    await agrees(matter);
  });

  it('what was sent is taken back by its sender, by nobody else, and only while nobody has decided', async () => {
    const matter = await begin({ kind: 'essay', employeeId: employee.id });
    await decideIn(matter, 'send', { actorId: employee.id, task: await taskAt(matter.matterId, 'essay') });
    const review = await taskAt(matter.matterId, 'essay');
    expect(review.senderId).toBe(employee.id);
    expect(await decideIn(matter, 'takeBack', { actorId: colleague.id, task: review })).toMatchObject({
      kind: 'refused',
    });
    expect(await decideIn(matter, 'takeBack', { actorId: employee.id, task: review })).toMatchObject({
      kind: 'applied',
    });
    expect(await taskAt(matter.matterId, 'essay')).toMatchObject({ kind: 'write', round: 2 });
    await agrees(matter);
  });
});

describe('a step that waits for another matter', () => {
  it('a rating is delivered when the unit is confirmed, not in the step that rates', async () => {
    const matter = await begin({ kind: 'verdict', employeeId: employee.id });
    const unit = await begin({ kind: 'confirmation', employeeId: officer.id, reportsToId: matter.matterId });
    await decideIn(matter, 'rate', { actorId: employee.id, task: await taskAt(matter.matterId, 'rating') });
    expect(await openOf(matter.matterId)).toEqual([]);
    expect(await em().findOneOrFail(Matter, { id: matter.matterId })).toMatchObject({ stage: 'waitsForUnit' });

    await decideIn(unit, 'confirm', { actorId: officer.id, task: await taskAt(unit.matterId, 'unit') });
    const told = await em().findOneOrFail(Command, { matterId: matter.matterId, form: 'fact' });
    expect(told).toMatchObject({
      name: 'matterSettled',
      arguments: { kind: 'matterSettled', matterId: unit.matterId, matterKind: 'confirmation', outcome: 'confirmed' },
    });
    await take(matter.fact(told.arguments as { kind: string }));
    expect(await openOf(matter.matterId)).toEqual(['delivery']);
    await agrees(matter);
  });
});

describe('forward repair', () => {
  it('a compensating step closes and opens tasks, deletes nothing and sends nothing twice', async () => {
    const matter = await begin({ kind: 'essay', employeeId: employee.id });
    await decideIn(matter, 'send', { actorId: employee.id, task: await taskAt(matter.matterId, 'essay') });
    await decideIn(matter, 'approve', { actorId: employee.id, task: await taskAt(matter.matterId, 'essay') });
    const [mails, lines] = [
      await mailsOf(matter.matterId),
      await em().count(AuditEvent, { matterId: matter.matterId }),
    ];
    const repair = matter.fact({ kind: 'repaired', factId: 'repair-1' });
    const first = await repair.run();
    expect(await repair.run()).toEqual(first);
    repair.settle(first);
    expect(await taskAt(matter.matterId, 'essay')).toMatchObject({ kind: 'write', round: 2 });
    expect(await openOf(matter.matterId)).toEqual(['essay']);
    expect(await mailsOf(matter.matterId)).toBe(mails);
    expect(await em().count(AuditEvent, { matterId: matter.matterId })).toBeGreaterThan(lines);
    expect(await em().count(Task, { matterId: matter.matterId, state: 'done' })).toBe(2);
    await agrees(matter);
  });
});
