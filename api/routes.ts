import { accountsRoutes } from './accounts/accounts.routes.ts';
import { campaignsRoutes } from './campaigns/campaigns.routes.ts';
import { runsRoutes } from './matters/runs.routes.ts';
import { mailsRoutes } from './notifications/mails.routes.ts';
import { employeesRoutes } from './organisation/employees.routes.ts';
import { actingRoutes } from './organisation/acting.routes.ts';
import { employeeRoutes } from './organisation/employee.routes.ts';
import { personnelRoutes } from './organisation/personnel.routes.ts';
import { rolesRoutes } from './organisation/roles.routes.ts';
import { rosterImportRoutes } from './organisation/roster-import.routes.ts';
import { libraryRoutes } from './library/library.routes.ts';
import { guidelinesRoutes } from './guidelines/guidelines.routes.ts';
import { ruleSetDraftRoutes, ruleSetsRoutes } from './rule-sets/rule-sets.routes.ts';
import { ruleSetMoveRoutes } from './rule-sets/rule-set-moves.routes.ts';
import { decisionsRoutes } from './matters/decisions.routes.ts';
import { eventsRoutes } from './live/events.routes.ts';
import { open } from './http/context.ts';
import { sessionRoutes } from './accounts/session.routes.ts';
import { correctionsRoutes } from './organisation/corrections.routes.ts';
import { registrationsRoutes } from './accounts/registrations.routes.ts';
import { proceduresRoutes } from './procedures/procedures.routes.ts';
import { inboxRoutes } from './matters/inbox.routes.ts';
import { cyclesRoutes } from './cycles/cycles.routes.ts';
import { evidenceContractRoutes } from './reporting/evidence.routes.ts';
import { reportChecks } from './reporting/report.checks.ts';
import { skpChecks } from './skp/skp.checks.ts';
import { draftsRoutes } from './skp/drafts.routes.ts';
import { trainingEventsRoutes } from './training/events.routes.ts';
import { participationRoutes } from './training/participation.routes.ts';
import { trainingRecordsRoutes } from './training/records.routes.ts';

/** Every route of the contract; a missing one does not compile. */
export const routes = open.router({
  session: sessionRoutes,
  accounts: accountsRoutes,
  inbox: inboxRoutes,
  decisions: decisionsRoutes({ ...skpChecks, ...reportChecks }),
  procedures: proceduresRoutes,
  registrations: registrationsRoutes,
  corrections: correctionsRoutes,
  cycles: { ...cyclesRoutes, ...draftsRoutes, ...evidenceContractRoutes },
  administration: { ...employeesRoutes, ...personnelRoutes, ...ruleSetsRoutes, ...campaignsRoutes, ...mailsRoutes },
  runs: runsRoutes,
  ruleSets: { ...ruleSetDraftRoutes, ...ruleSetMoveRoutes },
  training: { ...trainingEventsRoutes, ...participationRoutes, ...trainingRecordsRoutes },
  guidelines: guidelinesRoutes,
  library: libraryRoutes,
  organisation: { ...rolesRoutes, ...employeeRoutes, ...actingRoutes },
  roster: rosterImportRoutes,
  events: eventsRoutes,
});
