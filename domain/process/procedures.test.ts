import { describe, expect, it } from 'vitest';
import { evolve, type Trigger } from './matter.ts';
import {
  decideProcedure,
  goalOf,
  newProcedure,
  procedureDecider,
  PROCEDURES,
  procedureStageOf,
  type Goal,
  type ProcedureBoundaryKind,
  type ProcedureProcess,
} from './procedures.ts';
import {
  decisionsOf,
  PROCEDURE_KINDS,
  PROCEDURE_TASK_KINDS,
  type ProcedureDecision,
  type ProcedureKind,
  type ProcedureTaskKind,
} from './tasks.ts';
import { TASKS } from './task-table.ts';

const boundary = (kind: ProcedureBoundaryKind): Trigger => ({ kind: 'boundary', boundary: { kind } });
const withdrawn: Trigger = { kind: 'fact', fact: { kind: 'withdrawn', factId: 'w1', actorId: 'somebody' } };

/** A decision lies in the slot that is open; a procedure asks one person at a time. */
const triggerOf = (state: ProcedureProcess, what: ProcedureDecision | Trigger): Trigger =>
  typeof what === 'string' ? { kind: 'decision', decision: what, slot: Object.keys(state.open)[0] ?? 'none' } : what;

const decide = (kind: ProcedureKind, state: ProcedureProcess, what: ProcedureDecision | Trigger) =>
  decideProcedure(kind, state, triggerOf(state, what));

function run(kind: ProcedureKind, ...history: (ProcedureDecision | Trigger)[]): ProcedureProcess {
  return [{ kind: 'started' } as const, ...history].reduce((state: ProcedureProcess, what) => {
    const decided = decide(kind, state, what);
    if (!decided.ok) throw new Error(`${JSON.stringify(what)}: ${decided.code}`);
    return evolve(state, decided.transition);
  }, newProcedure);
}

const tasksOf = (kind: ProcedureKind): ProcedureTaskKind[] =>
  PROCEDURE_TASK_KINDS.filter((task) => TASKS[task].matter === kind);
const goalsOf = (kind: ProcedureKind): Goal[] =>
  tasksOf(kind).flatMap((task) =>
    decisionsOf(task).map((decision) => goalOf(kind, task, decision as ProcedureDecision)!),
  );

describe('the table of procedures', () => {
  it.each(PROCEDURE_KINDS)('%s: every task is the first or a goal, and every goal is a task of it', (kind) => {
    const reached = goalsOf(kind).flatMap((goal) => (typeof goal === 'object' && 'to' in goal ? [goal.to] : []));
    expect([...new Set([PROCEDURES[kind].first, ...reached])].sort()).toEqual(tasksOf(kind).sort());
  });

  it.each(PROCEDURE_KINDS)('%s: it can be granted', (kind) => {
    expect(goalsOf(kind).some((goal) => goal === 'effectiveDate' || ('ends' in goal && goal.ends === 'granted'))).toBe(
      true,
    );
  });

  it('a decision of another kind of task leads nowhere', () => {
    expect(goalOf('accountRegistration', 'approveRegistration', 'resubmit')).toBeUndefined();
    expect(goalOf('accountRegistration', 'reviewGuideline', 'approve')).toBeUndefined();
  });
});

describe('a procedure', () => {
  it('S1.2 a guideline goes through review and approval, waits for its date and is granted', () => {
    const waiting = run('guidelinePublication', 'approve', 'approve');
    expect(waiting).toMatchObject({ phase: 'waiting', open: {}, outcome: null, finished: false });
    expect(procedureStageOf(waiting)).toBe('waiting');
    expect(run('guidelinePublication', 'approve', 'approve', boundary('effective'))).toMatchObject({
      phase: 'finished',
      outcome: 'granted',
      finished: true,
    });
  });

  it('starts once', () => {
    expect(decide('guidelinePublication', run('guidelinePublication'), { kind: 'started' })).toMatchObject({
      transition: { opens: [], closes: [] },
    });
  });

  it('stands in the slot that is open, else in its phase', () => {
    const { stageOf, initial } = procedureDecider('guidelinePublication');
    expect(stageOf(initial)).toBe('new');
    expect(stageOf(run('guidelinePublication', 'approve'))).toBe('approval');
    expect(stageOf(run('accountRegistration', 'reject'))).toBe('finished');
  });

  it('what is returned comes back in the next round', () => {
    expect(run('guidelinePublication', 'approve', 'return', 'resubmit')).toMatchObject({
      open: { review: { kind: 'reviewGuideline', round: 2 } },
      rounds: { review: 2, approval: 1, revision: 1 },
    });
  });

  it('refuses what nobody waits for, and everything once it is finished', () => {
    expect(decide('accountRegistration', run('accountRegistration'), 'return')).toEqual({
      ok: false,
      code: 'process.stepNotOpen',
    });
    const elsewhere: Trigger = { kind: 'decision', decision: 'approve', slot: 'second' };
    expect(decide('secondFactorReset', run('secondFactorReset'), elsewhere)).toEqual({
      ok: false,
      code: 'process.stepNotOpen',
    });
    for (const what of ['approve', boundary('expired'), withdrawn] as const)
      expect(decide('accountRegistration', run('accountRegistration', 'reject'), what)).toEqual({
        ok: false,
        code: 'process.finished',
      });
  });

  it('a date or a withdrawal out of place changes nothing', () => {
    const nothing = { ok: true, transition: { closes: [], opens: [], finishes: false } };
    const waiting = run('guidelinePublication', 'approve', 'approve');
    expect(decide('accountRegistration', run('accountRegistration'), boundary('effective'))).toEqual(nothing);
    expect(decide('guidelinePublication', waiting, boundary('expired'))).toEqual(nothing);
    expect(decide('guidelinePublication', waiting, withdrawn)).toEqual(nothing);
    const other: Trigger = { kind: 'fact', fact: { kind: 'superiorChanged', factId: 's1' } };
    expect(decide('guidelinePublication', run('guidelinePublication'), other)).toEqual(nothing);
  });

  it('expires or is withdrawn while somebody is asked', () => {
    expect(run('secondFactorReset', 'approve', boundary('expired'))).toMatchObject({
      phase: 'finished',
      outcome: 'expired',
      open: {},
    });
    expect(run('correctionRequest', withdrawn)).toMatchObject({ phase: 'finished', outcome: 'withdrawn' });
  });
});
