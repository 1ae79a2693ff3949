import { setTimeout as sleep } from 'node:timers/promises';
import { describeExit, lastLinesOf, type Service } from './process.ts';

/** So many crashes of one part in so short a time, and it is given up. */
const toleratedCrashes = 4;
const crashWindowMs = 60_000;
const firstBackOffMs = 500;

export type Supervisor = {
  /** Watches a running part: starts it again when it crashes. Parts are stopped in the reverse order. */
  watch(service: Service): void;
  /** Resolves with a message when a part is given up. */
  readonly givenUp: Promise<string>;
  /** Stops all parts, the youngest first; none is started again from then on. */
  stopAll(): Promise<void>;
  /** Kills all parts at once. */
  killAll(): void;
};

/**
 * Keeps parts running. Nothing happens silently: every crash, restart and surrender is told.
 *
 * @param tell gets each line
 * @param clock another one in tests
 */
export function createSupervisor(
  tell: (line: string) => void,
  clock = { now: Date.now, sleep: (milliseconds: number): Promise<void> => sleep(milliseconds) },
): Supervisor {
  const services: Service[] = [];
  const givenUp = Promise.withResolvers<string>();
  let isStopping = false;

  const keepRunning = async (service: Service) => {
    const crashes: number[] = [];
    while (true) {
      const exit = await service.process.exited;
      if (isStopping) return;
      tell(`${service.name} ended with ${describeExit(exit)}.${lastLinesOf(service.process)}`);

      const restarted = await restartWithBackOff(service, crashes);
      if (!restarted) return;
    }
  };

  /** Returns false when the part was given up or everything is being stopped. */
  const restartWithBackOff = async (service: Service, crashes: number[]): Promise<boolean> => {
    while (!isStopping) {
      crashes.push(clock.now());
      const recent = crashes.filter((at) => at > clock.now() - crashWindowMs).length;
      if (recent > toleratedCrashes) {
        givenUp.resolve(`${service.name} crashed ${recent} times within a minute. It is not started again.`);
        return false;
      }
      const backOffMs = firstBackOffMs * 2 ** (recent - 1);
      tell(`${service.name} is started again in ${backOffMs / 1000} s.`);
      await clock.sleep(backOffMs);
      if (isStopping) return false;
      try {
        await service.restart();
        tell(`${service.name} runs again.`);
        return true;
      } catch (error) {
        tell((error as Error).message);
      }
    }
    return false;
  };

  return {
    givenUp: givenUp.promise,
    watch(service) {
      services.push(service);
      void keepRunning(service);
    },
    async stopAll() {
      isStopping = true;
      for (const service of services.toReversed()) await service.stop();
    },
    killAll() {
      isStopping = true;
      for (const service of services) service.kill('SIGKILL');
    },
  };
}
