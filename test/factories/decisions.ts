import { randomUUID } from 'node:crypto';
import type { EntityManager } from '@mikro-orm/postgresql';
import type { Client } from '@temporalio/client';
import type { z } from 'zod';
import type { SkpContent } from '#contracts/work.schemas.ts';
import type { ReportDocument } from '#domain/reporting/report-document.ts';
import type { CycleDecision } from '#domain/process/tasks.ts';
import { answers, CYCLE_TASK_KINDS } from '#domain/process/tasks.ts';
import type { CommandReply } from '#domain/process/reply.ts';
import { acceptCommand } from '#persistence/commands/commands.repository.ts';
import { Matter, Task } from '#persistence/matters/matters.entities.ts';
import { deliverCommand } from '#workflows/commands.client.ts';

export const reason = 'Alasan yang cukup panjang untuk dibaca.';

export const skpContent = {
  approach: 'kuantitatif' as const,
  results: [
    {
      id: 'r1',
      kind: 'utama' as const,
      intervenesId: null,
      intervenesText: '',
      notCascadedReason: 'Tugas mandiri',
      rencana: 'Laporan layanan tersusun',
      indicators: [
        { id: 'i1', aspek: 'kuantitas' as const, indikator: 'Jumlah laporan', target: '12', satuan: 'laporan' },
      ],
    },
  ],
  behaviours: [],
  attachments: { dukunganSumberDaya: [], skemaPertanggungjawaban: [], konsekuensi: [] },
} satisfies z.input<typeof SkpContent>;
export const reportContent = {
  realisations: [{ indicatorId: 'i1', value: '3', narrative: 'Selesai' }],
  narrative: 'Berjalan lancar',
  obstacles: '',
} satisfies ReportDocument;

/** Arguments that make each decision valid. */
export const ARGUMENTS: Record<CycleDecision, Record<string, unknown>> = {
  submitSkp: { content: skpContent },
  approveSkp: { note: '' },
  returnSkp: { reason },
  submitReport: { content: reportContent },
  acceptReport: { note: '' },
  returnReport: { reason },
  submitSelfAssessment: { content: { text: 'Saya memenuhi semua target.' } },
  rateEmployee: { hasilKerja: 'sesuai', perilaku: 'sesuai', notes: '' },
  acknowledgeResult: {},
  fileObjection: { reason },
  decideObjection: {
    hasilKerja: 'sesuai',
    perilaku: 'diAtas',
    hearingAppraiser: reason,
    hearingEmployee: reason,
    reason,
  },
  recordEvaluation: { strengths: ['Tepat waktu'], weaknesses: [], improvements: ['Pelatihan analisis'] },
  recordRewardProposal: { reward: 'Pegawai teladan', outcome: 'proposed', reason },
  recordGuidance: { summary: reason, agreements: [] },
  recordImprovementPlan: { goals: ['Semua laporan tepat waktu'], support: '' },
  concludeImprovement: { outcome: 'improved', summary: reason },
};

/** The open task of a cycle that a decision answers. */
export async function openTaskFor(
  em: EntityManager,
  cycleId: string,
  decision: CycleDecision,
  periodNo?: number,
): Promise<Task | null> {
  const kinds = CYCLE_TASK_KINDS.filter((kind) => answers(decision, kind));
  return em
    .fork()
    .findOne(Task, { matterId: cycleId, kind: { $in: kinds }, state: 'open', ...(periodNo ? { periodNo } : {}) });
}

export type Deed = {
  cycleId: string;
  decision: CycleDecision;
  actorId: string;
  periodNo?: number;
  args?: Record<string, unknown>;
  commandId?: string;
  /** When the decision counts as accepted; default: the database's clock. */
  acceptedAt?: Date;
  taskId?: string;
  waitMs?: number;
};

/** Takes a decision the way the API does: ledger first, then the workflow. Returns the workflow's reply. */
export async function act(em: EntityManager, client: Client, deed: Deed): Promise<CommandReply> {
  const { workflowId } = await em.fork().findOneOrFail(Matter, { id: deed.cycleId });
  const task = deed.taskId
    ? await em.fork().findOneOrFail(Task, { id: deed.taskId })
    : await openTaskFor(em, deed.cycleId, deed.decision, deed.periodNo);
  if (!task) throw new Error(`no open task for ${deed.decision} in cycle ${deed.cycleId}`);
  const commandId = deed.commandId ?? randomUUID();
  const args = deed.args ?? ARGUMENTS[deed.decision];
  await acceptCommand(em.fork(), {
    id: commandId,
    actorId: deed.actorId,
    onBehalfOfPositionId: null,
    matterId: deed.cycleId,
    taskId: task.id,
    workflowId,
    name: deed.decision,
    arguments: args,
  });
  if (deed.acceptedAt)
    await em.fork().execute(`update command set accepted_at = ? where id = ?`, [deed.acceptedAt, commandId]);
  const command = { id: commandId, workflowId, name: deed.decision, taskId: task.id, slot: task.slot };
  const delivery = await deliverCommand(client, { ...command, form: 'update', arguments: {} }, deed.waitMs ?? 20_000);
  if (delivery.kind !== 'answered') throw new Error(`${deed.decision}: ${JSON.stringify(delivery)}`);
  return delivery.reply;
}
