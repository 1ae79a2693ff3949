import { listRuleSets } from '#persistence/rule-sets/rule-sets.queries.ts';
import { requireSome } from '../access/ability.ts';
import { signedIn } from '../http/context.ts';

export const ruleSetsRoutes = {
  ruleSets: signedIn.administration.ruleSets.handler(({ context }) => {
    requireSome(context.ability, 'read', 'RuleSet');
    return listRuleSets(context.em);
  }),
};
