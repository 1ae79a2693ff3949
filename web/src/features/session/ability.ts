import {
  createMongoAbility,
  subject as typed,
  type ForcedSubject,
  type MongoAbility,
  type RawRuleOf,
} from '@casl/ability';
import { inject, provide, shallowRef, watchEffect, type InjectionKey, type ShallowRef } from 'vue';
import type { Action, Subject } from '#domain/access/rules.ts';
import { useSession } from './session.store.ts';

type AppAbility = MongoAbility<[Action, Subject | ForcedSubject<Subject>]>;
const KEY: InjectionKey<ShallowRef<AppAbility>> = Symbol('ability');

export type AbilityQuestions = {
  /** Whether some item of the kind may be treated so; with `fields`, whether this item may. */
  can: (action: Action, kind: Subject, fields?: Record<string, unknown>) => boolean;
  /** Whether items of other people may be treated so: rights that are tied to the own id do not count. */
  canBeyondOwn: (action: Action, kind: Subject) => boolean;
};

/** Makes the rights of the signed-in person known to all screens below; they follow the session. */
export function provideAbility(): AbilityQuestions {
  const session = useSession();
  const ability = shallowRef(build([]));
  watchEffect(() => (ability.value = build(session.me?.rules ?? [])));
  provide(KEY, ability);
  return questions(ability);
}

/** Screens ask here what the signed-in person may do; never for roles. */
export function useAbility(): AbilityQuestions {
  return questions(inject(KEY, () => shallowRef(build(useSession().me?.rules ?? [])), true));
}

/** For the router, which has no component around it. */
export const abilityOf = (rules: readonly object[]): AbilityQuestions => questions(shallowRef(build(rules)));

function build(rules: readonly object[]): AppAbility {
  return createMongoAbility<AppAbility>(rules as RawRuleOf<AppAbility>[]);
}

function questions(ability: ShallowRef<AppAbility>): AbilityQuestions {
  return {
    can: (action, kind, fields) => ability.value.can(action, fields ? typed(kind, { ...fields }) : kind),
    canBeyondOwn: (action, kind) =>
      ability.value
        .rulesFor(action, kind)
        .some(
          (rule) => !rule.inverted && !('id' in (rule.conditions ?? {})) && !('employeeId' in (rule.conditions ?? {})),
        ),
  };
}
