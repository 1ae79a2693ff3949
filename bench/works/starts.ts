import type { Environment } from '../environment.ts';
import type { Size } from '../size.ts';
import { createAgency } from '../agency.ts';
import { countStarted, orderOpening, startedWorkflows } from '../build.ts';
import { historyOf, waitUntil } from '../cycles.ts';
import { print, round, startMeter } from '../measure.ts';
import { openAndStart } from './decisions.ts';

/** A year is opened for a unit: from the order to the last first task, at a rate that is no limit. */
export async function starts({ engine, parts }: Environment, { n }: Size): Promise<void> {
  const on = await engine();
  const agency = await createAgency(on.em());
  const people = n(1000);
  await openAndStart(on, agency, n(200), 2140); // To warm up.
  // All others are retired while it is measured.
  await on
    .em()
    .execute(
      `update employee set status = 'pensiun' where id not in (select id from employee where name like 'Pegawai %' order by id limit ?)`,
      [people],
    );
  const meter = startMeter(parts);
  await orderOpening(on, agency, 2141, 5000);
  await waitUntil(async () => (await countStarted(on.em(), 2141)) >= people);
  const { seconds, cost } = meter(people);
  await on.em().execute(`update employee set status = 'aktif' where status = 'pensiun'`);
  const { events, bytes } = await historyOf(on, await startedWorkflows(on.em(), 2141));
  print({
    work: 'starts',
    n: people,
    seconds: round(seconds),
    perSecond: round(people / seconds),
    ...cost,
    events: round(events / people),
    historyBytes: Math.round(bytes / people),
  });
}
