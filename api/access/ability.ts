import { createMongoAbility, subject, type ForcedSubject, type MongoAbility, type RawRuleOf } from '@casl/ability';
import type { Actor } from '#domain/access/actor.ts';
import { rulesFor, type Action, type Subject } from '#domain/access/rules.ts';
import { Problem } from '../http/problem.ts';

type Instance = Record<PropertyKey, unknown> & ForcedSubject<Subject>;
export type AppAbility = MongoAbility<[Action, Subject | Instance]>;

/** The rights of a person at this moment. Rules come from code only. */
export const abilityOf = (actor: Actor): AppAbility =>
  createMongoAbility<AppAbility>(rulesFor(actor) as RawRuleOf<AppAbility>[]);

/** Whether something may be done to this very row; always asked of an instance. */
export const allows = (ability: AppAbility, action: Action, type: Subject, row: object): boolean =>
  ability.can(action, subject(type, { ...row } as Record<PropertyKey, unknown>) as Instance);

/** 403 unless it may be done to at least some row of this kind: the gate of a screen, never of a row. */
export function requireSome(ability: AppAbility, action: Action, type: Subject): void {
  if (!ability.can(action, type)) throw new Problem('access.denied');
}

/** 403 unless it may be done to this row. */
export function requireAllowed(ability: AppAbility, action: Action, type: Subject, row: object): void {
  if (!allows(ability, action, type, row)) throw new Problem('access.denied');
}
