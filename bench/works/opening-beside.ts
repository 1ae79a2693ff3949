import { setTimeout as delay } from 'node:timers/promises';
import type { Engine, Environment } from '../environment.ts';
import type { Size } from '../size.ts';
import { createAgency } from '../agency.ts';
import { BACK_AND_FORTH, countStarted, orderOpening } from '../build.ts';
import { lifeOf, waitUntil } from '../cycles.ts';
import { measure, round } from '../measure.ts';
import { openAndStart, warmUp } from './decisions.ts';

/** What the officer's page proposes. */
const CYCLES_PER_SECOND = 50;
const YEAR = 2150;

/** One person, then four, decide on running cycles while nothing else happens, and then while a year is opened for 5,000 people. */
export async function openingBeside({ engine, parts }: Environment, { n }: Size): Promise<void> {
  const on = await engine();
  const agency = await createAgency(on.em(), n(5000) / 100);
  await warmUp(on, agency, n(100), 2103);
  const decideNext = lifeOf(on, await openAndStart(on, agency, n(200), 2104), { life: BACK_AND_FORTH });
  let next = 0;
  const decideSome = async (clients: number, when: string, isOver?: () => boolean): Promise<void> => {
    const work = { work: `openingBeside ${when}, ${clients} at a time`, clients, n: n(150 + 150 * clients), parts };
    const before = await countStarted(on.em(), YEAR);
    const since = performance.now();
    await measure(
      { ...work, ...(isOver && { isOver }) },
      () => decideNext(next++),
      async () => {
        const opened = (await countStarted(on.em(), YEAR)) - before;
        return isOver ? { openedPerSecond: round((opened * 1000) / (performance.now() - since)) } : {};
      },
    );
  };
  for (const clients of [1, 4]) await decideSome(clients, 'quiet');

  const opening = await orderOpening(on, agency, YEAR, CYCLES_PER_SECOND);
  await waitUntil(async () => (await countStarted(on.em(), YEAR)) > 0);
  const watch = watchOpening(on, agency.employees.length);
  for (const clients of [1, 4]) await decideSome(clients, 'opening', watch.isOpened);
  await watch.stop();
  await on.client.workflow
    .getHandle(opening)
    .terminate()
    .catch(() => undefined); // It may have ended by itself.
}

/** Looks four times a second whether the year is opened for so many people. */
function watchOpening({ em }: Engine, people: number): { isOpened: () => boolean; stop(): Promise<void> } {
  let isOpened = false;
  let isStopped = false;
  const watching = (async () => {
    while (!isOpened && !isStopped) {
      isOpened = (await countStarted(em(), YEAR)) >= people;
      await delay(250);
    }
  })();
  return {
    isOpened: () => isOpened,
    stop() {
      isStopped = true;
      return watching;
    },
  };
}
