import { oc } from '@orpc/contract';
import { z } from 'zod';
import { DateOnly, Instant, page, PageQuery, Person, UnitRef, Uuid } from './primitives.ts';
import { Stage } from './work.schemas.ts';

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
