import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { EntityManager } from '@mikro-orm/postgresql';
import { compareCycle, comparison, moveRefusal } from '#domain/rule-sets/compare-rules.ts';
import type { RuleSet as RuleSetData } from '#domain/rule-sets/rule-set.ts';
import { AuditEvent } from '#persistence/audit/audit.entities.ts';
import { firstBrokenLine } from '#persistence/audit/audit.repository.ts';
import { moveWorkflowId, OPERATIONS_QUEUE } from '#domain/process/names.ts';
import { Matter, Task } from '#persistence/matters/matters.entities.ts';
import { Cycle, Period } from '#persistence/cycles/cycles.entities.ts';
import { readCycleFacts, type CycleFactsRow } from '#persistence/rule-sets/rule-set-facts.queries.ts';
import { RuleSetMove, RuleSetMoveItem } from '#persistence/rule-sets/rule-set-moves.entities.ts';
import { inScope } from '#persistence/rule-sets/rule-set-moves.repository.ts';
import { readWorkingCalendar } from '#persistence/rule-sets/rule-sets.repository.ts';
import { createCycle, createRuleSet, ruleSetData } from '#test/factories/agency.ts';
import { startMatterRun } from '#test/factories/runs.ts';
import { PATIENCE_MS, startDrill, type Drill } from './drill.ts';
import { untilTrue } from './stack.ts';

const CYCLES = 200;
const PARALLEL = 10;
const YEAR = new Date().getFullYear();

let drill: Drill;
const em = (): EntityManager => drill.em();

beforeAll(async () => {
  drill = await startDrill({ hasApi: false }, CYCLES);
}, 300_000);
afterAll(async () => {
  await drill?.stop();
}, 60_000);

async function startCycles(ruleSetId: string): Promise<string[]> {
  const ids: string[] = [];
  const people = [...drill.population.employees];
  await Promise.all(
    Array.from({ length: PARALLEL }, async () => {
      for (let person = people.pop(); person; person = people.pop()) {
        const cycleId = await createCycle(em(), drill.population.agency, person, YEAR, ruleSetId);
        await startMatterRun(em(), drill.stack.client, cycleId);
        ids.push(cycleId);
      }
    }),
  );
  return ids;
}

const opened = Math.floor(new Date().getMonth() / 3) + 1;
const standing = async () => ({
  tasks: (await em().find(Task, {}, { orderBy: { id: 1 } })).map(({ id, dueAt, ruleSetId, state }) => ({
    id,
    dueAt,
    ruleSetId,
    state,
  })),
  periods: (await em().find(Period, {}, { orderBy: { id: 1 } })).map(({ id, dueAt, opensAt, state }) => ({
    id,
    dueAt,
    opensAt,
    state,
  })),
  matters: (await em().find(Matter, {}, { orderBy: { id: 1 } })).map(({ id, ruleSetId, stage }) => ({
    id,
    ruleSetId,
    stage,
  })),
  results: (await em().find(Cycle, {}, { orderBy: { id: 1 } })).map(({ id, finalPredikat }) => ({ id, finalPredikat })),
});

/** What the preview says about each cycle, by the functions of the screen. */
async function previewed(to: RuleSetData, ruleSetId: string, from: RuleSetData): Promise<Map<string, number>> {
  const rows: CycleFactsRow[] = await readCycleFacts(
    em(),
    inScope({ ruleSetId, fromRuleSetId: null, unitId: drill.population.agency.unitId, stage: null }),
  );
  const rules = comparison(from, to, await readWorkingCalendar(em()));
  expect(rows.map((row) => moveRefusal(row, from, to)).filter(Boolean)).toEqual([]);
  return new Map(
    rows.map((row) => [
      row.cycleId,
      compareCycle(row, rules, Date.now()).dates.filter(({ what }) => what === 'task').length,
    ]),
  );
}

describe('moving 200 running cycles', () => {
  it(
    'S1.6 what was previewed is what happens, once per cycle and audited, though the worker is killed in the middle',
    { timeout: 3 * PATIENCE_MS },
    async () => {
      const from = ruleSetData('triwulanan', { code: 'before' });
      const cycles = await startCycles(await createRuleSet(em(), from));
      await untilTrue(
        'all cycles wait for their reports',
        async () => (await em().count(Task, { state: 'open', kind: 'submitReport' })) === CYCLES * opened,
        PATIENCE_MS,
      );

      // A rule set that is published changes nothing of what runs.
      const before = await standing();
      const to = {
        ...from,
        code: 'after',
        reporting: { ...from.reporting, dueWorkingDays: 60 },
        appraisal: { ...from.appraisal, opensOn: { month: 12, day: 15 } },
      };
      const ruleSetId = await createRuleSet(em(), to);
      // The sweep looks at every open task; one that began afterwards has looked at them under the new rules, too.
      await drill.stack.client.workflow.execute('escalationSweep', {
        workflowId: 'after-the-publication',
        taskQueue: OPERATIONS_QUEUE,
      });
      expect(await standing()).toEqual(before);

      const expected = await previewed(to, ruleSetId, from);
      expect(expected.size).toBe(CYCLES);
      const id = randomUUID();
      const workflowId = moveWorkflowId(id);
      await em().insert(RuleSetMove, {
        id,
        ruleSetId,
        unitId: drill.population.agency.unitId,
        reason: 'Latihan pemindahan.',
        workflowId,
        ratePerSecond: 20,
        openedById: drill.population.agency.people.officer.id,
      });
      await drill.stack.client.workflow.start('ruleSetMove', {
        workflowId,
        taskQueue: OPERATIONS_QUEUE,
        args: [{ moveId: id }],
      });
      const moved = (): Promise<number> => em().count(RuleSetMoveItem, { moveId: id, state: 'moved' });
      await untilTrue('some have moved', async () => (await moved()) > 30, PATIENCE_MS);
      drill.stack.kill('worker');
      const atKill = await moved();
      await untilTrue('the worker was started again', async () => drill.stack.restarts.worker > 0, PATIENCE_MS);
      await untilTrue(
        'the move has finished',
        async () => (await em().findOneOrFail(RuleSetMove, { id })).state === 'finished',
        PATIENCE_MS,
      );
      console.log('move of 200 cycles', { atKill, restarts: drill.stack.restarts.worker });

      expect(atKill).toBeLessThan(CYCLES);
      expect(await moved()).toBe(CYCLES);
      expect(await em().count(Matter, { ruleSetId })).toBe(CYCLES);
      for (const item of await em().find(RuleSetMoveItem, { moveId: id }))
        expect(item.dates).toBe(expected.get(item.cycleId));
      const lines = await em().find(AuditEvent, { kind: 'ruleSetAdopted' });
      expect(lines).toHaveLength(CYCLES);
      expect(new Set(lines.map((line) => line.matterId)).size).toBe(CYCLES);
      expect(
        lines.every((line) => line.actorId === drill.population.agency.people.officer.id && line.data['moveId'] === id),
      ).toBe(true);
      for (const cycleId of cycles) {
        const row = await em().findOneOrFail(Matter, { id: cycleId });
        const story = await em().find(AuditEvent, { matterId: cycleId }, { orderBy: { number: 1 } });
        expect(firstBrokenLine(story, { number: row.auditNumber, hash: row.auditHash })).toBeNull();
      }
      expect(await em().count(AuditEvent, { kind: 'ruleSetMoveFinished' })).toBe(1);
    },
  );
});
