import { describe, expect, it } from 'vitest';
import { nationalCalendar, readRuleSet } from '../../data/files.ts';
import { fullYear, unitCalendar } from '../rule-sets/deadlines.ts';
import type { FollowUp } from '../rewards-and-sanctions/follow-up.ts';
import { taskDueAt } from '../rule-sets/task-due.ts';
import type { CycleBoundary, CycleFactKind } from './cycle.ts';
import { DECIDERS } from './deciders.ts';
import { changesAnything, evolve, strandOf, type MatterProcess, type Transition, type Trigger } from './matter.ts';
import { workflowTypeOf, WORKFLOW_TYPES } from './names.ts';
import type { ProcedureBoundaryKind } from './procedures.ts';
import {
  DECISIONS,
  decisionsOf,
  isOwnTask,
  isShown,
  MATTER_KINDS,
  stageOf,
  STAGES,
  TASK_KINDS,
  taskRule,
  type MatterKind,
  type TaskKind,
} from './tasks.ts';

/** All that can come from elsewhere than a decision; what does not compile here is not walked below. */
const BOUNDARIES: Record<CycleBoundary['kind'] | ProcedureBoundaryKind, true> = {
  periodOpened: true,
  appraisalOpened: true,
  selfAssessmentLapsed: true,
  objectionWindowClosed: true,
  improvementPeriodEnded: true,
  effective: true,
  expired: true,
};
const FACTS: Record<CycleFactKind | 'withdrawn', true> = {
  superiorChanged: true,
  segmentEnded: true,
  employeeDied: true,
  ruleSetAmended: true,
  withdrawn: true,
};
const FOLLOW_UPS: FollowUp[] = ['none', 'guidance', 'improvementPlan', 'rewardProposal'];

type Walked = { process: MatterProcess; trigger: Trigger; transition: Transition; leadsTo: readonly MatterProcess[] };

function triggersIn(process: MatterProcess): Trigger[] {
  return [
    { kind: 'started' },
    ...Object.keys(process.open).flatMap((slot) =>
      DECISIONS.map((decision): Trigger => ({ kind: 'decision', decision, slot })),
    ),
    ...Object.keys(BOUNDARIES).map((kind): Trigger => ({
      kind: 'boundary',
      boundary: kind === 'periodOpened' ? { kind, periodNo: 1 } : { kind },
    })),
    ...Object.keys(FACTS).map((kind): Trigger => ({ kind: 'fact', fact: { kind, factId: 'f1' } })),
  ];
}

/** What a step can find out besides: the follow-up of a result. */
const foundOut = (trigger: Trigger): Record<string, unknown>[] =>
  trigger.kind === 'decision' && ['rateEmployee', 'decideObjection'].includes(trigger.decision)
    ? FOLLOW_UPS.map((followUp) => ({ followUp }))
    : [{}];

/** Every state that a kind of matter can come to, rounds counted up to two, with every trigger that is taken in it. */
function walk(kind: MatterKind): Walked[] {
  const { initial, decide } = DECIDERS[kind];
  const seen = new Set<string>();
  const todo = [initial];
  const walked: Walked[] = [];
  for (let process = todo.pop(); process; process = todo.pop()) {
    const key = JSON.stringify(process);
    if (seen.has(key) || Object.values(process.rounds).some((round) => round > 2)) continue;
    seen.add(key);
    for (const trigger of triggersIn(process)) {
      const decided = decide(process, trigger);
      if (!decided.ok) continue;
      const { transition } = decided;
      const leadsTo = changesAnything(transition)
        ? foundOut(trigger).map((sets) => evolve(process, { ...transition, sets: { ...transition.sets, ...sets } }))
        : [];
      walked.push({ process, trigger, transition, leadsTo });
      todo.push(...leadsTo);
    }
  }
  return walked;
}

const WALKS = Object.fromEntries(MATTER_KINDS.map((kind) => [kind, walk(kind)])) as Record<MatterKind, Walked[]>;
const openedIn = (kind: MatterKind) => WALKS[kind].flatMap(({ transition }) => transition.opens);

describe('the table of tasks agrees with the deciders', () => {
  it.each(TASK_KINDS)('%s is opened on some way, always in its own matter and strand', (task) => {
    const { matter, strand } = taskRule(task);
    const openings = openedIn(matter as MatterKind).filter(({ kind }) => kind === task);
    expect(openings.length).toBeGreaterThan(0);
    expect([...new Set(openings.map(({ slot }) => strandOf(slot).split(':', 1)[0]))]).toEqual([strand]);
    const elsewhere = MATTER_KINDS.filter((kind) => kind !== matter && openedIn(kind).some((o) => o.kind === task));
    expect(elsewhere).toEqual([]);
  });

  it.each(MATTER_KINDS)('%s opens no task that has no row', (kind) => {
    expect(openedIn(kind).filter((opening) => !TASK_KINDS.includes(opening.kind as TaskKind))).toEqual([]);
  });

  it.each(TASK_KINDS)('%s: each of its decisions closes it and leads somewhere, and no other is taken', (task) => {
    const kind = taskRule(task).matter as MatterKind;
    const taken = WALKS[kind].filter(
      ({ process, trigger }) => trigger.kind === 'decision' && process.open[trigger.slot]?.kind === task,
    );
    for (const { trigger, transition } of taken)
      if (trigger.kind === 'decision') expect(transition.closes, trigger.decision).toContain(trigger.slot);
    const decisions = new Set(taken.map(({ trigger }) => (trigger.kind === 'decision' ? trigger.decision : '')));
    expect([...decisions].sort()).toEqual([...decisionsOf(task)].sort());
  });

  it.each(MATTER_KINDS)('%s can end from wherever it stands', (kind) => {
    const ways = new Map<string, Set<string>>();
    for (const { process, leadsTo } of WALKS[kind]) {
      const from = JSON.stringify(process);
      ways.set(from, ways.get(from) ?? new Set());
      for (const after of leadsTo) ways.get(from)!.add(after.finished ? 'the end' : JSON.stringify(after));
    }
    // Backwards from the end; a state with a slot in its third round is where the walk stopped.
    const ending = new Set(['the end']);
    for (let before = 0; before !== ending.size;) {
      before = ending.size;
      for (const [from, to] of ways) if ([...to].some((state) => ending.has(state))) ending.add(from);
    }
    expect([...ways.keys()].filter((state) => !ending.has(state))).toEqual([]);
  });

  it.each(MATTER_KINDS)('%s opens nothing once it is finished', (kind) => {
    for (const { transition } of WALKS[kind]) if (transition.finishes) expect(transition.opens).toEqual([]);
  });

  it.each(MATTER_KINDS)('%s: the stage people see is one of the table, or says that nobody is asked', (kind) => {
    const stages = new Set(WALKS[kind].map(({ process }) => DECIDERS[kind].stageOf(process)));
    const strands: string[] = TASK_KINDS.map((task) => taskRule(task).strand);
    const known = kind === 'performanceCycle' ? STAGES : [...strands, 'new', 'waiting'];
    expect([...stages].filter((stage) => ![...known, 'finished'].includes(stage))).toEqual([]);
  });

  it('a task of one strand is never open twice', () => {
    for (const kind of MATTER_KINDS)
      for (const { process, transition } of WALKS[kind])
        for (const { slot } of transition.opens)
          expect(!process.open[slot] || transition.closes.includes(slot), `${kind}: ${slot}`).toBe(true);
  });
});

describe('the improvement period that ends', () => {
  it('between rating and evaluation opens nothing', () => {
    const early = WALKS.performanceCycle.filter(
      ({ process, trigger }) =>
        trigger.kind === 'boundary' &&
        trigger.boundary.kind === 'improvementPeriodEnded' &&
        ['acknowledgeResult', 'decideObjection', 'evaluate'].includes(process.open['appraisal']?.kind ?? ''),
    );
    expect(early.length).toBeGreaterThan(0);
    expect(early.filter(({ transition }) => changesAnything(transition))).toEqual([]);
  });
});

describe('every row of the table', () => {
  const rules = readRuleSet('permenpanrb-6-2022-bulanan');
  const calendar = unitCalendar(rules, nationalCalendar(), 'Asia/Jakarta');
  const openedAt = Date.parse('2026-11-03T09:00:00+07:00');

  it.each(TASK_KINDS)('%s is due after it opens, in the first round and again', (kind) => {
    const year = taskRule(kind).matter === 'performanceCycle' ? { number: 2026, segment: fullYear(2026) } : null;
    for (const round of [1, 2])
      expect(taskDueAt({ kind, round, openedAt, year, periodDueAt: null }, rules, calendar)).toBeGreaterThan(openedAt);
  });

  it.each(TASK_KINDS)('%s asks somebody, shows something, belongs to a stage and can be answered', (kind) => {
    const { asks, shows, decisions } = taskRule(kind);
    expect([asks.length, shows.length, decisions.length].every((count) => count > 0)).toBe(true);
    expect(new Set(asks).size).toBe(asks.length);
    expect(STAGES).toContain(stageOf(kind));
    expect(shows.every((part) => isShown(kind, part))).toBe(true);
  });

  it('what only its own person can do asks nobody else', () => {
    for (const kind of TASK_KINDS.filter(isOwnTask)) expect(taskRule(kind).asks, kind).toHaveLength(1);
    expect(TASK_KINDS.filter(isOwnTask)).toContain('submitReport');
    expect(TASK_KINDS.filter(isOwnTask)).not.toContain('reviewReport');
  });

  it('its matter runs as a workflow', () => {
    for (const kind of MATTER_KINDS) expect(WORKFLOW_TYPES).toContain(workflowTypeOf(kind));
  });
});
