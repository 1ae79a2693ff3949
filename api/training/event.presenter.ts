import type { EntityManager } from '@mikro-orm/postgresql';
import type { EventContent, EventView, OrganiserView } from '#contracts/training.schemas.ts';
import { checkInWindow, eventAgenda, isAnnounced, type EventTimes } from '#domain/training/event.ts';
import { attemptsLeft, testAccess } from '#domain/training/test.ts';
import { countInvitees } from '#persistence/training/participants.repository.ts';
import { listAttempts, listTests, type AttemptRow, type TestRow } from '#persistence/training/tests.repository.ts';
import {
  findEvent,
  findOwnPart,
  findPeopleByIds,
  listMaterials,
  listParticipants,
  type EventDetailRow,
  type OwnPartRow,
} from '#persistence/training/training.queries.ts';
import { allows } from '../access/ability.ts';
import type { ActingContext, SignedInContext } from '../http/context.ts';
import { found, notFound } from '../http/problem.ts';

type EventForReader = { event: EventDetailRow; own: OwnPartRow | null; canSee: boolean; canOrganise: boolean };

/** An event with the reader's part in it, and whether it is for their eyes. Nobody but its organisers sees a draft. */
export async function readEvent({ em, ability, actor }: ActingContext, id: string): Promise<EventForReader> {
  const event = found(await findEvent(em, id));
  const own = await findOwnPart(em, id, actor.employeeId);
  const row = { unitId: event.unitId, employeeId: own ? actor.employeeId : null };
  const canOrganise = allows(ability, 'administer', 'TrainingEvent', row);
  return {
    event,
    own,
    canOrganise,
    canSee: canOrganise || (event.state !== 'draft' && allows(ability, 'read', 'TrainingEvent', row)),
  };
}

/** The same, or 404 when it is not for their eyes. */
export async function requireVisibleEvent(context: ActingContext, id: string): Promise<EventForReader> {
  const read = await readEvent(context, id);
  if (!read.canSee) throw notFound();
  return read;
}

/** The same for those who hold it. */
export async function requireOrganisedEvent(context: ActingContext, id: string): Promise<EventDetailRow> {
  const { event, canOrganise } = await readEvent(context, id);
  if (!canOrganise) throw notFound();
  return event;
}

export const timesOf = (event: EventDetailRow): EventTimes => ({
  startsAt: Date.parse(event.startsAt),
  endsAt: Date.parse(event.endsAt),
  checkInMinutesBefore: event.checkInMinutesBefore,
  checkInMinutesAfter: event.checkInMinutesAfter,
  remindHoursBefore: event.remindHoursBefore,
  testUntil: event.testUntil === null ? null : Date.parse(event.testUntil),
});

/** The last moment of the test after an event. */
const testLastAt = (event: EventDetailRow): number =>
  Math.max(checkInWindow(timesOf(event)).until, event.testUntil === null ? 0 : Date.parse(event.testUntil));

/** Whether people can still say if they come: until it begins. */
export const canAnswer = (event: EventDetailRow, own: OwnPartRow | null): boolean =>
  own?.isInvited === true && event.state === 'invited' && Date.parse(event.startsAt) > Date.now();

/** What one may know of a test and of the own attempts at it. */
export function presentTest(
  event: EventDetailRow,
  test: TestRow,
  own: OwnPartRow | null,
  attempts: readonly AttemptRow[],
  now = Date.now(),
): EventView['tests'][number] {
  const mine = attempts.filter((attempt) => attempt.testId === test.id);
  const hasPassed = mine.some(({ isPassed }) => isPassed === true);
  const scores = mine.flatMap(({ scorePercent }) => (scorePercent === null ? [] : [scorePercent]));
  const unfinished = mine.find(({ submittedAt }) => submittedAt === null) ?? null;
  const access = testAccess({
    moment: test.moment,
    now,
    endsAt: Date.parse(event.endsAt),
    lastAt: testLastAt(event),
    isAttended: Boolean(own?.attendedAt),
    hasPassed,
    attemptsLeft: attemptsLeft(test.attempts, mine.length) + (unfinished ? 1 : 0),
  });
  return {
    moment: test.moment,
    questions: test.questions.length,
    passMarkPercent: test.passMarkPercent,
    attempts: test.attempts,
    attemptsUsed: mine.length,
    bestScore: scores.length ? Math.max(...scores) : null,
    isPassed: hasPassed,
    ...access,
    openAttemptId: unfinished?.id ?? null,
  };
}

/** An event as its participants and organisers see it. */
export async function presentEvent(context: SignedInContext, id: string): Promise<EventView> {
  const { em, actor } = context;
  const { event, own, canOrganise } = await requireVisibleEvent(context, id);
  const window = checkInWindow(timesOf(event));
  const attempts = await listAttempts(em, id, actor.employeeId);
  const {
    id: eventId,
    kind,
    title,
    topic,
    startsAt,
    endsAt,
    timeZone,
    place,
    link,
    organiser,
    state,
    jp,
    quota,
    unit,
    counts,
  } = event;
  return {
    id: eventId,
    kind,
    title,
    topic,
    startsAt,
    endsAt,
    timeZone,
    place,
    link,
    organiser,
    state,
    jp,
    quota,
    unit,
    counts,
    agenda: event.agenda,
    speakers: event.speakers,
    signerName: event.signerName,
    signerTitle: event.signerTitle,
    testUntil: event.testUntil,
    cancelledReason: event.cancelledReason,
    checkInFrom: new Date(window.from).toISOString(),
    checkInUntil: new Date(window.until).toISOString(),
    freeSeats: quota === null ? null : Math.max(0, quota - (counts.yes - counts.waiting)),
    materials: (await listMaterials(em, id)).map(({ id: fileId, fileName, mediaType, sizeBytes }) => ({
      id: fileId,
      fileName,
      mediaType,
      sizeBytes,
    })),
    tests:
      isAnnounced(state) && state !== 'cancelled'
        ? (await listTests(em, id)).map((test) => presentTest(event, test, own, attempts))
        : [],
    mine: own && presentOwn(own),
    canAnswer: canAnswer(event, own),
    canOrganise,
  };
}

export const presentOwn = ({ answer, place, waitingPosition, attendedAt, isCompleted, certificate }: OwnPartRow) => ({
  answer,
  place,
  waitingPosition,
  attendedAt,
  isCompleted,
  certificate,
});

/** The content of an event in the form in which it is written. */
const contentOf = (event: EventDetailRow): EventContent => ({
  kind: event.kind,
  title: event.title,
  topic: event.topic,
  agenda: event.agenda,
  place: event.place,
  link: event.link,
  startsAt: event.startsAt,
  endsAt: event.endsAt,
  timeZone: event.timeZone as EventContent['timeZone'],
  organiser: event.organiser,
  speakers: event.speakers,
  quota: event.quota,
  jp: event.jp,
  signerName: event.signerName,
  signerTitle: event.signerTitle,
  checkInMinutesBefore: event.checkInMinutesBefore,
  checkInMinutesAfter: event.checkInMinutesAfter,
  remindHoursBefore: event.remindHoursBefore,
  testUntil: event.testUntil,
  invitations: event.invitations as EventContent['invitations'],
});

/** All of an event: its people, what comes when, its tests with what is right. */
export async function presentForOrganiser(context: SignedInContext, id: string): Promise<OrganiserView> {
  const { em } = context;
  const event = await requireOrganisedEvent(context, id);
  const isRunning = event.state !== 'finished' && event.state !== 'cancelled';
  const agenda = isRunning
    ? eventAgenda(timesOf(event), event.stepsDone, event.invitedAt === null ? null : Date.parse(event.invitedAt))
    : [];
  const chosen = event.invitations.flatMap((rule) => (rule.kind === 'people' ? rule.employeeIds : []));
  return {
    event: await presentEvent(context, id),
    content: contentOf(event),
    version: event.version,
    invitees: await countInvitees(em, event.invitations, context.today),
    invitedPeople: (await findPeopleByIds(em, chosen)).map(({ id: personId, name, number }) => ({
      id: personId,
      name,
      number,
    })),
    participants: await listParticipants(em, id),
    agenda: agenda
      .filter(({ step }) => step !== 'invite')
      .map(({ step, at }) => ({ step, at: new Date(at).toISOString() })),
    tests: await presentTests(em, id),
  };
}

async function presentTests(em: EntityManager, eventId: string): Promise<OrganiserView['tests']> {
  return (await listTests(em, eventId)).map(
    ({ moment, passMarkPercent, attempts, isShuffled, questions, isFrozen }) => ({
      moment,
      passMarkPercent,
      attempts,
      isShuffled,
      isFrozen,
      questions: questions.map((question) => ({
        ...question,
        options: [...question.options],
        correct: [...question.correct],
      })),
    }),
  );
}
