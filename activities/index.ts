import { DECIDERS } from '#domain/process/deciders.ts';
import type { MatterProcess } from '#domain/process/matter.ts';
import { PROCEDURE_KINDS, type MatterKind } from '#domain/process/tasks.ts';
import { accountRegistration } from './accounts/registration.handler.ts';
import { secondFactorReset } from './accounts/second-factor-reset.handler.ts';
import { appraisalDecisions } from './appraisal/appraisal.decisions.ts';
import { campaignActivities } from './campaigns/campaign.activities.ts';
import { cycleBoundaries } from './cycles/boundaries.ts';
import { cycleMatter } from './cycles/cycle-matter.ts';
import { cycleFacts } from './cycles/facts.ts';
import type { ActivityDependencies } from './dependencies.ts';
import { escalationActivities } from './escalation/escalation.activities.ts';
import { guidelinePublication } from './guidelines/publication.handler.ts';
import type { MatterHandlers } from './matters/handler.ts';
import { matterActivities } from './matters/matter.activities.ts';
import type { Kernel } from './matters/step.ts';
import { monitoringDecisions } from './monitoring/monitoring.decisions.ts';
import { correctionRequest } from './organisation/correction.handler.ts';
import type { ProcedureHandlers } from './procedures/procedure-handler.ts';
import { procedureMatter } from './procedures/procedure-matter.ts';
import { reportingDecisions } from './reporting/reporting.decisions.ts';
import { followUpDecisions } from './rewards-and-sanctions/rewards-and-sanctions.decisions.ts';
import { ruleSetApproval } from './rule-sets/approval.handler.ts';
import { ruleSetMoveActivities } from './rule-sets/rule-set-move.activities.ts';
import { skpDecisions } from './skp/skp.decisions.ts';
import { trainingActivities } from './training/training.activities.ts';

/** What each kind of procedure does of its own; its code lies in the folder of its stage. */
const PROCEDURE_HANDLERS: ProcedureHandlers = {
  guidelinePublication,
  ruleSetApproval,
  accountRegistration,
  correctionRequest,
  secondFactorReset,
};

/** The handlers of each kind of matter. */
function handlersOf({ ruleBook }: ActivityDependencies): Readonly<Record<MatterKind, MatterHandlers>> {
  const performanceCycle = cycleMatter({
    decisions: {
      ...skpDecisions,
      ...reportingDecisions,
      ...appraisalDecisions,
      ...monitoringDecisions,
      ...followUpDecisions,
    },
    boundaries: cycleBoundaries,
    facts: cycleFacts(ruleBook),
  });
  const procedures = PROCEDURE_KINDS.map((kind) => [kind, procedureMatter(kind, PROCEDURE_HANDLERS[kind])]);
  return { performanceCycle, ...Object.fromEntries(procedures) };
}

/** The engine of steps with the kinds of matter that the product has. */
export function createKernel(deps: ActivityDependencies): Kernel {
  const handlers = handlersOf(deps);
  return {
    deps,
    handlersOf: (kind) => handlers[kind as MatterKind],
    stageOf: (kind: string, process: MatterProcess) => DECIDERS[kind as MatterKind].stageOf(process),
  };
}

/** All activities of the worker, by the name under which workflows call them. */
export const createActivities = (deps: ActivityDependencies) => ({
  ...matterActivities(createKernel(deps)),
  ...campaignActivities(deps),
  ...ruleSetMoveActivities(deps),
  ...escalationActivities(deps),
  ...trainingActivities(deps),
});
