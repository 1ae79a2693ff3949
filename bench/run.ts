import { availableParallelism, cpus } from 'node:os';
import { startEnvironment } from './environment.ts';
import { print } from './measure.ts';
import { printProfiles } from './profile.ts';
import { sizeOf } from './size.ts';
import { namesOf, WORKS } from './works.ts';

type Options = { works: readonly string[]; workers: number; isQuick: boolean; profileFolder: string | null };

/** Runs works one after another on services of their own, which are gone afterwards; returns the exit code. */
export async function runWorks({ works, workers, isQuick, profileFolder }: Options): Promise<number> {
  const names = namesOf(WORKS, works);
  const environment = await startEnvironment({ workers, profileFolder });
  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    process.once(signal, () => {
      // What is in flight fails now, which is of no interest to anybody.
      for (const failure of ['uncaughtException', 'unhandledRejection']) process.on(failure, () => undefined);
      void environment.stop().finally(() => process.exit(130));
    });
  try {
    print({
      bench: new Date().toISOString(),
      node: process.version,
      cores: availableParallelism(),
      processor: cpus()[0]?.model,
      workers,
      quick: isQuick,
    });
    for (const name of names) await (await WORKS[name]!())(environment, sizeOf(isQuick));
  } finally {
    await environment.stop();
  }
  if (profileFolder) printProfiles(profileFolder);
  return 0;
}
