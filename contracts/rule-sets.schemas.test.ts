import { expect, it } from 'vitest';
import { readRuleSet } from '../data/files.ts';
import { RuleSetContent } from './rule-sets.schemas.ts';

it.each(['permenpanrb-6-2022-bulanan', 'permenpanrb-6-2022-triwulanan'] as const)(
  '%s has each value of the contract, within its limits',
  (code) => {
    expect(RuleSetContent.safeParse(readRuleSet(code)).error?.issues).toBeUndefined();
  },
);
