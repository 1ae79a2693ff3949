import type { z } from 'zod';
import type { ProcedureDecisionView } from '#contracts/procedures.contract.ts';
import { readStory } from '#persistence/audit/story.queries.ts';
import type { SignedInContext } from '../http/context.ts';

const KINDS = new Set([
  'procedureStarted',
  'procedureApproved',
  'procedureReturned',
  'procedureRejected',
  'procedureResubmitted',
  'procedureEffective',
  'procedureExpired',
  'procedureWithdrawn',
]);

/** What has happened in a procedure so far: who decided what, when and why. */
export async function readDecisions(
  { em, today }: Pick<SignedInContext, 'em' | 'today'>,
  procedureId: string,
): Promise<z.infer<typeof ProcedureDecisionView>[]> {
  const story = await readStory(em, procedureId, today);
  return story
    .filter(({ kind }) => KINDS.has(kind))
    .map(({ kind, at, actor, onBehalfOf, data }) => ({
      kind,
      at,
      actor,
      onBehalfOf,
      reason: typeof data.reason === 'string' ? data.reason : null,
    }));
}
