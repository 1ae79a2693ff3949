import type { AgendaChange, AgendaItem, Fact, MatterState, Transition } from '#domain/process/matter.ts';
import type { Reply } from '#domain/process/reply.ts';

/** What a run tells an activity that carries out one step. Instants are epoch milliseconds of the workflow's clock. */
export type StepInput = {
  matterId: string;
  /** Steps done so far and the generation of the run: compared with the database in the same transaction. */
  seq: number;
  gen: number;
  at: number;
  transition: Transition;
};

/** What a step found out beside its transition. `seq` is the step that it was: a repeat of an earlier one changes nothing any more. */
export type StepResult = { seq: number; sets?: Readonly<Record<string, unknown>>; agenda?: AgendaChange };

/** `slot` is where the run saw the decided task. */
export type DecisionInput = StepInput & { decision: string; commandId: string; taskId: string; slot: string };
export type DecisionResult = { reply: Reply } & Omit<StepResult, 'seq'>;

/** `postponedUntil`: a decision that was accepted in time is on its way; come back then. */
export type BoundaryResult = StepResult | { postponedUntil: number };

/** The steps of every kind of matter; what a kind does of its own is in its handlers. */
export type MatterActivities = {
  startMatter(input: StepInput): Promise<StepResult>;
  decideTask(input: DecisionInput): Promise<DecisionResult>;
  crossBoundary(input: StepInput & { item: AgendaItem }): Promise<BoundaryResult>;
  settleFact(input: StepInput & { fact: Fact }): Promise<StepResult>;
  /** Notes on which build of the workflow code a run is. */
  noteBuild(input: { matterId: string; gen: number; build: string }): Promise<void>;
  /**
   * What a run that finds itself at another step than its row goes on from (its history was reset). Null when the matter is finished or
   * another generation has it: then this run is over.
   */
  readState(input: { matterId: string; gen: number }): Promise<MatterState | null>;
};
