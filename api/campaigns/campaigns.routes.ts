import type { EntityManager } from '@mikro-orm/postgresql';
import type { CampaignRow } from '#contracts/administration.contract.ts';
import { appendAuditEvent } from '#persistence/audit/audit.repository.ts';
import {
  addCampaign,
  countCampaignStages,
  listCampaignRefusals,
  readCampaigns,
} from '#persistence/campaigns/campaigns.queries.ts';
import { readRuleSetRegister } from '#persistence/rule-sets/rule-sets.queries.ts';
import { campaignWorkflowId } from '#workflows/cycle-campaign/cycle-campaign.messages.ts';
import { requireAllowed, requireSome } from '../access/ability.ts';
import { signedIn, type SignedInContext } from '../http/context.ts';
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
    const id = await writeOpening(context, input);
    await context.deps.engine
      .startCampaign(id)
      .catch((error: unknown) =>
        context.deps.log.warn({ err: error }, 'an opening starts later: the engine does not answer'),
      );
    return readOne(context, id);
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

/** The row and its audit line; the starter in this process tries until the engine has taken it. */
function writeOpening({ em, actor }: SignedInContext, opening: Opening): Promise<string> {
  return em.fork().transactional(async (inner) => {
    const manager = inner as EntityManager;
    const id = await addCampaign(manager, {
      ...opening,
      openedById: actor.employeeId,
      workflowIdOf: campaignWorkflowId,
    });
    if (!id) throw new Problem('campaign.exists');
    await appendAuditEvent(manager, {
      kind: 'campaignOpened',
      at: new Date(),
      actorId: actor.employeeId,
      data: { campaignId: id, ...opening },
    });
    return id;
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
  await context.deps.engine.updateCampaign(id, update);
  await context.em
    .fork()
    .transactional((inner) =>
      appendAuditEvent(inner as EntityManager, {
        kind: update === 'pauseCampaign' ? 'campaignPaused' : 'campaignResumed',
        at: new Date(),
        actorId: context.actor.employeeId,
        data: { campaignId: id },
      }),
    );
  return readOne(context, id);
}
