import { JENJANG_FUNGSIONAL } from '../appraisal/angka-kredit.ts';
import { PREDIKATS, PREDIKATS_ORGANISASI, RATINGS, type Rating } from '../appraisal/predikat.ts';
import { isCalendarDate } from '../calendar/calendar-date.ts';
import { isDayLength } from '../calendar/clock.ts';
import { isIndonesianZone } from '../calendar/time-zone.ts';
import { problem, type Problem } from '../result.ts';
import { RULE_SECTIONS, type DayOfYear, type RuleSet } from './rule-set.ts';

/**
 * What is wrong with a rule set of the right shape, path by path; empty when it can be put in force. Everything found is
 * an error: a rule set that contradicts itself must not start a year.
 */
export function validateRuleSet(rules: RuleSet): Problem[] {
  return [
    ...identityProblems(rules),
    ...clockProblems(rules),
    ...dayOfYearProblems(rules),
    ...durationProblems(rules),
    ...ladderProblems(rules),
    ...matrixProblems(rules),
    ...distributionProblems(rules),
    ...distributionSumProblems(rules),
    ...numericScaleProblems(rules),
    ...angkaKreditProblems(rules),
    ...tableProblems(rules),
    ...numberProblems(rules),
    ...trainingGateProblems(rules),
  ];
}

function identityProblems(rules: RuleSet): Problem[] {
  const problems: Problem[] = [];
  if (!/^[a-z0-9]+(-[a-z0-9]+)*$/.test(rules.code)) problems.push(problem('ruleSet.code', 'code'));
  if (!rules.name.trim()) problems.push(problem('ruleSet.nameMissing', 'name'));
  if (!isCalendarDate(rules.validFrom)) problems.push(problem('calendar.date', 'validFrom'));
  if (rules.validTo !== null && !isCalendarDate(rules.validTo)) problems.push(problem('calendar.date', 'validTo'));
  if (rules.validTo !== null && rules.validTo < rules.validFrom)
    problems.push(problem('ruleSet.validToBeforeFrom', 'validTo'));
  for (const section of RULE_SECTIONS) {
    if (!rules.guideline[section]?.trim()) problems.push(problem('ruleSet.guidelineMissing', `guideline.${section}`));
  }
  for (const path of rules.unverified) {
    if (valueAt(rules, path) === undefined) problems.push(problem('ruleSet.unknownPath', 'unverified', { path }));
  }
  return problems;
}

function trainingGateProblems({ training }: RuleSet): Problem[] {
  const gate = training?.skpGate;
  if (!gate) return [];
  const isSpan = Number.isInteger(gate.withinMonths) && gate.withinMonths >= 1 && gate.withinMonths <= 120;
  return [
    ...(gate.topic.trim() === '' ? [problem('ruleSet.trainingGate', 'training.skpGate.topic')] : []),
    ...(isSpan ? [] : [problem('ruleSet.trainingGate', 'training.skpGate.withinMonths')]),
  ];
}

function clockProblems({ clock, deadlineZone }: RuleSet): Problem[] {
  const problems: Problem[] = [];
  if (deadlineZone !== 'unit' && !isIndonesianZone(deadlineZone))
    problems.push(problem('calendar.zone', 'deadlineZone'));
  if (clock.kind === 'civil') return problems;
  if (!isDayLength(clock.dayLengthMs)) problems.push(problem('ruleSet.dayLength', 'clock.dayLengthMs'));
  if (!isCalendarDate(clock.startsOn)) problems.push(problem('calendar.date', 'clock.startsOn'));
  if (!Number.isSafeInteger(clock.startsAt)) problems.push(problem('ruleSet.duration', 'clock.startsAt'));
  return problems;
}

function dayOfYearProblems({ skp, appraisal }: RuleSet): Problem[] {
  const days: [string, DayOfYear][] = [
    ['skp.establishBy', skp.establishBy],
    ['appraisal.opensOn', appraisal.opensOn],
  ];
  return days.filter(([, day]) => !isEveryYear(day)).map(([path]) => problem('calendar.date', path));
}

/** Whether a day exists in every year: 29 February does not. */
const isEveryYear = ({ month, day }: DayOfYear): boolean =>
  isCalendarDate(`2025-${String(month).padStart(2, '0')}-${String(day).padStart(2, '0')}`);

/** Every value named `…Days`, `…DaysBefore` or `…Months` in the timed sections is a whole number from 1 to 366. */
function durationProblems(rules: RuleSet): Problem[] {
  const sections = ['skp', 'reporting', 'appraisal', 'followUp', 'discipline'] as const;
  return sections.flatMap((section) =>
    Object.entries(rules[section])
      .filter(([key, value]) => /(Days|DaysBefore|Months)$/.test(key) && !isDuration(value))
      .map(([key]) => problem('ruleSet.duration', `${section}.${key}`)),
  );
}

const isDuration = (value: unknown): boolean =>
  Number.isInteger(value) && (value as number) >= 1 && (value as number) <= 366;

/** Steps follow one another in time, each has somebody to write to, and a task is handed over only at the very end. */
function ladderProblems({ ladder }: RuleSet): Problem[] {
  const problems: Problem[] = ladder.length ? [] : [problem('ruleSet.listEmpty', 'ladder')];
  ladder.forEach((step, level) => {
    const path = `ladder.${level}`;
    if (!Number.isInteger(step.offsetWorkingDays))
      problems.push(problem('ruleSet.ladderOffset', `${path}.offsetWorkingDays`));
    const previous = ladder[level - 1];
    if (previous && previous.offsetWorkingDays > step.offsetWorkingDays)
      problems.push(problem('ruleSet.ladderOrder', `${path}.offsetWorkingDays`));
    if (step.to.length === 0) problems.push(problem('ruleSet.ladderNobody', `${path}.to`));
    if (step.action === 'reassign' && level < ladder.length - 1)
      problems.push(problem('ruleSet.ladderReassignLast', `${path}.action`));
    if (step.action === 'reassign' && step.to[0] === 'assignee')
      problems.push(problem('ruleSet.ladderReassignToSelf', `${path}.to`));
  });
  return problems;
}

function matrixProblems({ predikatMatrix }: RuleSet): Problem[] {
  const cells = RATINGS.flatMap((hasil) => RATINGS.map((perilaku) => `${hasil}.${perilaku}`));
  const isPredikat = (value: unknown): boolean => PREDIKATS.some((predikat) => predikat === value);
  const holes = cells.filter((cell) => !isPredikat(valueAt(predikatMatrix, cell)));
  if (holes.length) return holes.map((cell) => problem('ruleSet.matrixCell', `predikatMatrix.${cell}`));
  return cells
    .filter((cell) => isWorseThanBelow(cell, predikatMatrix))
    .map((cell) => problem('ruleSet.matrixOrder', `predikatMatrix.${cell}`));
}

/** Whether one rating less, on either axis, would give a better predikat. */
function isWorseThanBelow(cell: string, matrix: RuleSet['predikatMatrix']): boolean {
  const [hasil, perilaku] = cell.split('.') as [Rating, Rating];
  const below = (rating: Rating): Rating | undefined => RATINGS[RATINGS.indexOf(rating) + 1];
  const rank = (x: Rating | undefined, y: Rating | undefined): number =>
    x && y ? PREDIKATS.indexOf(matrix[x][y]) : PREDIKATS.length;
  return rank(hasil, perilaku) > Math.min(rank(below(hasil), perilaku), rank(hasil, below(perilaku)));
}

function distributionProblems({ distribution }: RuleSet): Problem[] {
  return PREDIKATS_ORGANISASI.flatMap((organisation) => {
    const path = `distribution.byOrganisationPredikat.${organisation}`;
    const conditions = distribution.byOrganisationPredikat[organisation];
    if (!conditions?.length) return [problem('ruleSet.distributionMissing', path)];
    return conditions.flatMap((condition, index) => {
      const isLimitBad =
        condition.test !== 'largest' &&
        !(condition.test.startsWith('count') ? isCount(condition.limit) : isPercent(condition.limit));
      return isLimitBad || !condition.code.trim() || condition.of.length === 0
        ? [problem('ruleSet.distributionCondition', `${path}.${index}`, { code: condition.code })]
        : [];
    });
  });
}

/** Lower limits of different groups fit into one hundred percent, none is above the upper limit of its group, and codes are told apart. */
function distributionSumProblems({ distribution }: RuleSet): Problem[] {
  return PREDIKATS_ORGANISASI.flatMap((organisation) => {
    const path = `distribution.byOrganisationPredikat.${organisation}`;
    const conditions = distribution.byOrganisationPredikat[organisation] ?? [];
    const limits = (test: string) =>
      conditions.flatMap((condition) =>
        condition.test === test ? [{ of: condition.of.join(), limit: (condition as { limit: number }).limit }] : [],
      );
    const least = limits('shareAtLeast');
    const sum = least.reduce((total, { limit }) => total + limit, 0);
    const isContrary = least.some(({ of, limit }) =>
      limits('shareAtMost').some((most) => most.of === of && most.limit < limit),
    );
    const codes = conditions.map(({ code }) => code);
    return [
      ...(sum > 100 || isContrary ? [problem('ruleSet.distributionSum', path)] : []),
      ...codes.flatMap((code, index) =>
        codes.indexOf(code) === index ? [] : [problem('ruleSet.codeRepeated', `${path}.${index}`, { code })],
      ),
    ];
  });
}

function numericScaleProblems({ numericScale }: RuleSet): Problem[] {
  const { withoutPeerOpinion, withPeerOpinion, achievementCapPercent, bandsFrom } = numericScale;
  const problems: Problem[] = [];
  for (const [key, weights] of Object.entries({ withoutPeerOpinion, withPeerOpinion })) {
    if (weights.skpPercent + weights.perilakuPercent !== 100)
      problems.push(problem('ruleSet.weights', `numericScale.${key}`));
  }
  if (
    !isAscending([
      0,
      bandsFrom.kurang,
      bandsFrom.butuhPerbaikan,
      bandsFrom.baik,
      bandsFrom.sangatBaik,
      achievementCapPercent,
    ])
  ) {
    problems.push(problem('ruleSet.bands', 'numericScale.bandsFrom'));
  }
  return problems;
}

function angkaKreditProblems({ angkaKredit }: RuleSet): Problem[] {
  const problems: Problem[] = [];
  const percents = PREDIKATS.map((predikat) => angkaKredit.percentByPredikat[predikat]);
  if (!isAscending([0, ...percents.toReversed()]))
    problems.push(problem('ruleSet.bands', 'angkaKredit.percentByPredikat'));
  for (const jenjang of JENJANG_FUNGSIONAL) {
    const { koefisien, minimumPangkat, minimumJenjang } = angkaKredit.jenjang[jenjang] ?? {};
    const isMissing = !(Number(koefisien) > 0) || typeof minimumPangkat !== 'number' || minimumJenjang === undefined;
    if (isMissing) problems.push(problem('ruleSet.koefisien', `angkaKredit.jenjang.${jenjang}`));
  }
  if (![2, 3].includes(angkaKredit.roundingDigits))
    problems.push(problem('ruleSet.roundingDigits', 'angkaKredit.roundingDigits'));
  return problems;
}

function tableProblems({ tukin, discipline, rewards }: RuleSet): Problem[] {
  const problems = PREDIKATS.filter((predikat) => !isPercent(tukin.percentByPredikat[predikat])).map((predikat) =>
    problem('ruleSet.percent', `tukin.percentByPredikat.${predikat}`),
  );
  const absenceDays = discipline.absenceBands.map(({ fromDays }) => fromDays);
  const gradeYears = rewards.satyalancana.grades.map(({ years }) => years);
  if (!isAscending([0, ...absenceDays])) problems.push(problem('ruleSet.bands', 'discipline.absenceBands'));
  if (!isAscending([0, ...gradeYears])) problems.push(problem('ruleSet.bands', 'rewards.satyalancana.grades'));
  return problems;
}

/** Counts that are no durations: whole and not negative. */
function numberProblems(rules: RuleSet): Problem[] {
  const paths = [
    'distribution.minimumGroup',
    'rewards.kenaikanPangkat.minimumMonthsInRank',
    'rewards.kenaikanPangkat.yearsOfPredikat',
    'rewards.kgb.everyMonths',
    'training.pnsMinimumJpPerYear',
    'training.pppkMaximumJpPerContractYear',
    'discipline.consecutiveDaysForDismissal',
  ];
  const codes = rules.rewards.catalogue.map(({ code }) => code);
  return [
    ...paths.filter((path) => !isCount(valueAt(rules, path))).map((path) => problem('ruleSet.whole', path)),
    ...(codes.length ? [] : [problem('ruleSet.listEmpty', 'rewards.catalogue')]),
    ...codes.flatMap((code, index) =>
      codes.indexOf(code) === index ? [] : [problem('ruleSet.codeRepeated', `rewards.catalogue.${index}`, { code })],
    ),
  ];
}

const isCount = (value: unknown): boolean => Number.isSafeInteger(value) && (value as number) >= 0;

const isPercent = (value: unknown): boolean => typeof value === 'number' && value >= 0 && value <= 100;

const isAscending = (values: readonly number[]): boolean =>
  values.every((value, index) => index === 0 || value > values[index - 1]!);

/** The value at a dotted path, or undefined when there is none. */
export function valueAt(root: unknown, path: string): unknown {
  return path.split('.').reduce<unknown>((node, key) => {
    const isContainer = typeof node === 'object' && node !== null && Object.hasOwn(node, key);
    return isContainer ? (node as Record<string, unknown>)[key] : undefined;
  }, root);
}
