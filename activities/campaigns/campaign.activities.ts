import type { EntityManager } from '@mikro-orm/postgresql';
import { heartbeat } from '@temporalio/activity';
import { Campaign } from '#persistence/campaigns/campaigns.entities.ts';
import {
  countCandidates,
  nextCandidates,
  noteRefusals,
  refusalCodeOf,
  type Candidate,
} from '#persistence/campaigns/campaigns.repository.ts';
import { Effect } from '#persistence/commands/commands.entities.ts';
import { openCycleRow } from '#persistence/process/cycles.repository.ts';
import { RuleSet } from '#persistence/rule-sets/rule-sets.entities.ts';
import { cycleWorkflowId } from '#workflows/performance-cycle/performance-cycle.ids.ts';
import { forkOf, type ActivityDependencies } from '../dependencies.ts';
import type { CampaignActivities, CampaignBatch } from './campaign.contract.ts';

/** Cycles whose workflows are started at the same time. */
const PARALLEL_STARTS = 8;

/** Opening a year: the row of each cycle first, then its workflow; both can be repeated without harm. */
export const campaignActivities = (deps: ActivityDependencies): CampaignActivities => ({
  async planCampaign(campaignId) {
    return forkOf(deps).transactional(async (em) => {
      const campaign = await em.findOneOrFail(Campaign, { id: campaignId });
      campaign.total = await countCandidates(em as EntityManager, campaign.unitId);
      campaign.ruleSetId = await ruleSetWithRunningClock(em as EntityManager, campaign);
      return { ratePerSecond: campaign.ratePerSecond };
    });
  },

  async startBatch({ campaignId, after, size, at }) {
    const em = forkOf(deps);
    const campaign = await em.findOneOrFail(Campaign, { id: campaignId });
    const candidates = await nextCandidates(em, campaign, after, size, new Date(at));
    const refused = candidates.flatMap((candidate) => {
      const code = candidate.existing ? null : refusalCodeOf(candidate);
      return code ? [{ employeeId: candidate.employeeId, code }] : [];
    });
    const isRefused = new Set(refused.map((refusal) => refusal.employeeId));
    const able = candidates.filter((candidate) => !isRefused.has(candidate.employeeId));
    let started = 0;
    for (let index = 0; index < able.length; index += PARALLEL_STARTS) {
      const outcomes = await Promise.all(
        able.slice(index, index + PARALLEL_STARTS).map((candidate) => startOne(deps, campaign, candidate)),
      );
      started += outcomes.filter((outcome) => outcome === 'started').length;
      heartbeat();
    }
    const batch: CampaignBatch = {
      after: candidates.at(-1)?.employeeId ?? after,
      started,
      skipped: able.length - started,
      refused: refused.length,
      isLast: candidates.length < size,
    };
    return countBatch(deps, campaignId, after, batch, refused);
  },

  async finishCampaign(campaignId) {
    await forkOf(deps).nativeUpdate(
      Campaign,
      { id: campaignId, finishedAt: null },
      { state: 'finished', finishedAt: new Date() },
    );
  },

  async setCampaignState({ campaignId, state }) {
    await forkOf(deps).nativeUpdate(Campaign, { id: campaignId }, { state });
  },
});

/** Opens the cycle of one employee: 'skipped' when another opening has started it already. */
async function startOne(
  deps: ActivityDependencies,
  campaign: Campaign,
  candidate: Candidate,
): Promise<'started' | 'skipped'> {
  const { existing } = candidate;
  if (existing && existing.state !== 'starting') return existing.campaignId === campaign.id ? 'started' : 'skipped';
  const em = forkOf(deps);
  const cycleId =
    existing?.id ??
    (await openCycleRow(em, {
      campaignId: campaign.id,
      employeeId: candidate.employeeId,
      year: campaign.year,
      segment: 1,
      startsOn: `${campaign.year}-01-01`,
      endsOn: `${campaign.year}-12-31`,
      ruleSetId: campaign.ruleSetId,
      post: candidate.post!,
      openedAt: new Date(),
      workflowIdOf: cycleWorkflowId,
    }));
  await deps.startCycleWorkflow({ cycleId, workflowId: existing?.workflowId ?? cycleWorkflowId(cycleId), gen: 1 });
  return 'started';
}

/** Adds a batch to the campaign's counters once, whatever is repeated; returns the counts of the first time. */
async function countBatch(
  deps: ActivityDependencies,
  campaignId: string,
  after: string | null,
  batch: CampaignBatch,
  refused: { employeeId: string; code: string }[],
): Promise<CampaignBatch> {
  return forkOf(deps).transactional(async (em) => {
    const key = `campaign:${campaignId}:${after ?? 'first'}`;
    const done = await em.findOne(Effect, { key });
    if (done) return done.reply as CampaignBatch;
    em.persist(em.create(Effect, { key, reply: batch }));
    await noteRefusals(em as EntityManager, campaignId, refused);
    await em.execute(
      `update campaign set started = started + ?, skipped = skipped + ?, refused = refused + ? where id = ?`,
      [batch.started, batch.skipped, batch.refused, campaignId],
    );
    return batch;
  });
}

/**
 * A compressed calendar that has not started yet (`startsAt` 0) gets a copy of its rule set of its own whose clock starts
 * now, so that each opening runs its whole year.
 */
async function ruleSetWithRunningClock(em: EntityManager, campaign: Campaign): Promise<string> {
  const template = await em.findOneOrFail(RuleSet, { id: campaign.ruleSetId });
  const { clock } = template.data;
  if (clock.kind === 'civil' || clock.startsAt !== 0) return template.id;
  const code = `${template.code}@${campaign.id.slice(-8)}`;
  const data = {
    ...template.data,
    code,
    clock: { ...clock, startsOn: `${campaign.year}-01-01` as typeof clock.startsOn, startsAt: Date.now() },
  };
  const running = em.create(RuleSet, {
    code,
    name: template.name,
    validFrom: template.validFrom,
    validTo: template.validTo ?? null,
    data,
  });
  em.persist(running);
  await em.flush();
  return running.id;
}
