import { signedIn } from '../http/context.ts';
import { notFound } from '../http/problem.ts';
const t = (): never => { throw notFound(); };
const a = signedIn.administration;
export const administrationRoutes = {
  units: a.units.handler(t), positions: a.positions.handler(t), ruleSets: a.ruleSets.handler(t), campaigns: a.campaigns.handler(t), openCampaign: a.openCampaign.handler(t),
  campaign: a.campaign.handler(t), pauseCampaign: a.pauseCampaign.handler(t), resumeCampaign: a.resumeCampaign.handler(t), employees: a.employees.handler(t), importRoster: a.importRoster.handler(t),
  changeSuperior: a.changeSuperior.handler(t), transferEmployee: a.transferEmployee.handler(t), retireEmployee: a.retireEmployee.handler(t), recordDeath: a.recordDeath.handler(t), runs: a.runs.handler(t), story: a.story.handler(t),
  engineEvents: a.engineEvents.handler(t), mails: a.mails.handler(t), resendMail: a.resendMail.handler(t),
};
