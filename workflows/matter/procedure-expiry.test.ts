import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Outbox } from '#persistence/notifications/notifications.entities.ts';
import { Matter, Task } from '#persistence/matters/matters.entities.ts';
import { startSkippingAgency, type SkippingAgency } from '#test/environment/time-skipping.ts';
import { createRuleSet, ruleSetData, type Agency } from '#test/factories/agency.ts';
import { wholeHistory, writeHistories } from '#test/factories/histories.ts';
import { yearFromNow } from '#test/factories/year.ts';
import { openProcedureTask, openTestProcedure, startTestProcedure } from '#test/factories/procedures.ts';
import { matterWorkflowId } from '#domain/process/names.ts';
import type { ProcedureKind } from '#domain/process/tasks.ts';

const DAY_MS = 86_400_000;
let skipping: SkippingAgency;
let agency: Agency;
const em = () => skipping.em();

beforeAll(async () => {
  skipping = await startSkippingAgency();
  agency = skipping.agency;
});
afterAll(() => skipping?.stop());

async function started(kind: ProcedureKind): Promise<string> {
  const now = await skipping.env.currentTimeMs();
  const ruleSetId = await createRuleSet(em(), {
    ...ruleSetData('triwulanan'),
    code: `skip-${now}`,
    clock: yearFromNow(now),
  });
  const opened = await openTestProcedure(em(), agency, kind, agency.people.employee, { ruleSetId });
  await startTestProcedure(em(), skipping.env.client, opened);
  await expect.poll(() => openProcedureTask(em(), opened.id)).toBeTruthy();
  return opened.id;
}
const row = (id: string): Promise<Matter> => em().findOneOrFail(Matter, { id });

describe('time passes', () => {
  it(
    'S3.2 a registration that nobody decides expires after its fourteen days, not before',
    { timeout: 60_000 },
    async () => {
      const id = await started('accountRegistration');
      await skipping.env.sleep(13 * DAY_MS);
      expect(await row(id)).toMatchObject({ state: 'running' });
      await skipping.env.sleep(3 * DAY_MS);
      await expect.poll(async () => (await row(id)).state).toBe('finished');
      expect(await row(id)).toMatchObject({ outcome: 'expired' });
      expect(await em().findOneOrFail(Task, { matterId: id })).toMatchObject({ state: 'lapsed' });
      expect(await em().find(Outbox, { matterId: id, template: 'procedure-finished' })).toMatchObject([
        { data: { outcome: 'expired' } },
      ]);
      if (process.env.RECORD_HISTORIES)
        writeHistories(
          'matter',
          `${process.env.RECORD_HISTORIES}.procedure-expired`,
          await wholeHistory(skipping.env.client, matterWorkflowId(id)),
        );
    },
  );

  it(
    'S3.2 a decision that was accepted in time counts, although the boundary comes first',
    { timeout: 60_000 },
    async () => {
      const id = await started('accountRegistration');
      const task = (await openProcedureTask(em(), id))!;
      const { workflowId, expiresAt } = await row(id);
      await em().execute(
        `insert into command (id, actor_id, matter_id, task_id, workflow_id, name, arguments, arguments_hash, accepted_at, next_attempt_at)
       values (gen_random_uuid(), ?, ?, ?, ?, 'approve', '{}', 'x', now(), now() + interval '1 year')`,
        [agency.people.officer.id, id, task.id, workflowId],
      );
      await skipping.env.sleep(expiresAt!.getTime() - (await skipping.env.currentTimeMs()) + 12_000);
      expect(await row(id)).toMatchObject({ state: 'running' });
      await em().execute(`update command set state = 'answered' where matter_id = ?`, [id]);
      await skipping.env.sleep(20_000);
      await expect.poll(async () => (await row(id)).outcome).toBe('expired');
    },
  );
});
