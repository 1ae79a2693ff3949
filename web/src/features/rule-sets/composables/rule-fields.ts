import type { RuleSection } from '#domain/rule-sets/rule-set.ts';

/** One value of a rule set and how it is typed in. `path` leads to it in the document and names its text (`ruleSets.field.<path>`). */
export type RuleField =
  | {
      kind: 'number';
      path: string;
      unit: 'workingDays' | 'days' | 'months' | 'percent' | 'people' | 'points' | 'hours' | 'years' | 'digits';
      isFraction?: boolean;
      isSigned?: boolean;
    }
  | { kind: 'choice'; path: string; options: readonly string[]; texts: string }
  | { kind: 'yesNo'; path: string }
  | { kind: 'dayOfYear'; path: string }
  | { kind: 'several'; path: string; options: readonly (string | number)[]; texts: string | null };

const days = (path: string): RuleField => ({ kind: 'number', path, unit: 'days' });
const workingDays = (path: string): RuleField => ({ kind: 'number', path, unit: 'workingDays' });
const percent = (path: string): RuleField => ({ kind: 'number', path, unit: 'percent', isFraction: true });
const predikat = (path: string): RuleField => ({
  kind: 'choice',
  path,
  options: ['sangatBaik', 'baik', 'butuhPerbaikan', 'kurang', 'sangatKurang'],
  texts: 'predikat.',
});

/** The plain fields of each section, in the order of the form; tables and lists have editors of their own. */
export const FIELDS: Readonly<Record<RuleSection, readonly RuleField[]>> = {
  skp: [
    { kind: 'dayOfYear', path: 'skp.establishBy' },
    {
      kind: 'choice',
      path: 'skp.whenNotWorkingDay',
      options: ['keep', 'moveEarlier', 'moveLater'],
      texts: 'ruleSets.whenNotWorkingDay.',
    },
    workingDays('skp.draftDueWorkingDaysBefore'),
    workingDays('skp.approvalDueWorkingDays'),
    workingDays('skp.revisionDueWorkingDays'),
    days('skp.newPostDays'),
  ],
  reporting: [
    { kind: 'choice', path: 'reporting.frequency', options: ['bulanan', 'triwulanan'], texts: 'ruleSets.frequency.' },
    workingDays('reporting.dueWorkingDays'),
    workingDays('reporting.reviewDueWorkingDays'),
    workingDays('reporting.revisionDueWorkingDays'),
  ],
  appraisal: [
    { kind: 'dayOfYear', path: 'appraisal.opensOn' },
    workingDays('appraisal.selfAssessmentDueWorkingDays'),
    workingDays('appraisal.ratingDueWorkingDays'),
    days('appraisal.objectionDays'),
    days('appraisal.objectionDecisionDays'),
    workingDays('appraisal.evaluationDueWorkingDays'),
    { kind: 'yesNo', path: 'appraisal.canPlhRate' },
  ],
  followUp: [
    workingDays('followUp.rewardDueWorkingDays'),
    workingDays('followUp.guidanceDueWorkingDays'),
    workingDays('followUp.improvementPlanDueWorkingDays'),
    { kind: 'number', path: 'followUp.improvementMonths', unit: 'months' },
  ],
  ladder: [],
  predikatMatrix: [],
  distribution: [{ kind: 'number', path: 'distribution.minimumGroup', unit: 'people' }],
  leaderRating: [{ kind: 'yesNo', path: 'leaderRating.isEnabled' }],
  numericScale: [
    { kind: 'yesNo', path: 'numericScale.isEnabled' },
    percent('numericScale.withoutPeerOpinion.skpPercent'),
    percent('numericScale.withoutPeerOpinion.perilakuPercent'),
    percent('numericScale.withPeerOpinion.skpPercent'),
    percent('numericScale.withPeerOpinion.perilakuPercent'),
    percent('numericScale.achievementCapPercent'),
    { kind: 'number', path: 'numericScale.bandsFrom.sangatBaik', unit: 'points', isFraction: true },
    { kind: 'number', path: 'numericScale.bandsFrom.baik', unit: 'points', isFraction: true },
    { kind: 'number', path: 'numericScale.bandsFrom.butuhPerbaikan', unit: 'points', isFraction: true },
    { kind: 'number', path: 'numericScale.bandsFrom.kurang', unit: 'points', isFraction: true },
  ],
  angkaKredit: [{ kind: 'number', path: 'angkaKredit.roundingDigits', unit: 'digits' }],
  rewards: [
    { kind: 'number', path: 'rewards.kenaikanPangkat.minimumMonthsInRank', unit: 'months' },
    predikat('rewards.kenaikanPangkat.minimumPredikat'),
    { kind: 'number', path: 'rewards.kenaikanPangkat.yearsOfPredikat', unit: 'years' },
    { kind: 'number', path: 'rewards.kgb.everyMonths', unit: 'months' },
    predikat('rewards.kgb.minimumPredikat'),
    {
      kind: 'several',
      path: 'rewards.satyalancana.disqualifyingTingkat',
      options: ['ringan', 'sedang', 'berat'],
      texts: 'ruleSets.tingkat.',
    },
    { kind: 'yesNo', path: 'rewards.satyalancana.isDisqualifiedByCltn' },
    { kind: 'several', path: 'rewards.talentPoolBoxes', options: [1, 2, 3, 4, 5, 6, 7, 8, 9], texts: null },
    predikat('rewards.trainingPriorityMinimumPredikat'),
  ],
  tukin: [{ kind: 'yesNo', path: 'tukin.isEnabled' }],
  discipline: [
    { kind: 'yesNo', path: 'discipline.isTukinCutInForce' },
    workingDays('discipline.consecutiveDaysForDismissal'),
    workingDays('discipline.summonsWorkingDaysBefore'),
    workingDays('discipline.secondSummonsWorkingDays'),
    workingDays('discipline.deliveryWorkingDays'),
    workingDays('discipline.effectiveWorkingDays'),
    workingDays('discipline.appealWorkingDays'),
    workingDays('discipline.objectionDecisionWorkingDays'),
    workingDays('discipline.bpasnDecisionWorkingDays'),
  ],
  training: [
    { kind: 'number', path: 'training.pnsMinimumJpPerYear', unit: 'hours' },
    { kind: 'number', path: 'training.pppkMaximumJpPerContractYear', unit: 'hours' },
  ],
};

/** How long a training opens the gate before the SKP; shown while there is a gate. */
export const GATE_FIELD: RuleField = { kind: 'number', path: 'training.skpGate.withinMonths', unit: 'months' };

/** The value at a dotted path of the document. */
export function valueAt(root: unknown, path: string): unknown {
  return path.split('.').reduce<unknown>((node, key) => (node as Record<string, unknown> | undefined)?.[key], root);
}

/** Writes a value at a dotted path whose parents exist. */
export function setValueAt(root: unknown, path: string, value: unknown): void {
  const keys = path.split('.');
  const last = keys.pop()!;
  (keys.reduce<unknown>((node, key) => (node as Record<string, unknown>)[key], root) as Record<string, unknown>)[last] =
    value;
}

/** The id of the field at a path, so that a problem leads to it. */
export const fieldIdOf = (path: string): string => `rule-${path.replaceAll('.', '-')}`;
