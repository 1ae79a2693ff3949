import { beforeEach, describe, expect, it } from 'vitest';
import type { EntityManager } from '@mikro-orm/postgresql';
import { civilDate } from '#domain/calendar/clock.ts';
import { matterWorkflowId } from '#domain/process/names.ts';
import { AuditEvent } from '#persistence/audit/audit.entities.ts';
import { takePendingCommands } from '#persistence/commands/commands.repository.ts';
import { Command } from '#persistence/commands/commands.entities.ts';
import { Cycle, Period } from '#persistence/cycles/cycles.entities.ts';
import { Matter, Task } from '#persistence/matters/matters.entities.ts';
import { readStarts } from '#persistence/matters/matters.repository.ts';
import { findBrokenLine } from '#persistence/audit/story.queries.ts';
import { Outbox } from '#persistence/notifications/notifications.entities.ts';
import { currentPost } from '#persistence/organisation/hierarchy.repository.ts';
import { createRuleBook } from '#persistence/rule-sets/rule-sets.repository.ts';
import { useAgency } from '#test/environment/use-agency.ts';
import { broken } from '#test/faults/prove-step.ts';
import { snapshotOf } from '#test/faults/table-snapshot.ts';
import { openCycles, type CycleToOpen, type Opening } from './open-cycles.ts';

const { em, agency } = await useAgency();
const { employee, colleague, superior } = agency.people;
const people = [employee, colleague, superior];
let year = 2026;
beforeEach(() => {
  year += 1;
});

/** A working day in the first week of the year. */
const openedAt = (): Date => new Date(Date.UTC(year, 0, 5, 3));

async function cyclesOf(chosen: typeof people): Promise<CycleToOpen[]> {
  const posts = await Promise.all(
    chosen.map(({ id }) => currentPost(em(), id, civilDate(openedAt().getTime(), 'Asia/Jakarta'))),
  );
  return chosen.map(({ id }, index) => ({
    campaignId: null,
    employeeId: id,
    year,
    segment: 1,
    startsOn: `${year}-01-01`,
    endsOn: `${year}-12-31`,
    post: posts[index]!,
  }));
}

async function open(chosen = people, change: Partial<Opening> = {}): Promise<string[]> {
  const cycles = await cyclesOf(chosen);
  const opening = { ruleBook: createRuleBook(), ruleSetId: agency.ruleSetId, at: openedAt(), build: 'build-1' };
  const starts = await em().transactional((inner) =>
    openCycles({ em: inner as EntityManager, ...opening, ...change }, cycles),
  );
  return starts.map(({ matterId }) => matterId!);
}

describe('a set of cycles is opened', () => {
  it('each with its matter, periods, first task, mail, story and the start of its run', async () => {
    const ids = await open();
    expect(ids).toHaveLength(people.length);
    for (const [index, person] of people.entries()) {
      const { id: employeeId, positionId } = person;
      const cycle = await em().findOneOrFail(Cycle, { employeeId, year });
      const { id } = cycle;
      expect(ids).toContain(id);
      expect(cycle).toMatchObject({ positionId, segment: 1, startsOn: `${year}-01-01`, endsOn: `${year}-12-31` });
      const matter = await em().findOneOrFail(Matter, { id });
      expect(matter).toMatchObject({
        kind: 'performanceCycle',
        employeeId,
        workflowId: matterWorkflowId(id),
        workflowBuild: 'build-1',
        state: 'running',
        stage: 'skp',
        seq: 0,
        gen: 1,
        openedAt: openedAt(),
      });
      const [task, ...others] = await em().find(Task, { matterId: id });
      expect(others).toEqual([]);
      expect(task).toMatchObject({ kind: 'draftSkp', slot: 'skp', round: 1, state: 'open', assigneeId: employeeId });
      expect(matter.process.open).toEqual({ skp: { kind: 'draftSkp', round: 1 } });

      const periods = await em().find(Period, { cycleId: id }, { orderBy: { number: 1 } });
      expect(periods.map(({ number, state }) => [number, state])).toEqual([1, 2, 3, 4].map((no) => [no, 'upcoming']));
      expect(matter.agenda.map(({ boundary }) => boundary)).toEqual([
        ...[1, 2, 3, 4].map((periodNo) => ({ kind: 'periodOpened', periodNo })),
        { kind: 'appraisalOpened' },
      ]);
      for (const [no, { opensAt }] of periods.entries()) {
        const spread = matter.agenda[no]!.at - opensAt.getTime();
        expect(spread).toBeGreaterThanOrEqual(0);
        expect(spread).toBeLessThan(30 * 60_000);
      }

      expect(await em().find(Outbox, { matterId: id })).toMatchObject([
        { template: 'task-assigned', recipientId: employeeId, taskId: task!.id, data: { taskKind: 'draftSkp' } },
      ]);
      const story = await em().find(AuditEvent, { matterId: id }, { orderBy: { number: 1 } });
      expect(story.map(({ kind }) => kind)).toEqual(['cycleStarted', 'taskOpened']);
      expect(await findBrokenLine(em(), id), `the story of person ${index}`).toBeNull();
      expect(await em().find(Command, { matterId: id })).toMatchObject([
        { form: 'start', name: 'performanceCycle', state: 'accepted', actorId: employeeId },
      ]);
    }
  });

  it('the relay starts them at once, or a minute later where whoever opened them does it', async () => {
    await em().execute(`delete from command`);
    const own = await open([employee], { isStartedByCaller: true });
    const others = await open([colleague, superior]);
    const taken = await takePendingCommands(em(), 10);
    expect(taken.map(({ matterId }) => matterId).sort()).toEqual([...others].sort());
    await em().execute(`update command set next_attempt_at = next_attempt_at - interval '1 minute'`);
    expect((await takePendingCommands(em(), 10)).map(({ matterId }) => matterId)).toContain(own[0]);
  });

  it.each(['matter', 'cycle', 'period', 'task', 'audit_event', 'outbox', 'command'])(
    'broken in the middle, at %s, it leaves nothing',
    async (table) => {
      const before = await snapshotOf(em());
      await broken(em, table, () => expect(open()).rejects.toThrow('broken on purpose'));
      expect(await snapshotOf(em())).toEqual(before);
    },
  );

  it('one that exists already lets the whole set fail', async () => {
    await open([colleague]);
    const before = await snapshotOf(em());
    await expect(open()).rejects.toThrow('cycle');
    expect(await snapshotOf(em())).toEqual(before);
  });

  it('the run starts from the rows as they are', async () => {
    const [id] = await open([employee]);
    const { process, agenda } = await em().findOneOrFail(Matter, { id: id! });
    expect(await readStarts(em(), [id!])).toEqual([
      {
        workflowId: matterWorkflowId(id!),
        type: 'performanceCycle',
        input: { matterId: id, kind: 'performanceCycle', gen: 1, state: { process, seq: 0, agenda }, build: 'build-1' },
      },
    ]);
  });
});
