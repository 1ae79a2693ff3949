import { civilDate } from '#domain/calendar/clock.ts';
import type { EntityManager } from '@mikro-orm/postgresql';
import { loadActor } from '#persistence/organisation/actor.repository.ts';
import { readInbox } from '#persistence/matters/inbox.queries.ts';
import type { Environment } from '../environment.ts';
import type { Size } from '../size.ts';
import { createAgency } from '../agency.ts';
import { fillTasks } from '../open-tasks.ts';
import { measure, print, round } from '../measure.ts';

/** The first page of a superior's inbox, soonest due first, while the table grows a hundredfold. */
export async function inbox({ database, parts }: Environment, { n, isQuick }: Size): Promise<void> {
  const { em } = await database('inboxes');
  const { employees } = await createAgency(em(), 100);
  const superiors = [...new Set(employees.map(({ superiorId }) => superiorId))];
  const page = (index: number) => pageOf(em(), superiors[(index * 37) % superiors.length]!);
  const p95: number[] = [];
  for (const open of isQuick ? [10_000, 50_000] : [10_000, 100_000, 1_000_000]) {
    await fillTasks(em(), open);
    await measure({ work: 'warm up', clients: 8, n: n(800) }, page);
    for (const clients of [1, 8]) {
      const figures = await measure({ work: 'inbox', clients, n: n(3000), parts }, page, () => ({ open }));
      if (clients === 1) p95.push(figures.p95Ms);
    }
  }
  print({ work: 'inbox growth', p95LargestToSmallest: round(p95.at(-1)! / p95[0]!) });
}

/** As the API does it: the rights of the moment, then the page. */
async function pageOf(em: EntityManager, employeeId: string): Promise<void> {
  const today = civilDate(Date.now(), 'Asia/Jakarta');
  const actor = await loadActor(em, employeeId, today);
  const { items } = await readInbox(em, { actor, today }, { due: 'all' }, null, 20);
  if (items.length !== 20) throw new Error(`${items.length} tasks on the page`);
}
