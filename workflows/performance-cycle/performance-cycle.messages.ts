import { defineQuery, defineSignal, defineUpdate } from '@temporalio/workflow';
import type { CycleProcess } from '#domain/process/cycle.ts';
import type { Reply } from '#domain/process/reply.ts';
import { CYCLE_DECISIONS, type CycleDecision } from '#domain/process/tasks.ts';

export { CYCLE_QUEUE, PERFORMANCE_CYCLE, cycleWorkflowId } from './performance-cycle.ids.ts';

/** What a run starts with; after continue-as-new `resumed` carries the process over. */
export type PerformanceCycleInput = { cycleId: string; gen: number; resumed?: ResumedCycle };

/** State carried over continue-as-new. Instants are epoch milliseconds. `knownFacts`: ids of all facts heard of so far. */
export type ResumedCycle = {
  process: CycleProcess;
  seq: number;
  agenda: AgendaItem[];
  facts: PersonnelFact[];
  knownFacts?: string[];
};

/** A calendar boundary that is still to come. */
export type AgendaItem = { at: number; boundary: import('#domain/process/cycle.ts').Boundary; isQuarterStart: boolean };

/** A decision as the engine hears of it: ids only. Its arguments lie in the command ledger. */
export type CommandRef = { commandId: string; taskId: string; periodNo: number | null };

/** Updates, one per decision; the update id is the command's id. */
export const decisionUpdates = Object.fromEntries(
  CYCLE_DECISIONS.map((decision) => [decision, defineUpdate<Reply, [CommandRef]>(decision)]),
) as Record<CycleDecision, ReturnType<typeof defineUpdate<Reply, [CommandRef]>>>;

/** Facts of the personnel administration. `factId` makes a repeated signal harmless. */
export type PersonnelFact =
  | { kind: 'superiorChanged'; factId: string }
  | { kind: 'segmentEnded'; factId: string; reason: 'transferred' | 'retired' }
  | { kind: 'employeeDied'; factId: string }
  | { kind: 'ruleSetAmended'; factId: string; ruleSetId: string };

export const superiorChanged = defineSignal<[{ factId: string }]>('superiorChanged');
export const employeeTransferred = defineSignal<[{ factId: string }]>('employeeTransferred');
export const employeeRetired = defineSignal<[{ factId: string }]>('employeeRetired');
export const employeeDied = defineSignal<[{ factId: string }]>('employeeDied');
export const ruleSetAmended = defineSignal<[{ factId: string; ruleSetId: string }]>('ruleSetAmended');

/** Where the cycle stands, for checking against the database. */
export const cycleState = defineQuery<{ process: CycleProcess; seq: number; agenda: AgendaItem[] }>('cycleState');
