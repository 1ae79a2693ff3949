import { oc } from '@orpc/contract';
import { z } from 'zod';
import { RUN_COUNTS, RUN_KINDS, RUN_STAGES } from '#domain/process/runs.ts';
import { MailRow } from './administration.contract.ts';
import { Instant, page, PageQuery, UnitRef, Uuid } from './primitives.ts';
import { WaitingFor } from './work.schemas.ts';

const RunKind = z.enum(RUN_KINDS);
const RunStage = z.enum(RUN_STAGES);
const RunState = z.enum(['starting', 'running', 'finished']);

/** Something that runs. Its id is that of the matter, event, opening or move; `seq`, `build` and `ruleSetCode` are those of matters. */
export const RunRow = z.object({
  id: Uuid,
  kind: RunKind,
  workflowId: z.string(),
  /** Whom it concerns; the title of an event; the unit of an opening or a move. */
  name: z.string(),
  /** What it is about: the post, the request's words, the topic, the rule set, the reason. */
  subject: z.string().nullable(),
  unit: UnitRef,
  year: z.number().int(),
  timeZone: z.string(),
  stage: RunStage,
  state: RunState,
  outcome: z.enum(['granted', 'rejected', 'withdrawn', 'expired']).nullable(),
  openedAt: Instant,
  finishedAt: Instant.nullable(),
  waitingFor: z.array(WaitingFor),
  lateTasks: z.number().int(),
  seq: z.number().int().nullable(),
  build: z.string().nullable(),
  ruleSetCode: z.string().nullable(),
  pendingCommands: z.number().int(),
});
export type RunRow = z.infer<typeof RunRow>;

/** One line of the story in business words: `kind` has a sentence in both languages that `data` fills. */
export const StoryEvent = z.object({
  number: z.number().int(),
  at: Instant,
  kind: z.string(),
  actor: z.string().nullable(),
  onBehalfOf: z.string().nullable(),
  data: z.record(z.string(), z.unknown()),
});

/** A message of the ledger to the run. What it carries is not shown: the story tells it in words. */
export const RunCommand = z.object({
  number: z.number().int(),
  form: z.enum(['update', 'fact', 'start']),
  name: z.string(),
  actor: z.string().nullable(),
  acceptedAt: Instant,
  answeredAt: Instant.nullable(),
  /** Null: not answered yet; the relay delivers it again. */
  answer: z.enum(['applied', 'refused']).nullable(),
  attempts: z.number().int(),
});

export const RunStory = z.object({
  run: RunRow,
  /** What is counted in a run that is no matter; empty for matters. */
  counts: z.partialRecord(z.enum(RUN_COUNTS), z.number().int()),
  events: z.array(StoryEvent),
  mails: z.array(MailRow),
  commands: z.array(RunCommand),
  /** False when a line of the matter's chain was changed or is missing; `brokenAt` is its number. Null: no chain of its own. */
  chain: z.object({ isIntact: z.boolean(), brokenAt: z.number().int().nullable() }).nullable(),
  engineUiUrl: z.string().nullable(),
});
export type RunStory = z.infer<typeof RunStory>;

export const EngineRun = z.object({
  runId: z.string(),
  status: z.string(),
  startedAt: Instant.nullable(),
  closedAt: Instant.nullable(),
  events: z.array(
    z.object({ id: z.number().int(), at: Instant, type: z.string(), summary: z.string(), isNoise: z.boolean() }),
  ),
  pendingActivities: z.array(
    z.object({
      name: z.string(),
      attempt: z.number().int(),
      lastFailure: z.string().nullable(),
      nextRetryAt: Instant.nullable(),
    }),
  ),
});

/** `search`: a part of a name, a subject or a workflow id. `year`: of the cycle, event or opening, else the year it was opened in. */
const RunQuery = PageQuery.extend({
  search: z.string().trim().max(100).optional(),
  kind: RunKind.optional(),
  unitId: Uuid.optional(),
  stage: RunStage.optional(),
  state: RunState.optional(),
  lateOnly: z.stringbool().optional(),
  year: z.coerce.number().int().optional(),
});
const byId = z.object({ id: Uuid });

export const runsContract = {
  list: oc
    .route({
      method: 'GET',
      path: '/runs',
      summary: 'Find whatever runs: years, procedures, trainings, openings, moves',
    })
    .input(RunQuery)
    .output(page(RunRow).extend({ byStage: z.partialRecord(RunStage, z.number().int()) })),
  story: oc
    .route({ method: 'GET', path: '/runs/{id}/story', summary: 'The story of a run in business words' })
    .input(byId)
    .output(RunStory),
  events: oc
    .route({
      method: 'GET',
      path: '/runs/{id}/engine-events',
      summary: "The engine's events of a run and the runs it continued as",
    })
    .input(byId)
    .output(z.array(EngineRun)),
};
