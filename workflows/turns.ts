import { condition } from '@temporalio/workflow';

/** One thing at a time within a run. */
export type Turns = {
  /** Does the work when nothing else is under way. */
  inTurn<Result>(work: () => Promise<Result>): Promise<Result>;
  isBusy(): boolean;
};

/** The loop, not a single wait, makes this a mutex: several waiters can wake in one task. */
export function createTurns(): Turns {
  let isBusy = false;
  return {
    isBusy: () => isBusy,
    async inTurn(work) {
      while (isBusy) await condition(() => !isBusy);
      isBusy = true;
      try {
        return await work();
      } finally {
        isBusy = false;
      }
    },
  };
}
