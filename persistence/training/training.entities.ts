import { defineEntity, p } from '@mikro-orm/core';
import type { RoleName } from '#domain/access/actor.ts';
import type { EventKind, EventState, EventStep, Place } from '#domain/training/event.ts';
import type { Answers, Question, TestMoment } from '#domain/training/test.ts';

/** Whom an event invites: a unit (with those below it), who holds a role in a unit, or people one by one. */
export type InvitationRule =
  | { kind: 'unit'; unitId: string; withSubUnits: boolean }
  | { kind: 'role'; role: RoleName; unitId: string }
  | { kind: 'people'; employeeIds: string[] };

/** A training or socialisation event. `stepsDone` and `state` are written by its workflow's activities only, once it is published. */
export const TrainingEventSchema = defineEntity({
  name: 'TrainingEvent',
  properties: {
    id: p.uuid().primary().defaultRaw('uuidv7()'),
    workflowId: p.text().unique(),
    unitId: p.uuid(),
    kind: p.text().$type<EventKind>(),
    title: p.text(),
    topic: p.text().default(''),
    agenda: p.text().default(''),
    place: p.text().default(''),
    link: p.text().default(''),
    startsAt: p.datetime(),
    endsAt: p.datetime(),
    timeZone: p.text(),
    organiser: p.text(),
    speakers: p.array().columnType('text[]'),
    quota: p.integer().nullable(),
    jp: p.decimal('number').default(0),
    signerName: p.text().default(''),
    signerTitle: p.text().default(''),
    checkInMinutesBefore: p.integer().default(30),
    checkInMinutesAfter: p.integer().default(30),
    remindHoursBefore: p.integer().default(24),
    testUntil: p.datetime().nullable(),
    invitations: p.json<InvitationRule[]>(),
    state: p.text().$type<EventState>().default('draft'),
    stepsDone: p.array<EventStep>().columnType('text[]'),
    version: p.integer().default(1),
    /** The SEQUENCE of the calendar entry: one more with each change that people are told of. */
    invitationSequence: p.integer().default(0),
    codeSecret: p.blob(),
    invitedAt: p.datetime().nullable(),
    cancelledReason: p.text().nullable(),
    createdById: p.uuid().nullable(),
    createdAt: p.datetime().defaultRaw('now()'),
  },
});
export class TrainingEvent extends TrainingEventSchema.class {}
TrainingEventSchema.setClass(TrainingEvent);

/** Somebody who is invited to an event or came to it. */
export const TrainingParticipantSchema = defineEntity({
  name: 'TrainingParticipant',
  properties: {
    eventId: p.uuid().primary(),
    employeeId: p.uuid().primary(),
    isInvited: p.boolean().default(true),
    answer: p.text().$type<'yes' | 'no'>().nullable(),
    answeredAt: p.datetime().nullable(),
    place: p.text().$type<NonNullable<Place>>().nullable(),
    waitingSince: p.datetime().nullable(),
    attendedAt: p.datetime().nullable(),
    attendanceMethod: p.text().$type<'code' | 'organiser'>().nullable(),
    attendanceById: p.uuid().nullable(),
  },
});
class TrainingParticipant extends TrainingParticipantSchema.class {}
TrainingParticipantSchema.setClass(TrainingParticipant);

/** A file that belongs to an event. */
export const TrainingMaterialSchema = defineEntity({
  name: 'TrainingMaterial',
  properties: {
    id: p.uuid().primary().defaultRaw('uuidv7()'),
    eventId: p.uuid(),
    fileName: p.text(),
    mediaType: p.text(),
    sizeBytes: p.bigint('number'),
    sha256: p.text(),
    storageKey: p.text(),
    uploadedById: p.uuid(),
    uploadedAt: p.datetime().defaultRaw('now()'),
    removedAt: p.datetime().nullable(),
  },
});
class TrainingMaterial extends TrainingMaterialSchema.class {}
TrainingMaterialSchema.setClass(TrainingMaterial);

/** The test before or after an event. Its questions stay as they are once somebody has begun to answer. */
export const TrainingTestSchema = defineEntity({
  name: 'TrainingTest',
  properties: {
    id: p.uuid().primary().defaultRaw('uuidv7()'),
    eventId: p.uuid(),
    moment: p.text().$type<TestMoment>(),
    passMarkPercent: p.integer().default(70),
    attempts: p.integer().default(2),
    isShuffled: p.boolean().default(true),
    questions: p.json<Question[]>(),
  },
});
export class TrainingTest extends TrainingTestSchema.class {}
TrainingTestSchema.setClass(TrainingTest);

/** One try at a test: answers are saved while it runs, the score is set when it is handed in. */
export const TrainingAttemptSchema = defineEntity({
  name: 'TrainingAttempt',
  properties: {
    id: p.uuid().primary().defaultRaw('uuidv7()'),
    testId: p.uuid(),
    employeeId: p.uuid(),
    number: p.integer(),
    seed: p.integer(),
    answers: p.json<Answers>(),
    version: p.integer().default(1),
    startedAt: p.datetime().defaultRaw('now()'),
    savedAt: p.datetime().defaultRaw('now()'),
    submittedAt: p.datetime().nullable(),
    scorePercent: p.decimal('number').nullable(),
    isPassed: p.boolean().nullable(),
  },
});
class TrainingAttempt extends TrainingAttemptSchema.class {}
TrainingAttemptSchema.setClass(TrainingAttempt);

/** A certificate as it was issued: what it says never changes, it can only be revoked. */
export const TrainingCertificateSchema = defineEntity({
  name: 'TrainingCertificate',
  properties: {
    id: p.uuid().primary().defaultRaw('uuidv7()'),
    eventId: p.uuid(),
    employeeId: p.uuid(),
    token: p.text().unique(),
    year: p.integer(),
    serial: p.integer(),
    number: p.text().unique(),
    holderName: p.text(),
    holderNumber: p.text(),
    title: p.text(),
    kind: p.text().$type<EventKind>(),
    topic: p.text(),
    organiser: p.text(),
    heldFrom: p.date(),
    heldTo: p.date(),
    jp: p.decimal('number'),
    signerName: p.text(),
    signerTitle: p.text(),
    issuedAt: p.datetime(),
    revokedAt: p.datetime().nullable(),
    revokedById: p.uuid().nullable(),
    revokedReason: p.text().nullable(),
  },
});
export class TrainingCertificate extends TrainingCertificateSchema.class {}
TrainingCertificateSchema.setClass(TrainingCertificate);

/** JP that somebody gained elsewhere: proposed by the person with evidence, decided by a personnel officer. */
export const JpEntrySchema = defineEntity({
  name: 'JpEntry',
  properties: {
    id: p.uuid().primary().defaultRaw('uuidv7()'),
    employeeId: p.uuid(),
    kind: p.text(),
    title: p.text(),
    organiser: p.text(),
    heldFrom: p.date(),
    heldTo: p.date(),
    jp: p.decimal('number'),
    state: p.text().$type<'proposed' | 'counted' | 'refused' | 'withdrawn'>().default('proposed'),
    fileName: p.text().nullable(),
    mediaType: p.text().nullable(),
    sizeBytes: p.bigint('number').nullable(),
    sha256: p.text().nullable(),
    storageKey: p.text().nullable(),
    recordedAt: p.datetime().defaultRaw('now()'),
    decidedById: p.uuid().nullable(),
    decidedAt: p.datetime().nullable(),
    decisionReason: p.text().nullable(),
  },
});
class JpEntry extends JpEntrySchema.class {}
JpEntrySchema.setClass(JpEntry);

/** Somebody may hand in an SKP without the training that the rule set asks for. */
export const TrainingWaiverSchema = defineEntity({
  name: 'TrainingWaiver',
  properties: {
    id: p.uuid().primary().defaultRaw('uuidv7()'),
    employeeId: p.uuid(),
    year: p.integer(),
    topic: p.text(),
    reason: p.text(),
    grantedById: p.uuid(),
    grantedAt: p.datetime().defaultRaw('now()'),
  },
});
class TrainingWaiver extends TrainingWaiverSchema.class {}
TrainingWaiverSchema.setClass(TrainingWaiver);
