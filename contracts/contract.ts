import { accountsContract } from './accounts.contract.ts';
import { administrationContract } from './administration.contract.ts';
import { cyclesContract } from './cycles.contract.ts';
import { correctionsContract } from './corrections.contract.ts';
import { decisionsContract } from './decisions.contract.ts';
import { eventsContract } from './events.contract.ts';
import { guidelinesContract } from './guidelines.contract.ts';
import { libraryContract } from './library.contract.ts';
import { inboxContract } from './inbox.contract.ts';
import { ruleSetsContract } from './rule-sets.contract.ts';
import { proceduresContract } from './procedures.contract.ts';
import { registrationsContract } from './registrations.contract.ts';
import { organisationContract } from './organisation.contract.ts';
import { rosterContract } from './roster.contract.ts';
import { runsContract } from './runs.contract.ts';
import { sessionContract } from './session.contract.ts';
import { trainingContract } from './training.contract.ts';

/** The whole API, below `/api`. The server implements it, the web app calls it, OpenAPI is made from it. */
export const contract = {
  session: sessionContract,
  accounts: accountsContract,
  inbox: inboxContract,
  decisions: decisionsContract,
  procedures: proceduresContract,
  registrations: registrationsContract,
  corrections: correctionsContract,
  cycles: cyclesContract,
  administration: administrationContract,
  organisation: organisationContract,
  roster: rosterContract,
  runs: runsContract,
  ruleSets: ruleSetsContract,
  training: trainingContract,
  guidelines: guidelinesContract,
  library: libraryContract,
  events: eventsContract,
};
