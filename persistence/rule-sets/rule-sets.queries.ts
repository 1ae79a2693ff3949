import type { EntityManager } from '@mikro-orm/postgresql';
import type { CalendarDate } from '#domain/calendar/calendar-date.ts';
import type { RuleSet as RuleSetData } from '#domain/rule-sets/rule-set.ts';
import { instantOrNull, NO_SQL, select, sql } from '../sql.ts';
import { standingOf } from '../organisation/holding.ts';

export type RuleSetRow = {
  id: string;
  code: string;
  name: string;
  validFrom: string;
  validTo: string | null;
  unverified: string[];
  isCompressed: boolean;
};

/** Rule sets, the newest first; compressed ones run a whole year in minutes. */
export const listRuleSets = (em: EntityManager): Promise<RuleSetRow[]> =>
  select<RuleSetRow>(
    em,
    sql`select id, code, name, valid_from as "validFrom", valid_to as "validTo", coalesce(data -> 'unverified', '[]') as unverified,
          data -> 'clock' ->> 'kind' = 'compressed' as "isCompressed" from rule_set order by valid_from desc, code`,
  );

/** A rule set is not held but is in force. */
const STANDINGS = { future: 'ahead', current: 'inForce', past: 'past' } as const;

export type RuleSetRegisterRow = {
  id: string;
  code: string;
  series: string;
  name: string;
  validFrom: string;
  validTo: string | null;
  standing: 'ahead' | 'inForce' | 'past';
  isCompressed: boolean;
  unverified: number;
  runningCycles: number;
  publishedAt: string | null;
};

/** Rule sets by series, the newest version of each first, with how many running cycles are on them; only one when its id is given. */
export async function readRuleSetRegister(
  em: EntityManager,
  today: CalendarDate,
  id: string | null = null,
): Promise<RuleSetRegisterRow[]> {
  const found = await select<Omit<RuleSetRegisterRow, 'standing'> & { standing: keyof typeof STANDINGS }>(
    em,
    sql`select r.id, r.code, coalesce(r.series, r.code) as series, r.name, r.valid_from as "validFrom", r.valid_to as "validTo", r.published_at as "publishedAt",
          ${standingOf('r', today)} as standing,
          r.data -> 'clock' ->> 'kind' = 'compressed' as "isCompressed", jsonb_array_length(coalesce(r.data -> 'unverified', '[]')) as unverified,
          (select count(*)::int from matter m where m.kind = 'performanceCycle' and m.rule_set_id = r.id and m.state = 'running') as "runningCycles"
        from rule_set r ${id ? sql`where r.id = ${id}` : NO_SQL} order by series, r.valid_from desc, r.code`,
  );
  return found.map((row) => ({
    ...row,
    standing: STANDINGS[row.standing],
    publishedAt: instantOrNull(row.publishedAt),
  }));
}

/** The rules of these rule sets, by id. */
export async function readRuleSetContents(
  em: EntityManager,
  ids: readonly string[],
): Promise<Map<string, RuleSetData>> {
  const found = await select<{ id: string; data: RuleSetData }>(
    em,
    sql`select id, data from rule_set where id = any(${ids}::uuid[])`,
  );
  return new Map(found.map(({ id, data }) => [id, data]));
}
