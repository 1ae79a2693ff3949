import { oc } from '@orpc/contract';
import { z } from 'zod';
import { DateOnly, Instant, Person, Uuid } from './primitives.ts';
import {
  AttemptView,
  Coverage,
  CoverageQuery,
  EventContent,
  EventRow,
  EventView,
  GateView,
  JpEntry,
  MyTraining,
  OrganiserView,
  Reason,
  TestContent,
  TestMoment,
  Text,
  TrainingReceipt,
} from './training.schemas.ts';

const forEvent = z.object({ id: Uuid });
/** 200 when the engine answered, 202 with the receipt when it is slow or down: nothing is lost. */
const answered = z.union([
  z.object({ status: z.literal(200), body: TrainingReceipt }),
  z.object({ status: z.literal(202), body: TrainingReceipt }),
]);
const forTest = forEvent.extend({ moment: TestMoment });
const commandId = z.uuid();

export const trainingContract = {
  mine: oc
    .route({ method: 'GET', path: '/training/mine', summary: 'Own invitations, JP, certificates' })
    .output(MyTraining),
  event: oc
    .route({ method: 'GET', path: '/training/events/{id}', summary: 'An event' })
    .input(forEvent)
    .output(EventView),
  /** Yes takes a seat, or a place on the waiting list when the quota is full. 409 `training.event.answersClosed` once it has begun. */
  answer: oc
    .route({ method: 'POST', path: '/training/events/{id}/answer', summary: 'Say whether one comes' })
    .input(forEvent.extend({ answer: z.enum(['yes', 'no']) }))
    .output(EventView),
  /** 409 `training.checkIn.early`, `.late`, `.wrongCode`; 429 `training.checkIn.throttled` after several wrong codes. */
  checkIn: oc
    .route({
      method: 'POST',
      path: '/training/events/{id}/check-in',
      summary: 'Check in with the code shown at the event',
    })
    .input(forEvent.extend({ code: z.string().trim().min(1).max(40) }))
    .output(z.object({ attendedAt: Instant, title: z.string(), hasPostTest: z.boolean() })),
  startTest: oc
    .route({
      method: 'POST',
      path: '/training/events/{id}/tests/{moment}/attempts',
      summary: 'Begin a test or go on with it',
    })
    .input(forTest)
    .output(AttemptView),
  attempt: oc
    .route({ method: 'GET', path: '/training/attempts/{id}', summary: 'An own attempt' })
    .input(forEvent)
    .output(AttemptView),
  saveAnswers: oc
    .route({ method: 'PUT', path: '/training/attempts/{id}', summary: 'Save the answers so far' })
    .input(
      forEvent.extend({
        version: z.number().int().min(1),
        answers: z.record(z.string().max(40), z.array(z.string().max(40)).max(12)),
      }),
    )
    .output(z.object({ version: z.number().int(), savedAt: Instant })),
  submitTest: oc
    .route({ method: 'POST', path: '/training/attempts/{id}/submission', summary: 'Hand a test in' })
    .input(forEvent)
    .output(AttemptView),
  addJpEntry: oc
    .route({ method: 'POST', path: '/training/jp-entries', summary: 'Propose JP gained elsewhere' })
    .input(
      z.object({
        kind: Text(60).min(2),
        title: Text(200).min(3),
        organiser: Text(200).min(3),
        heldFrom: DateOnly,
        heldTo: DateOnly,
        jp: z.number().min(0.5).max(1000).multipleOf(0.5),
      }),
    )
    .output(JpEntry),
  withdrawJpEntry: oc
    .route({ method: 'DELETE', path: '/training/jp-entries/{id}', summary: 'Take back an own proposal' })
    .input(forEvent)
    .output(z.object({ withdrawn: z.literal(true) })),
  gate: oc
    .route({
      method: 'GET',
      path: '/cycles/{id}/training-gate',
      summary: 'Whether a training is missing before the SKP',
    })
    .input(forEvent)
    .output(GateView),
  waiveGate: oc
    .route({
      method: 'POST',
      path: '/cycles/{id}/training-gate/waiver',
      summary: 'Let somebody hand in the SKP without the training',
    })
    .input(forEvent.extend({ reason: Reason }))
    .output(GateView),
  /** Public: for whoever holds a certificate and its address. */
  verify: oc
    .route({ method: 'GET', path: '/certificates/{token}', summary: 'Whether a certificate is genuine' })
    .input(z.object({ token: z.string().min(10).max(60) }))
    .output(
      z.object({
        holderName: z.string(),
        title: z.string(),
        heldFrom: DateOnly,
        heldTo: DateOnly,
        isValid: z.boolean(),
      }),
    ),

  events: oc
    .route({ method: 'GET', path: '/training/events', summary: 'Events of the units one holds trainings for' })
    .input(
      z.object({
        search: z.string().trim().max(100).optional(),
        when: z.enum(['coming', 'past', 'all']).default('coming'),
      }),
    )
    .output(z.array(EventRow)),
  organiserView: oc
    .route({ method: 'GET', path: '/training/events/{id}/organiser', summary: 'All of an event, for its organisers' })
    .input(forEvent)
    .output(OrganiserView),
  createEvent: oc
    .route({ method: 'POST', path: '/training/events', summary: 'Write an event; nobody hears of it yet' })
    .input(z.object({ unitId: Uuid, content: EventContent }))
    .output(forEvent),
  saveEvent: oc
    .route({ method: 'PUT', path: '/training/events/{id}', summary: 'Change an event that is not published' })
    .input(forEvent.extend({ version: z.number().int(), content: EventContent }))
    .output(forEvent),
  deleteEvent: oc
    .route({ method: 'DELETE', path: '/training/events/{id}', summary: 'Delete an event that was never published' })
    .input(forEvent)
    .output(z.object({ deleted: z.literal(true) })),
  publishEvent: oc
    .route({
      method: 'POST',
      path: '/training/events/{id}/publication',
      summary: 'Publish: its workflow starts and invites',
    })
    .input(forEvent)
    .output(forEvent),
  changeEvent: oc
    .route({
      method: 'POST',
      path: '/training/events/{id}/changes',
      summary: 'Change a published event; who is invited hears of it',
      outputStructure: 'detailed',
    })
    .input(forEvent.extend({ commandId, version: z.number().int(), content: EventContent }))
    .output(answered),
  cancelEvent: oc
    .route({
      method: 'POST',
      path: '/training/events/{id}/cancellation',
      summary: 'Cancel a published event',
      outputStructure: 'detailed',
    })
    .input(forEvent.extend({ commandId, reason: Reason }))
    .output(answered),
  receipt: oc
    .route({ method: 'GET', path: '/training/receipts/{commandId}', summary: 'What became of an own command' })
    .input(z.object({ commandId: Uuid }))
    .output(TrainingReceipt),
  findPeople: oc
    .route({ method: 'POST', path: '/training/people', summary: 'People by NIP or NI PPPK, to invite them' })
    .input(z.object({ numbers: z.array(z.string().trim().max(40)).max(5000) }))
    .output(z.object({ found: z.array(Person.extend({ number: z.string() })), unknown: z.array(z.string()) })),
  code: oc
    .route({ method: 'GET', path: '/training/events/{id}/code', summary: 'The check-in code of this minute' })
    .input(forEvent)
    .output(
      z.object({
        code: z.string(),
        validUntil: Instant,
        url: z.string(),
        qrSvg: z.string(),
        attended: z.number().int(),
        isOpen: z.boolean(),
        opensAt: Instant,
        closesAt: Instant,
      }),
    ),
  setAttendance: oc
    .route({ method: 'POST', path: '/training/events/{id}/attendance', summary: 'Attendance by the list' })
    .input(forEvent.extend({ employeeIds: z.array(Uuid).min(1).max(5000), isPresent: z.boolean() }))
    .output(z.object({ changed: z.number().int() })),
  saveTest: oc
    .route({
      method: 'PUT',
      path: '/training/events/{id}/tests/{moment}',
      summary: 'Write the test before or after an event',
    })
    .input(forTest.extend({ content: TestContent }))
    .output(z.object({ saved: z.literal(true) })),
  removeTest: oc
    .route({
      method: 'DELETE',
      path: '/training/events/{id}/tests/{moment}',
      summary: 'Remove a test that nobody has begun',
    })
    .input(forTest)
    .output(z.object({ removed: z.literal(true) })),
  removeMaterial: oc
    .route({ method: 'DELETE', path: '/training/materials/{id}', summary: 'Remove a file of an event' })
    .input(forEvent)
    .output(z.object({ removed: z.literal(true) })),
  revokeCertificate: oc
    .route({ method: 'POST', path: '/training/certificates/{id}/revocation', summary: 'Revoke a certificate' })
    .input(forEvent.extend({ reason: Reason }))
    .output(z.object({ revoked: z.literal(true) })),
  coverage: oc
    .route({ method: 'GET', path: '/training/coverage', summary: 'Who has completed a topic or an event, by unit' })
    .input(CoverageQuery)
    .output(Coverage),
  proposedJp: oc
    .route({ method: 'GET', path: '/training/jp-entries/proposed', summary: 'JP that wait for a decision' })
    .output(z.array(JpEntry)),
  decideJp: oc
    .route({
      method: 'POST',
      path: '/training/jp-entries/{id}/decision',
      summary: 'Count JP or refuse them with a reason',
    })
    .input(
      z.discriminatedUnion('decision', [
        forEvent.extend({ decision: z.literal('count') }),
        forEvent.extend({ decision: z.literal('refuse'), reason: Reason }),
      ]),
    )
    .output(JpEntry),
};
