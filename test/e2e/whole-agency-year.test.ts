import { civilDate } from '#domain/calendar/clock.ts';
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { EntityManager } from '@mikro-orm/postgresql';
import type { CalendarDate } from '#domain/calendar/calendar-date.ts';
import { Campaign } from '#persistence/campaigns/campaigns.entities.ts';
import { AuditEvent } from '#persistence/audit/audit.entities.ts';
import { firstBrokenLine } from '#persistence/audit/audit.repository.ts';
import { AppraisalResult } from '#persistence/appraisal/appraisal.entities.ts';
import { Unit } from '#persistence/organisation/organisation.entities.ts';
import { openOrm, type Orm } from '#persistence/orm.ts';
import { Cycle } from '#persistence/cycles/cycles.entities.ts';
import { seedDemoAgency } from '#persistence/seeders/demo-agency.ts';
import { campaignWorkflowId, OPERATIONS_QUEUE } from '#domain/process/names.ts';
import { Matter } from '#persistence/matters/matters.entities.ts';
import { createTestDatabase, type TestDatabase } from '#test/environment/database.ts';
import { startTestEngine, type TestEngine } from '#test/environment/engine.ts';
import { createRuleSet, ruleSetData } from '#test/factories/agency.ts';
import { workUntilFinished } from '#test/factories/robot.ts';

const DAY_LENGTH_MS = Number(process.env.YEAR_DAY_LENGTH_MS ?? 500);

let database: TestDatabase;
let orm: Orm;
let engine: TestEngine;
const em = () => orm.em.fork() as EntityManager;

beforeAll(async () => {
  database = await createTestDatabase();
  orm = await openOrm(database.url, { poolMax: 40 });
  await em().transactional((tx) =>
    seedDemoAgency(tx as EntityManager, 'no password', civilDate(Date.now(), 'Asia/Jakarta')),
  );
  engine = await startTestEngine(orm, { sweepIntervalSeconds: 5 });
});
afterAll(async () => {
  await engine?.stop();
  await orm?.close();
  await database?.drop();
});

/** The predikat that two ratings give, written down again from the nine cells of the official matrix. */
function recount(hasilKerja: string, perilaku: string): string {
  if (perilaku === 'diBawah') return hasilKerja === 'diBawah' ? 'sangatKurang' : 'kurang';
  if (hasilKerja === 'diBawah') return 'butuhPerbaikan';
  return hasilKerja === 'diAtas' && perilaku === 'diAtas' ? 'sangatBaik' : 'baik';
}

const chainEndOf = ({ auditNumber, auditHash }: Matter) => ({ number: auditNumber, hash: auditHash });

describe('the demo agency', () => {
  it(
    'S6.1 X.6 lives a whole year on a compressed calendar: none stuck, none failed, every predikat right',
    { timeout: 1_500_000 },
    async () => {
      const clock = {
        kind: 'compressed' as const,
        startsOn: '2026-01-01' as CalendarDate,
        startsAt: 0,
        dayLengthMs: DAY_LENGTH_MS,
      };
      const ruleSetId = await createRuleSet(em(), { ...ruleSetData('triwulanan'), code: 'kalender-cepat', clock });
      const root = await em().findOneOrFail(Unit, { code: '00' });
      const campaignId = randomUUID();
      await em().insert(Campaign, {
        id: campaignId,
        year: 2026,
        unitId: root.id,
        ruleSetId,
        workflowId: campaignWorkflowId(campaignId),
        ratePerSecond: 100,
      });
      await engine.client.workflow.execute('cycleCampaign', {
        workflowId: campaignWorkflowId(campaignId),
        taskQueue: OPERATIONS_QUEUE,
        args: [{ campaignId }],
      });
      const campaign = await em().findOneOrFail(Campaign, { id: campaignId });
      expect(campaign).toMatchObject({ state: 'finished', skipped: 0 });
      expect(campaign.started + campaign.refused).toBe(campaign.total);
      const refusals = await em().execute<{ name: string; code: string }[]>(
        `select e.name, r.code from campaign_refusal r join employee e on e.id = r.employee_id order by r.code`,
      );
      expect(refusals.map(({ code }) => code)).toEqual(['campaign.noSuperior', 'campaign.notInService']);

      const decisions = await workUntilFinished(em, engine.client, { timeoutMs: 1_300_000 });

      const cycles = await em().find(Cycle, {});
      expect(cycles).toHaveLength(campaign.started);
      expect(await em().find(Matter, { kind: 'performanceCycle', state: { $ne: 'finished' } })).toEqual([]);
      const matters = new Map((await em().find(Matter, {})).map((matter) => [matter.id, matter]));
      const results = await em().find(AppraisalResult, {}, { orderBy: { number: 1 } });
      const final = new Map(results.map((result) => [result.cycleId, result]));
      expect(final.size).toBe(cycles.length);
      for (const cycle of cycles) {
        const { hasilKerja, perilaku, predikat } = final.get(cycle.id)!;
        expect([cycle.finalPredikat, predikat]).toEqual([recount(hasilKerja, perilaku), recount(hasilKerja, perilaku)]);
        const story = await em().find(AuditEvent, { matterId: cycle.id }, { orderBy: { number: 1 } });
        expect(firstBrokenLine(story, chainEndOf(matters.get(cycle.id)!))).toBeNull();
      }
      expect(new Set(results.map(({ hasilKerja, perilaku }) => `${hasilKerja} ${perilaku}`)).size).toBe(9);
      await expect
        .poll(() =>
          engine.client.workflow
            .count(`WorkflowType='performanceCycle' and ExecutionStatus='Running'`)
            .then(({ count }) => count),
        )
        .toBe(0);
      const { count: failed } = await engine.client.workflow.count(
        `ExecutionStatus in ('Failed','Terminated','TimedOut')`,
      );
      expect(failed).toBe(0);
      console.log(`${cycles.length} cycles, ${decisions} decisions`);
    },
  );
});
