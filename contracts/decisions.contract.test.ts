import { expect, it } from 'vitest';
import { DECISIONS } from '#domain/process/tasks.ts';
import { DecisionArguments } from './decisions.contract.ts';

it('every decision of the table of tasks has a schema of what it carries', () => {
  const known = DecisionArguments.options.map(({ shape }) => shape.decision.value);
  expect(known.sort()).toEqual([...DECISIONS].sort());
});
