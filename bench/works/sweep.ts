import type { EntityManager } from '@mikro-orm/postgresql';
import { takeDueLadderSteps } from '#persistence/matters/ladder.repository.ts';
import type { Environment } from '../environment.ts';
import type { Size } from '../size.ts';
import { createAgency } from '../agency.ts';
import { fillTasks } from '../open-tasks.ts';
import { cpuSecondsBy } from '../processes.ts';
import { print, round } from '../measure.ts';

const SWEEPERS = 2;

/** Escalations that are all due at once, taken by two sweepers the way the activity does. Then it counts: once per task, one line of the story, its mails. */
export async function sweep({ database, parts }: Environment, { n }: Size): Promise<void> {
  const { em } = await database('sweeps');
  await createAgency(em(), 100);
  const due = n(100_000);
  await fillTasks(em(), n(500_000), due);
  const before = cpuSecondsBy(parts)['postgres']!;
  const from = performance.now();
  const taken = await Promise.all(Array.from({ length: SWEEPERS }, () => sweepAll(em)));
  const seconds = (performance.now() - from) / 1000;
  const cpuMs = ((cpuSecondsBy(parts)['postgres']! - before) * 1000) / due;
  const [counts] = await em().execute<object[]>(
    `select (select count(*)::int from task where level = 4) as raised, (select count(*)::int from audit_event) as story, (select count(*)::int from outbox) as mails,
       (select count(*)::int from task where state = 'open') as open`,
  );
  print({
    work: 'sweep',
    sweepers: SWEEPERS,
    due,
    taken: taken.reduce((sum, count) => sum + count, 0),
    perSecond: Math.round(due / seconds),
    cpuMs: round(cpuMs),
    ...counts,
  });
}

async function sweepAll(em: () => EntityManager): Promise<number> {
  for (let total = 0; ;) {
    const taken = await em().transactional((inside) => takeDueLadderSteps(inside as EntityManager, null));
    if (taken === 0) return total;
    total += taken;
  }
}
