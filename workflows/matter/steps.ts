import {
  ActivityFailure,
  ApplicationFailure,
  isCancellation,
  proxyActivities,
  proxyLocalActivities,
} from '@temporalio/workflow';
import type { MatterActivities } from '#activities/matters/matter.contract.ts';

/**
 * A step is tried once as a local activity: in the same workflow task, half the events and half the CPU of a regular one. Only once, and for a
 * second: a local activity that is tried again in place would keep its slot and in time stop the whole worker. When it fails, the regular
 * activity goes on with it for as long as it takes. The step's key makes the second body harmless, even while the first one is still under way.
 */
const local = proxyLocalActivities<MatterActivities>({
  scheduleToCloseTimeout: '1 second',
  retry: { maximumAttempts: 1 },
});

/** On the queue of the matter itself: a worker that takes the step's workflow task gets the activity at once. */
const regular = proxyActivities<MatterActivities>({
  startToCloseTimeout: '10 seconds',
  retry: {
    initialInterval: '200 milliseconds',
    backoffCoefficient: 2,
    maximumInterval: '30 seconds',
    nonRetryableErrorTypes: ['FENCED'],
  },
});

/** Carries out a step, first as a local activity, then as a regular one. */
async function inTwoWays<Input, Result>(
  first: (input: Input) => Promise<Result>,
  then: (input: Input) => Promise<Result>,
  input: Input,
): Promise<Result> {
  try {
    return await first(input);
  } catch (error) {
    if (isCancellation(error) || isFenced(error)) throw error;
    return then(input);
  }
}

/** The run is at another step than the matter's row. */
export const isFenced = (error: unknown): boolean =>
  error instanceof ActivityFailure && error.cause instanceof ApplicationFailure && error.cause.type === 'FENCED';

/** The steps of a matter, as its run takes them. */
export const steps: MatterActivities = {
  startMatter: (input) => inTwoWays(local.startMatter, regular.startMatter, input),
  decideTask: (input) => inTwoWays(local.decideTask, regular.decideTask, input),
  crossBoundary: (input) => inTwoWays(local.crossBoundary, regular.crossBoundary, input),
  settleFact: (input) => inTwoWays(local.settleFact, regular.settleFact, input),
  noteBuild: (input) => inTwoWays(local.noteBuild, regular.noteBuild, input),
  readState: (input) => inTwoWays(local.readState, regular.readState, input),
};
