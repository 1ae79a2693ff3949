import type { AngkaKreditRules } from '../appraisal/angka-kredit.ts';
import type { DistributionGuide } from '../appraisal/distribution.ts';
import type { LeaderRatingRule } from '../appraisal/leader-rating.ts';
import type { NumericScale } from '../appraisal/numeric-scale.ts';
import type { PredikatMatrix } from '../appraisal/predikat.ts';
import type { CalendarDate } from '../calendar/calendar-date.ts';
import type { CalendarClock } from '../calendar/clock.ts';
import type { IndonesianZone } from '../calendar/time-zone.ts';
import { err, ok, type Result } from '../result.ts';
import type { DisciplineRules } from '../rewards-and-sanctions/discipline.ts';
import type { FollowUpRules } from '../rewards-and-sanctions/follow-up.ts';
import type { RewardRules } from '../rewards-and-sanctions/rewards.ts';
import type { TukinRules } from '../rewards-and-sanctions/tukin.ts';
import type { TrainingRules } from '../training/jp.ts';

/** A day that returns every year. */
export type DayOfYear = { readonly month: number; readonly day: number };

/** Establishing the SKP: in January, or within days of a new post (PermenPANRB 6/2022; PP 30/2019). */
type SkpRules = {
  /** Last day of establishing the SKP of a full year. */
  readonly establishBy: DayOfYear;
  /** Calendar days from the start of a post that begins in mid-year. */
  readonly newPostDays: number;
  /** Hari kerja before the establishing day by which the employee's draft should be handed in. */
  readonly draftDueWorkingDaysBefore: number;
  /** Hari kerja for each approval or return. */
  readonly approvalDueWorkingDays: number;
  /** Hari kerja for the employee to revise what was returned. */
  readonly revisionDueWorkingDays: number;
  /** What happens to a day of establishing that is no working day; no rule was found that moves it. */
  readonly whenNotWorkingDay: 'keep' | 'moveEarlier' | 'moveLater';
};

type ReportFrequency = 'bulanan' | 'triwulanan';

/** Periodic reports: how often, and how long after the end of a period. */
type ReportingRules = {
  readonly frequency: ReportFrequency;
  /** Hari kerja after the last day of the period. */
  readonly dueWorkingDays: number;
  /** Hari kerja for the superior from a submission. */
  readonly reviewDueWorkingDays: number;
  readonly revisionDueWorkingDays: number;
};

/** The yearly evaluation and the objection against it (PermenPANRB 6/2022; PP 30/2019 Ps. 59). */
export type AppraisalRules = {
  readonly opensOn: DayOfYear;
  readonly selfAssessmentDueWorkingDays: number;
  readonly ratingDueWorkingDays: number;
  /** Calendar days from the receipt of the result. */
  readonly objectionDays: number;
  /** Calendar days for the decision on an objection. */
  readonly objectionDecisionDays: number;
  /** Hari kerja for the evaluation with strengths, weaknesses and improvements. */
  readonly evaluationDueWorkingDays: number;
  /** Whether a Plh may rate; a Plt may. */
  readonly canPlhRate: boolean;
};

/** One step of the reminder and escalation ladder of a task. */
export type LadderStep = {
  /** Hari kerja from the due date: negative before it, 0 at the due instant itself, positive after it. */
  readonly offsetWorkingDays: number;
  readonly action: 'remind' | 'escalate' | 'reassign';
  /** Who gets the message; for `reassign` the first one also gets the task. */
  readonly to: readonly LadderAddressee[];
};

type LadderAddressee = 'assignee' | 'superior' | 'superiorOfSuperior' | 'personnelOfficer';

/** The parts of a rule set that state rules and so name their article. */
export const RULE_SECTIONS = [
  'skp',
  'reporting',
  'appraisal',
  'followUp',
  'ladder',
  'predikatMatrix',
  'distribution',
  'leaderRating',
  'numericScale',
  'angkaKredit',
  'rewards',
  'tukin',
  'discipline',
  'training',
] as const;
export type RuleSection = (typeof RULE_SECTIONS)[number];

/** An article of one version of a guideline. */
type ArticleRef = { readonly guidelineId: string; readonly version: number; readonly articleId: string };

/**
 * All rules of a performance year as data with effective dates. A cycle is pinned to the rule set in force when it
 * starts; an amendment is a new rule set with its own code.
 */
export type RuleSet = {
  /** Stable kebab-case name, `permenpanrb-6-2022-bulanan`. */
  readonly code: string;
  readonly name: string;
  readonly validFrom: CalendarDate;
  /** Last day in force, or null. */
  readonly validTo: CalendarDate | null;
  /** The guideline and articles each section implements. */
  readonly guideline: Readonly<Record<RuleSection, string>>;
  /** Where a section is bound to an article of a published guideline; `guideline` then repeats its words. */
  readonly articles?: Readonly<Partial<Record<RuleSection, ArticleRef>>>;
  /** Dotted paths of values that are no confirmed law ("perlu verifikasi"): shown with a mark to whoever edits them. */
  readonly unverified: readonly string[];
  readonly clock: CalendarClock;
  /** Deadlines end in the zone of the employee's unit, or in one zone for all. */
  readonly deadlineZone: 'unit' | IndonesianZone;
  readonly skp: SkpRules;
  readonly reporting: ReportingRules;
  readonly appraisal: AppraisalRules;
  readonly followUp: FollowUpRules;
  readonly ladder: readonly LadderStep[];
  readonly predikatMatrix: PredikatMatrix;
  readonly distribution: DistributionGuide;
  readonly leaderRating: LeaderRatingRule;
  readonly numericScale: NumericScale;
  readonly angkaKredit: AngkaKreditRules;
  readonly rewards: RewardRules;
  readonly tukin: TukinRules;
  readonly discipline: DisciplineRules;
  readonly training: TrainingRules;
};

type Effective = Pick<RuleSet, 'code' | 'validFrom' | 'validTo'>;

/**
 * The rule set that holds on a date: of those in force the one that began last. Errors: `ruleSet.none`, and
 * `ruleSet.ambiguous` when two began on the same day.
 */
export function ruleSetInForce<Set extends Effective>(
  sets: readonly Set[],
  on: CalendarDate,
): Result<Set, 'ruleSet.none' | 'ruleSet.ambiguous'> {
  const inForce = sets.filter(({ validFrom, validTo }) => validFrom <= on && (validTo === null || on <= validTo));
  const latestStart = inForce.reduce((latest, { validFrom }) => (validFrom > latest ? validFrom : latest), '');
  const [found, rival] = inForce.filter(({ validFrom }) => validFrom === latestStart);
  if (!found) return err('ruleSet.none', { on });
  return rival ? err('ruleSet.ambiguous', { on, codes: `${found.code},${rival.code}` }) : ok(found);
}
