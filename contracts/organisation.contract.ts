import { oc } from '@orpc/contract';
import { z } from 'zod';
import { ROLE_NAMES } from '#domain/access/actor.ts';
import {
  LEAVE_KINDS,
  PERSONNEL_ACT_KINDS,
  type LeaveKind,
  type PersonnelActKind,
} from '#domain/organisation/personnel.ts';
import { DateOnly, Instant, Person, UnitRef, Uuid } from './primitives.ts';

const Role = z.enum(ROLE_NAMES);
const Reason = z.string().trim().min(10, 'reason.tooShort').max(2000);
const OrderNumber = z.string().trim().min(3).max(100);
const WhenState = z.enum(['current', 'future', 'past']);

export const RoleAssignmentRow = z.object({
  id: Uuid,
  role: Role,
  unit: UnitRef,
  employee: Person,
  number: z.string(),
  validFrom: DateOnly,
  validTo: DateOnly.nullable(),
  state: WhenState,
  grantedBy: z.string().nullable(),
  reason: z.string(),
});
export type RoleAssignmentRow = z.infer<typeof RoleAssignmentRow>;

const PersonnelActRow = z.object({
  id: Uuid,
  kind: z.enum(PERSONNEL_ACT_KINDS as [PersonnelActKind, ...PersonnelActKind[]]),
  effectiveOn: DateOnly,
  untilOn: DateOnly.nullable(),
  orderNumber: z.string().nullable(),
  reason: z.string(),
  state: z.enum(['scheduled', 'applied', 'cancelled', 'failed']),
  failure: z.string().nullable(),
  recordedBy: z.string(),
  recordedAt: Instant,
  position: z.string().nullable(),
  grade: z.string().nullable(),
  leaveKind: z.enum(LEAVE_KINDS as [LeaveKind, ...LeaveKind[]]).nullable(),
});

const EmployeeHistory = z.object({
  employee: z.object({
    id: Uuid,
    name: z.string(),
    email: z.string(),
    employment: z.enum(['PNS', 'PPPK']),
    grade: z.string(),
    status: z.string(),
    bornOn: DateOnly,
    unit: UnitRef,
    hasAccount: z.boolean(),
  }),
  numbers: z.array(
    z.object({
      number: z.string(),
      kind: z.enum(['NIP', 'NI PPPK']),
      validFrom: DateOnly,
      validTo: DateOnly.nullable(),
    }),
  ),
  positions: z.array(
    z.object({
      id: Uuid,
      positionId: Uuid,
      title: z.string(),
      unitName: z.string(),
      kind: z.enum(['definitif', 'plt', 'plh']),
      validFrom: DateOnly,
      validTo: DateOnly.nullable(),
      orderNumber: z.string().nullable(),
      state: WhenState,
    }),
  ),
  roles: z.array(RoleAssignmentRow),
  acts: z.array(PersonnelActRow),
  /** Whether the reader may record acts about this person. */
  mayAdminister: z.boolean(),
});

const about = { employeeId: Uuid, effectiveOn: DateOnly, reason: Reason, orderNumber: OrderNumber.optional() };
const recorded = z.object({ id: Uuid, state: z.enum(['applied', 'scheduled']) });
const done = z.object({ done: z.literal(true) });

export const organisationContract = {
  roles: oc
    .route({ method: 'GET', path: '/roles', summary: 'Who holds which role in which unit, and when' })
    .input(
      z.object({
        role: Role.optional(),
        unitId: Uuid.optional(),
        search: z.string().trim().max(100).optional(),
        includesPast: z.stringbool().optional(),
      }),
    )
    .output(z.array(RoleAssignmentRow)),
  grantRole: oc
    .route({ method: 'POST', path: '/roles', summary: 'Give a role in a unit between two dates' })
    .input(
      z.object({
        employeeId: Uuid,
        role: Role,
        unitId: Uuid,
        validFrom: DateOnly,
        validTo: DateOnly.nullable().default(null),
        reason: Reason,
      }),
    )
    .output(z.object({ id: Uuid })),
  /** `lastDay` is the last day on which it holds. */
  endRole: oc
    .route({ method: 'POST', path: '/roles/{id}/end', summary: 'Let a role end' })
    .input(z.object({ id: Uuid, lastDay: DateOnly, reason: Reason }))
    .output(done),
  employee: oc
    .route({
      method: 'GET',
      path: '/employees/{id}',
      summary: 'A person with the history of numbers, posts, roles and acts',
    })
    .input(z.object({ id: Uuid }))
    .output(EmployeeHistory),
  promote: oc
    .route({
      method: 'POST',
      path: '/employees/{employeeId}/promotion',
      summary: 'Record a promotion: another grade, another post, or both',
    })
    .input(
      z
        .object({ ...about, grade: z.string().trim().min(1).max(10).optional(), positionId: Uuid.optional() })
        .refine(({ grade, positionId }) => grade !== undefined || positionId !== undefined, 'grade'),
    )
    .output(recorded),
  startLeave: oc
    .route({ method: 'POST', path: '/employees/{employeeId}/leave', summary: 'Record leave' })
    .input(
      z.object({
        ...about,
        leaveKind: z.enum(LEAVE_KINDS as [LeaveKind, ...LeaveKind[]]),
        untilOn: DateOnly.nullable().default(null),
      }),
    )
    .output(recorded),
  endLeave: oc
    .route({ method: 'POST', path: '/employees/{employeeId}/return', summary: 'Record the return from leave' })
    .input(z.object({ ...about, positionId: Uuid.optional() }))
    .output(recorded),
  cancelAct: oc
    .route({
      method: 'POST',
      path: '/personnel-acts/{id}/cancellation',
      summary: 'Take back an act whose day has not come',
    })
    .input(z.object({ id: Uuid, reason: Reason }))
    .output(done),
  startActing: oc
    .route({
      method: 'POST',
      path: '/employees/{employeeId}/acting',
      summary: 'Let somebody act in a post as Plt or Plh',
    })
    .input(
      z.object({
        employeeId: Uuid,
        positionId: Uuid,
        kind: z.enum(['plt', 'plh']),
        validFrom: DateOnly,
        validTo: DateOnly,
        orderNumber: OrderNumber,
        reason: Reason,
      }),
    )
    .output(z.object({ id: Uuid })),
  endActing: oc
    .route({ method: 'POST', path: '/acting/{id}/end', summary: 'End a Plt or Plh earlier' })
    .input(z.object({ id: Uuid, lastDay: DateOnly, reason: Reason }))
    .output(done),
};
