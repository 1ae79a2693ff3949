import { oc } from '@orpc/contract';
import { z } from 'zod';
import { GUIDELINE_KINDS, GUIDELINE_STATUSES } from '#domain/guidelines/guideline.ts';
import { OpeningReceipt } from './procedures.contract.ts';
import { DateOnly, Instant, page, PageQuery, Person, UnitRef, Uuid } from './primitives.ts';

const longText = z.string().max(50_000);

/** What a version of a guideline says, also while it is written. */
export const GuidelineContent = z.object({
  kind: z.enum(GUIDELINE_KINDS),
  number: z.string().max(100),
  year: z.number().int().min(0).max(9999).nullable(),
  title: z.string().max(500),
  issuer: z.string().max(200),
  parts: z.object({
    purpose: longText,
    procedure: longText,
    standards: longText,
    indicators: longText,
    rulesOfUse: longText,
  }),
  articles: z
    .array(z.object({ id: z.string().min(1).max(40), heading: z.string().max(200), text: z.string().max(10_000) }))
    .max(200),
  links: z.array(z.object({ relation: z.enum(['amends', 'revokes']), guidelineId: Uuid })).max(50),
  effectiveOn: DateOnly.nullable(),
  audienceUnitIds: z.array(Uuid).max(500),
  reading: z.object({
    dueWorkingDays: z.number().int().nullable(),
    reminderOffsets: z.array(z.number().int()).max(10),
  }),
});
export type GuidelineContent = z.infer<typeof GuidelineContent>;

const Status = z.enum(GUIDELINE_STATUSES);
const Kind = z.enum(GUIDELINE_KINDS);
const Finding = z.object({ code: z.string(), path: z.string(), detail: z.record(z.string(), z.unknown()).optional() });
const Reading = z.object({ dueAt: Instant, acknowledgedAt: Instant.nullable() });

const GuidelineRow = z.object({
  id: Uuid,
  version: z.number().int(),
  status: Status,
  kind: Kind,
  number: z.string(),
  year: z.number().int().nullable(),
  title: z.string(),
  issuer: z.string(),
  effectiveOn: DateOnly.nullable(),
  updatedAt: Instant,
  mine: Reading.nullable(),
});

export const GuidelineAttachment = z.object({
  id: Uuid,
  fileName: z.string(),
  mediaType: z.string(),
  sizeBytes: z.number(),
  sha256: z.string(),
  uploadedAt: Instant,
});
export type GuidelineAttachment = z.infer<typeof GuidelineAttachment>;

/** A field of two versions as pieces that stayed, went or came. */
export const FieldDiff = z.object({
  field: z.string(),
  label: z.string().nullable(),
  pieces: z.array(z.object({ change: z.enum(['same', 'removed', 'added']), text: z.string() })),
});
export type FieldDiff = z.infer<typeof FieldDiff>;

export const GuidelineView = z.object({
  id: Uuid,
  version: z.number().int(),
  status: Status,
  content: GuidelineContent,
  versions: z.array(
    z.object({
      version: z.number().int(),
      status: Status,
      approvedAt: Instant.nullable(),
      effectiveAt: Instant.nullable(),
      endedAt: Instant.nullable(),
    }),
  ),
  links: z.array(
    z.object({
      relation: z.enum(['amends', 'revokes', 'amendedBy', 'revokedBy', 'succeededBy']),
      guidelineId: Uuid,
      version: z.number().int(),
      number: z.string(),
      year: z.number().int().nullable(),
      title: z.string(),
    }),
  ),
  attachments: z.array(GuidelineAttachment),
  mine: Reading.nullable(),
  /** What was mended since it was last returned; null when it never was, and for readers. */
  mended: z.array(FieldDiff).nullable(),
  canEdit: z.boolean(),
  canAdminister: z.boolean(),
});
export type GuidelineView = z.infer<typeof GuidelineView>;

export const GuidelineDraft = z.object({
  version: z.number().int(),
  content: GuidelineContent,
  updatedAt: Instant.nullable(),
  updatedBy: Person.nullable(),
  findings: z.array(Finding),
  returnedReason: z.string().nullable(),
  /** The task by which a returned draft is sent back; null when it is handed in with `submit`. */
  resubmitTaskId: Uuid.nullable(),
});

const MyReading = z.object({
  guidelineId: Uuid,
  version: z.number().int(),
  status: Status,
  kind: Kind,
  number: z.string(),
  year: z.number().int().nullable(),
  title: z.string(),
  announcedAt: Instant,
  dueAt: Instant,
  acknowledgedAt: Instant.nullable(),
});
const Coverage = z.object({
  unit: UnitRef,
  parentId: Uuid.nullable(),
  depth: z.number().int(),
  total: z.number().int(),
  acknowledged: z.number().int(),
  late: z.number().int(),
});
const ReaderRow = z.object({
  employee: Person,
  number: z.string(),
  unit: UnitRef,
  announcedAt: Instant,
  dueAt: Instant,
  acknowledgedAt: Instant.nullable(),
  reminders: z.number().int(),
});

const guideline = z.object({ id: Uuid });
const oneVersion = z.object({ id: Uuid, version: z.coerce.number().int().min(1) });

export const guidelinesContract = {
  list: oc
    .route({ method: 'GET', path: '/guidelines', summary: 'Register of guidelines, each with its newest version' })
    .input(
      PageQuery.extend({
        search: z.string().trim().max(100).optional(),
        kind: Kind.optional(),
        status: Status.optional(),
        year: z.coerce.number().int().optional(),
      }),
    )
    .output(page(GuidelineRow)),
  one: oc
    .route({
      method: 'GET',
      path: '/guidelines/{id}',
      summary: 'A guideline: its newest version, or the one asked for',
    })
    .input(guideline.extend({ version: z.coerce.number().int().min(1).optional() }))
    .output(GuidelineView),
  create: oc
    .route({ method: 'POST', path: '/guidelines', summary: 'Begin a guideline' })
    .output(z.object({ id: Uuid, version: z.number().int() })),
  newVersion: oc
    .route({ method: 'POST', path: '/guidelines/{id}/versions', summary: 'Begin a new version from the newest one' })
    .input(guideline)
    .output(z.object({ id: Uuid, version: z.number().int() })),
  draft: oc
    .route({
      method: 'GET',
      path: '/guidelines/{id}/versions/{version}/draft',
      summary: 'A draft with what is wrong with it',
    })
    .input(oneVersion)
    .output(GuidelineDraft),
  saveDraft: oc
    .route({
      method: 'PUT',
      path: '/guidelines/{id}/versions/{version}/draft',
      summary: 'Save a draft on top of an edit; 409 `draft.conflict` when somebody saved in between',
    })
    .input(oneVersion.extend({ edit: z.number().int(), content: GuidelineContent }))
    .output(z.object({ version: z.number().int(), updatedAt: Instant, findings: z.array(Finding) })),
  removeDraft: oc
    .route({
      method: 'DELETE',
      path: '/guidelines/{id}/versions/{version}',
      summary: 'Remove a draft that was never published',
    })
    .input(oneVersion)
    .output(z.object({ removed: z.literal(true) })),
  submit: oc
    .route({
      method: 'POST',
      path: '/guidelines/{id}/versions/{version}/submission',
      summary: 'Hand in a draft: review by a second person, approval by the leader, in force on its day',
    })
    .input(oneVersion)
    .output(OpeningReceipt),
  diff: oc
    .route({
      method: 'GET',
      path: '/guidelines/{id}/diff',
      summary: 'What changed between two versions, field by field',
    })
    .input(guideline.extend({ from: z.coerce.number().int().min(1), to: z.coerce.number().int().min(1) }))
    .output(z.array(FieldDiff)),
  removeAttachment: oc
    .route({ method: 'DELETE', path: '/guideline-attachments/{id}', summary: 'Remove a file from a draft' })
    .input(guideline)
    .output(z.object({ removed: z.literal(true) })),
  articles: oc
    .route({ method: 'GET', path: '/guideline-articles', summary: 'Articles of guidelines in force, to bind rules to' })
    .output(
      z.array(z.object({ guidelineId: Uuid, version: z.number().int(), articleId: z.string(), label: z.string() })),
    ),
  mine: oc
    .route({ method: 'GET', path: '/my-guidelines', summary: 'What the signed-in person must read or has read' })
    .output(z.array(MyReading)),
  unread: oc
    .route({
      method: 'GET',
      path: '/my-guidelines/count',
      summary: 'How many guidelines the signed-in person has still to read',
    })
    .output(z.object({ unread: z.number().int() })),
  acknowledge: oc
    .route({
      method: 'POST',
      path: '/guidelines/{id}/versions/{version}/acknowledgement',
      summary: 'Say that one has read a version; a repeat changes nothing',
    })
    .input(oneVersion)
    .output(z.object({ acknowledgedAt: Instant })),
  coverage: oc
    .route({
      method: 'GET',
      path: '/guidelines/{id}/versions/{version}/coverage',
      summary: 'How far each unit has read a version',
    })
    .input(oneVersion)
    .output(z.array(Coverage)),
  acknowledgementProof: oc
    .route({
      method: 'GET',
      path: '/guidelines/{id}/versions/{version}/acknowledgement-proof',
      summary: 'Whether the acknowledgements of a version are still those that lie in the audit chain',
    })
    .input(oneVersion)
    .output(z.object({ closedUntil: DateOnly.nullable(), brokenOn: DateOnly.nullable(), count: z.number().int() })),
  readers: oc
    .route({
      method: 'GET',
      path: '/guidelines/{id}/versions/{version}/readers',
      summary: 'Who was asked to read a version',
    })
    .input(
      oneVersion.extend({ ...PageQuery.shape, unitId: Uuid.optional(), state: z.enum(['read', 'unread']).optional() }),
    )
    .output(page(ReaderRow)),
};
