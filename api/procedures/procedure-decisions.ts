import type { z } from 'zod';
import type { EntityManager } from '@mikro-orm/postgresql';
import type { ProcedureDecisionView } from '#contracts/procedures.contract.ts';
import { readStory } from '#persistence/process/runs.queries.ts';

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
  em: EntityManager,
  procedureId: string,
): Promise<z.infer<typeof ProcedureDecisionView>[]> {
  const story = await readStory(em, { procedureId });
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
