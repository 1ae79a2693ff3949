import { z } from 'zod';
import { JENJANG_FUNGSIONAL } from '#domain/appraisal/angka-kredit.ts';
import { PREDIKATS, PREDIKATS_ORGANISASI, RATINGS } from '#domain/appraisal/predikat.ts';
import { HUKUMAN_DISIPLIN } from '#domain/rewards-and-sanctions/discipline.ts';
import { RULE_SECTIONS, type RuleSection, type RuleSet } from '#domain/rule-sets/rule-set.ts';
import { DateOnly, Instant, Person, UnitRef, Uuid } from './primitives.ts';
import { FollowUpKind, Predikat, Rating, Stage } from './work.schemas.ts';

/** A field that was emptied is null while it is edited; the check of the whole says where. */
const count = z.number().int().min(-366).max(100_000).nullable();
const amount = z.number().min(0).max(100_000).nullable();
const dayOfYear = z.object({ month: z.number().int().min(1).max(12), day: z.number().int().min(1).max(31).nullable() });
const byPredikat = <Value extends z.ZodType>(value: Value) => z.record(z.enum(PREDIKATS), value);
const byOrganisation = <Value extends z.ZodType>(value: Value) => z.record(z.enum(PREDIKATS_ORGANISASI), value);
const code = z.string().trim().max(60);
const zone = z.enum(['unit', 'Asia/Jakarta', 'Asia/Makassar', 'Asia/Jayapura']);

const LadderStep = z.object({
  offsetWorkingDays: count,
  action: z.enum(['remind', 'escalate', 'reassign']),
  to: z.array(z.enum(['assignee', 'superior', 'superiorOfSuperior', 'personnelOfficer'])).max(4),
});
const condition = z.union([
  z.object({ code, test: z.literal('largest'), of: z.array(Predikat).max(5) }),
  z.object({
    code,
    test: z.enum(['shareAtMost', 'shareAtLeast', 'countAtMost', 'countAtLeast']),
    of: z.array(Predikat).max(5),
    limit: amount,
  }),
]);

/** A schema for each value of a section; it does not compile while one is missing. */
type ValuesOf<Section extends RuleSection> = Record<keyof RuleSet[Section], z.ZodType>;

/**
 * All rules of a performance year. Sections keep fields that this release does not know, so that nothing is lost when an
 * older or a newer document is edited.
 */
export const RuleSetContent = z.looseObject({
  code,
  name: z.string().max(300),
  validFrom: DateOnly,
  validTo: DateOnly.nullable(),
  guideline: z.record(z.enum(RULE_SECTIONS), z.string().max(1000)),
  articles: z
    .partialRecord(
      z.enum(RULE_SECTIONS),
      z.object({ guidelineId: Uuid, version: z.number().int(), articleId: z.string().max(40) }),
    )
    .optional(),
  unverified: z.array(z.string().max(200)).max(300),
  clock: z.union([
    z.object({ kind: z.literal('civil') }),
    z.object({
      kind: z.literal('compressed'),
      startsOn: DateOnly,
      startsAt: z.number().int(),
      dayLengthMs: z.number().int(),
    }),
  ]),
  deadlineZone: zone,
  skp: z.looseObject({
    establishBy: dayOfYear,
    newPostDays: count,
    draftDueWorkingDaysBefore: count,
    approvalDueWorkingDays: count,
    revisionDueWorkingDays: count,
    whenNotWorkingDay: z.enum(['keep', 'moveEarlier', 'moveLater']),
  } satisfies ValuesOf<'skp'>),
  reporting: z.looseObject({
    frequency: z.enum(['bulanan', 'triwulanan']),
    dueWorkingDays: count,
    reviewDueWorkingDays: count,
    revisionDueWorkingDays: count,
  } satisfies ValuesOf<'reporting'>),
  appraisal: z.looseObject({
    opensOn: dayOfYear,
    selfAssessmentDueWorkingDays: count,
    ratingDueWorkingDays: count,
    objectionDays: count,
    objectionDecisionDays: count,
    evaluationDueWorkingDays: count,
    canPlhRate: z.boolean(),
  } satisfies ValuesOf<'appraisal'>),
  followUp: z.looseObject({
    byPredikat: byPredikat(FollowUpKind),
    rewardDueWorkingDays: count,
    guidanceDueWorkingDays: count,
    improvementPlanDueWorkingDays: count,
    improvementMonths: count,
  } satisfies ValuesOf<'followUp'>),
  ladder: z.array(LadderStep).max(20),
  predikatMatrix: z.record(z.enum(RATINGS), z.record(z.enum(RATINGS), Predikat)),
  distribution: z.looseObject({
    minimumGroup: amount,
    byOrganisationPredikat: byOrganisation(z.array(condition).max(10)),
  } satisfies ValuesOf<'distribution'>),
  leaderRating: z.looseObject({
    isEnabled: z.boolean(),
    byOrganisationPredikat: byOrganisation(Rating),
  } satisfies ValuesOf<'leaderRating'>),
  numericScale: z.looseObject({
    isEnabled: z.boolean(),
    withoutPeerOpinion: z.object({ skpPercent: amount, perilakuPercent: amount }),
    withPeerOpinion: z.object({ skpPercent: amount, perilakuPercent: amount }),
    achievementCapPercent: amount,
    bandsFrom: z.object({ sangatBaik: amount, baik: amount, butuhPerbaikan: amount, kurang: amount }),
  } satisfies ValuesOf<'numericScale'>),
  angkaKredit: z.looseObject({
    percentByPredikat: byPredikat(amount),
    jenjang: z.record(
      z.enum(JENJANG_FUNGSIONAL),
      z.object({ koefisien: amount, minimumPangkat: amount, minimumJenjang: amount.nullable() }),
    ),
    roundingDigits: count,
  } satisfies ValuesOf<'angkaKredit'>),
  rewards: z.looseObject({
    catalogue: z
      .array(
        z.object({
          code,
          kind: z.enum([
            'satyalancana',
            'kenaikanPangkat',
            'kgb',
            'tukin',
            'teladan',
            'talentPool',
            'trainingPriority',
          ]),
          name: z.string().max(200),
        }),
      )
      .max(30),
    satyalancana: z.looseObject({
      grades: z.array(z.object({ grade: z.enum(['X', 'XX', 'XXX']), years: count })).max(3),
      disqualifyingTingkat: z.array(z.enum(['ringan', 'sedang', 'berat'])).max(3),
      isDisqualifiedByCltn: z.boolean(),
    }),
    kenaikanPangkat: z.looseObject({ minimumMonthsInRank: amount, minimumPredikat: Predikat, yearsOfPredikat: amount }),
    kgb: z.looseObject({ everyMonths: amount, minimumPredikat: Predikat }),
    talentPoolBoxes: z.array(z.union([1, 2, 3, 4, 5, 6, 7, 8, 9].map((box) => z.literal(box)))).max(9),
    trainingPriorityMinimumPredikat: Predikat,
  } satisfies ValuesOf<'rewards'>),
  tukin: z.looseObject({ isEnabled: z.boolean(), percentByPredikat: byPredikat(amount) } satisfies ValuesOf<'tukin'>),
  discipline: z.looseObject({
    isTukinCutInForce: z.boolean(),
    absenceBands: z.array(z.object({ fromDays: count, hukuman: z.enum(HUKUMAN_DISIPLIN) })).max(20),
    consecutiveDaysForDismissal: count,
    summonsWorkingDaysBefore: count,
    secondSummonsWorkingDays: count,
    deliveryWorkingDays: count,
    effectiveWorkingDays: count,
    appealWorkingDays: count,
    objectionDecisionWorkingDays: count,
    bpasnDecisionWorkingDays: count,
  } satisfies ValuesOf<'discipline'>),
  training: z.looseObject({
    pnsMinimumJpPerYear: amount,
    pppkMaximumJpPerContractYear: amount,
    skpGate: z.object({ topic: z.string().max(60), withinMonths: count }).nullish(),
  } satisfies ValuesOf<'training'>),
});
export type RuleSetContent = z.infer<typeof RuleSetContent>;

export const Finding = z.object({
  code: z.string(),
  path: z.string(),
  detail: z.record(z.string(), z.unknown()).optional(),
});

export const RuleSetSummary = z.object({
  id: Uuid,
  code: z.string(),
  series: z.string(),
  name: z.string(),
  validFrom: DateOnly,
  validTo: DateOnly.nullable(),
  standing: z.enum(['ahead', 'inForce', 'past']),
  isCompressed: z.boolean(),
  unverified: z.number().int(),
  runningCycles: z.number().int(),
  publishedAt: Instant.nullable(),
});
export type RuleSetSummary = z.infer<typeof RuleSetSummary>;

export const RuleSetDraftSummary = z.object({
  id: Uuid,
  code: z.string(),
  name: z.string(),
  base: z.object({ id: Uuid, name: z.string() }),
  state: z.enum(['draft', 'inReview', 'published', 'withdrawn']),
  updatedAt: Instant,
  updatedBy: Person,
});

export const RuleSetDraftView = RuleSetDraftSummary.extend({
  version: z.number().int(),
  content: RuleSetContent,
  returnedReason: z.string().nullable(),
  findings: z.array(Finding),
  baseContent: RuleSetContent,
  canEdit: z.boolean(),
  createdBy: Person,
  /** The task by which a returned draft is sent back; null when it is handed in with `submitDraft`. */
  resubmitTaskId: Uuid.nullable(),
});
export type RuleSetDraftView = z.infer<typeof RuleSetDraftView>;

const MovedDate = z.object({
  what: z.enum(['task', 'period', 'appraisal']),
  kind: z.string().optional(),
  periodNo: z.number().int().nullable().optional(),
  from: Instant,
  to: Instant,
});
const figures = {
  cycles: z.number().int(),
  concerned: z.number().int(),
  dates: z.number().int(),
  predikat: z.number().int(),
  followUps: z.number().int(),
};

/** What other rules would change, computed from the cycles as they stand now. */
export const RulePreview = z.object({
  ...figures,
  byUnit: z.array(z.object({ unit: UnitRef, ...figures })),
  refusals: z.array(z.object({ code: z.string(), cycles: z.number().int() })),
  people: z.array(
    z.object({
      cycleId: Uuid,
      employee: Person,
      unit: UnitRef,
      year: z.number().int(),
      stage: Stage,
      timeZone: z.string(),
      refusal: z.string().nullable(),
      dates: z.array(MovedDate),
      predikat: z.object({ from: Predikat, to: Predikat }).nullable(),
      followUp: z.object({ from: FollowUpKind, to: FollowUpKind }).nullable(),
    }),
  ),
  nextOffset: z.number().int().nullable(),
});
export type RulePreview = z.infer<typeof RulePreview>;

export const PreviewPage = z.object({
  unitId: Uuid.optional(),
  offset: z.coerce.number().int().min(0).max(1_000_000).default(0),
});

export const MoveRow = z.object({
  id: Uuid,
  ruleSet: z.object({ id: Uuid, name: z.string() }),
  from: z.object({ id: Uuid, name: z.string() }).nullable(),
  unit: UnitRef,
  stage: Stage.nullable(),
  reason: z.string(),
  state: z.enum(['running', 'paused', 'finished']),
  ratePerSecond: z.number().int(),
  total: z.number().int(),
  moved: z.number().int(),
  refused: z.number().int(),
  waiting: z.number().int(),
  openedAt: Instant,
  openedBy: Person,
  finishedAt: Instant.nullable(),
});
export type MoveRow = z.infer<typeof MoveRow>;
export const MoveItem = z.object({
  cycleId: Uuid,
  employee: Person,
  unitName: z.string(),
  state: z.enum(['planned', 'sent', 'moved', 'refused']),
  code: z.string().nullable(),
  dates: z.number().int().nullable(),
  settledAt: Instant.nullable(),
});
