import type { z } from 'zod';
import type { DraftContent, DraftView } from '#contracts/cycles.contract.ts';
import { ReportContent, SelfAssessmentContent, SkpContent } from '#contracts/work.schemas.ts';
import { findDraft, saveDraft, type DraftKey } from '#persistence/skp/drafts.repository.ts';
import { signedIn, type SignedInContext } from '../http/context.ts';
import { Problem } from '../http/problem.ts';
import { requireOwnCycle } from '../cycles/cycle.presenter.ts';
import { proposeContent } from './proposals.ts';

const CONTENT = { skp: SkpContent, report: ReportContent, selfAssessment: SelfAssessmentContent } as const;

export const draftsRoutes = {
  draft: signedIn.cycles.draft.handler(async ({ input, context }) => {
    await requireOwnCycle(context, input.cycleId);
    return readDraft(context, input);
  }),
  saveDraft: signedIn.cycles.saveDraft.handler(async ({ input, context }) => {
    const { employeeId } = await requireOwnCycle(context, input.cycleId);
    const content = CONTENT[input.kind].parse(input.content);
    const saved = await saveDraft(context.em, { ...input, content, employeeId, savedById: context.actor.employeeId });
    if (!saved) throw new Problem('draft.conflict', { current: await readDraft(context, input) });
    return saved;
  }),
};

async function readDraft({ em }: SignedInContext, key: DraftKey): Promise<z.infer<typeof DraftView>> {
  const draft = await findDraft(em, key);
  const content = (draft?.content ?? (await proposeContent(em, key))) as z.infer<typeof DraftContent>;
  return {
    version: draft?.version ?? 0,
    content,
    updatedAt: draft?.updatedAt ?? null,
    updatedBy: draft?.updatedBy ?? null,
  };
}
