import type { CampaignRow } from '#contracts/administration.contract.ts';
import { appendAuditEvent } from '#persistence/audit/audit.repository.ts';
import {
  addCampaign,
  countCampaignStages,
  listCampaignRefusals,
  readCampaigns,
} from '#persistence/campaigns/campaigns.queries.ts';
import { readRuleSetRegister } from '#persistence/rule-sets/rule-sets.queries.ts';
import { campaignWorkflowId } from '#domain/process/names.ts';
import { requireAllowed, requireSome } from '../access/ability.ts';
import type { QueuedMessage } from '#persistence/commands/facts.repository.ts';
import { inTransaction } from '#persistence/transaction.ts';
import { signedIn, type SignedInContext } from '../http/context.ts';
import { deliverQueued, sendUpdate } from '../matters/deliver.ts';
import { found, notFound, Problem } from '../http/problem.ts';

export const campaignsRoutes = {
  campaigns: signedIn.administration.campaigns.handler(({ context }) => {
    requireSome(context.ability, 'read', 'Campaign');
    return readCampaigns(context.em);
  }),
  campaign: signedIn.administration.campaign.handler(async ({ input, context }) => ({
    campaign: await readOne(context, input.id),
    refusals: await listCampaignRefusals(context.em, input.id),
    byStage: await countCampaignStages(context.em, input.id),
  })),
  openCampaign: signedIn.administration.openCampaign.handler(async ({ input, context }) => {
    requireSome(context.ability, 'administer', 'Campaign');
    // An opening concerns the people of the unit: whoever opens it administers them.
    requireAllowed(context.ability, 'administer', 'Employee', { unitId: input.unitId });
    const ruleSet = found((await readRuleSetRegister(context.em, context.today, input.ruleSetId))[0]);
    if (
      ruleSet.validFrom > `${input.year}-12-31` ||
      (ruleSet.validTo !== null && ruleSet.validTo < `${input.year}-01-01`)
    )
      throw new Problem('campaign.ruleSetNotInForce');
    const start = await writeOpening(context, input);
    await deliverQueued(context, [start]);
    return readOne(context, String(start.arguments['campaignId']));
  }),
  pauseCampaign: signedIn.administration.pauseCampaign.handler(({ input, context }) =>
    steer(context, input.id, 'pauseCampaign'),
  ),
  resumeCampaign: signedIn.administration.resumeCampaign.handler(({ input, context }) =>
    steer(context, input.id, 'resumeCampaign'),
  ),
};

async function readOne({ em, ability }: SignedInContext, id: string): Promise<CampaignRow> {
  if (!ability.can('read', 'Campaign')) throw notFound();
  return found((await readCampaigns(em, id))[0]);
}

type Opening = { year: number; unitId: string; ruleSetId: string; ratePerSecond: number };

/** The row, its audit line and the order to start its workflow. */
function writeOpening({ em, actor }: SignedInContext, opening: Opening): Promise<QueuedMessage> {
  return inTransaction(em, async (manager) => {
    const start = await addCampaign(manager, { ...opening, openedById: actor.employeeId });
    if (!start) throw new Problem('campaign.exists');
    await appendAuditEvent(manager, {
      kind: 'campaignOpened',
      at: new Date(),
      actorId: actor.employeeId,
      data: { ...start.arguments, ...opening },
    });
    return start;
  });
}

async function steer(
  context: SignedInContext,
  id: string,
  update: 'pauseCampaign' | 'resumeCampaign',
): Promise<CampaignRow> {
  const campaign = await readOne(context, id);
  requireSome(context.ability, 'administer', 'Campaign');
  requireAllowed(context.ability, 'administer', 'Employee', { unitId: campaign.unit.id });
  if (campaign.state === 'finished') throw new Problem('campaign.notOpen');
  await sendUpdate(
    context,
    { workflowId: campaignWorkflowId(id), name: update, arguments: {} },
    { kind: update === 'pauseCampaign' ? 'campaignPaused' : 'campaignResumed', data: { campaignId: id } },
  );
  return readOne(context, id);
}
