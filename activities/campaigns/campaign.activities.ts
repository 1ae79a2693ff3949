import type { EntityManager } from '@mikro-orm/postgresql';
import { setTimeout as delay } from 'node:timers/promises';
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
import { settleStarts } from '#persistence/commands/facts.repository.ts';
import { readStarts } from '#persistence/matters/matters.repository.ts';
import { RuleSet } from '#persistence/rule-sets/rule-sets.entities.ts';
import { inTransaction } from '#persistence/transaction.ts';
import { openCycles, type CycleToOpen } from '../cycles/open-cycles.ts';
import { forkOf, type ActivityDependencies } from '../dependencies.ts';
import type { CampaignActivities, CampaignBatch } from './campaign.contract.ts';

/** Cycles whose workflows are started at the same time. */
const PARALLEL_STARTS = 8;

/** Opening a year: the rows of a batch first, in one transaction, then their runs; both can be repeated without harm. */
export const campaignActivities = (deps: ActivityDependencies): CampaignActivities => ({
  async planCampaign(campaignId) {
    return inTransaction(deps.orm.em, async (em) => {
      const campaign = await em.findOneOrFail(Campaign, { id: campaignId });
      campaign.total = await countCandidates(em, campaign.unitId);
      campaign.ruleSetId = await ruleSetWithRunningClock(em, campaign);
      return { ratePerSecond: campaign.ratePerSecond };
    });
  },

  async startBatch({ campaignId, after, size, at }) {
    const batch = await openBatch(deps, { campaignId, after, size, at: new Date(at) });
    await startRuns(deps, batch);
    return batch.counts;
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

/** What a batch wrote, as a repeat finds it. */
type OpenedBatch = { counts: CampaignBatch; opened: string[]; ratePerSecond: number };

/**
 * Opens the cycles of the next employees with all that they begin with, counts them and notes whom no cycle can be opened for, in one
 * transaction. A repeat returns what the first one wrote.
 */
async function openBatch(
  deps: ActivityDependencies,
  { campaignId, after, size, at }: { campaignId: string; after: string | null; size: number; at: Date },
): Promise<OpenedBatch> {
  return inTransaction(deps.orm.em, async (em) => {
    const key = `campaign:${campaignId}:${after ?? 'first'}`;
    const done = await em.findOne(Effect, { key });
    if (done) return done.reply as OpenedBatch;
    const campaign = await em.findOneOrFail(Campaign, { id: campaignId });
    const candidates = await nextCandidates(em, campaign, after, size, at);
    const refused = candidates.flatMap((candidate) => {
      const code = candidate.existing ? null : refusalCodeOf(candidate);
      return code ? [{ employeeId: candidate.employeeId, code }] : [];
    });
    const able = candidates.filter((candidate) => !candidate.existing && refusalCodeOf(candidate) === null);
    const opening = { em, ruleBook: deps.ruleBook, ruleSetId: campaign.ruleSetId, at, build: deps.build };
    const started = await openCycles(
      { ...opening, isStartedByCaller: true },
      able.map((candidate) => cycleOf(campaign, candidate)),
    );
    await noteRefusals(em, campaignId, refused);
    const counts: CampaignBatch = {
      after: candidates.at(-1)?.employeeId ?? after,
      started: started.length,
      skipped: candidates.length - able.length - refused.length,
      refused: refused.length,
      isLast: candidates.length < size,
    };
    await em.execute(
      `update campaign set started = started + ?, skipped = skipped + ?, refused = refused + ? where id = ?`,
      [counts.started, counts.skipped, counts.refused, campaignId],
    );
    const opened = started.map(({ matterId }) => matterId!);
    const batch = { counts, opened, ratePerSecond: campaign.ratePerSecond };
    em.persist(em.create(Effect, { key, reply: batch }));
    return batch;
  });
}

const cycleOf = ({ id, year }: Campaign, { employeeId, post }: Candidate): CycleToOpen => ({
  campaignId: id,
  employeeId,
  year,
  segment: 1,
  startsOn: `${year}-01-01`,
  endsOn: `${year}-12-31`,
  post: post!,
});

/**
 * Starts the runs from their rows, evenly at the campaign's rate: whoever decides something meanwhile never stands behind a crowd. What does not
 * start now is started by the relay.
 */
async function startRuns(deps: ActivityDependencies, { opened, ratePerSecond }: OpenedBatch): Promise<void> {
  const starts = await readStarts(forkOf(deps), opened);
  const begin = performance.now();
  for (let index = 0; index < starts.length; index += PARALLEL_STARTS) {
    const some = starts.slice(index, index + PARALLEL_STARTS);
    await Promise.all(some.map((start) => deps.startMatter(start)));
    await settleStarts(
      forkOf(deps),
      some.map(({ input }) => input.matterId),
    );
    heartbeat();
    const ahead = ((index + some.length) / ratePerSecond) * 1000 - (performance.now() - begin);
    if (ahead > 0) await delay(ahead);
  }
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
