import { describe, expect, it } from 'vitest';
import { readRuleSet } from '../../data/files.ts';
import { validateRuleSet } from '../rule-sets/validate-rule-set.ts';
import { coveragePercent, gateState } from './gate.ts';

const gate = { topic: 'skp', withinMonths: 12 };

describe('R-GATE-1: the training before the SKP (S2.3)', () => {
  it.each([
    [
      'a rule set without a gate',
      undefined,
      { hasCompleted: false, isWaived: false },
      { kind: 'open', because: 'noGate' },
    ],
    [
      'a gate that is switched off',
      null,
      { hasCompleted: false, isWaived: false },
      { kind: 'open', because: 'noGate' },
    ],
    [
      'nothing completed',
      gate,
      { hasCompleted: false, isWaived: false },
      { kind: 'closed', topic: 'skp', withinMonths: 12 },
    ],
    ['completed', gate, { hasCompleted: true, isWaived: true }, { kind: 'open', because: 'completed' }],
    ['waived', gate, { hasCompleted: false, isWaived: true }, { kind: 'open', because: 'waived' }],
  ] as const)('S2.3 %s', (_title, given, facts, expected) => {
    expect(gateState(given, facts)).toEqual(expected);
  });

  it('S2.3 the rule sets of before have no gate, and one that makes no sense is refused', () => {
    const rules = readRuleSet('permenpanrb-6-2022-bulanan');
    expect(rules.training.skpGate ?? null).toBeNull();
    const withGate = (skpGate: typeof gate) =>
      validateRuleSet({ ...rules, training: { ...rules.training, skpGate } }).map(({ code }) => code);
    expect(withGate(gate)).toEqual([]);
    expect(withGate({ topic: ' ', withinMonths: 12 })).toEqual(['ruleSet.trainingGate']);
    expect(withGate({ topic: 'skp', withinMonths: 0 })).toEqual(['ruleSet.trainingGate']);
  });

  it('S2.3 coverage is given with one decimal', () => {
    expect([coveragePercent(7118, 7362), coveragePercent(0, 0), coveragePercent(1, 3)]).toEqual([96.7, 100, 33.3]);
  });
});
