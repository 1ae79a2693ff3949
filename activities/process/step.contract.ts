import type { Boundary, CycleProcess, Transition } from '#domain/process/cycle.ts';
import type { Reply } from '#domain/process/reply.ts';
import type { CycleDecision, FollowUp, CycleStage } from '#domain/process/tasks.ts';

/** What the workflow tells an activity that carries out one step. Instants are epoch milliseconds of the workflow's clock. */
export type StepInput = {
  cycleId: string;
  /** Steps done so far and the generation of the run: compared with the database in the same transaction. */
  seq: number;
  gen: number;
  at: number;
  transition: Transition;
  /** Stage after the step. */
  stage: CycleStage | 'finished';
};

export type DecisionInput = StepInput & { decision: CycleDecision; commandId: string; taskId: string };

/** A calendar boundary that an activity adds to the workflow's agenda. */
export type NewBoundary = { at: number; boundary: Boundary; isQuarterStart: boolean };

export type DecisionResult = {
  reply: Reply;
  /** Set by decisions that fix a result: what will follow from it. */
  followUp?: FollowUp;
  boundaries?: NewBoundary[];
};

export type BoundaryInput = StepInput & { boundary: Boundary };

/** `notYet`: the deadline was moved; come back at `until`. */
export type BoundaryResult = { kind: 'crossed'; boundaries: NewBoundary[] } | { kind: 'notYet'; until: number };

export type FactInput = StepInput & { factId: string };

/** Names of the activities that carry out decisions, one per decision. */
export type DecisionActivities = Record<CycleDecision, (input: DecisionInput) => Promise<DecisionResult>>;

export type ProcessActivities = {
  /** Opens the cycle: periods, first task, agenda. */
  startCycle(input: StepInput & { workflowBuild: string }): Promise<{ boundaries: NewBoundary[] }>;
  crossBoundary(input: BoundaryInput): Promise<BoundaryResult>;
  /** Re-addresses open tasks after the superior changed. */
  rerouteTasks(input: FactInput): Promise<void>;
  /** Ends the segment; after a transfer it creates the next segment and returns its id. */
  endSegment(
    input: FactInput & { reason: 'transferred' | 'retired' },
  ): Promise<{ nextCycleId: string | null; boundaries: NewBoundary[] }>;
  endForDeath(input: FactInput): Promise<void>;
  /** Moves the cycle to another rule set: due dates and boundaries still to come are computed anew. */
  adoptRuleSet(input: FactInput & { ruleSetId: string; process: CycleProcess }): Promise<{ boundaries: NewBoundary[] }>;
  /** Notes that the run goes on as a new one, with the state compared against the database. */
  noteContinuation(input: StepInput & { workflowBuild: string }): Promise<void>;
  /** Starts the workflow of a cycle row; harmless when it runs already. */
  startCycleWorkflow(cycleId: string): Promise<void>;
};
