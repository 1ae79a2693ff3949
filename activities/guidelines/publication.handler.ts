import { startOfDay } from '#domain/calendar/clock.ts';
import { validateGuideline } from '#domain/guidelines/guideline.ts';
import {
  findVersionById,
  putGuidelineInForce,
  setGuidelineStatus,
  type GuidelineVersionRow,
} from '#persistence/guidelines/guidelines.repository.ts';
import type { Refused } from '../matters/handler.ts';
import type { Effect, ProcedureContext, ProcedureHandler } from '../procedures/procedure-handler.ts';

/**
 * The publication of a guideline: its status follows the procedure, from the review over the approval to its date. The sweep then
 * tells everybody who must read it.
 */
export const guidelinePublication: ProcedureHandler = {
  async decided(context): Promise<Refused | Effect> {
    const { em, matter, decision, reason, phase, today } = context;
    const version = await versionOf(context);
    if (decision === 'return') {
      await setGuidelineStatus(em, version.id, ['ditinjau'], 'draf', reason ?? '');
      return {};
    }
    if (decision === 'resubmit') {
      const findings = validateGuideline(version.content, version.guidelineId, today);
      if (findings.length)
        return { refusal: 'content.invalid', detail: { codes: findings.map(({ code }) => code).join(', ') } };
      await setGuidelineStatus(em, version.id, ['draf'], 'ditinjau');
      return {};
    }
    if (phase === 'waiting') {
      await setGuidelineStatus(em, version.id, ['ditinjau'], 'ditetapkan');
      matter.effectiveAt = effectiveAt(version, context);
    }
    return {};
  },
  async effective({ em, matter, at }) {
    await putGuidelineInForce(em, matter.subjectId!, at);
    return { story: [{ kind: 'guidelineInForce', at, data: { versionId: matter.subjectId } }] };
  },
  async withdrawn({ em, matter }) {
    await setGuidelineStatus(em, matter.subjectId!, ['ditinjau'], 'draf');
    return {};
  },
};

async function versionOf({ em, matter }: ProcedureContext): Promise<GuidelineVersionRow> {
  const version = await findVersionById(em, matter.subjectId!);
  if (!version) throw new Error(`the guideline of matter ${matter.id} does not exist`);
  return version;
}

/** 00:00 of its day where the national administration sits. */
const effectiveAt = ({ content }: GuidelineVersionRow, { inForce }: ProcedureContext): Date | null =>
  content.effectiveOn && new Date(startOfDay(content.effectiveOn, 'Asia/Jakarta', inForce.rules.clock));
