import type { Environment } from '../environment.ts';
import type { Size } from '../size.ts';
import { createAgency } from '../agency.ts';
import { waitUntil } from '../decisions.ts';
import { print, round } from '../measure.ts';
import {
  CAMPAIGN_QUEUE,
  CYCLE_CAMPAIGN,
  campaignWorkflowId,
} from '#workflows/cycle-campaign/cycle-campaign.messages.ts';

/** A year is opened for a unit: from the order to the last first task, at a rate that is no limit. */
export async function start({ engine }: Environment, { n }: Size): Promise<void> {
  const { em, client } = await engine();
  const { unitId, ruleSetId } = await createAgency(em(), 10);
  const employees = n(500);
  // All others are retired while it is measured.
  await em().execute(
    `update employee set status = 'pensiun' where id not in (select id from employee where name like 'Pegawai %' order by id limit ?)`,
    [employees],
  );
  for (const year of [2080, 2081]) {
    const [campaign] = await em().execute<{ id: string }[]>(
      `insert into campaign (id, year, unit_id, rule_set_id, rate_per_second, workflow_id)
       select id, ?, ?, ?, 5000, 'campaign-' || id from (select gen_random_uuid() as id) made returning id`,
      [year, unitId, ruleSetId],
    );
    const running = async () => {
      const [row] = await em().execute<{ running: number }[]>(
        `select count(*)::int as running from cycle where year = ? and state = 'running'`,
        [year],
      );
      return row!.running;
    };
    const startedAt = performance.now();
    await client.workflow.start(CYCLE_CAMPAIGN, {
      workflowId: campaignWorkflowId(campaign!.id),
      taskQueue: CAMPAIGN_QUEUE,
      args: [{ campaignId: campaign!.id }],
    });
    await waitUntil(async () => (await running()) >= employees);
    const seconds = (performance.now() - startedAt) / 1000;
    print({
      work: year === 2080 ? 'warm up' : 'start',
      cycles: employees,
      seconds: round(seconds),
      perSecond: round(employees / seconds),
    });
  }
  await em().execute(`update employee set status = 'aktif' where status = 'pensiun'`);
}
