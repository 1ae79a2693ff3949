import {
  allHandlersFinished,
  condition,
  continueAsNew,
  proxyActivities,
  setHandler,
  sleep,
} from '@temporalio/workflow';
import type { RuleSetMoveActivities } from '#activities/rule-sets/rule-set-move.contract.ts';
import { ACTIVITY_QUEUE } from '#domain/process/names.ts';
import type { CommandReply } from '#domain/process/reply.ts';
import { pauseMove, resumeMove, type RuleSetMoveInput } from './rule-set-move.messages.ts';

const activities = proxyActivities<RuleSetMoveActivities>({
  taskQueue: ACTIVITY_QUEUE,
  startToCloseTimeout: '2 minutes',
  heartbeatTimeout: '15 seconds',
  retry: { initialInterval: '1 second', maximumInterval: '30 seconds' },
});

/** Rounds in one run before it continues as a new one. */
const ROUNDS_PER_RUN = 200;

/** Tells running cycles to adopt another rule set, at a bounded rate, and waits until each has moved or cannot. */
export async function ruleSetMove({ moveId, isPaused = false }: RuleSetMoveInput): Promise<void> {
  let isFinished = false;
  let paused = isPaused;
  setHandler(pauseMove, () => setPaused(true));
  setHandler(resumeMove, () => setPaused(false));

  const { ratePerSecond } = await activities.planMove(moveId);
  let left = await activities.moveBatch({ moveId, size: 0 });
  for (let rounds = 0; rounds < ROUNDS_PER_RUN && left.planned + left.sent > 0; rounds += 1) {
    await condition(() => !paused);
    left =
      left.planned > 0
        ? await activities.moveBatch({ moveId, size: ratePerSecond })
        : await activities.chaseMove({ moveId, size: ratePerSecond });
    if (left.planned + left.sent > 0) await sleep(left.planned > 0 ? '1 second' : '2 seconds');
  }
  if (left.planned + left.sent > 0) {
    await condition(allHandlersFinished);
    await continueAsNew<typeof ruleSetMove>({ moveId, isPaused: paused });
  }
  await activities.finishMove(moveId);
  isFinished = true;
  await condition(allHandlersFinished);

  async function setPaused(value: boolean): Promise<CommandReply> {
    if (isFinished) return { kind: 'refused', code: 'ruleSetMove.notOpen' };
    paused = value;
    await activities.setMoveState({ moveId, state: value ? 'paused' : 'running' });
    return { kind: 'applied', at: Date.now() };
  }
}
