import { appraisalActivities } from './appraisal/appraisal.activities.ts';
import { campaignActivities } from './campaigns/campaign.activities.ts';
import type { ActivityDependencies } from './dependencies.ts';
import { escalationActivities } from './escalation/escalation.activities.ts';
import { monitoringActivities } from './monitoring/monitoring.activities.ts';
import { procedureActivities } from './process/procedure.activities.ts';
import { processActivities } from './process/process.activities.ts';
import { reportingActivities } from './reporting/reporting.activities.ts';
import { ruleSetMoveActivities } from './rule-sets/rule-set-move.activities.ts';
import { followUpActivities } from './rewards-and-sanctions/rewards-and-sanctions.activities.ts';
import { skpActivities } from './skp/skp.activities.ts';
import { trainingActivities } from './training/training.activities.ts';

/** All activities of the worker, by the name under which workflows call them. */
export const createActivities = (deps: ActivityDependencies) => ({
  ...processActivities(deps),
  ...procedureActivities(deps),
  ...skpActivities(deps),
  ...reportingActivities(deps),
  ...appraisalActivities(deps),
  ...monitoringActivities(deps),
  ...followUpActivities(deps),
  ...campaignActivities(deps),
  ...ruleSetMoveActivities(deps),
  ...escalationActivities(deps),
  ...trainingActivities(deps),
});
