import { randomUUID } from 'node:crypto';
import type { EntityManager } from '@mikro-orm/postgresql';
import type { Client } from '@temporalio/client';
import type { ProcedureDecision, ProcedureKind } from '#domain/process/procedures.ts';
import type { CommandReply } from '#domain/process/reply.ts';
import { acceptCommand } from '#persistence/commands/commands.repository.ts';
import { Procedure } from '#persistence/procedures/procedures.entities.ts';
import {
  openProcedure,
  type NewProcedure,
  type OpenedProcedure,
} from '#persistence/procedures/procedures.repository.ts';
import { Task } from '#persistence/matters/matters.entities.ts';
import { deliverCommand } from '#workflows/commands.client.ts';
import { startProcedure } from '#workflows/procedure/procedure.client.ts';
import { procedureWorkflowId } from '#workflows/procedure/procedure.ids.ts';
import type { Agency, Person } from './agency.ts';

/** Writes the rows of a procedure that is about to start. */
export async function openTestProcedure(
  em: EntityManager,
  agency: Agency,
  kind: ProcedureKind,
  opener: Person,
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
        workflowIdOf: procedureWorkflowId,
        ...change,
      }),
    );
}

export const startTestProcedure = (client: Client, { id, kind, workflowId, gen }: OpenedProcedure): Promise<void> =>
  startProcedure(client, workflowId, { procedureId: id, kind, gen });

/** The task that waits for somebody, or null. */
export const openProcedureTask = (em: EntityManager, procedureId: string): Promise<Task | null> =>
  em.fork().findOne(Task, { procedureId, state: 'open' });

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
  const { workflowId } = await em.fork().findOneOrFail(Procedure, { id: deed.procedureId });
  const taskId = deed.taskId ?? (await openProcedureTask(em, deed.procedureId))!.id;
  const commandId = deed.commandId ?? randomUUID();
  const args =
    deed.args ??
    (deed.decision === 'approve' || deed.decision === 'resubmit'
      ? { note: '' }
      : { reason: 'Alasan yang cukup panjang untuk dibaca.' });
  await acceptCommand(em.fork(), {
    id: commandId,
    actorId: deed.actorId,
    onBehalfOfPositionId: null,
    cycleId: null,
    procedureId: deed.procedureId,
    taskId,
    workflowId,
    updateName: deed.decision,
    arguments: args,
  });
  if (deed.acceptedAt)
    await em.fork().execute(`update command set accepted_at = ? where id = ?`, [deed.acceptedAt, commandId]);
  const delivery = await deliverCommand(
    client,
    { id: commandId, workflowId, updateName: deed.decision, taskId, periodNo: null },
    20_000,
  );
  if (delivery.kind !== 'answered') throw new Error(`${deed.decision}: ${JSON.stringify(delivery)}`);
  return delivery.reply;
}
