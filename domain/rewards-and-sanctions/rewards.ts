import { isAtLeast, type Predikat } from '../appraisal/predikat.ts';
import {
  addMonths,
  dateFromParts,
  monthsBetween,
  partsOf,
  yearsBetween,
  type CalendarDate,
} from '../calendar/calendar-date.ts';
import { tingkatOf, type HukumanDisiplin, type TingkatHukuman } from './discipline.ts';
import { eligibilityOf, verdict, type Eligibility, type Verdict } from './eligibility.ts';
import type { TalentBox } from './talent.ts';

/** The kinds of reward in the catalogue (UU 20/2023 Ps. 21 and the rules named at each). */
type RewardKind = 'satyalancana' | 'kenaikanPangkat' | 'kgb' | 'tukin' | 'teladan' | 'talentPool' | 'trainingPriority';

export type SatyalancanaGrade = 'X' | 'XX' | 'XXX';

/** Eligibility of the rewards as data. */
export type RewardRules = {
  readonly catalogue: readonly { readonly code: string; readonly kind: RewardKind; readonly name: string }[];
  readonly satyalancana: {
    /** Ascending by years of service. */
    readonly grades: readonly { readonly grade: SatyalancanaGrade; readonly years: number }[];
    readonly disqualifyingTingkat: readonly TingkatHukuman[];
    readonly isDisqualifiedByCltn: boolean;
  };
  readonly kenaikanPangkat: {
    readonly minimumMonthsInRank: number;
    readonly minimumPredikat: Predikat;
    readonly yearsOfPredikat: number;
  };
  readonly kgb: { readonly everyMonths: number; readonly minimumPredikat: Predikat };
  readonly talentPoolBoxes: readonly TalentBox[];
  readonly trainingPriorityMinimumPredikat: Predikat;
};

/** A punishment in a person's record; `endsOn` is null while no end is set. */
export type DisciplineRecord = {
  readonly hukuman: HukumanDisiplin;
  readonly startsOn: CalendarDate;
  readonly endsOn: CalendarDate | null;
};

export type YearlyPredikat = { readonly year: number; readonly predikat: Predikat };

/** Satyalancana Karya Satya: the highest grade that the years of service give, with its conditions; null below the first. */
export function satyalancanaEligibility(
  person: {
    readonly cpnsSince: CalendarDate;
    readonly discipline: readonly DisciplineRecord[];
    readonly wasOnCltn: boolean;
    readonly awarded: readonly SatyalancanaGrade[];
  },
  on: CalendarDate,
  rules: RewardRules,
): Eligibility & { readonly grade: SatyalancanaGrade | null } {
  const { grades, disqualifyingTingkat, isDisqualifiedByCltn } = rules.satyalancana;
  const years = yearsBetween(person.cpnsSince, on);
  const reached = grades.findLast((entry) => years >= entry.years);
  const holds = grades.findLast(({ grade }) => person.awarded.includes(grade));
  const isHigher = !reached || !holds || reached.years > holds.years;
  const bar = person.discipline.find(({ hukuman }) => disqualifyingTingkat.includes(tingkatOf(hukuman)));
  const eligibility = eligibilityOf([
    verdict('R-SATYA-1', 'reward.serviceTooShort', reached !== undefined, { years, since: person.cpnsSince }),
    verdict('R-SATYA-2', 'reward.hukdisSedangBerat', bar === undefined, {
      hukuman: bar?.hukuman ?? null,
      startsOn: bar?.startsOn ?? null,
    }),
    verdict('R-SATYA-3', 'reward.cltn', !(isDisqualifiedByCltn && person.wasOnCltn), { wasOnCltn: person.wasOnCltn }),
    verdict('R-SATYA-4', 'reward.alreadyAwarded', isHigher, { holds: holds?.grade ?? null }),
  ]);
  return { ...eligibility, grade: reached?.grade ?? null };
}

/** Kenaikan pangkat reguler, and the nominal period it would count for: the 1st of the next month (Peraturan BKN 4/2025). */
export function kenaikanPangkatEligibility(
  person: {
    readonly rankSince: CalendarDate;
    readonly predikats: readonly YearlyPredikat[];
    readonly discipline: readonly DisciplineRecord[];
  },
  on: CalendarDate,
  rules: RewardRules,
): Eligibility & { readonly periodOn: CalendarDate } {
  const rule = rules.kenaikanPangkat;
  const months = monthsBetween(person.rankSince, on);
  const { year, month } = partsOf(on);
  const eligibility = eligibilityOf([
    verdict('R-PANGKAT-1', 'reward.rankTooShort', months >= rule.minimumMonthsInRank, {
      months,
      required: rule.minimumMonthsInRank,
    }),
    predikatVerdict('R-PANGKAT-2', person.predikats, { ...rule, before: year }),
    notServingVerdict('R-PANGKAT-3', person.discipline, on),
  ]);
  return { ...eligibility, periodOn: addMonths(dateFromParts(year, month, 1), 1) };
}

/** Kenaikan gaji berkala: the interval since the last one, the last yearly predikat, no sedang or berat punishment being served. */
export function kgbEligibility(
  person: {
    readonly lastKgbOn: CalendarDate;
    readonly predikats: readonly YearlyPredikat[];
    readonly discipline: readonly DisciplineRecord[];
  },
  on: CalendarDate,
  rules: RewardRules,
): Eligibility {
  const months = monthsBetween(person.lastKgbOn, on);
  const { minimumPredikat, everyMonths } = rules.kgb;
  return eligibilityOf([
    verdict('R-KGB-1', 'reward.kgbTooEarly', months >= everyMonths, { months, required: everyMonths }),
    predikatVerdict('R-KGB-2', person.predikats, { minimumPredikat, yearsOfPredikat: 1, before: partsOf(on).year }),
    notServingVerdict('R-KGB-3', person.discipline, on),
  ]);
}

/** Whether a talent box opens the kelompok rencana suksesi. */
export const isInTalentPool = (box: TalentBox, rules: RewardRules): boolean => rules.talentPoolBoxes.includes(box);

/** The last finished years must all have a predikat, each at least the minimum. */
function predikatVerdict(
  ruleId: string,
  predikats: readonly YearlyPredikat[],
  { minimumPredikat, yearsOfPredikat, before }: { minimumPredikat: Predikat; yearsOfPredikat: number; before: number },
): Verdict {
  const latest = predikats
    .filter(({ year }) => year < before)
    .sort((a, b) => b.year - a.year)
    .slice(0, yearsOfPredikat);
  const isUnbroken =
    latest.length === yearsOfPredikat && latest.every(({ year }, index) => year === latest[0]!.year - index);
  const isMet =
    isUnbroken && latest[0]!.year >= before - 2 && latest.every(({ predikat }) => isAtLeast(predikat, minimumPredikat));
  const predikatsRead = latest.map(({ year, predikat }) => `${year}:${predikat}`).join(',');
  return verdict(ruleId, 'reward.predikatTooLow', isMet, { predikats: predikatsRead, minimum: minimumPredikat });
}

function notServingVerdict(ruleId: string, discipline: readonly DisciplineRecord[], on: CalendarDate): Verdict {
  const serving = discipline.find(
    ({ hukuman, startsOn, endsOn }) =>
      tingkatOf(hukuman) !== 'ringan' && startsOn <= on && (endsOn === null || on <= endsOn),
  );
  return verdict(ruleId, 'reward.servingDiscipline', serving === undefined, {
    hukuman: serving?.hukuman ?? null,
    endsOn: serving?.endsOn ?? null,
  });
}
