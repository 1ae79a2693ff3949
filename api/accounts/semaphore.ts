import { Problem } from '../http/problem.ts';

/** Runs at most `width` pieces of work at once; beyond `queueLimit` waiting ones it refuses with `server.busy`. */
export function createSemaphore(width: number, queueLimit: number) {
  const waiting: (() => void)[] = [];
  let free = width;
  return async function inSlot<Result>(work: () => Promise<Result>): Promise<Result> {
    if (free > 0) free -= 1;
    else {
      if (waiting.length >= queueLimit) throw new Problem('server.busy');
      await new Promise<void>((resolve) => waiting.push(resolve));
    }
    try {
      return await work();
    } finally {
      const next = waiting.shift();
      if (next) next();
      else free += 1;
    }
  };
}
