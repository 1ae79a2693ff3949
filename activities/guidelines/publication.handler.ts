import type { IndonesianZone } from '#domain/calendar/time-zone.ts';
import { civilDate, startOfDay } from '#domain/calendar/clock.ts';
import { validateGuideline } from '#domain/guidelines/guideline.ts';
import {
  findVersionById,
  putGuidelineInForce,
  setGuidelineStatus,
  type GuidelineVersionRow,
} from '#persistence/guidelines/guidelines.repository.ts';
import type { ProcedureEffect, ProcedureHandler } from '../process/procedure-handlers.ts';
import type { ProcedureContext } from '../process/procedure-step.ts';

/**
 * The publication of a guideline: its status follows the procedure, from the review over the approval to its date. The sweep then
 * tells everybody who must read it.
 */
export const guidelinePublication: ProcedureHandler = {
  async decided(context): Promise<ProcedureEffect> {
    const { em, procedure, command, phase } = context;
    const version = await versionOf(context);
    if (command.updateName === 'return') {
      await setGuidelineStatus(em, version.id, ['ditinjau'], 'draf', String(command.arguments['reason'] ?? ''));
      return {};
    }
    if (command.updateName === 'resubmit') {
      const findings = validateGuideline(
        version.content,
        version.guidelineId,
        civilDate(context.at, procedure.timeZone as IndonesianZone),
      );
      if (findings.length)
        return { refusal: 'content.invalid', detail: { codes: findings.map(({ code }) => code).join(', ') } };
      await setGuidelineStatus(em, version.id, ['draf'], 'ditinjau');
      return {};
    }
    if (phase === 'waiting') {
      await setGuidelineStatus(em, version.id, ['ditinjau'], 'ditetapkan');
      procedure.effectiveAt = effectiveAt(version, context);
    }
    return {};
  },
  async effective({ em, procedure, at }) {
    await putGuidelineInForce(em, procedure.subjectId!, at);
    return { story: [{ kind: 'guidelineInForce', at, data: { versionId: procedure.subjectId } }] };
  },
  async withdrawn({ em, procedure }) {
    await setGuidelineStatus(em, procedure.subjectId!, ['ditinjau'], 'draf');
    return {};
  },
};

async function versionOf({ em, procedure }: ProcedureContext): Promise<GuidelineVersionRow> {
  const version = await findVersionById(em, procedure.subjectId!);
  if (!version) throw new Error(`the guideline of procedure ${procedure.id} does not exist`);
  return version;
}

/** 00:00 of its day where the national administration sits. */
const effectiveAt = ({ content }: GuidelineVersionRow, { inForce }: ProcedureContext): Date | null =>
  content.effectiveOn && new Date(startOfDay(content.effectiveOn, 'Asia/Jakarta', inForce.rules.clock));
