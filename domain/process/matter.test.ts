import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  changesAnything,
  evolve,
  hasQuorum,
  NOTHING,
  openSlotsOf,
  planned,
  stepped,
  strandOf,
  without,
  type AgendaChange,
  type AgendaItem,
  type MatterProcess,
  type MatterState,
  type Transition,
} from './matter.ts';

type Process = MatterProcess & { result: string | null };

const empty: Process = { open: {}, rounds: {}, finished: false, result: null };
const transition = (part: Partial<Transition<Process>>): Transition<Process> => ({ ...NOTHING, ...part });
const asked = (slot: string, round = 1) => ({ slot, kind: 'answer', round });

const slots = fc.constantFrom('a', 'a/1', 'a/2', 'b', 'c:1');
const tasks = fc.record({ kind: fc.constantFrom('ask', 'check'), round: fc.integer({ min: 1, max: 9 }) });
const processes: fc.Arbitrary<Process> = fc.record({
  open: fc.dictionary(slots, tasks),
  rounds: fc.dictionary(slots, fc.integer({ min: 1, max: 9 })),
  finished: fc.constant(false),
  result: fc.option(fc.string()),
});
const transitions: fc.Arbitrary<Transition<Process>> = fc.record({
  closes: fc.uniqueArray(slots),
  opens: fc.uniqueArray(
    fc.record({ slot: slots, kind: fc.constantFrom('ask', 'check'), round: fc.integer({ min: 1, max: 9 }) }),
    { selector: ({ slot }) => slot },
  ),
  finishes: fc.boolean(),
});

describe('a transition', () => {
  it('closes, opens and counts the rounds of a slot', () => {
    const opened = evolve(empty, transition({ opens: [asked('a'), asked('b')] }));
    const again = evolve(opened, transition({ closes: ['a'], opens: [{ ...asked('a', 2), to: 'somebody' }] }));
    expect(again).toEqual({
      open: { a: { kind: 'answer', round: 2, to: 'somebody' }, b: { kind: 'answer', round: 1 } },
      rounds: { a: 2, b: 1 },
      finished: false,
      result: null,
    });
    expect(evolve(again, transition({ closes: ['a'], sets: { result: 'good' }, finishes: true }))).toMatchObject({
      open: { b: {} },
      rounds: { a: 2 },
      result: 'good',
      finished: true,
    });
  });

  it('leaves what it does not name, and the process before it, as they were', () => {
    fc.assert(
      fc.property(processes, transitions, (process, change) => {
        const before = structuredClone(process);
        const after = evolve(process, change);
        expect(process).toEqual(before);
        const named = new Set([...change.closes, ...change.opens.map(({ slot }) => slot)]);
        for (const [slot, task] of Object.entries(process.open))
          if (!named.has(slot)) expect(after.open[slot]).toEqual(task);
        for (const slot of Object.keys(process.rounds)) expect(after.rounds).toHaveProperty([slot]);
        for (const { slot, ...task } of change.opens) expect(after.open[slot]).toEqual(task);
        expect(after.result).toBe(process.result);
      }),
    );
  });

  it('says whether it does anything', () => {
    expect(changesAnything(NOTHING)).toBe(false);
    expect(changesAnything({ ...NOTHING, sets: {} })).toBe(false);
    expect(
      [{ closes: ['a'] }, { opens: [asked('a')] }, { finishes: true }, { sets: { result: 'good' } }].map((part) =>
        changesAnything(transition(part)),
      ),
    ).toEqual([true, true, true, true]);
  });
});

const KINDS = ['opened', 'lapsed', 'ended'] as const;
const items: fc.Arbitrary<AgendaItem> = fc.record(
  {
    at: fc.integer({ min: 0, max: 1000 }),
    boundary: fc.record(
      { kind: fc.constantFrom(...KINDS), periodNo: fc.integer({ min: 1, max: 3 }) },
      { requiredKeys: ['kind'] },
    ),
    since: fc.integer({ min: 0, max: 1000 }),
  },
  { requiredKeys: ['at', 'boundary'] },
);
/** Dates by what they are about, so that two items of an agenda are never the same. */
const agendas = fc.uniqueArray(items, {
  maxLength: 8,
  selector: ({ at, since, boundary: { kind, periodNo } }) => [since ?? at, kind, periodNo].join(),
});
const changes: fc.Arbitrary<AgendaChange> = fc.record({
  drops: fc.uniqueArray(fc.constantFrom(...KINDS)),
  adds: fc.array(items, { maxLength: 3 }),
});

describe('the agenda', () => {
  it('has the next date first, whatever is dropped and added', () => {
    fc.assert(
      fc.property(agendas, changes, (agenda, change) => {
        const dates = planned(agenda, change).map(({ at }) => at);
        expect(dates).toEqual(dates.toSorted((a, b) => a - b));
      }),
    );
  });

  it('an item is added even where its kind falls away: the new date instead of the old', () => {
    const old = { at: 5, boundary: { kind: 'lapsed' } };
    const fresh = { at: 9, boundary: { kind: 'lapsed' } };
    expect(planned([old, { at: 7, boundary: { kind: 'ended' } }], { drops: ['lapsed'], adds: [fresh] })).toEqual([
      { at: 7, boundary: { kind: 'ended' } },
      fresh,
    ]);
  });

  it('loses the item that was crossed, also one put off meanwhile', () => {
    const period = (periodNo: number, at: number): AgendaItem => ({ at, boundary: { kind: 'opened', periodNo } });
    const agenda = [period(1, 10), period(2, 20)];
    expect(without(agenda, period(1, 10))).toEqual([period(2, 20)]);
    expect(without(agenda, { ...period(1, 15), since: 10 })).toEqual([period(2, 20)]);
    expect(without([{ ...period(1, 15), since: 10 }], period(1, 10))).toEqual([]);
    // The row has the date itself; a run that put it off twice still names the first.
    expect(without([{ ...period(1, 15), since: 10 }], { ...period(1, 18), since: 10 })).toEqual([]);
  });

  it('keeps the item of another date, of another period, and one of two that are alike', () => {
    const item = { at: 10, boundary: { kind: 'opened', periodNo: 1 } };
    expect(without([item], { ...item, at: 11 })).toEqual([item]);
    expect(without([item], { ...item, boundary: { kind: 'opened', periodNo: 2 } })).toEqual([item]);
    expect(without([item, item], item)).toEqual([item]);
  });
});

describe('a step', () => {
  const start: MatterState<Process> = { process: empty, seq: 4, agenda: [] };

  it('is counted, and what it found out is a fact of the process', () => {
    const after = stepped(start, { transition: transition({ opens: [asked('a')] }), sets: { result: 'good' } });
    expect(after).toMatchObject({ seq: 5, process: { result: 'good', open: { a: {} } } });
  });

  it('what it found out wins over what the transition says', () => {
    const after = stepped(start, { transition: transition({ sets: { result: 'old' } }), sets: { result: 'new' } });
    expect(after.process.result).toBe('new');
  });

  it('never loses an item of the agenda that it neither crossed nor dropped', () => {
    fc.assert(
      fc.property(agendas, changes, fc.nat(), fc.boolean(), (agenda, change, pick, crosses) => {
        const crossed = crosses ? agenda[pick % Math.max(agenda.length, 1)] : undefined;
        const after = stepped({ ...start, agenda }, { transition: NOTHING, agenda: change, crossed });
        const kept = agenda.filter((item) => item !== crossed && !change.drops?.includes(item.boundary.kind));
        for (const item of kept) expect(after.agenda).toContainEqual(item);
        expect(after.agenda).toHaveLength(kept.length + change.adds!.length);
      }),
    );
  });

  it('comes out alike for the run that put a date off and the row that did not', () => {
    fc.assert(
      fc.property(agendas, changes, fc.nat(), (dates, change, pick) => {
        fc.pre(dates.length > 0);
        const agenda = dates.map(({ at, boundary }) => ({ at, boundary }));
        fc.pre(new Set(agenda.map((item) => JSON.stringify(item))).size === agenda.length);
        const crossed = agenda[pick % agenda.length]!;
        const putOff = { ...crossed, at: crossed.at + 50, since: crossed.at };
        const step = { transition: NOTHING, agenda: change };
        const run = stepped(
          { ...start, agenda: agenda.map((item) => (item === crossed ? putOff : item)) },
          { ...step, crossed: putOff },
        );
        const row = stepped({ ...start, agenda }, { ...step, crossed: putOff });
        expect(run).toEqual(row);
      }),
    );
  });
});

describe('the slots of a strand', () => {
  it('are its own name and what stands behind it', () => {
    expect(['skp', 'report:3', 'report:3/extension', 'feedback/e1'].map(strandOf)).toEqual([
      'skp',
      'report:3',
      'report:3',
      'feedback',
    ]);
  });

  it('are found among those of others', () => {
    const opens = [asked('feedback/e1'), asked('feedback/e2'), asked('feedbacks'), asked('report:1')];
    const process = evolve(empty, transition({ opens }));
    expect(openSlotsOf(process, 'feedback')).toEqual(['feedback/e1', 'feedback/e2']);
    expect(openSlotsOf(process, 'report')).toEqual([]);
  });
});

describe('a strand with several tasks goes on', () => {
  it('when all have answered', () => {
    expect([1, 2, 3].map((answered) => hasQuorum('all', { asked: 3, answered }))).toEqual([false, false, true]);
  });

  it('when any one has', () => {
    expect([0, 1, 2].map((answered) => hasQuorum('anyOne', { asked: 3, answered }))).toEqual([false, true, true]);
  });

  it('when enough have, and never waits for more than were asked', () => {
    const twoOf = (of: number, answered: number): boolean => hasQuorum({ atLeast: 2 }, { asked: of, answered });
    expect([0, 1, 2, 3].map((answered) => twoOf(3, answered))).toEqual([false, false, true, true]);
    expect(twoOf(1, 1)).toBe(true);
  });

  it('for good: an answer more never takes a quorum away', () => {
    const rules = fc.oneof(
      fc.constantFrom('all' as const, 'anyOne' as const),
      fc.record({ atLeast: fc.integer({ min: 1, max: 9 }) }),
    );
    fc.assert(
      fc.property(rules, fc.integer({ min: 1, max: 9 }), fc.nat(9), (rule, of, answered) => {
        if (hasQuorum(rule, { asked: of, answered }))
          expect(hasQuorum(rule, { asked: of, answered: answered + 1 })).toBe(true);
        expect(hasQuorum(rule, { asked: of, answered: of })).toBe(true);
      }),
    );
  });
});
