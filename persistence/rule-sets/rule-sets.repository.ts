import type { EntityManager } from '@mikro-orm/postgresql';
import type { CalendarDate } from '#domain/calendar/calendar-date.ts';
import type { IndonesianZone } from '#domain/calendar/time-zone.ts';
import { FIVE_DAY_WEEKEND, type WorkingCalendar } from '#domain/calendar/working-days.ts';
import { unitCalendar, type UnitCalendar } from '#domain/rule-sets/deadlines.ts';
import type { RuleSet as RuleSetData } from '#domain/rule-sets/rule-set.ts';
import { Holiday, RuleSet } from './rule-sets.entities.ts';

/** The rules of a cycle and the calendar they are counted in. */
export type RulesInForce = { rules: RuleSetData; calendar: UnitCalendar };

/** Finds the rules that a matter is pinned to, with the calendar of its zone. */
export type RuleBook = { rulesFor(em: EntityManager, ruleSetId: string, timeZone: string): Promise<RulesInForce> };

const FRESH_MS = 30_000;

/**
 * An identity map of its own on the caller's connection: steps that hold one must not wait for a second, or they wait for one
 * another for ever once there are as many of them as connections.
 */
const besides = (em: EntityManager): EntityManager => em.fork({ keepTransactionContext: true });

/** The working days of the agency. */
export async function readWorkingCalendar(em: EntityManager): Promise<WorkingCalendar> {
  const rows = await em.findAll(Holiday);
  return { weekend: FIVE_DAY_WEEKEND, holidays: new Set(rows.map((row) => row.heldOn as CalendarDate)) };
}

/**
 * Reads pinned rule sets and the working-day calendar, remembered for half a minute: a rule set in force never changes,
 * and a holiday that is added reaches every process within that time.
 */
export function createRuleBook(now: () => number = Date.now): RuleBook {
  const rules = new Map<string, { data: RuleSetData; at: number }>();
  let holidays: { calendar: WorkingCalendar; at: number } | null = null;

  async function ruleSet(em: EntityManager, id: string): Promise<RuleSetData> {
    const known = rules.get(id);
    if (known && now() - known.at < FRESH_MS) return known.data;
    const { data } = await besides(em).findOneOrFail(RuleSet, { id });
    rules.set(id, { data, at: now() });
    return data;
  }

  async function workingCalendar(em: EntityManager): Promise<WorkingCalendar> {
    if (holidays && now() - holidays.at < FRESH_MS) return holidays.calendar;
    const calendar = await readWorkingCalendar(besides(em));
    holidays = { calendar, at: now() };
    return calendar;
  }

  return {
    async rulesFor(em, ruleSetId, timeZone) {
      const data = await ruleSet(em, ruleSetId);
      return { rules: data, calendar: unitCalendar(data, await workingCalendar(em), timeZone as IndonesianZone) };
    },
  };
}
