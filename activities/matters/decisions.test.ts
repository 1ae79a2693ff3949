import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { EntityManager } from '@mikro-orm/postgresql';
import { CYCLE_DECISIONS, type CycleDecision } from '#domain/process/tasks.ts';
import { openOrm, type Orm } from '#persistence/orm.ts';
import { Appraisal, AppraisalResult } from '#persistence/appraisal/appraisal.entities.ts';
import { AuditEvent } from '#persistence/audit/audit.entities.ts';
import { firstBrokenLine } from '#persistence/audit/audit.repository.ts';
import { Command, Effect } from '#persistence/commands/commands.entities.ts';
import { Outbox } from '#persistence/notifications/notifications.entities.ts';
import { PositionAssignment } from '#persistence/organisation/organisation.entities.ts';
import { Matter, Task } from '#persistence/matters/matters.entities.ts';
import { Cycle, Period } from '#persistence/cycles/cycles.entities.ts';
import { Report } from '#persistence/reporting/reporting.entities.ts';
import { FollowUpRecord } from '#persistence/rewards-and-sanctions/rewards-and-sanctions.entities.ts';
import { Skp } from '#persistence/skp/skp.entities.ts';
import { createTestDatabase, type TestDatabase } from '#test/environment/database.ts';
import { createAgency, createCycle, type Agency } from '#test/factories/agency.ts';
import { openTaskFor } from '#test/factories/decisions.ts';
import {
  decideIn,
  stepMatter,
  take,
  type DecisionOptions,
  type PreparedStep,
  type SteppedMatter,
} from '#test/factories/stepped-matter.ts';
import { prove } from '#test/faults/prove-step.ts';
import { changedTables, snapshotOf } from '#test/faults/table-snapshot.ts';

let database: TestDatabase;
let orm: Orm;
let agency: Agency;
let year = 2026;
const em = () => orm.em.fork() as EntityManager;
const proven = new Set<CycleDecision>();

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

/** Monday morning in the first week of the year, in all three zones. */
const openedAt = (): Date => new Date(Date.UTC(year, 0, 5, 3));

async function startedCycle(): Promise<SteppedMatter> {
  const at = openedAt();
  return stepMatter(orm, await createCycle(em(), agency, agency.people.employee, year, agency.ruleSetId, at), { at });
}

async function cycleUntilAppraisal(): Promise<SteppedMatter> {
  const cycle = await startedCycle();
  cycle.moveTo(new Date(Date.UTC(year, 11, 1, 2)));
  await take(cycle.boundary({ kind: 'appraisalOpened' }));
  return cycle;
}

async function proveDecision(cycle: SteppedMatter, decision: CycleDecision, options: DecisionOptions): Promise<void> {
  proven.add(decision);
  const commandId = randomUUID();
  const result = await prove<{ reply: object }>(em, await cycle.decision(decision, { commandId, ...options }));
  expect(result.reply).toMatchObject({ kind: 'applied', seq: cycle.state.seq - 1 });
  expect(await em().findOneOrFail(Command, { id: commandId })).toMatchObject({
    state: 'answered',
    outcome: result.reply,
  });
}

async function expectIntact(cycle: SteppedMatter): Promise<void> {
  const row = await em().findOneOrFail(Matter, { id: cycle.matterId });
  const story = await em().find(AuditEvent, { matterId: cycle.matterId }, { orderBy: { number: 1 } });
  expect(firstBrokenLine(story, { number: row.auditNumber, hash: row.auditHash })).toBeNull();
  const { seq, process, agenda } = row;
  expect({ seq, process, agenda }).toEqual(cycle.state);
  const open = await em().find(Task, { matterId: cycle.matterId, state: 'open' });
  expect(Object.fromEntries(open.map(({ slot, kind, round }) => [slot, { kind, round }]))).toEqual(process.open);
}

describe('each decision counts once, whatever is repeated, fenced off or broken', () => {
  it('from the SKP to a reward', async () => {
    const { employee, superior, officer } = agency.people;
    const cycle = await startedCycle();
    await proveDecision(cycle, 'submitSkp', { actorId: employee.id });
    await proveDecision(cycle, 'returnSkp', { actorId: superior.id });
    await proveDecision(cycle, 'submitSkp', { actorId: employee.id });
    await proveDecision(cycle, 'approveSkp', { actorId: superior.id });
    await take(cycle.boundary({ kind: 'periodOpened', periodNo: 1 }));
    await proveDecision(cycle, 'submitReport', { actorId: employee.id, periodNo: 1 });
    await proveDecision(cycle, 'returnReport', { actorId: superior.id, periodNo: 1 });
    await proveDecision(cycle, 'submitReport', { actorId: employee.id, periodNo: 1 });
    await proveDecision(cycle, 'acceptReport', { actorId: superior.id, periodNo: 1 });
    cycle.moveTo(new Date(Date.UTC(year, 11, 1, 2)));
    await take(cycle.boundary({ kind: 'appraisalOpened' }));
    await proveDecision(cycle, 'submitSelfAssessment', { actorId: employee.id });
    await proveDecision(cycle, 'rateEmployee', {
      actorId: superior.id,
      args: { hasilKerja: 'diAtas', perilaku: 'diAtas' },
    });
    await proveDecision(cycle, 'acknowledgeResult', { actorId: employee.id });
    await proveDecision(cycle, 'recordEvaluation', { actorId: superior.id });
    await proveDecision(cycle, 'recordRewardProposal', { actorId: officer.id });

    const where = { cycleId: cycle.matterId };
    expect((await em().find(Skp, where, { orderBy: { round: 1 } })).map((skp) => skp.state)).toEqual([
      'returned',
      'established',
    ]);
    expect((await em().find(Report, where, { orderBy: { round: 1 } })).map((report) => report.state)).toEqual([
      'returned',
      'accepted',
    ]);
    expect(await em().findOneOrFail(Period, { ...where, number: 1 })).toMatchObject({ state: 'accepted' });
    expect(await em().find(AppraisalResult, where)).toMatchObject([
      { number: 1, origin: 'rating', predikat: 'sangatBaik' },
    ]);
    expect(await em().find(FollowUpRecord, where)).toMatchObject([{ kind: 'rewardProposal', outcome: 'proposed' }]);
    expect(await em().findOneOrFail(Matter, { id: cycle.matterId })).toMatchObject({ state: 'finished' });
    expect(await em().findOneOrFail(Cycle, { id: cycle.matterId })).toMatchObject({
      finalPredikat: 'sangatBaik',
      followUp: 'rewardProposal',
    });
    await expectIntact(cycle);
  });

  it('an objection and guidance', async () => {
    const { employee, superior, head } = agency.people;
    const cycle = await cycleUntilAppraisal();
    await decideIn(cycle, 'submitSelfAssessment', { actorId: employee.id });
    await decideIn(cycle, 'rateEmployee', {
      actorId: superior.id,
      args: { hasilKerja: 'sesuai', perilaku: 'diBawah' },
    });
    await proveDecision(cycle, 'fileObjection', { actorId: employee.id });
    await proveDecision(cycle, 'decideObjection', {
      actorId: head.id,
      args: { hasilKerja: 'diBawah', perilaku: 'sesuai', reason: 'Keberatan diterima sebagian.' },
    });
    await decideIn(cycle, 'recordEvaluation', { actorId: superior.id });
    await proveDecision(cycle, 'recordGuidance', { actorId: superior.id });
    const results = await em().find(AppraisalResult, { cycleId: cycle.matterId }, { orderBy: { number: 1 } });
    expect(results).toMatchObject([
      { number: 1, origin: 'rating', predikat: 'kurang' },
      { number: 2, origin: 'objection', predikat: 'butuhPerbaikan' },
    ]);
    expect(await em().findOneOrFail(Appraisal, { cycleId: cycle.matterId })).toMatchObject({ isFinal: true });
    await expectIntact(cycle);
  });

  it('an improvement plan and its conclusion', async () => {
    const { employee, superior } = agency.people;
    const cycle = await cycleUntilAppraisal();
    await decideIn(cycle, 'submitSelfAssessment', { actorId: employee.id });
    await decideIn(cycle, 'rateEmployee', {
      actorId: superior.id,
      args: { hasilKerja: 'diBawah', perilaku: 'diBawah' },
    });
    await decideIn(cycle, 'acknowledgeResult', { actorId: employee.id });
    await decideIn(cycle, 'recordEvaluation', { actorId: superior.id });
    await proveDecision(cycle, 'recordImprovementPlan', { actorId: superior.id });
    await take(cycle.boundary({ kind: 'improvementPeriodEnded' }));
    await proveDecision(cycle, 'concludeImprovement', { actorId: superior.id });
    expect(
      (await em().find(FollowUpRecord, { cycleId: cycle.matterId }, { orderBy: { id: 1 } })).map(
        (record) => record.kind,
      ),
    ).toEqual(['improvementPlan', 'improvementConclusion']);
    await expectIntact(cycle);
  });

  it('none is missing', () => {
    expect([...proven].sort()).toEqual([...CYCLE_DECISIONS].sort());
  });
});

describe('a refusal leaves nothing but its stored reply', () => {
  async function expectRefusal(cycle: SteppedMatter, step: PreparedStep, code: string, detail?: object): Promise<void> {
    const before = await snapshotOf(em());
    const first = (await step.run()) as { reply: { kind: string; code: string } };
    expect(first.reply).toMatchObject({ kind: 'refused', code, ...(detail && { detail }) });
    const after = await snapshotOf(em());
    expect(changedTables(before, after)).toEqual(['command', 'effect']);
    expect(await em().count(Effect)).toBe(Number(before['effect']!.split(' ')[0]) + 1);
    expect(await step.run()).toEqual(first);
    expect(await snapshotOf(em())).toEqual(after);
    step.settle(first);
    await expectIntact(cycle);
  }

  it('somebody who is not asked', async () => {
    const { colleague } = agency.people;
    const cycle = await startedCycle();
    await expectRefusal(cycle, await cycle.decision('submitSkp', { actorId: colleague.id }), 'access.notAuthorised');
  });

  it('somebody who was asked until yesterday', async () => {
    const { employee, superior } = agency.people;
    const cycle = await startedCycle();
    await decideIn(cycle, 'submitSkp', { actorId: employee.id });
    const step = await cycle.decision('approveSkp', { actorId: superior.id });
    await em().nativeUpdate(
      PositionAssignment,
      { employeeId: superior.id, positionId: superior.positionId },
      { validTo: '2021-01-01' },
    );
    try {
      await expectRefusal(cycle, step, 'access.notAuthorised');
    } finally {
      await em().nativeUpdate(
        PositionAssignment,
        { employeeId: superior.id, positionId: superior.positionId },
        { validTo: null },
      );
    }
  });

  it('S3.4 a Plh whose term ended yesterday; on the last day it still holds', async () => {
    const { employee, superior, colleague } = agency.people;
    const cycle = await startedCycle();
    await decideIn(cycle, 'submitSkp', { actorId: employee.id });
    const [today, yesterday] = [`${year}-01-05`, `${year}-01-04`];
    const plh = randomUUID();
    await em().insert(PositionAssignment, {
      id: plh,
      positionId: superior.positionId,
      employeeId: colleague.id,
      kind: 'plh',
      validFrom: '2026-01-01',
      validTo: yesterday,
      orderNumber: 'SP-1',
    });
    await expectRefusal(cycle, await cycle.decision('approveSkp', { actorId: colleague.id }), 'access.notAuthorised');
    await em().nativeUpdate(PositionAssignment, { id: plh }, { validTo: today });
    expect(await decideIn(cycle, 'approveSkp', { actorId: colleague.id })).toMatchObject({ kind: 'applied' });
    await em().nativeDelete(PositionAssignment, { id: plh });
  });

  it('S3.4 somebody whose role ended between opening and deciding', async () => {
    const { employee, officer } = agency.people;
    const cycle = await startedCycle();
    await decideIn(cycle, 'submitSkp', { actorId: employee.id });
    const [desk] = await em().execute<{ id: string; role: string }[]>(
      `select d.id, r.id as role from desk d join role_assignment r on r.desk_id = d.id where d.role = 'personnelOfficer' and r.employee_id = ?`,
      [officer.id],
    );
    await em().execute(
      `update task set assignee_kind = 'desk', assignee_id = ? where matter_id = ? and kind = 'approveSkp'`,
      [desk!.id, cycle.matterId],
    );
    const step = await cycle.decision('approveSkp', { actorId: officer.id });
    await em().execute(`update role_assignment set valid_to = '2021-01-01' where id = ?`, [desk!.role]);
    try {
      await expectRefusal(cycle, step, 'access.notAuthorised');
    } finally {
      await em().execute(`update role_assignment set valid_to = null where id = ?`, [desk!.role]);
    }
  });

  it('the own item, also as Plt of the superior', async () => {
    const { employee, superior } = agency.people;
    const plt = randomUUID();
    await em().insert(PositionAssignment, {
      id: plt,
      positionId: superior.positionId,
      employeeId: employee.id,
      kind: 'plt',
      validFrom: '2021-01-01',
    });
    try {
      const cycle = await startedCycle();
      await decideIn(cycle, 'submitSkp', { actorId: employee.id });
      const step = await cycle.decision('approveSkp', {
        actorId: employee.id,
        onBehalfOfPositionId: superior.positionId,
      });
      await expectRefusal(cycle, step, 'access.ownItem');
      expect(await decideIn(cycle, 'approveSkp', { actorId: superior.id })).toMatchObject({ kind: 'applied' });
    } finally {
      await em().nativeDelete(PositionAssignment, { id: plt });
    }
  });

  it('a Plt decides for others, on behalf of the position', async () => {
    const { employee, superior, colleague } = agency.people;
    const plt = randomUUID();
    await em().insert(PositionAssignment, {
      id: plt,
      positionId: superior.positionId,
      employeeId: colleague.id,
      kind: 'plt',
      validFrom: '2021-01-01',
    });
    try {
      const cycle = await startedCycle();
      await decideIn(cycle, 'submitSkp', { actorId: employee.id });
      expect(
        await decideIn(cycle, 'approveSkp', { actorId: colleague.id, onBehalfOfPositionId: superior.positionId }),
      ).toMatchObject({ kind: 'applied' });
      expect(await em().findOneOrFail(Skp, { cycleId: cycle.matterId })).toMatchObject({
        decidedById: colleague.id,
        onBehalfOfPositionId: superior.positionId,
      });
    } finally {
      await em().nativeDelete(PositionAssignment, { id: plt });
    }
  });

  it('a task that somebody has decided already: says who and when', async () => {
    const { employee, superior } = agency.people;
    const cycle = await startedCycle();
    const first = await em().findOneOrFail(Task, { matterId: cycle.matterId });
    await decideIn(cycle, 'submitSkp', { actorId: employee.id });
    await decideIn(cycle, 'returnSkp', { actorId: superior.id });
    const decided = await em().findOneOrFail(Task, { id: first.id });
    const step = await cycle.decision('submitSkp', { actorId: employee.id, task: first });
    await expectRefusal(cycle, step, 'process.taskDecided', { byId: employee.id, at: decided.closedAt!.toISOString() });
  });

  it('the appraiser does not decide the objection, even from a higher post', async () => {
    const { employee, superior, head } = agency.people;
    const plt = randomUUID();
    const cycle = await cycleUntilAppraisal();
    await decideIn(cycle, 'submitSelfAssessment', { actorId: employee.id });
    await decideIn(cycle, 'rateEmployee', { actorId: superior.id });
    await decideIn(cycle, 'fileObjection', { actorId: employee.id });
    await em().insert(PositionAssignment, {
      id: plt,
      positionId: head.positionId,
      employeeId: superior.id,
      kind: 'plt',
      validFrom: '2021-01-01',
    });
    try {
      await expectRefusal(
        cycle,
        await cycle.decision('decideObjection', { actorId: superior.id }),
        'access.notAuthorised',
      );
    } finally {
      await em().nativeDelete(PositionAssignment, { id: plt });
    }
  });

  it('an objection after the window; one that was accepted in time counts however late it is processed', async () => {
    const { employee, superior } = agency.people;
    const cycle = await cycleUntilAppraisal();
    await decideIn(cycle, 'submitSelfAssessment', { actorId: employee.id });
    await decideIn(cycle, 'rateEmployee', { actorId: superior.id });
    const { objectionUntil } = await em().findOneOrFail(Appraisal, { cycleId: cycle.matterId });
    cycle.moveTo(new Date(objectionUntil!.getTime() + 3 * 86_400_000));
    const late = await cycle.decision('fileObjection', {
      actorId: employee.id,
      acceptedAt: new Date(objectionUntil!.getTime() + 1),
    });
    await expectRefusal(cycle, late, 'appraisal.objectionLate', { until: objectionUntil!.toISOString() });
    expect(await decideIn(cycle, 'fileObjection', { actorId: employee.id, acceptedAt: objectionUntil! })).toMatchObject(
      { kind: 'applied' },
    );
    expect(await em().findOneOrFail(Appraisal, { cycleId: cycle.matterId })).toMatchObject({
      objectedAt: objectionUntil,
    });
  });
});

describe('what is accepted in time is in time', () => {
  it('a submission counts by its receipt, not by when it is carried out', async () => {
    const { employee } = agency.people;
    const cycle = await startedCycle();
    const task = (await openTaskFor(em(), cycle.matterId, 'submitSkp'))!;
    cycle.moveTo(new Date(task.dueAt.getTime() + 86_400_000));
    await decideIn(cycle, 'submitSkp', { actorId: employee.id, acceptedAt: task.dueAt });
    expect(await em().findOneOrFail(Task, { id: task.id })).toMatchObject({ isLate: false, closedAt: task.dueAt });
    expect(await em().findOneOrFail(Skp, { cycleId: cycle.matterId })).toMatchObject({ isLate: false });
  });

  it('a late one is taken and marked', async () => {
    const { employee } = agency.people;
    const cycle = await startedCycle();
    const task = (await openTaskFor(em(), cycle.matterId, 'submitSkp'))!;
    await decideIn(cycle, 'submitSkp', { actorId: employee.id, acceptedAt: new Date(task.dueAt.getTime() + 1) });
    expect(await em().findOneOrFail(Task, { id: task.id })).toMatchObject({ isLate: true });
  });

  it('the objection window does not close over an objection that was accepted in time and waits for the engine', async () => {
    const { employee, superior } = agency.people;
    const cycle = await cycleUntilAppraisal();
    await decideIn(cycle, 'submitSelfAssessment', { actorId: employee.id });
    await decideIn(cycle, 'rateEmployee', { actorId: superior.id });
    const { objectionUntil } = await em().findOneOrFail(Appraisal, { cycleId: cycle.matterId });
    cycle.moveTo(new Date(objectionUntil!.getTime() + 1));
    const objection = await cycle.decision('fileObjection', { actorId: employee.id, acceptedAt: objectionUntil! });
    const before = await snapshotOf(em());
    const closing = cycle.boundary({ kind: 'objectionWindowClosed' });
    expect(await closing.run()).toEqual({ postponedUntil: objectionUntil!.getTime() + 5001 });
    expect(await closing.run()).toEqual({ postponedUntil: objectionUntil!.getTime() + 5001 });
    expect(await snapshotOf(em())).toEqual(before);
    expect(await take(objection)).toMatchObject({ reply: { kind: 'applied' } });
  });

  it('an objection that came too late does not hold the window open', async () => {
    const { employee, superior } = agency.people;
    const cycle = await cycleUntilAppraisal();
    await decideIn(cycle, 'submitSelfAssessment', { actorId: employee.id });
    await decideIn(cycle, 'rateEmployee', { actorId: superior.id });
    const { objectionUntil } = await em().findOneOrFail(Appraisal, { cycleId: cycle.matterId });
    cycle.moveTo(new Date(objectionUntil!.getTime() + 1));
    await cycle.decision('fileObjection', {
      actorId: employee.id,
      acceptedAt: new Date(objectionUntil!.getTime() + 1),
    });
    expect(await take(cycle.boundary({ kind: 'objectionWindowClosed' }))).toMatchObject({ seq: cycle.state.seq - 1 });
  });

  it('a self-assessment that waits for the engine is not passed over', async () => {
    const { employee } = agency.people;
    const cycle = await cycleUntilAppraisal();
    const lapse = new Date(cycle.agenda.at(-1)!.at);
    cycle.moveTo(lapse);
    const submission = await cycle.decision('submitSelfAssessment', {
      actorId: employee.id,
      acceptedAt: new Date(lapse.getTime() - 1),
    });
    expect(await cycle.boundary({ kind: 'selfAssessmentLapsed' }).run()).toEqual({
      postponedUntil: lapse.getTime() + 5000,
    });
    expect(await take(submission)).toMatchObject({ reply: { kind: 'applied' } });
  });
});

describe('mails', () => {
  it('a return and a result are told to the employee with their reason', async () => {
    const { employee, superior } = agency.people;
    const cycle = await startedCycle();
    await decideIn(cycle, 'submitSkp', { actorId: employee.id });
    await decideIn(cycle, 'returnSkp', { actorId: superior.id, args: { reason: 'Target belum terukur.' } });
    const mails = await em().find(Outbox, { matterId: cycle.matterId }, { orderBy: { id: 1 } });
    expect(mails.map((mail) => [mail.template, mail.recipientId, mail.data['reason']])).toEqual([
      ['task-assigned', employee.id, undefined],
      ['task-assigned', superior.id, undefined],
      ['returned', employee.id, 'Target belum terukur.'],
    ]);
  });
});
