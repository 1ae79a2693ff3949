import { randomUUID } from 'node:crypto';
import type { EntityManager } from '@mikro-orm/postgresql';
import type { Client } from '@temporalio/client';
import type { ProcedureDecision, ProcedureKind } from '#domain/process/tasks.ts';
import type { CommandReply } from '#domain/process/reply.ts';
import { acceptCommand } from '#persistence/commands/commands.repository.ts';
import {
  openProcedure,
  type NewProcedure,
  type OpenedProcedure,
} from '#persistence/procedures/procedures.repository.ts';
import { Matter, Task } from '#persistence/matters/matters.entities.ts';
import { deliverCommand } from '#workflows/commands.client.ts';
import { civilDate } from '#domain/calendar/clock.ts';
import { startMatterRun } from './runs.ts';
import type { Agency, Person } from './agency.ts';

/** Writes the rows of a procedure that is about to start. */
export async function openTestProcedure(
  em: EntityManager,
  agency: Pick<Agency, 'unitId' | 'ruleSetId'>,
  kind: ProcedureKind,
  opener: Pick<Person, 'id'>,
  change: Partial<NewProcedure> = {},
): Promise<OpenedProcedure> {
  return em
    .fork()
    .transactional((inner) =>
      openProcedure(inner as EntityManager, {
        kind,
        subject: 'Perihal contoh',
        unitId: agency.unitId,
        employeeId: opener.id,
        openedById: opener.id,
        ruleSetId: agency.ruleSetId,
        today: civilDate(Date.now(), 'Asia/Jakarta'),
        ...change,
      }),
    );
}

export const startTestProcedure = (em: EntityManager, client: Client, { id }: OpenedProcedure): Promise<void> =>
  startMatterRun(em, client, id);

/** The task that waits for somebody, or null. */
export const openProcedureTask = (em: EntityManager, matterId: string): Promise<Task | null> =>
  em.fork().findOne(Task, { matterId, state: 'open' });

export type ProcedureDeed = {
  procedureId: string;
  decision: ProcedureDecision;
  actorId: string;
  args?: Record<string, unknown>;
  commandId?: string;
  taskId?: string;
  acceptedAt?: Date;
};

/** Takes a decision the way the API does: ledger first, then the workflow. Returns the workflow's reply. */
export async function actOnProcedure(em: EntityManager, client: Client, deed: ProcedureDeed): Promise<CommandReply> {
  const { workflowId } = await em.fork().findOneOrFail(Matter, { id: deed.procedureId });
  const task = deed.taskId
    ? await em.fork().findOneOrFail(Task, { id: deed.taskId })
    : (await openProcedureTask(em, deed.procedureId))!;
  const id = deed.commandId ?? randomUUID();
  const args =
    deed.args ??
    (deed.decision === 'approve' || deed.decision === 'resubmit'
      ? { note: '' }
      : { reason: 'Alasan yang cukup panjang untuk dibaca.' });
  const command = { id, workflowId, name: deed.decision, taskId: task.id, arguments: args };
  await acceptCommand(em.fork(), { ...command, actorId: deed.actorId, matterId: deed.procedureId });
  if (deed.acceptedAt)
    await em.fork().execute(`update command set accepted_at = ? where id = ?`, [deed.acceptedAt, id]);
  const delivery = await deliverCommand(client, { ...command, form: 'update', slot: task.slot }, 20_000);
  if (delivery.kind !== 'answered') throw new Error(`${deed.decision}: ${JSON.stringify(delivery)}`);
  return delivery.reply;
}
