import { civilDate } from '#domain/calendar/clock.ts';
import type { IndonesianZone } from '#domain/calendar/time-zone.ts';
import type { Problem } from '#domain/result.ts';
import { validateRuleSet } from '#domain/rule-sets/validate-rule-set.ts';
import { validityProblems } from '#domain/rule-sets/validity.ts';
import {
  findRuleSetDraft,
  publishRuleSetDraft,
  readSeries,
  setDraftState,
} from '#persistence/rule-sets/rule-set-drafts.repository.ts';
import type { ProcedureEffect, ProcedureHandler } from '../process/procedure-handlers.ts';
import type { ProcedureContext } from '../process/procedure-step.ts';

/** The approval of a rule set by two persons: then it is a version of its series that holds from its first day on. Running cycles keep theirs. */
export const ruleSetApproval: ProcedureHandler = {
  async decided(context): Promise<ProcedureEffect> {
    const { em, procedure, command, phase } = context;
    const draftId = procedure.subjectId!;
    if (command.updateName === 'return') {
      await setDraftState(em, draftId, ['inReview'], 'draft', String(command.arguments['reason'] ?? ''));
      return {};
    }
    // What another publication or the passing of time has made impossible is told to whoever would approve it.
    const findings = command.updateName === 'resubmit' || phase === 'waiting' ? await findingsOf(context) : [];
    if (findings.length)
      return { refusal: 'content.invalid', detail: { codes: findings.map(({ code }) => code).join(', ') } };
    if (command.updateName === 'resubmit') await setDraftState(em, draftId, ['draft'], 'inReview');
    return {};
  },
  async effective(context) {
    const { em, procedure, at } = context;
    if ((await findingsOf(context)).length) {
      await setDraftState(
        em,
        procedure.subjectId!,
        ['inReview'],
        'draft',
        'Masa berlakunya bertumpang tindih dengan aturan lain yang lebih dahulu ditetapkan.',
      );
      return { story: [{ kind: 'ruleSetNotPublished', at, data: { draftId: procedure.subjectId } }] };
    }
    const ruleSetId = await publishRuleSetDraft(em, procedure.subjectId!, procedure.openedById);
    return { story: [{ kind: 'ruleSetPublished', at, data: { draftId: procedure.subjectId, ruleSetId } }] };
  },
  async withdrawn({ em, procedure }) {
    await setDraftState(em, procedure.subjectId!, ['inReview'], 'draft');
    return {};
  },
};

async function findingsOf({ em, procedure, at }: ProcedureContext): Promise<Problem[]> {
  const draft = await findRuleSetDraft(em, procedure.subjectId!, { isLocked: true });
  if (!draft) throw new Error(`the draft of procedure ${procedure.id} does not exist`);
  const series = await readSeries(em, draft.series);
  return [
    ...validateRuleSet(draft.content),
    ...validityProblems(draft.content, draft.baseContent, series, civilDate(at, procedure.timeZone as IndonesianZone)),
  ];
}
