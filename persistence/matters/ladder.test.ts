import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { LockMode, type EntityManager } from '@mikro-orm/postgresql';
import type { LadderStep } from '#domain/rule-sets/rule-set.ts';
import { openOrm, type Orm } from '#persistence/orm.ts';
import { AuditEvent } from '#persistence/audit/audit.entities.ts';
import { firstBrokenLine } from '#persistence/audit/audit.repository.ts';
import { Outbox } from '#persistence/notifications/notifications.entities.ts';
import {
  Desk,
  Employee,
  Position,
  PositionAssignment,
  RoleAssignment,
  Unit,
} from '#persistence/organisation/organisation.entities.ts';
import { RuleSet } from '#persistence/rule-sets/rule-sets.entities.ts';
import { createTestDatabase, type TestDatabase } from '#test/environment/database.ts';
import {
  createAgency,
  createCycle,
  createRuleSet,
  ruleSetData,
  type Agency,
  type Person,
} from '#test/factories/agency.ts';
import { decideIn, stepMatter, take, type SteppedMatter } from '#test/factories/stepped-matter.ts';
import { takeDueLadderSteps } from './ladder.repository.ts';
import { Matter, Task } from './matters.entities.ts';

let database: TestDatabase;
let orm: Orm;
let agency: Agency;
let year = 2026;
const em = () => orm.em.fork() as EntityManager;

beforeAll(async () => {
  database = await createTestDatabase();
  orm = await openOrm(database.url, { poolMax: 20 });
  agency = await createAgency(em());
});
afterAll(async () => {
  await orm?.close();
  await database?.drop();
});
beforeEach(async () => {
  year += 1;
  await em().execute(`update task set state = 'lapsed', next_step_at = null where state = 'open'`);
});

async function startedCycle(
  person: Person = agency.people.employee,
  ruleSetId = agency.ruleSetId,
): Promise<SteppedMatter> {
  const at = new Date(Date.UTC(year, 0, 5, 3));
  return stepMatter(orm, await createCycle(em(), agency, person, year, ruleSetId, at), { at });
}

async function waitingForSuperior(): Promise<{ cycle: SteppedMatter; task: Task }> {
  const cycle = await startedCycle();
  await decideIn(cycle, 'submitSkp', { actorId: agency.people.employee.id });
  return { cycle, task: await openTask(cycle) };
}

const openTask = (cycle: SteppedMatter): Promise<Task> =>
  em().findOneOrFail(Task, { matterId: cycle.matterId, state: 'open' });

const sweep = (now: Date): Promise<number> => em().transactional((tx) => takeDueLadderSteps(tx as EntityManager, now));

async function sweepAll(now: Date): Promise<number> {
  let total = 0;
  for (let taken = await sweep(now); taken > 0; taken = await sweep(now)) total += taken;
  return total;
}

/** The mails of one step: template and role by the name of the recipient. */
async function mailsOf(task: Task, level: number): Promise<Record<string, string>> {
  const mails = await em().find(Outbox, { taskId: task.id, dedupeKey: { $like: `step:${task.id}:${level}:%` } });
  const names = new Map((await em().findAll(Employee)).map((employee) => [employee.id, employee.name]));
  return Object.fromEntries(
    mails.map((mail) => [names.get(mail.recipientId!)!, `${mail.template} ${mail.data['role']}`]),
  );
}

async function expectIntactStory(matterId: string): Promise<AuditEvent[]> {
  const cycle = await em().findOneOrFail(Matter, { id: matterId });
  const story = await em().find(AuditEvent, { matterId }, { orderBy: { number: 1 } });
  expect(firstBrokenLine(story, { number: cycle.auditNumber, hash: cycle.auditHash })).toBeNull();
  return story;
}

describe('the ladder of the rule set', () => {
  it('reminds, escalates and reassigns the task of a superior, step by step', async () => {
    const { cycle, task } = await waitingForSuperior();
    const { superior, head, secretary } = agency.people;
    const expected: [template: string, mails: Record<string, string>][] = [
      ['reminded', { 'Ketua Tim': 'reminder assignee' }],
      ['reminded', { 'Ketua Tim': 'reminder assignee' }],
      ['reminded', { 'Ketua Tim': 'reminder assignee' }],
      ['escalated', { 'Ketua Tim': 'escalation assignee', 'Kepala Biro': 'escalation superior' }],
      ['escalated', { 'Kepala Biro': 'escalation superior', Sekretaris: 'escalation superiorOfSuperior' }],
      [
        'escalated',
        { Sekretaris: 'escalation superiorOfSuperior', 'Pengelola Kinerja': 'escalation personnelOfficer' },
      ],
      ['reassigned', { 'Kepala Biro': 'reassigned new', 'Pengelola Kinerja': 'escalation personnelOfficer' }],
    ];
    for (let level = task.level; level < expected.length; level += 1) {
      const at = task.ladderAt[level]!;
      expect(await sweep(new Date(at.getTime() - 1)), `level ${level} comes too early`).toBe(0);
      expect(await sweep(at), `level ${level}`).toBe(1);
      expect(await sweep(at), `level ${level} comes twice`).toBe(0);
      const raised = await openTask(cycle);
      expect(raised).toMatchObject({ level: level + 1, nextStepAt: task.ladderAt[level + 1] ?? null });
      expect(await mailsOf(task, level)).toEqual(expected[level]![1]);
      const story = await expectIntactStory(cycle.matterId);
      expect(story.at(-1)).toMatchObject({ kind: expected[level]![0], taskId: task.id, at });
    }
    expect(await openTask(cycle)).toMatchObject({
      assigneeKind: 'position',
      assigneeId: head.positionId,
      responsiblePositionId: head.positionId,
      reassignedFromId: superior.positionId,
      nextStepAt: null,
    });
    expect(await decideIn(cycle, 'approveSkp', { actorId: superior.id })).toMatchObject({
      kind: 'refused',
      code: 'access.notAuthorised',
    });
    expect(await decideIn(cycle, 'approveSkp', { actorId: head.id })).toMatchObject({ kind: 'applied' });
    await expectIntactStory(cycle.matterId);
    expect(secretary.id).toBeTruthy();
  });

  it('never hands over what only the employee can do: it tells the superior and the personnel officer instead', async () => {
    const cycle = await startedCycle();
    const task = await openTask(cycle);
    await sweepAll(task.ladderAt.at(-1)!);
    expect(await openTask(cycle)).toMatchObject({
      kind: 'draftSkp',
      assigneeKind: 'employee',
      assigneeId: agency.people.employee.id,
      level: task.ladderAt.length,
      nextStepAt: null,
      reassignedFromId: null,
    });
    expect(await mailsOf(task, 3)).toEqual({
      'Pegawai Satu': 'escalation assignee',
      'Ketua Tim': 'escalation superior',
    });
    expect(await mailsOf(task, 6)).toEqual({
      'Ketua Tim': 'escalation superior',
      'Pengelola Kinerja': 'escalation personnelOfficer',
    });
    await expectIntactStory(cycle.matterId);
  });

  it('at the top there is nobody to hand over to', async () => {
    const { head, secretary } = agency.people;
    const cycle = await startedCycle(head);
    await decideIn(cycle, 'submitSkp', { actorId: head.id });
    const task = await openTask(cycle);
    await sweepAll(task.ladderAt.at(-1)!);
    expect(await openTask(cycle)).toMatchObject({
      assigneeId: secretary.positionId,
      level: task.ladderAt.length,
      reassignedFromId: null,
    });
    const story = await expectIntactStory(cycle.matterId);
    expect(story.at(-1)).toMatchObject({ kind: 'escalated' });
  });

  it('each person gets one mail per step, whatever roles they have in it', async () => {
    const { officer, head } = agency.people;
    const plt = randomUUID();
    await em().insert(PositionAssignment, {
      id: plt,
      positionId: head.positionId,
      employeeId: officer.id,
      kind: 'plt',
      validFrom: '2021-01-01',
    });
    try {
      const { task } = await waitingForSuperior();
      await sweepAll(task.ladderAt.at(-1)!);
      expect(await mailsOf(task, 3)).toEqual({
        'Ketua Tim': 'escalation assignee',
        'Kepala Biro': 'escalation superior',
        'Pengelola Kinerja': 'escalation superior',
      });
      expect(await mailsOf(task, 6)).toEqual({
        'Kepala Biro': 'reassigned new',
        'Pengelola Kinerja': 'reassigned new',
      });
    } finally {
      await em().nativeDelete(PositionAssignment, { id: plt });
    }
  });

  it('all who sit at the desk of the personnel officer are told; those who have left are not', async () => {
    const { colleague, employee } = agency.people;
    const desk = await em().findOneOrFail(Desk, { role: 'personnelOfficer', unitId: agency.unitId });
    const [second, former] = [randomUUID(), randomUUID()];
    await em().insert(RoleAssignment, {
      id: second,
      deskId: desk.id,
      employeeId: colleague.id,
      validFrom: '2021-01-01',
    });
    await em().insert(RoleAssignment, {
      id: former,
      deskId: desk.id,
      employeeId: employee.id,
      validFrom: '2021-01-01',
      validTo: '2022-01-01',
    });
    try {
      const { task } = await waitingForSuperior();
      await sweepAll(task.ladderAt[5]!);
      expect(Object.keys(await mailsOf(task, 5)).sort()).toEqual(['Pegawai Dua', 'Pengelola Kinerja', 'Sekretaris']);
    } finally {
      await em().nativeDelete(RoleAssignment, { id: { $in: [second, former] } });
    }
  });

  it('an empty desk of a personnel officer: the next one above that somebody sits at', async () => {
    const below = randomUUID();
    await em().insert(Unit, {
      id: below,
      code: `00${year}`,
      name: 'Biro',
      path: `/00/00${year}/`,
      parentId: agency.unitId,
      timeZone: 'Asia/Jakarta',
    });
    await em().insert(Desk, { id: randomUUID(), role: 'personnelOfficer', unitId: below });
    const { task } = await waitingForSuperior();
    await em().nativeUpdate(Task, { id: task.id }, { unitId: below });
    await sweepAll(task.ladderAt[5]!);
    expect(Object.keys(await mailsOf(task, 5)).sort()).toEqual(['Pengelola Kinerja', 'Sekretaris']);
  });

  it('a vacant superior: the task goes to the next higher post that is held, and its holder is told', async () => {
    const { head, secretary } = agency.people;
    const { cycle, task } = await waitingForSuperior();
    await em().nativeUpdate(PositionAssignment, { positionId: head.positionId }, { validTo: '2021-01-01' });
    try {
      await sweepAll(task.ladderAt.at(-1)!);
      expect(await mailsOf(task, 3)).toEqual({ 'Ketua Tim': 'escalation assignee', Sekretaris: 'escalation superior' });
      expect(await openTask(cycle)).toMatchObject({
        assigneeId: secretary.positionId,
        responsiblePositionId: secretary.positionId,
      });
      expect(await mailsOf(task, 6)).toEqual({
        Sekretaris: 'reassigned new',
        'Pengelola Kinerja': 'escalation personnelOfficer',
      });
      await expectIntactStory(cycle.matterId);
    } finally {
      await em().nativeUpdate(PositionAssignment, { positionId: head.positionId }, { validTo: null });
    }
  });

  it('a superior post that only the subject of the task holds as Plt is passed over', async () => {
    const { head, secretary, employee } = agency.people;
    const plt = randomUUID();
    const { cycle, task } = await waitingForSuperior();
    await em().nativeUpdate(PositionAssignment, { positionId: head.positionId }, { validTo: '2021-01-01' });
    await em().insert(PositionAssignment, {
      id: plt,
      positionId: head.positionId,
      employeeId: employee.id,
      kind: 'plt',
      validFrom: '2021-01-01',
    });
    try {
      await sweepAll(task.ladderAt.at(-1)!);
      expect(await openTask(cycle)).toMatchObject({ assigneeId: secretary.positionId });
    } finally {
      await em().nativeDelete(PositionAssignment, { id: plt });
      await em().nativeUpdate(PositionAssignment, { positionId: head.positionId }, { validTo: null });
    }
  });
});

describe('sweepers side by side', () => {
  it('four of them take each step of many tasks once', async () => {
    const people = await reports(30);
    const cycles = await Promise.all(people.map((person) => startedCycle(person)));
    for (const [index, cycle] of cycles.entries()) {
      if (index % 2) await decideIn(cycle, 'submitSkp', { actorId: people[index]!.id });
      await take(cycle.boundary({ kind: 'periodOpened', periodNo: 1 }));
    }
    const tasks = await em().find(Task, { matterId: { $in: cycles.map((cycle) => cycle.matterId) }, state: 'open' });
    const last = new Date(Math.max(...tasks.flatMap((task) => task.ladderAt.map((at) => at.getTime()))));
    const due = tasks.reduce((sum, task) => sum + task.ladderAt.length - task.level, 0);
    let taken = 0;
    for (let round = 0; round < 20; round += 1) {
      const counts = await Promise.all(Array.from({ length: 4 }, () => sweepAll(last)));
      const sum = counts.reduce((total, count) => total + count, 0);
      taken += sum;
      if (!sum) break;
    }
    expect(taken).toBe(due);
    const after = await em().find(Task, { id: { $in: tasks.map((task) => task.id) } });
    for (const task of after) expect(task).toMatchObject({ level: task.ladderAt.length, nextStepAt: null });
    const lines = await em().find(AuditEvent, {
      taskId: { $in: tasks.map((task) => task.id) },
      kind: { $in: ['reminded', 'escalated', 'reassigned'] },
    });
    expect(lines).toHaveLength(due);
    expect(new Set(lines.map((line) => `${line.taskId} ${line.data['level']}`)).size).toBe(due);
    for (const cycle of cycles) await expectIntactStory(cycle.matterId);
  });

  it('a decided task is never escalated', async () => {
    const { cycle, task } = await waitingForSuperior();
    await decideIn(cycle, 'approveSkp', { actorId: agency.people.superior.id });
    expect(await sweepAll(task.ladderAt.at(-1)!)).toBe(0);
    expect(await em().count(Outbox, { dedupeKey: { $like: `step:${task.id}:%` } })).toBe(0);
  });

  it('a decision that is being taken is not disturbed; what it leaves open is taken at the next sweep', async () => {
    const { cycle, task } = await waitingForSuperior();
    const now = task.ladderAt[3]!;
    await em().transactional(async (tx) => {
      await tx.findOneOrFail(Matter, { id: cycle.matterId }, { lockMode: LockMode.PESSIMISTIC_WRITE });
      expect(await sweepAll(now)).toBe(0);
    });
    expect(await sweepAll(now)).toBe(4 - task.level);
  });

  it('decisions and sweeps at the same time leave one story', async () => {
    const people = await reports(12);
    const cycles = await Promise.all(people.map((person) => startedCycle(person)));
    const tasks = await em().find(Task, { matterId: { $in: cycles.map((cycle) => cycle.matterId) }, state: 'open' });
    const now = tasks[0]!.ladderAt[2]!;
    const isOver = { value: false };
    const sweeping = Array.from({ length: 2 }, async () => {
      while (!isOver.value) await sweepAll(now);
    });
    for (const [index, cycle] of cycles.entries()) {
      await decideIn(cycle, 'submitSkp', { actorId: people[index]!.id });
      await decideIn(cycle, 'returnSkp', { actorId: agency.people.superior.id });
    }
    isOver.value = true;
    await Promise.all(sweeping);
    for (const cycle of cycles) {
      await expectIntactStory(cycle.matterId);
      expect(await em().findOneOrFail(Matter, { id: cycle.matterId })).toMatchObject({ seq: cycle.state.seq });
    }
  });
});

describe('after a change of the rule set', () => {
  const adoption = (cycle: SteppedMatter, ruleSetId: string) => cycle.fact({ kind: 'ruleSetAmended', ruleSetId });
  const steps = (count: number): LadderStep[] =>
    Array.from(
      { length: count },
      (_, index) => ({ offsetWorkingDays: index + 1, action: 'escalate', to: ['superior'] }) as LadderStep,
    );

  it('a shorter ladder ends where it ends', async () => {
    const cycle = await startedCycle();
    const task = await openTask(cycle);
    await sweepAll(task.ladderAt[2]!);
    cycle.moveTo(task.ladderAt[2]!);
    const shorter = await createRuleSet(
      em(),
      ruleSetData('triwulanan', { code: `shorter-${year}`, ladder: ruleSetData().ladder.slice(0, 2) }),
    );
    await take(adoption(cycle, shorter));
    expect(await openTask(cycle)).toMatchObject({ level: 2, nextStepAt: null });
    expect(await sweepAll(task.ladderAt.at(-1)!)).toBe(0);
    const story = await expectIntactStory(cycle.matterId);
    expect(story.filter((line) => ['reminded', 'escalated', 'reassigned'].includes(line.kind))).toHaveLength(3);
  });

  it('a longer ladder goes on to its end', async () => {
    const cycle = await startedCycle(
      agency.people.employee,
      await createRuleSet(em(), ruleSetData('triwulanan', { code: `one-${year}`, ladder: steps(1) })),
    );
    const longer = await createRuleSet(em(), ruleSetData('triwulanan', { code: `longer-${year}`, ladder: steps(4) }));
    await take(adoption(cycle, longer));
    const task = await openTask(cycle);
    expect(task.ladderAt).toHaveLength(4);
    await sweepAll(task.ladderAt.at(-1)!);
    expect(await openTask(cycle)).toMatchObject({ level: 4, nextStepAt: null });
    const story = await expectIntactStory(cycle.matterId);
    expect(story.filter((line) => line.kind === 'escalated')).toHaveLength(4);
  });

  it('a level that means another step now is told again', async () => {
    const cycle = await startedCycle(
      agency.people.employee,
      await createRuleSet(em(), ruleSetData('triwulanan', { code: `first-${year}`, ladder: steps(2) })),
    );
    const before = await openTask(cycle);
    await sweepAll(before.ladderAt[0]!);
    cycle.moveTo(before.ladderAt[0]!);
    const later = steps(2).map((step) => ({ ...step, offsetWorkingDays: step.offsetWorkingDays + 3 }));
    await take(
      adoption(cycle, await createRuleSet(em(), ruleSetData('triwulanan', { code: `later-${year}`, ladder: later }))),
    );
    const task = await openTask(cycle);
    expect(task).toMatchObject({ level: 0 });
    await sweepAll(task.ladderAt[0]!);
    expect(await em().count(Outbox, { taskId: task.id, template: 'escalation' })).toBe(2);
  });

  it('a task whose step is gone from its rule set is left alone', async () => {
    const cycle = await startedCycle();
    const task = await openTask(cycle);
    await sweepAll(task.ladderAt[2]!);
    const cut = await createRuleSet(
      em(),
      ruleSetData('triwulanan', { code: `cut-${year}`, ladder: ruleSetData().ladder.slice(0, 2) }),
    );
    await em().nativeUpdate(Task, { id: task.id }, { ruleSetId: cut });
    await sweepAll(task.ladderAt.at(-1)!);
    expect(await openTask(cycle)).toMatchObject({ nextStepAt: null });
    const story = await expectIntactStory(cycle.matterId);
    expect(story.filter((line) => ['reminded', 'escalated', 'reassigned'].includes(line.kind))).toHaveLength(3);
  });

  it('a step that was taken before is not taken again', async () => {
    const cycle = await startedCycle();
    const before = await openTask(cycle);
    await sweepAll(before.ladderAt[2]!);
    cycle.moveTo(before.ladderAt[2]!);
    const rules = ruleSetData('triwulanan', { code: `same-${year}` });
    await take(adoption(cycle, await createRuleSet(em(), rules)));
    expect(await openTask(cycle)).toMatchObject({
      level: 3,
      ladderAt: before.ladderAt,
      nextStepAt: before.ladderAt[3],
    });
    expect(await em().count(RuleSet, { code: rules.code })).toBe(1);
  });
});

/** Further employees below the superior. */
async function reports(count: number): Promise<Person[]> {
  return Promise.all(
    Array.from({ length: count }, async (_, index) => {
      const [id, positionId] = [randomUUID(), randomUUID()];
      await em().insert(Employee, {
        id,
        name: `Pegawai ${year} ${index}`,
        bornOn: '1990-01-01',
        sex: 'P',
        email: `p${year}.${index}@contoh.go.id`,
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
      await em().insert(PositionAssignment, { id: randomUUID(), positionId, employeeId: id, validFrom: '2020-01-01' });
      return { id, positionId, name: `Pegawai ${year} ${index}` };
    }),
  );
}
