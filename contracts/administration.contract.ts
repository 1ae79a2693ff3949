import { oc } from '@orpc/contract';
import { z } from 'zod';
import { DateOnly, Instant, page, PageQuery, Person, UnitRef, Uuid } from './primitives.ts';
import { ProcedureKind, ProcedureView } from './procedures.contract.ts';
import { CycleSummary, Stage, WaitingFor } from './work.schemas.ts';

export const CampaignRow = z.object({
  id: Uuid,
  year: z.number().int(),
  unit: UnitRef,
  ruleSet: z.object({ id: Uuid, name: z.string() }),
  state: z.enum(['running', 'paused', 'finished']),
  ratePerSecond: z.number().int(),
  total: z.number().int(),
  started: z.number().int(),
  skipped: z.number().int(),
  refused: z.number().int(),
  openedAt: Instant,
  finishedAt: Instant.nullable(),
  openedBy: Person.nullable(),
});
export type CampaignRow = z.infer<typeof CampaignRow>;

export const EmployeeRow = z.object({
  id: Uuid,
  name: z.string(),
  number: z.string(),
  email: z.string(),
  employment: z.enum(['PNS', 'PPPK']),
  grade: z.string(),
  status: z.string(),
  unit: UnitRef,
  position: z.object({ id: Uuid, title: z.string() }).nullable(),
  superior: Person.nullable(),
  currentCycle: z.object({ id: Uuid, year: z.number().int(), stage: Stage, state: z.string() }).nullable(),
});

export const RunRow = z.object({
  cycleId: Uuid,
  workflowId: z.string(),
  employee: Person,
  unitName: z.string(),
  year: z.number().int(),
  stage: Stage,
  state: z.enum(['starting', 'running', 'finished']),
  waitingFor: z.array(WaitingFor),
  lateTasks: z.number().int(),
  seq: z.number().int(),
  build: z.string().nullable(),
  ruleSetCode: z.string(),
  pendingCommands: z.number().int(),
});

/** One line of the story in business words: `kind` has a sentence in both languages that `data` fills. */
export const StoryEvent = z.object({
  number: z.number().int(),
  at: Instant,
  kind: z.string(),
  actor: z.string().nullable(),
  onBehalfOf: z.string().nullable(),
  data: z.record(z.string(), z.unknown()),
});
export const MailRow = z.object({
  id: Uuid,
  template: z.string(),
  /** Nobody in person when the mail goes to an address that nobody has proved yet. */
  recipient: z.object({ id: Uuid.nullable(), name: z.string(), email: z.string() }),
  subject: z.string().nullable(),
  state: z.enum(['waiting', 'sending', 'sent', 'failed', 'dropped']),
  attempts: z.number().int(),
  createdAt: Instant,
  sentAt: Instant.nullable(),
  lastError: z.string().nullable(),
  cycleId: Uuid.nullable(),
});
export const RunStory = z.object({
  cycle: CycleSummary,
  workflowId: z.string(),
  build: z.string().nullable(),
  seq: z.number().int(),
  waitingFor: z.array(WaitingFor),
  events: z.array(StoryEvent),
  mails: z.array(MailRow),
  /** False when a line of the chain was changed or is missing; `brokenAt` is its number. */
  chain: z.object({ isIntact: z.boolean(), brokenAt: z.number().int().nullable() }),
  engineUiUrl: z.string().nullable(),
});
/** A procedure as the administration sees it. */
export const ProcedureRunRow = ProcedureView.omit({ data: true }).extend({
  workflowId: z.string(),
  build: z.string().nullable(),
  seq: z.number().int(),
  waitingFor: z.array(WaitingFor),
  lateTasks: z.number().int(),
  pendingCommands: z.number().int(),
});
export type ProcedureRunRow = z.infer<typeof ProcedureRunRow>;
export const ProcedureStory = RunStory.omit({ cycle: true }).extend({ procedure: ProcedureRunRow });
export type ProcedureStory = z.infer<typeof ProcedureStory>;
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

const RunQuery = PageQuery.extend({
  search: z.string().trim().max(100).optional(),
  unitId: Uuid.optional(),
  stage: Stage.optional(),
  state: z.enum(['starting', 'running', 'finished']).optional(),
  lateOnly: z.stringbool().optional(),
  year: z.coerce.number().int().optional(),
});

const forCampaign = z.object({ id: Uuid });
const forEmployee = z.object({
  employeeId: Uuid,
  effectiveOn: DateOnly,
  reason: z.string().trim().min(10, 'reason.tooShort').max(2000),
});
/** `scheduled`: it takes effect on its day. */
const noted = z.object({ noted: z.literal(true), state: z.enum(['applied', 'scheduled']) });

export const administrationContract = {
  units: oc
    .route({ method: 'GET', path: '/units', summary: 'Units of the agency' })
    .output(z.array(UnitRef.extend({ parentId: Uuid.nullable(), timeZone: z.string(), employees: z.number().int() }))),
  positions: oc
    .route({ method: 'GET', path: '/positions', summary: 'Positions, to choose one' })
    .input(z.object({ search: z.string().trim().max(100).default('') }))
    .output(z.array(z.object({ id: Uuid, title: z.string(), unitName: z.string(), holder: z.string().nullable() }))),
  ruleSets: oc
    .route({ method: 'GET', path: '/rule-sets', summary: 'Rule sets' })
    .output(
      z.array(
        z.object({
          id: Uuid,
          code: z.string(),
          name: z.string(),
          validFrom: DateOnly,
          validTo: DateOnly.nullable(),
          unverified: z.array(z.string()),
          isCompressed: z.boolean(),
        }),
      ),
    ),
  campaigns: oc
    .route({ method: 'GET', path: '/campaigns', summary: 'Openings of a year' })
    .output(z.array(CampaignRow)),
  openCampaign: oc
    .route({ method: 'POST', path: '/campaigns', summary: 'Open a year for a unit and all below it' })
    .input(
      z.object({
        year: z.number().int().min(2020).max(2100),
        unitId: Uuid,
        ruleSetId: Uuid,
        ratePerSecond: z.number().int().min(1).max(200).default(50),
      }),
    )
    .output(CampaignRow),
  campaign: oc
    .route({ method: 'GET', path: '/campaigns/{id}', summary: 'Progress of an opening' })
    .input(forCampaign)
    .output(
      z.object({
        campaign: CampaignRow,
        refusals: z.array(z.object({ employee: Person, unitName: z.string(), code: z.string() })),
        byStage: z.record(z.string(), z.number().int()),
      }),
    ),
  pauseCampaign: oc
    .route({ method: 'POST', path: '/campaigns/{id}/pause', summary: 'Pause an opening' })
    .input(forCampaign)
    .output(CampaignRow),
  resumeCampaign: oc
    .route({ method: 'POST', path: '/campaigns/{id}/resume', summary: 'Resume an opening' })
    .input(forCampaign)
    .output(CampaignRow),
  employees: oc
    .route({ method: 'GET', path: '/employees', summary: 'Employees' })
    .input(PageQuery.extend({ search: z.string().trim().max(100).optional(), unitId: Uuid.optional() }))
    .output(page(EmployeeRow)),
  changeSuperior: oc
    .route({
      method: 'POST',
      path: '/employees/{employeeId}/superior',
      summary: 'Put an employee under another superior',
    })
    .input(forEmployee.extend({ superiorPositionId: Uuid }))
    .output(noted),
  transferEmployee: oc
    .route({
      method: 'POST',
      path: '/employees/{employeeId}/transfer',
      summary:
        'Move an employee to another position; the running cycle is closed with its own appraisal and a new one starts',
    })
    .input(forEmployee.extend({ positionId: Uuid }))
    .output(noted),
  retireEmployee: oc
    .route({ method: 'POST', path: '/employees/{employeeId}/retirement', summary: 'Record retirement' })
    .input(forEmployee)
    .output(noted),
  recordDeath: oc
    .route({ method: 'POST', path: '/employees/{employeeId}/death', summary: 'Record a death; the cycle ends' })
    .input(forEmployee)
    .output(noted),
  runs: oc
    .route({ method: 'GET', path: '/runs', summary: 'Find workflow runs' })
    .input(RunQuery)
    .output(page(RunRow).extend({ byStage: z.record(z.string(), z.number().int()) })),
  story: oc
    .route({ method: 'GET', path: '/runs/{cycleId}/story', summary: 'The story of a run in business words' })
    .input(z.object({ cycleId: Uuid }))
    .output(RunStory),
  engineEvents: oc
    .route({
      method: 'GET',
      path: '/runs/{cycleId}/engine-events',
      summary: "The engine's events of a run and the runs it continued as",
    })
    .input(z.object({ cycleId: Uuid }))
    .output(z.array(EngineRun)),
  procedures: oc
    .route({ method: 'GET', path: '/procedure-runs', summary: 'Find procedures' })
    .input(
      PageQuery.extend({
        search: z.string().trim().max(100).optional(),
        kind: ProcedureKind.optional(),
        state: z.enum(['starting', 'running', 'finished']).optional(),
      }),
    )
    .output(page(ProcedureRunRow)),
  procedureStory: oc
    .route({ method: 'GET', path: '/procedure-runs/{id}/story', summary: 'The story of a procedure in business words' })
    .input(z.object({ id: Uuid }))
    .output(ProcedureStory),
  procedureEvents: oc
    .route({ method: 'GET', path: '/procedure-runs/{id}/engine-events', summary: "The engine's events of a procedure" })
    .input(z.object({ id: Uuid }))
    .output(z.array(EngineRun)),
  mails: oc
    .route({ method: 'GET', path: '/mails', summary: 'Mail log' })
    .input(
      PageQuery.extend({
        state: z.enum(['waiting', 'sending', 'sent', 'failed', 'dropped']).optional(),
        search: z.string().trim().max(100).optional(),
      }),
    )
    .output(page(MailRow)),
  resendMail: oc
    .route({ method: 'POST', path: '/mails/{id}/resend', summary: 'Send a failed or dropped mail again' })
    .input(z.object({ id: Uuid }))
    .output(z.object({ queued: z.literal(true) })),
};
