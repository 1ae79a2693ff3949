import type { EntityManager } from '@mikro-orm/postgresql';
import { takeDueLadderSteps } from '#persistence/process/ladder.repository.ts';
import { forkOf, type ActivityDependencies } from '../dependencies.ts';
import type { EscalationActivities } from './escalation.contract.ts';

/** One sweep ends after this time; what is still due is taken by the next one. */
const LONGEST_SWEEP_MS = 20_000;

/** The reminder and escalation ladder of every open task; each (task, level) is taken once whatever crashes. */
export const escalationActivities = (deps: ActivityDependencies): EscalationActivities => ({
  async sweepEscalations({ now }) {
    const until = performance.now() + LONGEST_SWEEP_MS;
    let total = 0;
    for (;;) {
      const taken = await forkOf(deps).transactional((em) => takeDueLadderSteps(em as EntityManager, now === null ? null : new Date(now)));
      total += taken;
      if (taken === 0 || performance.now() > until) return total;
    }
  },
});
