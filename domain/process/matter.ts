/**
 * A matter (urusan) is whatever people decide step by step: a year of one employee in one post, a publication, an objection. This file says
 * what every kind of matter has in common, as data and pure functions: its open tasks by slot, the transitions that a trigger leads to, and the
 * agenda of dates that are still to come. A kind adds its decider (`cycle.ts` by code, `procedures.ts` by table) and nothing else.
 */

/** A line inside a matter that waits by itself: `skp`, `report:3`, `feedback`. */
export type Strand = string;

/**
 * The place of one open task. A strand with one task at a time uses its own name; several at once, or one beside the strand, have a suffix:
 * `feedback/<employee id>`, `report:3/extension`.
 */
export type Slot = string;

/** A task that is waited for. `to` names its addressee where the kind of task does not: an employee's or a position's id. */
type OpenTask = { kind: string; round: number; to?: string };

/** What the process of every kind of matter has; kinds add facts of their own. */
export type MatterProcess = {
  readonly open: Readonly<Record<Slot, OpenTask>>;
  /** How often each slot was opened, so that a returned item comes back as round 2, 3, … */
  readonly rounds: Readonly<Record<Slot, number>>;
  readonly finished: boolean;
};

/** The facts that a kind adds to its process. */
type Facts<P extends MatterProcess> = Omit<P, keyof MatterProcess>;

/** A task to be opened. */
export type Opening = OpenTask & { slot: Slot };

/** What a trigger changes: tasks to close, tasks to open, facts to set, and whether the matter is finished. */
export type Transition<P extends MatterProcess = MatterProcess> = {
  readonly closes: readonly Slot[];
  readonly opens: readonly Opening[];
  readonly sets?: Partial<Facts<P>>;
  readonly finishes: boolean;
};

/** A moment of the calendar, with what it is about. */
export type Boundary = { kind: string; periodNo?: number };

/** A fact that arrives from elsewhere: from the personnel administration, from the person who opened the matter, from another matter. */
export type Fact = { kind: string; factId: string } & Readonly<Record<string, unknown>>;

/** What makes a matter move. `slot` is where the decided task lies. */
export type Trigger<F extends object = Fact> =
  | { kind: 'started' }
  | { kind: 'decision'; decision: string; slot: Slot }
  | { kind: 'boundary'; boundary: Boundary }
  | { kind: 'fact'; fact: F };

export type ProcessRefusal = 'process.stepNotOpen' | 'process.finished';

export type Decided<P extends MatterProcess = MatterProcess> =
  | { ok: true; transition: Transition<P> }
  | { ok: false; code: ProcessRefusal };

/** The rules of one kind of matter. */
export type Decider<P extends MatterProcess> = {
  readonly initial: P;
  /** The decisions that people can take in it; each is the name of an update of its workflow. */
  readonly decisions: readonly string[];
  /** Says what a trigger changes. A decision nobody waits for is refused; a boundary or fact out of place changes nothing. */
  decide(process: P, trigger: Trigger): Decided<P>;
  /** Where it stands, in one word. */
  stageOf(process: P): string;
};

/** A trigger that changes nothing. */
export const NOTHING: Transition<never> = { closes: [], opens: [], finishes: false };

/** Applies a transition; never mutates. */
export function evolve<P extends MatterProcess>(process: P, transition: Transition<P>): P {
  const open = { ...process.open };
  const rounds = { ...process.rounds };
  for (const slot of transition.closes) delete open[slot];
  for (const { slot, ...task } of transition.opens) {
    open[slot] = task;
    rounds[slot] = task.round;
  }
  return { ...process, ...transition.sets, open, rounds, finished: transition.finishes };
}

/** Whether a transition does anything at all. */
export const changesAnything = ({ closes, opens, sets, finishes }: Transition): boolean =>
  closes.length > 0 || opens.length > 0 || finishes || (sets !== undefined && Object.keys(sets).length > 0);

/**
 * A date that is still to come, epoch milliseconds. At a rest point the run may go on as a new one. `since` is the date itself where `at` was
 * put off because a decision was on its way.
 */
export type AgendaItem = { at: number; boundary: Boundary; isRestPoint?: boolean; since?: number };

/** What a step does to the agenda: kinds of boundaries that fall away, items that come. */
export type AgendaChange = { drops?: readonly string[]; adds?: readonly AgendaItem[] };

/** What a run and its row in the database agree on. */
export type MatterState<P extends MatterProcess = MatterProcess> = {
  process: P;
  /** Steps done so far. */
  seq: number;
  agenda: readonly AgendaItem[];
};

/** What a step did: its transition, what else it found out, and the item of the agenda that it crossed. */
export type Step<P extends MatterProcess = MatterProcess> = {
  transition: Transition<P>;
  sets?: Readonly<Record<string, unknown>> | undefined;
  agenda?: AgendaChange | undefined;
  crossed?: AgendaItem | undefined;
};

/** The state after a step: the run and the database compute it alike, each from its own state. */
export function stepped<P extends MatterProcess>(
  state: MatterState<P>,
  { transition, sets, agenda = {}, crossed }: Step<P>,
): MatterState<P> {
  const known = sets ? { ...transition, sets: { ...transition.sets, ...sets } as Partial<Facts<P>> } : transition;
  return {
    process: evolve(state.process, known),
    seq: state.seq + 1,
    agenda: planned(crossed ? without(state.agenda, crossed) : state.agenda, agenda),
  };
}

/** The agenda after a change, the next date first. */
export function planned(agenda: readonly AgendaItem[], { drops = [], adds = [] }: AgendaChange): AgendaItem[] {
  const kept = agenda.filter(({ boundary }) => !drops.includes(boundary.kind));
  return [...kept, ...adds].sort((a, b) => a.at - b.at);
}

/** The agenda without an item that was crossed, also when it was put off meanwhile. */
export function without(agenda: readonly AgendaItem[], crossed: AgendaItem): AgendaItem[] {
  const dateOf = (item: AgendaItem): number => item.since ?? item.at;
  const index = agenda.findIndex(
    ({ boundary, ...item }) =>
      boundary.kind === crossed.boundary.kind &&
      boundary.periodNo === crossed.boundary.periodNo &&
      dateOf({ boundary, ...item }) === dateOf(crossed),
  );
  return agenda.filter((_, position) => position !== index);
}

/** The strand that a slot belongs to. */
export const strandOf = (slot: Slot): Strand => slot.split('/', 1)[0]!;

/** The open slots of a strand. */
export const openSlotsOf = (process: MatterProcess, strand: Strand): Slot[] =>
  Object.keys(process.open).filter((slot) => strandOf(slot) === strand);

/** When a strand with several tasks goes on: when all have answered, any one, or so many. A date that closes it is a boundary. */
export type Quorum = 'all' | 'anyOne' | { atLeast: number };

/**
 * Whether a strand has enough answers once another one came in. `asked` counts the tasks that were opened in it, `answered` those decided,
 * the newest included.
 */
export function hasQuorum(rule: Quorum, { asked, answered }: { asked: number; answered: number }): boolean {
  if (rule === 'all') return answered >= asked;
  return answered >= (rule === 'anyOne' ? 1 : Math.min(rule.atLeast, asked));
}
