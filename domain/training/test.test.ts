import { describe, expect, it } from 'vitest';
import { attemptsLeft, isPass, questionProblems, scorePercent, shuffled, testAccess, type Question } from './test.ts';

const options = ['a', 'b', 'c'].map((id) => ({ id, text: `Pilihan ${id}` }));
const single: Question = {
  id: 'q1',
  kind: 'single',
  text: 'Siapa menyetujui SKP?',
  options,
  correct: ['b'],
  points: 1,
};
const multiple: Question = {
  id: 'q2',
  kind: 'multiple',
  text: 'Apa saja aspek indikator?',
  options,
  correct: ['a', 'c'],
  points: 2,
};

describe('R-TEST-1: the score of a test (S2.2)', () => {
  it.each([
    ['all right', { q1: ['b'], q2: ['c', 'a'] }, 100],
    ['only the single choice', { q1: ['b'] }, 33.3],
    ['only the multiple choice', { q1: ['a'], q2: ['a', 'c'] }, 66.7],
    ['one of two right answers is not enough', { q2: ['a'] }, 0],
    ['everything ticked is wrong', { q1: ['b'], q2: ['a', 'b', 'c'] }, 33.3],
    ['the same answer twice counts once', { q1: ['b', 'b'], q2: ['a', 'a', 'c'] }, 100],
    ['nothing', {}, 0],
  ])('S2.2 %s', (_title, answers, expected) => {
    expect(scorePercent([single, multiple], answers)).toBe(expected);
  });

  it('S2.2 the pass mark itself is enough', () => {
    expect([69.9, 70, 100].map((score) => isPass(score, 70))).toEqual([false, true, true]);
  });
});

describe('the questions of a test (S2.2)', () => {
  it('S2.2 are refused with the place of each problem', () => {
    expect(questionProblems([])).toMatchObject([{ code: 'training.test.noQuestions', path: 'questions' }]);
    expect(questionProblems([single, multiple])).toEqual([]);
    const broken = { ...single, text: ' ', options: [{ id: 'a', text: 'x' }], correct: ['z'], points: 0 };
    expect(questionProblems([broken]).map(({ code, path }) => `${code} ${path}`)).toEqual([
      'training.test.textMissing questions.q1.text',
      'training.test.optionsMissing questions.q1.options',
      'training.test.correctMissing questions.q1.correct',
      'training.test.points questions.q1.points',
    ]);
    expect(questionProblems([{ ...single, correct: ['a', 'b'] }])).toMatchObject([
      { code: 'training.test.correctMissing' },
    ]);
  });

  it('S2.2 are shuffled by the seed of the attempt: the same each time, none lost', () => {
    const items = Array.from({ length: 30 }, (_, index) => index);
    expect(shuffled(items, 7)).toEqual(shuffled(items, 7));
    expect(shuffled(items, 7)).not.toEqual(shuffled(items, 8));
    expect([...shuffled(items, 7)].sort((a, b) => a - b)).toEqual(items);
    expect(shuffled([], 1)).toEqual([]);
  });
});

describe('R-TEST-2: who can take a test when (S2.2)', () => {
  const base = {
    moment: 'post' as const,
    now: 150,
    endsAt: 100,
    lastAt: 200,
    isAttended: true,
    attemptsLeft: 1,
    hasPassed: false,
  };
  it.each([
    ['after the check-in', {}, null],
    ['without a check-in', { isAttended: false }, 'notAttended'],
    ['after the last moment', { now: 201 }, 'over'],
    ['at the last moment', { now: 200 }, null],
    ['without attempts', { attemptsLeft: 0 }, 'noAttemptsLeft'],
    ['passed already', { hasPassed: true }, 'passed'],
    ['the first test after the event', { moment: 'pre' as const }, 'over'],
    ['the first test needs no check-in', { moment: 'pre' as const, now: 50, isAttended: false }, null],
  ])('S2.2 %s', (_title, change, closedBecause) => {
    expect(testAccess({ ...base, ...change })).toEqual({ isOpen: closedBecause === null, closedBecause });
  });

  it('S2.2 attempts never go below zero', () => {
    expect([attemptsLeft(2, 1), attemptsLeft(2, 3)]).toEqual([1, 0]);
  });
});
