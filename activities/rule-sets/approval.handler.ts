import type { Problem } from '#domain/result.ts';
import { validateRuleSet } from '#domain/rule-sets/validate-rule-set.ts';
import { validityProblems } from '#domain/rule-sets/validity.ts';
import {
  findRuleSetDraft,
  publishRuleSetDraft,
  readSeries,
  setDraftState,
} from '#persistence/rule-sets/rule-set-drafts.repository.ts';
import type { Refused } from '../matters/handler.ts';
import type { Effect, ProcedureContext, ProcedureHandler } from '../procedures/procedure-handler.ts';

/** The approval of a rule set by two persons: then it is a version of its series that holds from its first day on. Running cycles keep theirs. */
export const ruleSetApproval: ProcedureHandler = {
  async decided(context): Promise<Refused | Effect> {
    const { em, matter, decision, reason, phase } = context;
    const draftId = matter.subjectId!;
    if (decision === 'return') {
      await setDraftState(em, draftId, ['inReview'], 'draft', reason ?? '');
      return {};
    }
    // What another publication or the passing of time has made impossible is told to whoever would approve it.
    const findings = decision === 'resubmit' || phase === 'waiting' ? await findingsOf(context) : [];
    if (findings.length)
      return { refusal: 'content.invalid', detail: { codes: findings.map(({ code }) => code).join(', ') } };
    if (decision === 'resubmit') await setDraftState(em, draftId, ['draft'], 'inReview');
    return {};
  },
  async effective(context) {
    const { em, matter, at } = context;
    if ((await findingsOf(context)).length) {
      await setDraftState(
        em,
        matter.subjectId!,
        ['inReview'],
        'draft',
        'Masa berlakunya bertumpang tindih dengan aturan lain yang lebih dahulu ditetapkan.',
      );
      return { story: [{ kind: 'ruleSetNotPublished', at, data: { draftId: matter.subjectId } }] };
    }
    const ruleSetId = await publishRuleSetDraft(em, matter.subjectId!, matter.openedById!);
    return { story: [{ kind: 'ruleSetPublished', at, data: { draftId: matter.subjectId, ruleSetId } }] };
  },
  async withdrawn({ em, matter }) {
    await setDraftState(em, matter.subjectId!, ['inReview'], 'draft');
    return {};
  },
};

async function findingsOf({ em, matter, today }: ProcedureContext): Promise<Problem[]> {
  const draft = await findRuleSetDraft(em, matter.subjectId!, { isLocked: true });
  if (!draft) throw new Error(`the draft of matter ${matter.id} does not exist`);
  const series = await readSeries(em, draft.series);
  return [...validateRuleSet(draft.content), ...validityProblems(draft.content, draft.baseContent, series, today)];
}
