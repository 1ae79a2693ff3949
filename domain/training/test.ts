import { problem, type Problem } from '../result.ts';

/** A question with the answers to choose from. `correct` holds ids of options; `points` is what a right answer is worth. */
export type Question = {
  readonly id: string;
  readonly kind: 'single' | 'multiple';
  readonly text: string;
  readonly options: readonly { readonly id: string; readonly text: string }[];
  readonly correct: readonly string[];
  readonly points: number;
};

/** Chosen option ids by question id. */
export type Answers = Readonly<Record<string, readonly string[]>>;

export type TestMoment = 'pre' | 'post';

/** What is wrong with the questions of a test; empty when they can be asked. */
export function questionProblems(questions: readonly Question[]): Problem[] {
  if (questions.length === 0) return [problem('training.test.noQuestions', 'questions')];
  return questions.flatMap((question) => problemsOf(question));
}

function problemsOf({ id, kind, text, options, correct, points }: Question): Problem[] {
  const path = `questions.${id}`;
  const found: Problem[] = [];
  if (!text.trim()) found.push(problem('training.test.textMissing', `${path}.text`));
  if (options.length < 2 || options.some((option) => !option.text.trim()))
    found.push(problem('training.test.optionsMissing', `${path}.options`));
  const known = new Set(options.map((option) => option.id));
  const isKnown = correct.length > 0 && correct.every((option) => known.has(option));
  if (!isKnown || (kind === 'single' && correct.length !== 1))
    found.push(problem('training.test.correctMissing', `${path}.correct`));
  if (!(points > 0 && points <= 100)) found.push(problem('training.test.points', `${path}.points`));
  return found;
}

/**
 * The score of a test in percent, 0–100 with one decimal (R-TEST-1). A question counts in full or not at all: with several right answers
 * exactly these must be chosen.
 */
export function scorePercent(questions: readonly Question[], answers: Answers): number {
  const total = questions.reduce((sum, { points }) => sum + points, 0);
  if (total === 0) return 0;
  const reached = questions.reduce(
    (sum, question) => sum + (isRight(question, answers[question.id] ?? []) ? question.points : 0),
    0,
  );
  return Math.round((reached / total) * 1000) / 10;
}

/** Whether exactly the right options were chosen. */
function isRight(question: Question, chosen: readonly string[]): boolean {
  const set = new Set(chosen);
  return set.size === question.correct.length && question.correct.every((option) => set.has(option));
}

/** Whether a score reaches the pass mark; exactly the mark is enough. */
export const isPass = (score: number, passMarkPercent: number): boolean => score >= passMarkPercent;

/** Attempts that are left, never below zero. */
export const attemptsLeft = (allowed: number, used: number): number => Math.max(0, allowed - used);

/** The items in an order that a seed determines: the same seed gives the same order, so that a page that is loaded again shows it again. */
export function shuffled<Item>(items: readonly Item[], seed: number): Item[] {
  const order = [...items];
  let state = seed >>> 0 || 1;
  for (let index = order.length - 1; index > 0; index -= 1) {
    // xorshift32
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    const other = (state >>> 0) % (index + 1);
    [order[index], order[other]] = [order[other]!, order[index]!];
  }
  return order;
}

export type TestAccess = {
  readonly isOpen: boolean;
  readonly closedBecause: 'over' | 'notAttended' | 'noAttemptsLeft' | 'passed' | null;
};

/**
 * Whether a person can begin a test now (R-TEST-2). The test before an event is open from the invitation to the end of the event, the one
 * after it from the own check-in to its last moment. Who has passed needs no further attempt.
 */
export function testAccess(test: {
  readonly moment: TestMoment;
  readonly now: number;
  readonly endsAt: number;
  readonly lastAt: number;
  readonly isAttended: boolean;
  readonly attemptsLeft: number;
  readonly hasPassed: boolean;
}): TestAccess {
  const closed = (closedBecause: NonNullable<TestAccess['closedBecause']>): TestAccess => ({
    isOpen: false,
    closedBecause,
  });
  if (test.hasPassed && test.moment === 'post') return closed('passed');
  if (test.now > (test.moment === 'pre' ? test.endsAt : test.lastAt)) return closed('over');
  if (test.moment === 'post' && !test.isAttended) return closed('notAttended');
  return test.attemptsLeft > 0 ? { isOpen: true, closedBecause: null } : closed('noAttemptsLeft');
}
