import { rulesToCondition } from '@casl/ability/extra';
import type { Action, Subject } from '#domain/access/rules.ts';
import type { RowFilter } from '#persistence/sql.ts';
import type { AppAbility } from '../access/ability.ts';

const NOTHING: RowFilter = { id: { $in: [] } };

/** The rows a person may do something with, as a filter for MikroORM and for `whereSql`: lists are cut in SQL, not afterwards. */
export function accessibleBy(ability: AppAbility, action: Action, subject: Subject): RowFilter {
  const filter = rulesToCondition(
    ability.rulesFor(action, subject),
    (rule): RowFilter => (rule.inverted ? { $not: rule.conditions } : (rule.conditions as RowFilter)),
    { and: ($and): RowFilter => ({ $and }), or: ($or): RowFilter => ({ $or }), empty: (): RowFilter => ({}) },
  );
  return filter ?? NOTHING;
}
