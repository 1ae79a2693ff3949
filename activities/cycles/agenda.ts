import type { CalendarDate } from '#domain/calendar/calendar-date.ts';
import type { AgendaItem } from '#domain/process/matter.ts';
import type { CycleBoundary } from '#domain/process/cycle.ts';
import { dueAfterWorkingDays, schedule, type ReportPeriod, type Segment } from '#domain/rule-sets/deadlines.ts';
import type { Cycle } from '#persistence/cycles/cycles.entities.ts';
import type { RulesInForce } from '#persistence/rule-sets/rule-sets.repository.ts';

/** The part of the year that a cycle covers. */
export const segmentOf = (cycle: Pick<Cycle, 'startsOn' | 'endsOn'>): Segment => ({
  startsOn: cycle.startsOn as CalendarDate,
  endsOn: cycle.endsOn as CalendarDate,
});

/** The planned dates of a cycle under the rules in force. */
export const planOf = (cycle: Pick<Cycle, 'year' | 'startsOn' | 'endsOn'>, { rules, calendar }: RulesInForce) =>
  schedule(rules, calendar, cycle.year, segmentOf(cycle));

/** An item of a year's agenda. Instants in epoch milliseconds. */
export const agendaItem = (at: number, boundary: CycleBoundary, isRestPoint = false): AgendaItem => ({
  at,
  boundary,
  ...(isRestPoint && { isRestPoint }),
});

/**
 * The agenda of a cycle. Real boundaries are spread over half an hour, so that an agency's timers do not fire at one instant; no right depends
 * on it. Each quarter is a rest point: short histories, and the newest code from there on.
 */
export function agendaOf(
  cycleId: string,
  { rules }: RulesInForce,
  periods: readonly ReportPeriod[],
  appraisalOpensAt: number,
): AgendaItem[] {
  const jitter = rules.clock.kind === 'civil' ? spread(cycleId) * 30 * 60_000 : 0;
  const isQuarterStart = (no: number): boolean =>
    no > 1 && (rules.reporting.frequency === 'triwulanan' || no % 3 === 1);
  return [
    ...periods.map(({ no, opensAt }) =>
      agendaItem(Math.round(opensAt + jitter), { kind: 'periodOpened', periodNo: no }, isQuarterStart(no)),
    ),
    agendaItem(Math.round(appraisalOpensAt + jitter), { kind: 'appraisalOpened' }),
  ];
}

/** A number in [0, 1) that is always the same for a cycle. */
const spread = (cycleId: string): number => Number.parseInt(cycleId.slice(-6), 16) / 0x1000000;

/** The rating does not wait for a self-assessment that does not come: a few working days after its due time the superior is asked. */
export function selfAssessmentLapse(at: Date, { rules, calendar }: RulesInForce): AgendaItem {
  const workingDays = rules.appraisal.selfAssessmentDueWorkingDays + rules.reporting.revisionDueWorkingDays;
  return agendaItem(dueAfterWorkingDays(at.getTime(), workingDays, calendar) + 1, { kind: 'selfAssessmentLapsed' });
}
