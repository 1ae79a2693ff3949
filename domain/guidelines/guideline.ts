import { isCalendarDate, type CalendarDate } from '../calendar/calendar-date.ts';
import { dateOf, endOfDay, instantOf } from '../calendar/clock.ts';
import { addWorkingDays } from '../calendar/working-days.ts';
import { problem, type Problem } from '../result.ts';
import type { UnitCalendar } from '../rule-sets/deadlines.ts';
import type { LadderStep } from '../rule-sets/rule-set.ts';

/** Kinds of pedoman, the highest first. */
export const GUIDELINE_KINDS = ['peraturan', 'keputusan', 'suratEdaran', 'juknis', 'sop'] as const;
export type GuidelineKind = (typeof GUIDELINE_KINDS)[number];

/** Where a version stands, in the order of its life. */
export const GUIDELINE_STATUSES = ['draf', 'ditinjau', 'ditetapkan', 'berlaku', 'diubah', 'dicabut'] as const;
export type GuidelineStatus = (typeof GUIDELINE_STATUSES)[number];

/** The five parts that a pedoman of the performance system has (seed: tujuan, prosedur, standar penilaian, indikator kinerja, tata cara penggunaan). */
export const GUIDELINE_PARTS = ['purpose', 'procedure', 'standards', 'indicators', 'rulesOfUse'] as const;
type GuidelinePart = (typeof GUIDELINE_PARTS)[number];

/** An article; its id stays with it through all versions, so that rules can be bound to it. */
type GuidelineArticle = { readonly id: string; readonly heading: string; readonly text: string };

/** A version amends or revokes another guideline when it takes effect. */
export type GuidelineLink = { readonly relation: 'amends' | 'revokes'; readonly guidelineId: string };

/** What one version of a guideline says. */
export type GuidelineContent = {
  readonly kind: GuidelineKind;
  readonly number: string;
  readonly year: number | null;
  readonly title: string;
  readonly issuer: string;
  readonly parts: Readonly<Record<GuidelinePart, string>>;
  readonly articles: readonly GuidelineArticle[];
  readonly links: readonly GuidelineLink[];
  /** From this day it holds. */
  readonly effectiveOn: CalendarDate | null;
  /** Who must read it: these units and all below them; everybody when empty. */
  readonly audienceUnitIds: readonly string[];
  readonly reading: ReadingRule;
};

/** How long people have to read, and on which hari kerja from that day they are reminded. */
export type ReadingRule = { readonly dueWorkingDays: number | null; readonly reminderOffsets: readonly number[] };

/** An empty guideline of a year. */
export const emptyGuideline = (year: number): GuidelineContent => ({
  kind: 'juknis',
  number: '',
  year,
  title: '',
  issuer: '',
  parts: { purpose: '', procedure: '', standards: '', indicators: '', rulesOfUse: '' },
  articles: [],
  links: [],
  effectiveOn: null,
  audienceUnitIds: [],
  reading: { dueWorkingDays: 10, reminderOffsets: [-3, 0, 5] },
});

/** What stands against handing in a guideline, at the field. `today`: it cannot take effect earlier. */
export function validateGuideline(content: GuidelineContent, guidelineId: string, today: CalendarDate): Problem[] {
  return [
    ...identityProblems(content),
    ...partProblems(content),
    ...articleProblems(content),
    ...linkProblems(content, guidelineId),
    ...dateProblems(content, today),
  ];
}

function identityProblems({ number, year, title, issuer }: GuidelineContent): Problem[] {
  const problems: Problem[] = [];
  if (!number.trim()) problems.push(problem('guideline.numberMissing', 'number'));
  if (year === null || !Number.isInteger(year) || year < 1945 || year > 2100)
    problems.push(problem('guideline.year', 'year'));
  if (!title.trim()) problems.push(problem('guideline.titleMissing', 'title'));
  if (!issuer.trim()) problems.push(problem('guideline.issuerMissing', 'issuer'));
  return problems;
}

const partProblems = ({ parts }: GuidelineContent): Problem[] =>
  GUIDELINE_PARTS.filter((part) => !parts[part].trim()).map((part) =>
    problem('guideline.partMissing', `parts.${part}`),
  );

function articleProblems({ articles }: GuidelineContent): Problem[] {
  const headings = articles.map(({ heading }) => heading.trim().toLowerCase());
  return articles.flatMap(({ id, heading, text }, index) => {
    if (!heading.trim() || !text.trim()) return [problem('guideline.articleEmpty', `articles.${id}`)];
    return headings.indexOf(headings[index]!) === index
      ? []
      : [problem('guideline.articleRepeated', `articles.${id}`, { heading })];
  });
}

function linkProblems({ links }: GuidelineContent, guidelineId: string): Problem[] {
  const targets = links.map((link) => link.guidelineId);
  return targets.flatMap((target, index) => {
    if (target === guidelineId) return [problem('guideline.linkToSelf', `links.${index}`)];
    return targets.indexOf(target) === index ? [] : [problem('guideline.linkRepeated', `links.${index}`)];
  });
}

function dateProblems({ effectiveOn, reading }: GuidelineContent, today: CalendarDate): Problem[] {
  const problems: Problem[] = [];
  if (effectiveOn === null || !isCalendarDate(effectiveOn))
    problems.push(problem('guideline.effectiveOnMissing', 'effectiveOn'));
  else if (effectiveOn < today) problems.push(problem('guideline.effectiveInPast', 'effectiveOn'));
  const { dueWorkingDays, reminderOffsets } = reading;
  if (!Number.isInteger(dueWorkingDays) || dueWorkingDays! < 1 || dueWorkingDays! > 366)
    problems.push(problem('ruleSet.duration', 'reading.dueWorkingDays'));
  const isAscending = reminderOffsets.every(
    (offset, index) =>
      Number.isInteger(offset) && Math.abs(offset) <= 366 && (index === 0 || offset > reminderOffsets[index - 1]!),
  );
  if (!isAscending) problems.push(problem('guideline.reminderOrder', 'reading.reminderOffsets'));
  return problems;
}

/** The hari kerja after the due day on which a ladder first tells the superior; null when it never does. */
export const superiorOffset = (ladder: readonly LadderStep[]): number | null =>
  ladder.find(({ to }) => to.includes('superior'))?.offsetWorkingDays ?? null;

/**
 * By when somebody must have read a guideline that they got at an instant, when they are reminded, and when their superior hears of it: 08:00 on the
 * hari kerja that its rule and the ladder name. The superior hears only after the due day and the reader's last reminder.
 */
export function readingDates(
  announcedAt: number,
  { dueWorkingDays, reminderOffsets }: ReadingRule,
  unit: UnitCalendar,
  tellsSuperiorAfter: number | null,
): { dueAt: number; remindAt: number[]; superiorAt: number | null } {
  const dueOn = addWorkingDays(dateOf(announcedAt, unit.zone, unit.clock), dueWorkingDays ?? 1, unit.workingCalendar);
  const morningOf = (offset: number): number =>
    instantOf(addWorkingDays(dueOn, offset, unit.workingCalendar), '08:00:00', unit.zone, unit.clock);
  return {
    dueAt: endOfDay(dueOn, unit.zone, unit.clock),
    remindAt: reminderOffsets.map(morningOf).filter((at) => at > announcedAt),
    superiorAt:
      tellsSuperiorAfter === null
        ? null
        : morningOf(Math.max(1, tellsSuperiorAfter, (reminderOffsets.at(-1) ?? 0) + 1)),
  };
}

/** What becomes of another version when one takes effect: the version before it and what it amends are changed, what it revokes ends. */
export const endedStatus = (relation: 'succeeds' | GuidelineLink['relation']): GuidelineStatus =>
  relation === 'revokes' ? 'dicabut' : 'diubah';
