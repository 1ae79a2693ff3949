import type { EntityManager } from '@mikro-orm/postgresql';
import { select, sql } from '../sql.ts';

export type RuleSetRow = { id: string; code: string; name: string; validFrom: string; validTo: string | null; unverified: string[]; isCompressed: boolean };

/** Rule sets, the newest first; compressed ones run a whole year in minutes. */
export const listRuleSets = (em: EntityManager): Promise<RuleSetRow[]> =>
  select<RuleSetRow>(
    em,
    sql`select id, code, name, valid_from as "validFrom", valid_to as "validTo", coalesce(data -> 'unverified', '[]') as unverified,
          data -> 'clock' ->> 'kind' = 'compressed' as "isCompressed" from rule_set order by valid_from desc, code`,
  );
