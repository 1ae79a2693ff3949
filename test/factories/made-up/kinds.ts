import { DECIDERS, type Deciders } from '#domain/process/deciders.ts';
import {
  hasQuorum,
  NOTHING,
  openSlotsOf,
  strandOf,
  type Decided,
  type Decider,
  type MatterProcess,
  type Quorum,
  type Slot,
  type Transition,
  type Trigger,
} from '#domain/process/matter.ts';

/**
 * Made-up kinds of matter, each of them a thing the kernel must be able to do. They are plain deciders, as the product's own are; only tests know
 * them. Pure, since a workflow bundle of the tests has them, too.
 */

const then = <P extends MatterProcess>(change: Partial<Transition<P>>): Decided<P> => ({
  ok: true,
  transition: { closes: [], opens: [], finishes: false, ...change },
});
const refused = <P extends MatterProcess>(): Decided<P> => ({ ok: false, code: 'process.stepNotOpen' });
const slotsOf = (process: MatterProcess): Slot[] => Object.keys(process.open);
const ifRunning =
  <P extends MatterProcess>(decide: (process: P, trigger: Trigger) => Decided<P>) =>
  (process: P, trigger: Trigger): Decided<P> =>
    process.finished ? { ok: false, code: 'process.finished' } : decide(process, trigger);

/** Several raters are asked at once; their strand goes on by a quorum or at a date, then one person concludes. */
type Survey = MatterProcess & { raters: readonly string[]; quorum: Quorum; answered: number };
const survey: Decider<Survey> = {
  initial: { open: {}, rounds: {}, finished: false, raters: [], quorum: 'all', answered: 0 },
  decisions: ['answer', 'conclude'],
  stageOf: (process) => (process.finished ? 'finished' : (strandOf(slotsOf(process)[0] ?? 'none') ?? 'none')),
  decide: ifRunning((process, trigger) => {
    const asked = process.raters.length;
    const goOn = (answered: number): Decided<Survey> =>
      then({
        closes: openSlotsOf(process, 'feedback'),
        opens: [{ slot: 'conclusion', kind: 'conclude', round: 1 }],
        sets: { answered },
      });
    if (trigger.kind === 'started')
      return then({ opens: process.raters.map((to) => ({ slot: `feedback/${to}`, kind: 'answer', round: 1, to })) });
    if (trigger.kind === 'boundary')
      return openSlotsOf(process, 'feedback').length ? goOn(process.answered) : then(NOTHING);
    if (trigger.kind !== 'decision' || process.open[trigger.slot]?.kind !== trigger.decision) return refused();
    if (trigger.decision === 'conclude') return then({ closes: slotsOf(process), finishes: true });
    const answered = process.answered + 1;
    if (hasQuorum(process.quorum, { asked, answered })) return goOn(answered);
    return then({ closes: [trigger.slot], sets: { answered } });
  }),
};

/**
 * A report with what lies beside it: an extension is asked while the report stays open, what was sent is taken back while nobody has decided, and
 * a mistaken approval is repaired forward.
 */
const essay: Decider<MatterProcess> = {
  initial: { open: {}, rounds: {}, finished: false },
  decisions: ['askExtension', 'grant', 'send', 'takeBack', 'approve'],
  stageOf: (process) => (process.finished ? 'finished' : slotsOf(process).join()),
  decide: ifRunning((process, trigger) => {
    const write = (round: number) => ({ slot: 'essay', kind: 'write', round });
    const rounds = process.rounds['essay'] ?? 0;
    if (trigger.kind === 'started') return then({ opens: [write(1)] });
    if (trigger.kind === 'fact' && trigger.fact.kind === 'repaired')
      return then({ closes: slotsOf(process), opens: [write(rounds + 1)] });
    if (trigger.kind !== 'decision') return then(NOTHING);
    const kind = process.open[trigger.slot]?.kind;
    switch (`${kind}:${trigger.decision}`) {
      case 'write:askExtension':
        return process.open['essay/extension']
          ? refused()
          : then({ opens: [{ slot: 'essay/extension', kind: 'extend', round: 1 }] });
      case 'extend:grant':
        return then({ closes: ['essay/extension'] });
      case 'write:send':
        return then({ closes: slotsOf(process), opens: [{ slot: 'essay', kind: 'review', round: rounds }] });
      case 'review:takeBack':
        return then({ closes: ['essay'], opens: [write(rounds + 1)] });
      case 'review:approve':
        return then({ closes: ['essay'], opens: [{ slot: 'archive', kind: 'archive', round: 1 }] });
      default:
        return refused();
    }
  }),
};

/** A rating that is not delivered in the step that rates: it waits for another matter, the confirmation of the whole unit. */
type Verdict = MatterProcess & { rated: boolean };
const verdict: Decider<Verdict> = {
  initial: { open: {}, rounds: {}, finished: false, rated: false },
  decisions: ['rate', 'acknowledge'],
  stageOf: (process) => (process.finished ? 'finished' : (slotsOf(process)[0] ?? 'waitsForUnit')),
  decide: ifRunning((process, trigger) => {
    if (trigger.kind === 'started') return then({ opens: [{ slot: 'rating', kind: 'rate', round: 1 }] });
    if (trigger.kind === 'fact')
      return trigger.fact.kind === 'matterSettled' && process.rated && !process.rounds['delivery']
        ? then({ opens: [{ slot: 'delivery', kind: 'acknowledge', round: 1 }] })
        : then(NOTHING);
    if (trigger.kind !== 'decision' || process.open[trigger.slot]?.kind !== trigger.decision) return refused();
    return trigger.decision === 'rate'
      ? then({ closes: ['rating'], sets: { rated: true } })
      : then({ closes: slotsOf(process), finishes: true });
  }),
};

/** What a verdict waits for. */
const confirmation: Decider<MatterProcess> = {
  initial: { open: {}, rounds: {}, finished: false },
  decisions: ['confirm'],
  stageOf: (process) => (process.finished ? 'finished' : 'confirmation'),
  decide: ifRunning((process, trigger) => {
    if (trigger.kind === 'started') return then({ opens: [{ slot: 'unit', kind: 'confirm', round: 1 }] });
    if (trigger.kind !== 'decision' || !process.open[trigger.slot]) return then(NOTHING);
    return then({ closes: ['unit'], finishes: true });
  }),
};

/** A sanction of many months: it outlives the year and ends by itself; each month is a rest point of its run. */
type Sanction = MatterProcess & { months: number };
const sanction: Decider<Sanction> = {
  initial: { open: {}, rounds: {}, finished: false, months: 0 },
  decisions: [],
  stageOf: (process) => (process.finished ? 'finished' : 'inForce'),
  decide: ifRunning((process, trigger) => {
    if (trigger.kind !== 'boundary') return then(NOTHING);
    if (trigger.boundary.kind === 'ended') return then({ finishes: true });
    return then({ sets: { months: process.months + 1 } });
  }),
};

/** A made-up decider only ever sees processes of its own. */
const anyProcess = <P extends MatterProcess>(decider: Decider<P>): Decider<MatterProcess> => ({
  ...decider,
  decide: (process, trigger) => decider.decide(process as P, trigger),
  stageOf: (process) => decider.stageOf(process as P),
});

export const MADE_UP: Deciders = {
  survey: anyProcess(survey),
  essay: anyProcess(essay),
  verdict: anyProcess(verdict),
  confirmation: anyProcess(confirmation),
  sanction: anyProcess(sanction),
};

export const DECIDERS_AND_MADE_UP: Deciders = { ...DECIDERS, ...MADE_UP };
