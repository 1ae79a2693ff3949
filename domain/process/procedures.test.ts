import { describe, expect, it } from 'vitest';
import {
  decideProcedure,
  evolveProcedure,
  newProcedure,
  PROCEDURE_KINDS,
  PROCEDURE_TASK_KINDS,
  PROCEDURES,
  procedureStageOf,
  type ProcedureDecision,
  type ProcedureKind,
  type ProcedureProcess,
  type ProcedureTrigger,
} from './procedures.ts';
import { CYCLE_DECISIONS, CYCLE_TASK_KINDS } from './tasks.ts';

function run(kind: ProcedureKind, ...triggers: (ProcedureDecision | ProcedureTrigger)[]): ProcedureProcess {
  let state = newProcedure(kind);
  for (const trigger of [{ kind: 'started' } as const, ...triggers]) {
    const decided = decideProcedure(
      state,
      typeof trigger === 'string' ? { kind: 'decision', decision: trigger } : trigger,
    );
    if (!decided.ok) throw new Error(decided.code);
    state = evolveProcedure(state, decided.transition);
  }
  return state;
}

describe('the table of procedures', () => {
  it.each(PROCEDURE_KINDS)('%s: every goal is a step, and every step can be reached', (kind) => {
    const { steps, firstStep } = PROCEDURES[kind];
    const goals = Object.values(steps)
      .flatMap(({ decisions }) => Object.values(decisions))
      .flatMap((goal) => (typeof goal === 'object' && 'to' in goal ? [goal.to] : []));
    expect(goals.filter((goal) => !steps[goal])).toEqual([]);
    expect(Object.keys(steps).filter((step) => step !== firstStep && !goals.includes(step))).toEqual([]);
  });

  it('names each kind of task once, and none that a cycle has; no decision of a cycle either', () => {
    expect(new Set(PROCEDURE_TASK_KINDS).size).toBe(PROCEDURE_TASK_KINDS.length);
    expect(PROCEDURE_TASK_KINDS.filter((kind) => (CYCLE_TASK_KINDS as string[]).includes(kind))).toEqual([]);
    expect(
      ['approve', 'return', 'reject', 'resubmit'].filter((decision) =>
        (CYCLE_DECISIONS as string[]).includes(decision),
      ),
    ).toEqual([]);
  });
});

describe('a procedure', () => {
  it('S1.2 a guideline goes through review and approval, waits for its date and is granted', () => {
    const waiting = run('guidelinePublication', 'approve', 'approve');
    expect(waiting).toMatchObject({ phase: 'waiting', open: null, outcome: null });
    expect(procedureStageOf(waiting)).toBe('waiting');
    expect(
      run('guidelinePublication', 'approve', 'approve', { kind: 'boundary', boundary: 'effective' }),
    ).toMatchObject({ phase: 'finished', outcome: 'granted' });
  });

  it('what is returned comes back in the next round', () => {
    expect(run('guidelinePublication', 'approve', 'return', 'resubmit')).toMatchObject({
      open: { step: 'review', kind: 'reviewGuideline', round: 2 },
    });
  });

  it('refuses what nobody waits for, and everything once it is finished', () => {
    expect(decideProcedure(run('accountRegistration'), { kind: 'decision', decision: 'return' })).toEqual({
      ok: false,
      code: 'process.stepNotOpen',
    });
    expect(decideProcedure(run('accountRegistration', 'reject'), { kind: 'decision', decision: 'approve' })).toEqual({
      ok: false,
      code: 'process.finished',
    });
    expect(decideProcedure(run('accountRegistration'), { kind: 'boundary', boundary: 'effective' })).toMatchObject({
      ok: false,
    });
    expect(decideProcedure(run('guidelinePublication', 'approve', 'approve'), { kind: 'withdrawn' })).toMatchObject({
      ok: false,
    });
  });

  it('expires or is withdrawn while somebody is asked', () => {
    expect(run('secondFactorReset', 'approve', { kind: 'boundary', boundary: 'expired' })).toMatchObject({
      phase: 'finished',
      outcome: 'expired',
    });
    expect(run('correctionRequest', { kind: 'withdrawn' })).toMatchObject({ phase: 'finished', outcome: 'withdrawn' });
  });
});
