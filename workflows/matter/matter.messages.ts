import { defineQuery, defineSignal, defineUpdate } from '@temporalio/workflow';
import type { Fact, MatterState, Slot } from '#domain/process/matter.ts';
import type { Reply } from '#domain/process/reply.ts';

/**
 * What a run starts with: the state of the matter's row. The first run, the one after continue-as-new and one that is built anew from the row all
 * start alike. `facts` were heard of but not settled yet.
 */
export type MatterInput = {
  matterId: string;
  kind: string;
  gen: number;
  state: MatterState;
  /** The build that the row names, so that a run on another one notes it. */
  build: string | null;
  facts?: Fact[];
};

/** A decision as the engine hears of it: ids only. Its arguments lie in the command ledger. */
export type CommandRef = { commandId: string; taskId: string; slot: Slot };

/** An update per decision, named like it; the update id is the command's id. */
export const decisionUpdate = (decision: string) => defineUpdate<Reply, [CommandRef]>(decision);

/** A fact about the matter. `factId` makes a repeated signal harmless. */
export const factSignal = defineSignal<[Fact]>('fact');

/** Where the run stands, for checking against the matter's row. */
export const matterState = defineQuery<MatterState>('matterState');
