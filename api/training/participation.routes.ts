import { randomInt } from 'node:crypto';
import type { EntityManager } from '@mikro-orm/postgresql';
import type { AttemptView } from '#contracts/training.schemas.ts';
import type { Detail } from '#domain/result.ts';
import { checkInAllowed, isAnnounced, movingUp, placeFor } from '#domain/training/event.ts';
import { isPass, scorePercent, shuffled, type Answers } from '#domain/training/test.ts';
import { checkIn, countPlaces, lockEvent, moveUp, setAnswer } from '#persistence/training/participants.repository.ts';
import {
  beginAttempt,
  closeAttempt,
  findAttempt,
  findTest,
  listAttempts,
  listTests,
  saveAnswers,
  type AttemptRow,
  type TestRow,
} from '#persistence/training/tests.repository.ts';
import { findEvent, findOwnPart, type EventDetailRow } from '#persistence/training/training.queries.ts';
import { announce } from '#persistence/training/training-mails.repository.ts';
import { instantOf } from '#persistence/sql.ts';
import { inTransaction } from '#persistence/transaction.ts';
import { signedIn, type SignedInContext } from '../http/context.ts';
import { found, notFound, Problem } from '../http/problem.ts';
import { isCodeRight } from './check-in-code.ts';
import { canAnswer, presentEvent, presentTest, requireVisibleEvent, timesOf } from './event.presenter.ts';

/** What people do with events: answer, check in, take tests. Each is one transaction; the workflow reads it when its step comes. */
export const participationRoutes = {
  event: signedIn.training.event.handler(({ input, context }) => presentEvent(context, input.id)),
  answer: signedIn.training.answer.handler(async ({ input, context }) => {
    await requireVisibleEvent(context, input.id);
    await inTransaction(context.em, (inner) => writeAnswer(inner, input.id, context.actor.employeeId, input.answer));
    return presentEvent({ ...context, em: context.em.fork() }, input.id);
  }),
  checkIn: signedIn.training.checkIn.handler(({ input, context }) => checkInByCode(context, input.id, input.code)),
  startTest: signedIn.training.startTest.handler(async ({ input, context }) => {
    const { event } = await requireVisibleEvent(context, input.id);
    const attemptId = await inTransaction(context.em, (inner) =>
      openAttempt(inner, event, input.moment, context.actor.employeeId),
    );
    return presentAttempt(context, attemptId);
  }),
  attempt: signedIn.training.attempt.handler(({ input, context }) => presentAttempt(context, input.id)),
  saveAnswers: signedIn.training.saveAnswers.handler(async ({ input, context }) => {
    const { attempt, test } = await requireOpenAttempt(context, input.id);
    const saved = await saveAnswers(context.em, attempt.id, input.version, known(test, input.answers));
    if (!saved) throw new Problem('training.test.conflict');
    return saved;
  }),
  submitTest: signedIn.training.submitTest.handler(async ({ input, context }) => {
    const { test } = await requireOpenAttempt(context, input.id);
    await inTransaction(context.em, async (em) => {
      const attempt = found(await findAttempt(em, input.id, { lock: true }));
      if (attempt.submittedAt !== null) return;
      const score = scorePercent(test.questions, attempt.answers);
      await closeAttempt(em, attempt.id, { scorePercent: score, isPassed: isPass(score, test.passMarkPercent) });
    });
    return presentAttempt({ ...context, em: context.em.fork() }, input.id);
  }),
};

/** Under the event's lock, so that the last seat is given once; who moves up from the waiting list hears of it. */
async function writeAnswer(
  em: EntityManager,
  eventId: string,
  employeeId: string,
  answer: 'yes' | 'no',
): Promise<void> {
  await lockEvent(em, eventId);
  const event = found(await findEvent(em, eventId));
  const own = await findOwnPart(em, eventId, employeeId);
  if (!own?.isInvited) throw new Problem('training.event.notInvited');
  if (!canAnswer(event, own)) throw new Problem('training.event.answersClosed');
  const before = await countPlaces(em, eventId);
  await setAnswer(
    em,
    { eventId, employeeId },
    answer,
    answer === 'yes' ? placeFor(event.quota, before.seats, own.place) : null,
  );
  const after = await countPlaces(em, eventId);
  const promoted = await moveUp(em, eventId, movingUp(event.quota, after.seats, after.waiting));
  const sequence = await em.execute<{ invitation_sequence: number }[]>(
    'select invitation_sequence from training_event where id = ?',
    [eventId],
  );
  await announce(
    em,
    { id: eventId, invitationSequence: sequence[0]!.invitation_sequence },
    promoted.map((recipientId) => ({ recipientId, step: 'promoted' })),
    new Date(),
  );
}

/** Guessing is slowed down like the guessing of passwords, for each person and event. */
async function checkInByCode(
  { em, actor, deps, ip }: SignedInContext,
  eventId: string,
  code: string,
): Promise<{ attendedAt: string; title: string; hasPostTest: boolean }> {
  const event = await findEvent(em, eventId);
  if (!event || !isAnnounced(event.state)) throw notFound();
  const now = Date.now();
  const allowed = checkInAllowed(event.state, timesOf(event), now);
  if (!allowed.ok) throw new Problem(allowed.code, { timeZone: event.timeZone, ...instantsOf(allowed.detail ?? {}) });
  const key = `check-in ${eventId} ${actor.employeeId}`;
  await deps.throttle.check(key, ip).catch((error: unknown) => {
    throw error instanceof Problem ? new Problem('training.checkIn.throttled', error.detail) : error;
  });
  if (!isCodeRight(event, code, now)) {
    await deps.throttle.failed(key, ip);
    throw new Problem('training.checkIn.wrongCode');
  }
  await deps.throttle.succeeded(key, ip);
  const { attendedAt } = await checkIn(em, { eventId, employeeId: actor.employeeId }, new Date(now));
  const hasPostTest = (await listTests(em, eventId)).some(({ moment }) => moment === 'post');
  return { attendedAt: instantOf(attendedAt), title: event.title, hasPostTest };
}

const instantsOf = (detail: Detail): Record<string, string> =>
  Object.fromEntries(Object.entries(detail).map(([name, at]) => [name, new Date(Number(at)).toISOString()]));

/** The attempt that is under way, or a new one; the test's row is locked, so that its questions cannot change in between. */
async function openAttempt(
  em: EntityManager,
  event: EventDetailRow,
  moment: 'pre' | 'post',
  employeeId: string,
): Promise<string> {
  const test = found(await findTest(em, event.id, moment, { lock: true }));
  const own = await findOwnPart(em, event.id, employeeId);
  const attempts = (await listAttempts(em, event.id, employeeId)).filter((attempt) => attempt.testId === test.id);
  const access = presentTest(event, test, own, attempts);
  if (!own || !isAnnounced(event.state) || event.state === 'cancelled') throw new Problem('training.test.notOpen');
  if (!access.isOpen)
    throw new Problem(
      access.closedBecause === 'noAttemptsLeft' ? 'training.test.noAttemptsLeft' : 'training.test.notOpen',
    );
  return (
    access.openAttemptId ??
    beginAttempt(em, { testId: test.id, employeeId, number: attempts.length + 1, seed: randomInt(1, 2_000_000_000) })
  );
}

/** An own attempt that can still be changed. */
async function requireOpenAttempt(
  context: SignedInContext,
  id: string,
): Promise<{ attempt: AttemptRow; test: TestRow }> {
  const { attempt, test, event } = await readAttempt(context, id);
  if (attempt.submittedAt !== null) throw new Problem('training.test.submitted');
  const access = presentTest(event, test, await findOwnPart(context.em, event.id, attempt.employeeId), [attempt]);
  if (event.state === 'cancelled' || access.closedBecause === 'over') throw new Problem('training.test.notOpen');
  return { attempt, test };
}

async function readAttempt(
  { em, actor }: SignedInContext,
  id: string,
): Promise<{ attempt: AttemptRow; test: TestRow; event: EventDetailRow }> {
  const attempt = await findAttempt(em, id);
  if (!attempt || attempt.employeeId !== actor.employeeId) throw notFound();
  return {
    attempt,
    test: found(await findTest(em, attempt.eventId, attempt.moment)),
    event: found(await findEvent(em, attempt.eventId)),
  };
}

/** A test as it is taken; its questions and options in the order of this attempt, without what is right. */
async function presentAttempt(context: SignedInContext, id: string): Promise<AttemptView> {
  const { attempt, test, event } = await readAttempt(context, id);
  const questions = test.isShuffled ? shuffled(test.questions, attempt.seed) : test.questions;
  return {
    id: attempt.id,
    eventId: event.id,
    eventTitle: event.title,
    moment: test.moment,
    number: attempt.number,
    attempts: test.attempts,
    passMarkPercent: test.passMarkPercent,
    version: attempt.version,
    answers: Object.fromEntries(Object.entries(attempt.answers).map(([key, chosen]) => [key, [...chosen]])),
    questions: questions.map(({ id: questionId, kind, text, options, points }, index) => ({
      id: questionId,
      kind,
      text,
      points,
      options: test.isShuffled ? shuffled(options, attempt.seed + index + 1) : [...options],
    })),
    savedAt: attempt.savedAt,
    submittedAt: attempt.submittedAt,
    scorePercent: attempt.scorePercent,
    isPassed: attempt.isPassed,
  };
}

/** Answers to questions and with options that there are. */
function known(test: TestRow, answers: Answers): Answers {
  return Object.fromEntries(
    test.questions.flatMap(({ id, kind, options }) => {
      const chosen = (answers[id] ?? []).filter((option) => options.some((one) => one.id === option));
      return chosen.length ? [[id, kind === 'single' ? chosen.slice(0, 1) : [...new Set(chosen)]]] : [];
    }),
  );
}
