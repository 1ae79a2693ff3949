import { cycleDecider } from './cycle.ts';
import type { Decider, MatterProcess } from './matter.ts';
import { procedureDecider } from './procedures.ts';
import { PROCEDURE_KINDS, type MatterKind, type ProcedureKind } from './tasks.ts';

/** The decider of each kind of matter, as workflows and steps look it up. */
export type Deciders = Readonly<Record<string, Decider<MatterProcess>>>;

/** A decider only ever sees processes that it made itself, so the registry may forget which kind each one is for. */
const anyProcess = <P extends MatterProcess>(decider: Decider<P>): Decider<MatterProcess> => ({
  ...decider,
  decide: (process, trigger) => decider.decide(process as P, trigger),
  stageOf: (process) => decider.stageOf(process as P),
});

export const DECIDERS: Readonly<Record<MatterKind, Decider<MatterProcess>>> = {
  performanceCycle: anyProcess(cycleDecider),
  ...(Object.fromEntries(PROCEDURE_KINDS.map((kind) => [kind, anyProcess(procedureDecider(kind))])) as Record<
    ProcedureKind,
    Decider<MatterProcess>
  >),
};
