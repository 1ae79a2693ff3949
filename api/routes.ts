import { administrationRoutes } from './organisation/administration.routes.ts';
import { decisionsRoutes } from './decisions/decisions.routes.ts';
import { eventsRoutes } from './live/events.routes.ts';
import { open } from './http/context.ts';
import { sessionRoutes } from './accounts/session.routes.ts';
import { inboxRoutes } from './process/inbox.routes.ts';
import { cyclesRoutes } from './process/cycles.routes.ts';
import { evidenceContractRoutes } from './reporting/evidence.routes.ts';
import { draftsRoutes } from './skp/drafts.routes.ts';

/** Every route of the contract; a missing one does not compile. */
export const routes = open.router({
  session: sessionRoutes,
  inbox: inboxRoutes,
  decisions: decisionsRoutes,
  cycles: { ...cyclesRoutes, ...draftsRoutes, ...evidenceContractRoutes },
  administration: administrationRoutes,
  events: eventsRoutes,
});
