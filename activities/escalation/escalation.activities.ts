import { takeDueLadderSteps } from '#persistence/matters/ladder.repository.ts';
import { inTransaction } from '#persistence/transaction.ts';
import type { ActivityDependencies } from '../dependencies.ts';
import {
  announceGuidelines,
  closeAcknowledgements,
  remindReaders,
  tellSuperiorsOfReaders,
} from '../guidelines/reading.ts';
import type { EscalationActivities } from './escalation.contract.ts';

/** One sweep ends after this time; what is still due is taken by the next one. */
const LONGEST_SWEEP_MS = 20_000;

/**
 * The reminder and escalation ladder of every open task, the announcement of guidelines, the reminders to read them, the word to superiors and the
 * days of acknowledgements that go into the audit chain; each step is
 * taken once whatever crashes.
 */
export const escalationActivities = (deps: ActivityDependencies): EscalationActivities => ({
  async sweepEscalations({ now }) {
    const until = performance.now() + LONGEST_SWEEP_MS;
    const at = now === null ? null : new Date(now);
    const ladder = await repeat(() => inTransaction(deps.orm.em, (em) => takeDueLadderSteps(em, at)));
    await repeat(() => announceGuidelines(deps, at));
    await repeat(() => remindReaders(deps, at));
    await repeat(() => tellSuperiorsOfReaders(deps, at));
    await repeat(() => closeAcknowledgements(deps));
    return ladder;

    /** Batch after batch until nothing is due or the time is up; returns how many were taken. */
    async function repeat(take: () => Promise<number>): Promise<number> {
      for (let total = 0; ;) {
        const taken = await take();
        total += taken;
        if (taken === 0 || performance.now() > until) return total;
      }
    }
  },
});
