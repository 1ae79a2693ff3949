import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { EntityManager } from '@mikro-orm/postgresql';
import { createKernel } from '#activities/index.ts';
import type { StepResult } from '#activities/matters/matter.contract.ts';
import { openOrm, type Orm } from '#persistence/orm.ts';
import { Command } from '#persistence/commands/commands.entities.ts';
import { findBrokenLine } from '#persistence/audit/story.queries.ts';
import { Outbox } from '#persistence/notifications/notifications.entities.ts';
import { Desk, Employee, PositionAssignment, Position } from '#persistence/organisation/organisation.entities.ts';
import { Matter, Task } from '#persistence/matters/matters.entities.ts';
import { Cycle, Period } from '#persistence/cycles/cycles.entities.ts';
import { createTestDatabase, type TestDatabase } from '#test/environment/database.ts';
import { createAgency, createCycle, createRuleSet, ruleSetData, type Agency } from '#test/factories/agency.ts';
import { decideIn, dependenciesOn, stepMatter, take, type SteppedMatter } from '#test/factories/stepped-matter.ts';
import { prove } from '#test/faults/prove-step.ts';

let database: TestDatabase;
let orm: Orm;
let agency: Agency;
let year = 2026;
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
beforeEach(() => {
  year += 1;
});

async function newCycle(person: keyof Agency['people'] = 'employee'): Promise<SteppedMatter> {
  const at = new Date(Date.UTC(year, 0, 5, 3));
  return stepMatter(orm, await createCycle(em(), agency, agency.people[person], year, agency.ruleSetId, at), { at });
}

const matterOf = ({ matterId }: SteppedMatter): Promise<Matter> => em().findOneOrFail(Matter, { id: matterId });

async function expectIntact(cycle: SteppedMatter): Promise<void> {
  const { seq, process, agenda } = await matterOf(cycle);
  expect({ seq, process, agenda }).toEqual(cycle.state);
  expect(await findBrokenLine(em(), cycle.matterId)).toBeNull();
}

describe('steps that nobody decides', () => {
  it('boundaries count once, whatever is repeated, fenced off or broken', async () => {
    const { employee, superior } = agency.people;
    const cycle = await newCycle();
    expect(cycle.agenda.map(({ boundary }) => boundary.kind)).toEqual([
      'periodOpened',
      'periodOpened',
      'periodOpened',
      'periodOpened',
      'appraisalOpened',
    ]);
    expect(await matterOf(cycle)).toMatchObject({ state: 'running', seq: 0 });
    await prove(em, cycle.boundary({ kind: 'periodOpened', periodNo: 1 }));
    expect(await matterOf(cycle)).toMatchObject({ seq: 1 });

    cycle.moveTo(new Date(Date.UTC(year, 11, 1)));
    await prove(em, cycle.boundary({ kind: 'appraisalOpened' }));
    await prove(em, cycle.boundary({ kind: 'selfAssessmentLapsed' }));
    expect(cycle.state.process.open['appraisal']).toEqual({ kind: 'appraise', round: 1 });
    await decideIn(cycle, 'rateEmployee', {
      actorId: superior.id,
      args: { hasilKerja: 'diBawah', perilaku: 'diBawah' },
    });
    await prove(em, cycle.boundary({ kind: 'objectionWindowClosed' }));
    await decideIn(cycle, 'recordEvaluation', { actorId: superior.id });
    await decideIn(cycle, 'recordImprovementPlan', { actorId: superior.id });
    await prove(em, cycle.boundary({ kind: 'improvementPeriodEnded' }));
    await decideIn(cycle, 'concludeImprovement', { actorId: superior.id });

    const tasks = await em().find(Task, { matterId: cycle.matterId });
    expect(tasks.filter((task) => task.state === 'open')).toEqual([]);
    expect(
      tasks
        .filter((task) => task.state === 'lapsed')
        .map((task) => task.kind)
        .sort(),
    ).toEqual(['acknowledgeResult', 'draftSkp', 'selfAssess', 'submitReport']);
    expect(await matterOf(cycle)).toMatchObject({ state: 'finished', stage: 'finished', employeeId: employee.id });
    await expectIntact(cycle);
  });

  it('the build of a run is noted by that run only, not by one that was replaced', async () => {
    const cycle = await newCycle();
    const { matterId, activities } = cycle;
    await activities.noteBuild({ matterId, gen: 1, build: 'build-1' });
    await activities.noteBuild({ matterId, gen: 2, build: 'build-2' });
    expect(await matterOf(cycle)).toMatchObject({ seq: 0, workflowBuild: 'build-1' });
    expect(await activities.readState({ matterId, gen: 2 })).toBeNull();
    expect(await activities.readState({ matterId, gen: 1 })).toEqual(cycle.state);
  });

  it('a new superior gets the tasks that wait for one, once', async () => {
    const { employee, superior, head } = agency.people;
    const cycle = await newCycle();
    await decideIn(cycle, 'submitSkp', { actorId: employee.id });
    await em().nativeUpdate(Position, { id: employee.positionId }, { superiorPositionId: head.positionId });
    try {
      await prove(em, cycle.fact({ kind: 'superiorChanged' }));
      const [task] = await em().find(Task, { matterId: cycle.matterId, state: 'open' });
      expect(task).toMatchObject({
        kind: 'approveSkp',
        assigneeId: head.positionId,
        responsiblePositionId: head.positionId,
        reassignedFromId: superior.positionId,
      });
      expect(await em().find(Outbox, { matterId: cycle.matterId, template: 'reassigned' })).toMatchObject([
        { recipientId: head.id },
      ]);
      await expectIntact(cycle);
    } finally {
      await em().nativeUpdate(Position, { id: employee.positionId }, { superiorPositionId: superior.positionId });
    }
  });

  it('S1.6 another rule set moves what is still to come and the open report, once', async () => {
    const cycle = await newCycle();
    await take(cycle.boundary({ kind: 'periodOpened', periodNo: 1 }));
    const rules = ruleSetData('triwulanan', { code: `changed-${year}` });
    const ruleSetId = await createRuleSet(em(), { ...rules, reporting: { ...rules.reporting, dueWorkingDays: 9 } });
    const before = await em().find(Period, { cycleId: cycle.matterId }, { orderBy: { number: 1 } });
    const { agenda } = await prove<StepResult>(em, cycle.fact({ kind: 'ruleSetAmended', ruleSetId }));
    const after = await em().find(Period, { cycleId: cycle.matterId }, { orderBy: { number: 1 } });
    expect(agenda!.adds!.map(({ boundary }) => boundary)).toEqual([
      { kind: 'periodOpened', periodNo: 2 },
      { kind: 'periodOpened', periodNo: 3 },
      { kind: 'periodOpened', periodNo: 4 },
      { kind: 'appraisalOpened' },
    ]);
    for (const index of [0, 1, 2, 3])
      expect(after[index]!.dueAt.getTime()).toBeGreaterThan(before[index]!.dueAt.getTime());
    const open = await em().find(Task, { matterId: cycle.matterId, state: 'open' });
    expect(new Set(open.map((task) => task.ruleSetId))).toEqual(new Set([ruleSetId]));
    expect(open.find((task) => task.periodNo === 1)!.dueAt).toEqual(after[0]!.dueAt);
    expect(await matterOf(cycle)).toMatchObject({ ruleSetId });
    await expectIntact(cycle);
  });

  it('a death ends the cycle at once: everything open lapses, nobody is asked any more', async () => {
    const cycle = await newCycle();
    await take(cycle.boundary({ kind: 'periodOpened', periodNo: 1 }));
    await prove(em, cycle.fact({ kind: 'employeeDied' }));
    expect(await matterOf(cycle)).toMatchObject({ state: 'finished', process: { ending: 'died' } });
    expect(await em().count(Task, { matterId: cycle.matterId, state: 'open' })).toBe(0);
    expect(await em().count(Period, { cycleId: cycle.matterId, state: { $in: ['open', 'upcoming'] } })).toBe(0);
  });

  it('retirement ends the segment without another one', async () => {
    const cycle = await newCycle();
    cycle.moveTo(new Date(Date.UTC(year, 5, 15)));
    expect(await prove(em, cycle.fact({ kind: 'segmentEnded', reason: 'retired' }))).toMatchObject({
      agenda: { adds: [{ boundary: { kind: 'selfAssessmentLapsed' } }] },
    });
    expect(cycle.agenda.map(({ boundary }) => boundary.kind)).toEqual(['selfAssessmentLapsed']);
    expect(await matterOf(cycle)).toMatchObject({ process: { ending: 'segmentEnded' } });
    expect(await em().findOneOrFail(Cycle, { id: cycle.matterId })).toMatchObject({ endsOn: `${year}-06-15` });
    expect(await em().count(Cycle, { employeeId: agency.people.employee.id, year })).toBe(1);
  });

  it('a transfer opens one further segment in the new post, however often it is told', async () => {
    const { colleague, superior, head } = agency.people;
    const cycle = await newCycle('colleague');
    const post = em().create(Position, {
      unitId: agency.unitId,
      title: 'Jabatan baru',
      kind: 'Fungsional',
      gradeLevel: 'Ahli Muda',
      superiorPositionId: head.positionId,
    });
    await em().insert(Position, {
      id: (post.id = randomUUID()),
      unitId: agency.unitId,
      title: post.title,
      kind: post.kind,
      gradeLevel: post.gradeLevel,
      superiorPositionId: head.positionId,
    });
    await em().nativeUpdate(
      PositionAssignment,
      { employeeId: colleague.id, positionId: colleague.positionId },
      { validTo: '2021-01-01' },
    );
    await em().insert(PositionAssignment, {
      id: randomUUID(),
      positionId: post.id,
      employeeId: colleague.id,
      validFrom: '2021-01-02',
    });
    try {
      cycle.moveTo(new Date(Date.UTC(year, 5, 15)));
      await prove(em, cycle.fact({ kind: 'segmentEnded', reason: 'transferred' }));
      const segments = await em().find(Cycle, { employeeId: colleague.id, year }, { orderBy: { segment: 1 } });
      expect(segments).toMatchObject([
        { id: cycle.matterId, segment: 1, endsOn: `${year}-06-15`, superiorPositionId: superior.positionId },
        { segment: 2, startsOn: `${year}-06-16`, positionId: post.id, superiorPositionId: head.positionId },
      ]);
      const matterId = segments[1]!.id;
      expect(await em().find(Task, { matterId })).toMatchObject([{ kind: 'draftSkp', assigneeId: colleague.id }]);
      expect(await em().find(Command, { matterId })).toMatchObject([{ form: 'start', state: 'accepted' }]);
      expect(await findBrokenLine(em(), matterId)).toBeNull();
    } finally {
      await em().nativeDelete(PositionAssignment, { positionId: post.id });
      await em().nativeUpdate(
        PositionAssignment,
        { employeeId: colleague.id, positionId: colleague.positionId },
        { validTo: null },
      );
    }
  });
});

describe('whom a task is addressed to', () => {
  async function vacate<T>(person: { id: string; positionId: string }, work: () => Promise<T>): Promise<T> {
    await em().nativeUpdate(
      PositionAssignment,
      { positionId: person.positionId, employeeId: person.id },
      { validTo: '2021-01-01' },
    );
    try {
      return await work();
    } finally {
      await em().nativeUpdate(
        PositionAssignment,
        { positionId: person.positionId, employeeId: person.id },
        { validTo: null },
      );
    }
  }

  it('a vacant superior: the next higher post that is held', async () => {
    const { employee, superior, head } = agency.people;
    const cycle = await newCycle();
    await vacate(superior, () => decideIn(cycle, 'submitSkp', { actorId: employee.id }));
    const task = await em().findOneOrFail(Task, { matterId: cycle.matterId, kind: 'approveSkp' });
    expect(task).toMatchObject({
      assigneeKind: 'position',
      assigneeId: head.positionId,
      responsiblePositionId: head.positionId,
    });
    expect(await em().find(Outbox, { taskId: task.id })).toMatchObject([
      { recipientId: head.id, template: 'task-assigned' },
    ]);
  });

  it('nobody above the superior: the desk of the appointing authority decides the objection', async () => {
    const { head, secretary } = agency.people;
    const cycle = await newCycle('head');
    cycle.moveTo(new Date(Date.UTC(year, 11, 1)));
    await take(cycle.boundary({ kind: 'appraisalOpened' }));
    await decideIn(cycle, 'submitSelfAssessment', { actorId: head.id });
    await decideIn(cycle, 'rateEmployee', { actorId: secretary.id });
    await decideIn(cycle, 'fileObjection', { actorId: head.id });
    const desk = await em().findOneOrFail(Desk, { role: 'ppk' });
    expect(await em().findOneOrFail(Task, { matterId: cycle.matterId, kind: 'decideObjection' })).toMatchObject({
      assigneeKind: 'desk',
      assigneeId: desk.id,
    });
  });

  it('all superiors vacant: the desk of the appointing authority', async () => {
    const { employee, superior, head, secretary } = agency.people;
    const cycle = await newCycle();
    await vacate(superior, () =>
      vacate(head, () => vacate(secretary, () => decideIn(cycle, 'submitSkp', { actorId: employee.id }))),
    );
    const desk = await em().findOneOrFail(Desk, { role: 'ppk' });
    expect(await em().findOneOrFail(Task, { matterId: cycle.matterId, kind: 'approveSkp' })).toMatchObject({
      assigneeKind: 'desk',
      assigneeId: desk.id,
    });
  });

  it('a superior post that only the employee holds as Plt: the next higher one', async () => {
    const { employee, superior, head } = agency.people;
    const plt = randomUUID();
    await em().insert(PositionAssignment, {
      id: plt,
      positionId: superior.positionId,
      employeeId: employee.id,
      kind: 'plt',
      validFrom: '2021-01-01',
    });
    try {
      const cycle = await newCycle();
      await vacate(superior, () => decideIn(cycle, 'submitSkp', { actorId: employee.id }));
      expect(await em().findOneOrFail(Task, { matterId: cycle.matterId, kind: 'approveSkp' })).toMatchObject({
        assigneeId: head.positionId,
      });
    } finally {
      await em().nativeDelete(PositionAssignment, { id: plt });
    }
  });
});

describe('many steps at once', () => {
  it('as many activities as the worker runs share a small pool with a cold rule book, and all get through', async () => {
    const people = await Promise.all(
      Array.from({ length: 24 }, async (_, index) => {
        const id = randomUUID();
        const positionId = randomUUID();
        await em().insert(Employee, {
          id,
          name: `Pegawai ${index}`,
          bornOn: '1990-01-01',
          sex: 'P',
          email: `p${index}@contoh.go.id`,
          employment: 'PNS',
          grade: 'III/a',
          unitId: agency.unitId,
        });
        await em().insert(Position, {
          id: positionId,
          unitId: agency.unitId,
          title: 'Jabatan',
          kind: 'Pelaksana',
          gradeLevel: '-',
          superiorPositionId: agency.people.superior.positionId,
        });
        await em().insert(PositionAssignment, {
          id: randomUUID(),
          positionId,
          employeeId: id,
          validFrom: '2020-01-01',
        });
        return { id, positionId, name: '' };
      }),
    );
    const small = await openOrm(database.url, { poolMax: 4 });
    try {
      const kernel = createKernel(dependenciesOn(small));
      const steps = await Promise.all(
        people.map(async (person) => {
          const cycle = await stepMatter(small, await createCycle(em(), agency, person, year), { kernel });
          return cycle.decision('submitSkp', { actorId: person.id });
        }),
      );
      await Promise.all(steps.map((step) => step.run()));
      const actorIds = people.map(({ id }) => id);
      expect(await em().count(Command, { actorId: { $in: actorIds }, form: 'update', state: 'answered' })).toBe(24);
      expect(await em().count(Matter, { employeeId: { $in: actorIds }, seq: 1 })).toBe(24);
    } finally {
      await Promise.race([small.close(true), new Promise((resolve) => setTimeout(resolve, 1000))]);
    }
  });
});
