import { proxyActivities } from '@temporalio/workflow';
import type { EscalationActivities } from '#activities/escalation/escalation.contract.ts';
import { ACTIVITY_QUEUE } from '#domain/process/names.ts';

const { sweepEscalations } = proxyActivities<EscalationActivities>({
  taskQueue: ACTIVITY_QUEUE,
  // A sweep is short: one whose worker was killed is noticed soon, and the next one is not held up.
  startToCloseTimeout: '45 seconds',
  retry: { initialInterval: '1 second', maximumAttempts: 5 },
});

/** Sweepers at work at the same time; they skip each other's rows. */
const SWEEPERS = 2;

/** One sweep over all open tasks, started by a schedule: reminders, escalations and reassignments that are due. */
export async function escalationSweep(): Promise<number> {
  const taken = await Promise.all(Array.from({ length: SWEEPERS }, () => sweepEscalations({ now: null })));
  return taken.reduce((sum, count) => sum + count, 0);
}
