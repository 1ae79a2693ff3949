import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AppraisalResult } from '#persistence/appraisal/appraisal.entities.ts';
import { Cycle } from '#persistence/cycles/cycles.entities.ts';
import { startSkippingAgency, type SkippingAgency } from '#test/environment/time-skipping.ts';
import { createCycle, createRuleSet, ruleSetData, type Agency } from '#test/factories/agency.ts';
import { wholeHistory, writeHistories } from '#test/factories/histories.ts';
import { liveYear, recordOf, yearFromNow, type Entry } from '#test/factories/year.ts';
import { matterWorkflowId } from '#domain/process/names.ts';
import { Matter } from '#persistence/matters/matters.entities.ts';
import { startMatterRun } from '#test/factories/runs.ts';

let skipping: SkippingAgency;
let agency: Agency;
const em = () => skipping.em();

beforeAll(async () => {
  skipping = await startSkippingAgency();
  agency = skipping.agency;
});
afterAll(() => skipping?.stop());

/** What a year must leave behind; the files were checked line by line against the calendar of 2026 and the rule set. */
function expected(name: 'happy' | 'hard', record: unknown): unknown {
  const file = join(import.meta.dirname, 'years', `${name}.json`);
  if (process.env.WRITE_YEARS) writeFileSync(file, `${JSON.stringify(record, null, 1)}\n`);
  return JSON.parse(readFileSync(file, 'utf8'));
}

/** Runs a diary through a year that begins now and returns what it left behind. */
async function live(name: string, diary: readonly Entry[], until: string) {
  const clock = yearFromNow(await skipping.env.currentTimeMs());
  const ruleSetId = await createRuleSet(em(), { ...ruleSetData('triwulanan'), code: name, clock });
  const person = name === 'happy' ? agency.people.employee : agency.people.colleague;
  const cycleId = await createCycle(em(), agency, person, 2026, ruleSetId, new Date(clock.startsAt));
  await startMatterRun(em(), skipping.env.client, cycleId);
  await liveYear(em, skipping.env, clock, cycleId, diary, until);
  if (process.env.RECORD_HISTORIES)
    writeHistories(
      'matter',
      `${process.env.RECORD_HISTORIES}.${name}`,
      await wholeHistory(skipping.env.client, matterWorkflowId(cycleId)),
    );
  return { cycleId, record: await recordOf(em(), cycleId, clock) };
}

describe('a whole year', () => {
  it('S4.4 S5.3 S6.1 S8.1 without a delay: the exact tasks, mails and states', { timeout: 180_000 }, async () => {
    const { employee, superior, officer } = agency.people;
    const { cycleId, record } = await live(
      'happy',
      [
        { on: '2026-01-12', by: employee.id, decision: 'submitSkp' },
        { on: '2026-01-14', by: superior.id, decision: 'approveSkp' },
        { on: '2026-04-02', by: employee.id, decision: 'submitReport', periodNo: 1 },
        { on: '2026-04-07', by: superior.id, decision: 'acceptReport', periodNo: 1 },
        { on: '2026-07-02', by: employee.id, decision: 'submitReport', periodNo: 2 },
        { on: '2026-07-03', by: superior.id, decision: 'acceptReport', periodNo: 2 },
        { on: '2026-10-01', by: employee.id, decision: 'submitReport', periodNo: 3 },
        { on: '2026-10-05', by: superior.id, decision: 'acceptReport', periodNo: 3 },
        { on: '2026-12-02', by: employee.id, decision: 'submitSelfAssessment' },
        { on: '2026-12-28', by: employee.id, decision: 'submitReport', periodNo: 4 },
        { on: '2026-12-29', by: superior.id, decision: 'acceptReport', periodNo: 4 },
        {
          on: '2026-12-30',
          by: superior.id,
          decision: 'rateEmployee',
          args: { hasilKerja: 'diAtas', perilaku: 'diAtas', notes: '' },
        },
        { on: '2026-12-31', by: employee.id, decision: 'acknowledgeResult' },
        { on: '2027-01-04', by: superior.id, decision: 'recordEvaluation' },
        { on: '2027-01-06', by: officer.id, decision: 'recordRewardProposal' },
      ],
      '2027-03-01',
    );
    expect(record).toEqual(expected('happy', record));
    expect(await em().findOneOrFail(Cycle, { id: cycleId })).toMatchObject({
      finalPredikat: 'sangatBaik',
      followUp: 'rewardProposal',
    });
    expect(await em().findOneOrFail(Matter, { id: cycleId })).toMatchObject({ state: 'finished', stage: 'finished' });
  });

  it(
    'S4.4 S5.3 S6.4 S8.2 E.1 with returns, lateness, escalation, an objection and an improvement plan',
    { timeout: 240_000 },
    async () => {
      const { colleague, superior, head } = agency.people;
      const { cycleId, record } = await live(
        'hard',
        [
          { on: '2026-02-16', by: colleague.id, decision: 'submitSkp' },
          { on: '2026-02-20', by: superior.id, decision: 'returnSkp' },
          { on: '2026-02-25', by: colleague.id, decision: 'submitSkp' },
          { on: '2026-03-30', by: head.id, decision: 'approveSkp' },
          { on: '2026-07-20', by: colleague.id, decision: 'submitReport', periodNo: 2 },
          { on: '2026-07-22', by: superior.id, decision: 'returnReport', periodNo: 2 },
          { on: '2026-07-27', by: colleague.id, decision: 'submitReport', periodNo: 2 },
          { on: '2026-07-28', by: superior.id, decision: 'acceptReport', periodNo: 2 },
          {
            on: '2026-12-22',
            by: superior.id,
            decision: 'rateEmployee',
            args: { hasilKerja: 'diBawah', perilaku: 'diBawah', notes: '' },
          },
          { on: '2027-01-05', by: colleague.id, decision: 'fileObjection' },
          {
            on: '2027-01-15',
            by: head.id,
            decision: 'decideObjection',
            args: {
              hasilKerja: 'sesuai',
              perilaku: 'diBawah',
              hearingAppraiser: 'x',
              hearingEmployee: 'y',
              reason: 'z',
            },
          },
          { on: '2027-01-20', by: superior.id, decision: 'recordEvaluation' },
          { on: '2027-01-25', by: superior.id, decision: 'recordImprovementPlan' },
          { on: '2027-07-28', by: superior.id, decision: 'concludeImprovement' },
        ],
        '2027-09-01',
      );
      expect(record).toEqual(expected('hard', record));
      const results = await em().find(AppraisalResult, { cycleId }, { orderBy: { number: 1 } });
      expect(results.map((result) => [result.origin, result.predikat])).toEqual([
        ['rating', 'sangatKurang'],
        ['objection', 'kurang'],
      ]);
      expect(await em().findOneOrFail(Cycle, { id: cycleId })).toMatchObject({
        finalPredikat: 'kurang',
        followUp: 'improvementPlan',
      });
      expect(await em().findOneOrFail(Matter, { id: cycleId })).toMatchObject({ state: 'finished' });
    },
  );
});
