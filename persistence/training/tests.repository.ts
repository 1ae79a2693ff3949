import type { EntityManager } from '@mikro-orm/postgresql';
import type { Answers, Question, TestMoment } from '#domain/training/test.ts';
import { instantOf, instantOrNull, select, selectOne, sql } from '../sql.ts';

export type TestRow = {
  id: string;
  eventId: string;
  moment: TestMoment;
  passMarkPercent: number;
  attempts: number;
  isShuffled: boolean;
  questions: Question[];
  isFrozen: boolean;
};

const TEST = sql`t.id, t.event_id as "eventId", t.moment, t.pass_mark_percent as "passMarkPercent", t.attempts, t.is_shuffled as "isShuffled", t.questions,
  exists (select 1 from training_attempt a where a.test_id = t.id) as "isFrozen"`;

/** The tests of an event; `isFrozen` once somebody has begun one. */
export const listTests = (em: EntityManager, eventId: string): Promise<TestRow[]> =>
  select<TestRow>(em, sql`select ${TEST} from training_test t where t.event_id = ${eventId} order by t.moment desc`);

/** One test, locked when it is to be begun or changed. */
export const findTest = (
  em: EntityManager,
  eventId: string,
  moment: TestMoment,
  { lock = false } = {},
): Promise<TestRow | null> =>
  selectOne<TestRow>(
    em,
    sql`select ${TEST} from training_test t where t.event_id = ${eventId} and t.moment = ${moment} ${lock ? sql`for update` : sql``}`,
  );

/** Writes a test; false when somebody has begun it already. In the caller's transaction, so that a first attempt and a change exclude each other. */
export async function saveTest(em: EntityManager, test: Omit<TestRow, 'id' | 'isFrozen'>): Promise<boolean> {
  const known = await findTest(em, test.eventId, test.moment, { lock: true });
  if (known?.isFrozen) return false;
  await select(
    em,
    sql`insert into training_test (event_id, moment, pass_mark_percent, attempts, is_shuffled, questions)
        values (${test.eventId}, ${test.moment}, ${test.passMarkPercent}, ${test.attempts}, ${test.isShuffled}, ${JSON.stringify(test.questions)}::jsonb)
        on conflict (event_id, moment) do update set pass_mark_percent = excluded.pass_mark_percent, attempts = excluded.attempts, is_shuffled = excluded.is_shuffled, questions = excluded.questions`,
  );
  return true;
}

/** Removes a test; false when somebody has begun it. */
export async function removeTest(em: EntityManager, eventId: string, moment: TestMoment): Promise<boolean> {
  const known = await findTest(em, eventId, moment, { lock: true });
  if (known?.isFrozen) return false;
  await select(em, sql`delete from training_test where event_id = ${eventId} and moment = ${moment}`);
  return true;
}

export type AttemptRow = {
  id: string;
  testId: string;
  eventId: string;
  employeeId: string;
  moment: TestMoment;
  number: number;
  seed: number;
  answers: Answers;
  version: number;
  savedAt: string;
  submittedAt: string | null;
  scorePercent: number | null;
  isPassed: boolean | null;
};
type Raw = Omit<AttemptRow, 'scorePercent'> & { scorePercent: string | null };

const ATTEMPT = sql`a.id, a.test_id as "testId", t.event_id as "eventId", a.employee_id as "employeeId", t.moment, a.number, a.seed, a.answers, a.version, a.saved_at as "savedAt",
  a.submitted_at as "submittedAt", a.score_percent as "scorePercent", a.is_passed as "isPassed"`;
const present = (row: Raw): AttemptRow => ({
  ...row,
  savedAt: instantOf(row.savedAt),
  submittedAt: instantOrNull(row.submittedAt),
  scorePercent: row.scorePercent === null ? null : Number(row.scorePercent),
});

/** The attempts of a person at the tests of an event, in order. */
export async function listAttempts(em: EntityManager, eventId: string, employeeId: string): Promise<AttemptRow[]> {
  const rows = await select<Raw>(
    em,
    sql`select ${ATTEMPT} from training_attempt a join training_test t on t.id = a.test_id where t.event_id = ${eventId} and a.employee_id = ${employeeId} order by a.number`,
  );
  return rows.map(present);
}

/** One attempt, locked when it is to be changed; null when there is none. */
export async function findAttempt(em: EntityManager, id: string, { lock = false } = {}): Promise<AttemptRow | null> {
  const row = await selectOne<Raw>(
    em,
    sql`select ${ATTEMPT} from training_attempt a join training_test t on t.id = a.test_id where a.id = ${id} ${lock ? sql`for update of a` : sql``}`,
  );
  return row && present(row);
}

/** Begins an attempt; two at the same moment are one. */
export async function beginAttempt(
  em: EntityManager,
  attempt: { testId: string; employeeId: string; number: number; seed: number },
): Promise<string> {
  await select(
    em,
    sql`insert into training_attempt (test_id, employee_id, number, seed) values (${attempt.testId}, ${attempt.employeeId}, ${attempt.number}, ${attempt.seed})
        on conflict (test_id, employee_id, number) do nothing`,
  );
  const row = await selectOne<{ id: string }>(
    em,
    sql`select id from training_attempt where test_id = ${attempt.testId} and employee_id = ${attempt.employeeId} and number = ${attempt.number}`,
  );
  return row!.id;
}

/** Saves answers on top of a version; null when another page saved in between or it was handed in. */
export async function saveAnswers(
  em: EntityManager,
  id: string,
  version: number,
  answers: Answers,
): Promise<{ version: number; savedAt: string } | null> {
  const row = await selectOne<{ version: number; savedAt: string }>(
    em,
    sql`update training_attempt set answers = ${JSON.stringify(answers)}::jsonb, version = version + 1, saved_at = now() where id = ${id} and version = ${version} and submitted_at is null
        returning version, saved_at as "savedAt"`,
  );
  return row && { ...row, savedAt: instantOf(row.savedAt) };
}

/** Closes an attempt with its score. */
export async function closeAttempt(
  em: EntityManager,
  id: string,
  result: { scorePercent: number; isPassed: boolean },
): Promise<void> {
  await select(
    em,
    sql`update training_attempt set submitted_at = now(), score_percent = ${result.scorePercent}, is_passed = ${result.isPassed}, version = version + 1 where id = ${id} and submitted_at is null`,
  );
}
