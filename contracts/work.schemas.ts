import { z } from 'zod';
import { POLARITIES } from '#domain/reporting/achievement.ts';
import { NILAI_BERAKHLAK } from '#domain/skp/berakhlak.ts';
import { CYCLE_STAGES, DECISIONS, MATTER_KINDS, PROCEDURE_KINDS, TASK_KINDS } from '#domain/process/tasks.ts';
import { DateOnly, Instant, Person, UnitRef, Uuid } from './primitives.ts';

export const TaskKind = z.enum(TASK_KINDS);
export const Decision = z.enum(DECISIONS);
export const Stage = z.enum([...CYCLE_STAGES, 'finished']);
const MatterKind = z.enum(MATTER_KINDS);
/** Stage of a task: of a cycle, or the kind of its procedure. */
const TaskStage = z.enum([...Stage.options, ...PROCEDURE_KINDS]);
export const Rating = z.enum(['diAtas', 'sesuai', 'diBawah']);
export const Predikat = z.enum(['sangatBaik', 'baik', 'butuhPerbaikan', 'kurang', 'sangatKurang']);
export const FollowUpKind = z.enum(['rewardProposal', 'none', 'guidance', 'improvementPlan']);

const text = (max: number) => z.string().max(max);

export const Indicator = z.object({
  id: z.string().min(1).max(40),
  aspek: z.enum(['kuantitas', 'kualitas', 'waktu', 'biaya']).nullable(),
  indikator: text(1000),
  target: text(500),
  satuan: text(100),
  /** Which way the measure is better. Documents from before it was a field: the more the better. */
  polarity: z.enum(POLARITIES).default('higherIsBetter'),
});
export const HasilKerja = z.object({
  id: z.string().min(1).max(40),
  kind: z.enum(['utama', 'tambahan']),
  /** The superior's result this one carries (matriks peran hasil); null with a reason when it is not cascaded. */
  intervenesId: z.string().max(40).nullable(),
  intervenesText: text(1000),
  notCascadedReason: text(500),
  rencana: text(1000),
  indicators: z.array(Indicator).max(20),
});
/** The content of an SKP while it is written and when it is submitted (PermenPANRB 6/2022; form columns of the rulebook 1.3). */
export const SkpContent = z.object({
  approach: z.enum(['kuantitatif', 'kualitatif']),
  results: z.array(HasilKerja).max(40),
  behaviours: z.array(z.object({ value: z.enum(NILAI_BERAKHLAK), expectation: text(1000) })).max(7),
  attachments: z.object({
    dukunganSumberDaya: z.array(text(500)).max(30),
    skemaPertanggungjawaban: z.array(text(500)).max(30),
    konsekuensi: z.array(text(500)).max(30),
  }),
});

/** The content of a periodic report. */
export const ReportContent = z.object({
  realisations: z
    .array(z.object({ indicatorId: z.string().max(40), value: text(200), narrative: text(2000) }))
    .max(400),
  narrative: text(5000),
  obstacles: text(5000),
});
export const SelfAssessmentContent = z.object({ text: text(5000) });

const decided = {
  submittedAt: Instant,
  isLate: z.boolean(),
  decidedAt: Instant.nullable(),
  decidedBy: Person.nullable(),
  onBehalfOf: z.string().nullable(),
  reason: z.string().nullable(),
};
export const SkpVersion = z.object({
  round: z.number().int(),
  state: z.enum(['submitted', 'returned', 'established']),
  content: SkpContent,
  ...decided,
});
export const ReportVersion = z.object({
  periodNo: z.number().int(),
  round: z.number().int(),
  state: z.enum(['submitted', 'returned', 'accepted']),
  content: ReportContent,
  ...decided,
});

export const Evidence = z.object({
  id: Uuid,
  periodNo: z.number().int(),
  indicatorId: z.string().nullable(),
  fileName: z.string(),
  mediaType: z.string(),
  sizeBytes: z.number().int(),
  sha256: z.string(),
  uploadedAt: Instant,
});

/** Who is waited for, since when and until when. */
export const WaitingFor = z.object({
  taskId: Uuid,
  kind: TaskKind,
  assignee: z.string(),
  positionTitle: z.string().nullable(),
  openedAt: Instant,
  dueAt: Instant,
  isLate: z.boolean(),
  level: z.number().int(),
});

export const TaskRow = z.object({
  id: Uuid,
  /** What the task belongs to: a year (whose id is the cycle's) or a procedure, with what it is about. */
  matter: z.object({ id: Uuid, kind: MatterKind, subject: z.string().nullable() }),
  kind: TaskKind,
  stage: TaskStage,
  round: z.number().int(),
  periodNo: z.number().int().nullable(),
  employee: Person.extend({ positionTitle: z.string(), unitName: z.string() }),
  isOwn: z.boolean(),
  /** 'a.n.' the position when it is held as Plt/Plh. */
  onBehalfOf: z.string().nullable(),
  openedAt: Instant,
  dueAt: Instant,
  isLate: z.boolean(),
  timeZone: z.string(),
  state: z.enum(['open', 'done', 'lapsed']),
});

export const CycleSummary = z.object({
  id: Uuid,
  year: z.number().int(),
  segment: z.number().int(),
  startsOn: DateOnly,
  endsOn: DateOnly,
  employee: Person.extend({ number: z.string() }),
  positionTitle: z.string(),
  unit: UnitRef,
  timeZone: z.string(),
  superior: Person.extend({ positionTitle: z.string() }).nullable(),
  stage: Stage,
  state: z.enum(['starting', 'running', 'finished']),
  ending: z.enum(['none', 'segmentEnded', 'died']),
  ruleSet: z.object({ id: Uuid, code: z.string(), name: z.string() }),
  finalPredikat: Predikat.nullable(),
});

export const Period = z.object({
  number: z.number().int(),
  startsOn: DateOnly,
  endsOn: DateOnly,
  opensAt: Instant,
  dueAt: Instant,
  state: z.enum(['upcoming', 'open', 'submitted', 'accepted', 'lapsed']),
  isLate: z.boolean(),
});

const AppraisalResult = z.object({
  number: z.number().int(),
  origin: z.enum(['rating', 'objection']),
  hasilKerja: Rating,
  perilaku: Rating,
  predikat: Predikat,
  notes: z.string(),
  decidedAt: Instant,
  decidedBy: Person,
  onBehalfOf: z.string().nullable(),
});
export const AppraisalView = z.object({
  selfAssessment: z.string().nullable(),
  selfAssessedAt: Instant.nullable(),
  deliveredAt: Instant.nullable(),
  objectionUntil: Instant.nullable(),
  acknowledgedAt: Instant.nullable(),
  objection: z.string().nullable(),
  objectedAt: Instant.nullable(),
  isFinal: z.boolean(),
  results: z.array(AppraisalResult),
});
export const EvaluationView = z.object({
  strengths: z.array(z.string()),
  weaknesses: z.array(z.string()),
  improvements: z.array(z.string()),
  recordedAt: Instant,
  recordedBy: Person,
});
export const FollowUpView = z.object({
  kind: z.enum(['rewardProposal', 'guidance', 'improvementPlan', 'improvementConclusion']),
  content: z.record(z.string(), z.unknown()),
  outcome: z.string().nullable(),
  recordedAt: Instant,
  recordedBy: Person,
  reviewAt: Instant.nullable(),
});

export type SkpContent = z.infer<typeof SkpContent>;
export type ReportContent = z.infer<typeof ReportContent>;
export type TaskRow = z.infer<typeof TaskRow>;
export type CycleSummary = z.infer<typeof CycleSummary>;
