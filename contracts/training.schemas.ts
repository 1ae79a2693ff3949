import { z } from 'zod';
import { ROLE_NAMES } from '#domain/access/actor.ts';
import { EVENT_KINDS, EVENT_STATES, EVENT_STEPS } from '#domain/training/event.ts';
import { INDONESIAN_ZONES } from '#domain/calendar/time-zone.ts';
import { DateOnly, Instant, Person, UnitRef, Uuid } from './primitives.ts';

export const Reason = z.string().trim().min(10, 'reason.tooShort').max(2000);
export const Text = (max: number) => z.string().trim().max(max);
const Role = z.enum(ROLE_NAMES);

/** Whom an event invites: a unit, who holds a role in a unit and below, or people one by one. */
export const InvitationRule = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('unit'), unitId: Uuid, withSubUnits: z.boolean() }),
  z.object({ kind: z.literal('role'), role: Role, unitId: Uuid }),
  z.object({ kind: z.literal('people'), employeeIds: z.array(Uuid).min(1).max(5000) }),
]);
export type InvitationRule = z.infer<typeof InvitationRule>;

/** What an organiser writes about an event. An empty link must not be a script: only https and http addresses are taken. */
export const EventContent = z.object({
  kind: z.enum(EVENT_KINDS),
  title: Text(200).min(3),
  topic: z
    .string()
    .trim()
    .max(60)
    .regex(/^[a-z0-9-]*$/),
  agenda: Text(5000),
  place: Text(300),
  link: z.union([z.literal(''), z.url({ protocol: /^https?$/ }).max(500)]),
  startsAt: Instant,
  endsAt: Instant,
  timeZone: z.enum(INDONESIAN_ZONES),
  organiser: Text(200).min(3),
  speakers: z.array(Text(200).min(1)).max(20),
  quota: z.number().int().min(1).max(100_000).nullable(),
  jp: z.number().min(0).max(1000).multipleOf(0.5),
  signerName: Text(200),
  signerTitle: Text(200),
  checkInMinutesBefore: z.number().int().min(0).max(1440),
  checkInMinutesAfter: z.number().int().min(0).max(1440),
  remindHoursBefore: z.number().int().min(0).max(336),
  testUntil: Instant.nullable(),
  invitations: z.array(InvitationRule).max(50),
});
export type EventContent = z.infer<typeof EventContent>;

export const TestMoment = z.enum(['pre', 'post']);
export const Question = z.object({
  id: z.string().min(1).max(40),
  kind: z.enum(['single', 'multiple']),
  text: Text(2000),
  options: z.array(z.object({ id: z.string().min(1).max(40), text: Text(500) })).max(12),
  correct: z.array(z.string().max(40)).max(12),
  points: z.number().min(0).max(100),
});
export type Question = z.infer<typeof Question>;
export const TestContent = z.object({
  passMarkPercent: z.number().int().min(0).max(100),
  attempts: z.number().int().min(1).max(10),
  isShuffled: z.boolean(),
  questions: z.array(Question).max(100),
});

const Place = z.enum(['seat', 'waiting']);
export const EventRow = z.object({
  id: Uuid,
  kind: z.enum(EVENT_KINDS),
  title: z.string(),
  topic: z.string(),
  startsAt: Instant,
  endsAt: Instant,
  timeZone: z.string(),
  place: z.string(),
  link: z.string(),
  organiser: z.string(),
  state: z.enum(EVENT_STATES),
  jp: z.number(),
  quota: z.number().int().nullable(),
  unit: UnitRef,
  counts: z.object({
    invited: z.number().int(),
    yes: z.number().int(),
    no: z.number().int(),
    waiting: z.number().int(),
    attended: z.number().int(),
    completed: z.number().int(),
  }),
});
export type EventRow = z.infer<typeof EventRow>;

const TestSummary = z.object({
  moment: TestMoment,
  questions: z.number().int(),
  passMarkPercent: z.number().int(),
  attempts: z.number().int(),
  attemptsUsed: z.number().int(),
  bestScore: z.number().nullable(),
  isPassed: z.boolean(),
  /** Whether it can be taken now; else why not. */
  isOpen: z.boolean(),
  closedBecause: z.enum(['over', 'notAttended', 'noAttemptsLeft', 'passed']).nullable(),
  openAttemptId: Uuid.nullable(),
});

/** The own part in an event. */
const OwnPart = z.object({
  answer: z.enum(['yes', 'no']).nullable(),
  place: Place.nullable(),
  waitingPosition: z.number().int().nullable(),
  attendedAt: Instant.nullable(),
  isCompleted: z.boolean(),
  certificate: z.object({ id: Uuid, number: z.string(), isRevoked: z.boolean() }).nullable(),
});

const Material = z.object({ id: Uuid, fileName: z.string(), mediaType: z.string(), sizeBytes: z.number().int() });

export const EventView = EventRow.extend({
  agenda: z.string(),
  speakers: z.array(z.string()),
  signerName: z.string(),
  signerTitle: z.string(),
  checkInFrom: Instant,
  checkInUntil: Instant,
  testUntil: Instant.nullable(),
  cancelledReason: z.string().nullable(),
  freeSeats: z.number().int().nullable(),
  materials: z.array(Material),
  tests: z.array(TestSummary),
  mine: OwnPart.nullable(),
  canAnswer: z.boolean(),
  canOrganise: z.boolean(),
});
export type EventView = z.infer<typeof EventView>;

const Participant = z.object({
  employee: Person.extend({ number: z.string(), unitName: z.string() }),
  isInvited: z.boolean(),
  answer: z.enum(['yes', 'no']).nullable(),
  place: Place.nullable(),
  attendedAt: Instant.nullable(),
  attendanceMethod: z.enum(['code', 'organiser']).nullable(),
  preScore: z.number().nullable(),
  postScore: z.number().nullable(),
  isCompleted: z.boolean(),
  certificate: z.object({ id: Uuid, number: z.string(), isRevoked: z.boolean() }).nullable(),
});

export const OrganiserView = z.object({
  event: EventView,
  content: EventContent,
  version: z.number().int(),
  invitees: z.number().int(),
  invitedPeople: z.array(Person.extend({ number: z.string() })),
  participants: z.array(Participant),
  agenda: z.array(z.object({ step: z.enum(EVENT_STEPS), at: Instant })),
  tests: z.array(TestContent.extend({ moment: TestMoment, isFrozen: z.boolean() })),
});
export type OrganiserView = z.infer<typeof OrganiserView>;

export const TrainingReceipt = z.object({
  commandId: Uuid,
  number: z.number().int(),
  update: z.string(),
  acceptedAt: Instant,
  state: z.enum(['accepted', 'answered']),
  outcome: z
    .object({
      kind: z.enum(['applied', 'refused']),
      code: z.string().optional(),
      detail: z.record(z.string(), z.union([z.string(), z.number()])).optional(),
    })
    .nullable(),
});
export type TrainingReceipt = z.infer<typeof TrainingReceipt>;

/** A test as it is taken: without what is right. */
export const AttemptView = z.object({
  id: Uuid,
  eventId: Uuid,
  eventTitle: z.string(),
  moment: TestMoment,
  number: z.number().int(),
  attempts: z.number().int(),
  passMarkPercent: z.number().int(),
  version: z.number().int(),
  answers: z.record(z.string(), z.array(z.string())),
  questions: z.array(Question.omit({ correct: true })),
  savedAt: Instant,
  submittedAt: Instant.nullable(),
  scorePercent: z.number().nullable(),
  isPassed: z.boolean().nullable(),
});
export type AttemptView = z.infer<typeof AttemptView>;

const Certificate = z.object({
  id: Uuid,
  number: z.string(),
  title: z.string(),
  kind: z.string(),
  organiser: z.string(),
  heldFrom: DateOnly,
  heldTo: DateOnly,
  jp: z.number(),
  isRevoked: z.boolean(),
  token: z.string(),
});
export const JpEntry = z.object({
  id: Uuid,
  employee: Person.extend({ number: z.string(), unitName: z.string() }),
  kind: z.string(),
  title: z.string(),
  organiser: z.string(),
  heldFrom: DateOnly,
  heldTo: DateOnly,
  jp: z.number(),
  state: z.enum(['proposed', 'counted', 'refused', 'withdrawn']),
  file: z.object({ name: z.string(), sizeBytes: z.number().int() }).nullable(),
  decisionReason: z.string().nullable(),
  decidedBy: z.string().nullable(),
  recordedAt: Instant,
});
export type JpEntry = z.infer<typeof JpEntry>;

const JpStatus = z.object({
  from: DateOnly,
  to: DateOnly,
  jp: z.number(),
  employment: z.enum(['PNS', 'PPPK']),
  state: z.enum(['enough', 'belowMinimum', 'aboveMaximum']),
  difference: z.number(),
  minimum: z.number().nullable(),
  maximum: z.number().nullable(),
});
const OwnEvent = EventRow.omit({ counts: true }).extend({ mine: OwnPart, hasOpenTest: z.boolean() });
export const MyTraining = z.object({
  status: JpStatus,
  events: z.array(OwnEvent),
  certificates: z.array(Certificate),
  entries: z.array(JpEntry),
});
export type MyTraining = z.infer<typeof MyTraining>;

export const GateView = z.object({
  isClosed: z.boolean(),
  because: z.enum(['noGate', 'completed', 'waived', 'missing']),
  topic: z.string().nullable(),
  withinMonths: z.number().int().nullable(),
  events: z.array(
    z.object({ id: Uuid, title: z.string(), startsAt: Instant, timeZone: z.string(), isInvited: z.boolean() }),
  ),
  waiver: z.object({ reason: z.string(), grantedBy: z.string(), grantedAt: Instant }).nullable(),
  canWaive: z.boolean(),
});
export type GateView = z.infer<typeof GateView>;

export const CoverageQuery = z.object({
  topic: z.string().max(60).default(''),
  eventId: Uuid.optional(),
  unitId: Uuid.optional(),
});
export const Coverage = z.object({
  topics: z.array(z.string()),
  units: z.array(
    z.object({
      id: Uuid,
      name: z.string(),
      depth: z.number().int(),
      parentId: Uuid.nullable(),
      people: z.number().int(),
      completed: z.number().int(),
      percent: z.number(),
    }),
  ),
  missing: z.array(
    z.object({
      employee: Person.extend({ number: z.string(), unitName: z.string() }),
      superior: z.string().nullable(),
      isInvited: z.boolean(),
      isWaived: z.boolean(),
    }),
  ),
  isCut: z.boolean(),
});
export type Coverage = z.infer<typeof Coverage>;
