import { describe, expect, it } from 'vitest';
import { readRuleSet } from '../../data/files.ts';
import { calendarDate } from '../calendar/calendar-date.ts';
import { ruleSetInForce, type RuleSet } from './rule-set.ts';
import { validateRuleSet, valueAt } from './validate-rule-set.ts';
import { endedBefore, validityProblems } from './validity.ts';

const d = calendarDate;
const national = readRuleSet('permenpanrb-6-2022-bulanan');

describe('R-RULESET-1: the rule set in force (S1.4, S1.6)', () => {
  const set = (code: string, validFrom: string, validTo: string | null = null) => ({
    code,
    validFrom: d(validFrom),
    validTo: validTo === null ? null : d(validTo),
  });
  const sets = [set('a', '2023-01-01', '2025-12-31'), set('b', '2026-01-01'), set('c', '2027-01-01', '2027-06-30')];

  it.each([
    ['2023-01-01', 'a'],
    ['2025-12-31', 'a'],
    ['2026-01-01', 'b'],
    ['2027-06-30', 'c'],
    ['2027-07-01', 'b'],
  ])('on %s it is %s', (on, code) => {
    expect(ruleSetInForce(sets, d(on))).toMatchObject({ ok: true, value: { code } });
  });

  it('is none before the first one', () => {
    expect(ruleSetInForce(sets, d('2022-12-31'))).toEqual({
      ok: false,
      code: 'ruleSet.none',
      detail: { on: '2022-12-31' },
    });
  });

  it('is ambiguous when two began on the same day', () => {
    expect(ruleSetInForce([...sets, set('d', '2026-01-01')], d('2026-05-01'))).toMatchObject({
      ok: false,
      code: 'ruleSet.ambiguous',
      detail: { codes: 'b,d' },
    });
  });
});

describe('R-RULESET-4: versions of a series (S1.4)', () => {
  const base = { code: 'a', name: 'A', validFrom: d('2023-01-31'), validTo: null };
  const today = d('2026-06-01');
  const draft = (validFrom: string, validTo: string | null = null) => ({
    validFrom: d(validFrom),
    validTo: validTo === null ? null : d(validTo),
  });

  it('S1.4 the version before ends the day before the new one begins', () => {
    expect(validityProblems(draft('2027-01-01'), base, [base], today)).toEqual([]);
    expect(endedBefore([base], draft('2027-01-01'))).toEqual([{ ...base, validTo: '2026-12-31' }]);
  });

  it('S1.4 nothing begins in the past or before the version it was copied from', () => {
    expect(validityProblems(draft('2026-05-31'), base, [base], today)).toMatchObject([
      { code: 'ruleSet.startsInPast', path: 'validFrom' },
    ]);
    expect(validityProblems(draft('2026-06-02'), { ...base, validFrom: d('2026-07-01') }, [], today)).toMatchObject([
      { code: 'ruleSet.startsInPast' },
    ]);
  });

  it('S1.4 two versions never hold on the same day', () => {
    const later = { code: 'b', name: 'B', validFrom: d('2027-01-01'), validTo: null };
    expect(validityProblems(draft('2026-09-01'), base, [base, later], today)).toMatchObject([
      { code: 'ruleSet.overlap', path: 'validFrom', detail: { name: 'B', from: '2027-01-01' } },
    ]);
    expect(validityProblems(draft('2026-09-01', '2026-12-31'), base, [base, later], today)).toEqual([]);
    expect(validityProblems(draft('2027-01-01'), base, [base, later], today)).toMatchObject([
      { code: 'ruleSet.overlap' },
    ]);
  });
});

describe('R-RULESET-2: what a rule set must hold before it can be put in force', () => {
  it.each(['permenpanrb-6-2022-bulanan', 'permenpanrb-6-2022-triwulanan'] as const)(
    'the national default %s is right',
    (code) => {
      const rules = readRuleSet(code);
      expect(rules.code).toBe(code);
      expect(validateRuleSet(rules)).toEqual([]);
    },
  );

  it('the two defaults differ in the frequency of reports only', () => {
    const quarterly = readRuleSet('permenpanrb-6-2022-triwulanan');
    expect({
      ...quarterly,
      code: national.code,
      name: national.name,
      reporting: { ...quarterly.reporting, frequency: 'bulanan' },
    }).toEqual(national);
  });

  it('marks every value that is no confirmed law', () => {
    for (const path of [
      'skp.newPostDays',
      'appraisal.objectionDecisionDays',
      'leaderRating.byOrganisationPredikat',
      'tukin.percentByPredikat',
    ]) {
      expect(national.unverified).toContain(path);
      expect(valueAt(national, path)).toBeDefined();
    }
  });

  const remind = { action: 'remind', to: ['assignee'] } as const;
  const broken: [string, Partial<RuleSet>, string, string][] = [
    ['a code with spaces', { code: 'Aturan Baru' }, 'ruleSet.code', 'code'],
    ['no name', { name: ' ' }, 'ruleSet.nameMissing', 'name'],
    ['an end before its beginning', { validTo: d('2020-01-01') }, 'ruleSet.validToBeforeFrom', 'validTo'],
    [
      'a section without its article',
      { guideline: { ...national.guideline, tukin: '' } },
      'ruleSet.guidelineMissing',
      'guideline.tukin',
    ],
    ['a mark on a value that does not exist', { unverified: ['skp.mistyped'] }, 'ruleSet.unknownPath', 'unverified'],
    [
      '29 February as a yearly day',
      { appraisal: { ...national.appraisal, opensOn: { month: 2, day: 29 } } },
      'calendar.date',
      'appraisal.opensOn',
    ],
    [
      'a duration of nothing',
      { reporting: { ...national.reporting, dueWorkingDays: 0 } },
      'ruleSet.duration',
      'reporting.dueWorkingDays',
    ],
    ['half a day', { skp: { ...national.skp, newPostDays: 1.5 } }, 'ruleSet.duration', 'skp.newPostDays'],
    ['an unknown zone', { deadlineZone: 'UTC' as RuleSet['deadlineZone'] }, 'calendar.zone', 'deadlineZone'],
    [
      'a compressed day of no length',
      { clock: { kind: 'compressed', startsOn: d('2026-01-01'), startsAt: 0, dayLengthMs: 0 } },
      'ruleSet.dayLength',
      'clock.dayLengthMs',
    ],
    [
      'ladder offsets that go backwards',
      {
        ladder: [
          { offsetWorkingDays: 1, ...remind },
          { offsetWorkingDays: -1, ...remind },
        ],
      },
      'ruleSet.ladderOrder',
      'ladder.1.offsetWorkingDays',
    ],
    [
      'a ladder step to nobody',
      { ladder: [{ offsetWorkingDays: 0, action: 'remind', to: [] }] },
      'ruleSet.ladderNobody',
      'ladder.0.to',
    ],
    [
      'a reassignment that is not the last step',
      {
        ladder: [
          { offsetWorkingDays: 1, action: 'reassign', to: ['superior'] },
          { offsetWorkingDays: 2, ...remind },
        ],
      },
      'ruleSet.ladderReassignLast',
      'ladder.0.action',
    ],
    [
      'a reassignment to whoever has it already',
      { ladder: [{ offsetWorkingDays: 1, action: 'reassign', to: ['assignee'] }] },
      'ruleSet.ladderReassignToSelf',
      'ladder.0.to',
    ],
    [
      'half a working day in the ladder',
      { ladder: [{ offsetWorkingDays: 0.5, ...remind }] },
      'ruleSet.ladderOffset',
      'ladder.0.offsetWorkingDays',
    ],
    [
      'a hole in the matrix',
      { predikatMatrix: { ...national.predikatMatrix, sesuai: {} as never } },
      'ruleSet.matrixCell',
      'predikatMatrix.sesuai.diAtas',
    ],
    [
      'weights that are not 100',
      { numericScale: { ...national.numericScale, withPeerOpinion: { skpPercent: 60, perilakuPercent: 30 } } },
      'ruleSet.weights',
      'numericScale.withPeerOpinion',
    ],
    [
      'a better predikat with a lower percentage',
      {
        angkaKredit: {
          ...national.angkaKredit,
          percentByPredikat: { ...national.angkaKredit.percentByPredikat, baik: 160 },
        },
      },
      'ruleSet.bands',
      'angkaKredit.percentByPredikat',
    ],
    [
      'rounding to one digit',
      { angkaKredit: { ...national.angkaKredit, roundingDigits: 1 } },
      'ruleSet.roundingDigits',
      'angkaKredit.roundingDigits',
    ],
    [
      'a tukin above 100 %',
      { tukin: { ...national.tukin, percentByPredikat: { ...national.tukin.percentByPredikat, baik: 101 } } },
      'ruleSet.percent',
      'tukin.percentByPredikat.baik',
    ],
    [
      'a share above 100 %',
      {
        distribution: {
          ...national.distribution,
          byOrganisationPredikat: {
            ...national.distribution.byOrganisationPredikat,
            kurang: [{ code: 'X', test: 'shareAtMost', of: ['baik'], limit: 101 }],
          },
        },
      },
      'ruleSet.distributionCondition',
      'distribution.byOrganisationPredikat.kurang.0',
    ],
    ['no ladder at all', { ladder: [] }, 'ruleSet.listEmpty', 'ladder'],
    [
      'a better rating with a worse predikat',
      {
        predikatMatrix: {
          ...national.predikatMatrix,
          diAtas: { ...national.predikatMatrix.diAtas, diAtas: 'butuhPerbaikan' },
        },
      },
      'ruleSet.matrixOrder',
      'predikatMatrix.diAtas.diAtas',
    ],
    [
      'lower limits of more than 100 %',
      {
        distribution: {
          ...national.distribution,
          byOrganisationPredikat: {
            ...national.distribution.byOrganisationPredikat,
            kurang: [
              { code: 'X', test: 'shareAtLeast', of: ['baik'], limit: 60 },
              { code: 'Y', test: 'shareAtLeast', of: ['kurang'], limit: 60 },
            ],
          },
        },
      },
      'ruleSet.distributionSum',
      'distribution.byOrganisationPredikat.kurang',
    ],
    [
      'a minimum group of half a person',
      { distribution: { ...national.distribution, minimumGroup: 0.5 } },
      'ruleSet.whole',
      'distribution.minimumGroup',
    ],
    [
      'a reward code twice',
      { rewards: { ...national.rewards, catalogue: [national.rewards.catalogue[0]!, national.rewards.catalogue[0]!] } },
      'ruleSet.codeRepeated',
      'rewards.catalogue.1',
    ],
  ];
  it.each(broken)('refuses %s', (_title, change, code, path) => {
    expect(validateRuleSet({ ...national, ...change })).toContainEqual(
      expect.objectContaining({ code, path, severity: 'error' }),
    );
  });
});
