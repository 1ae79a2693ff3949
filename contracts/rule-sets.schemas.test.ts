import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readRuleSet } from '../data/files.ts';
import { RuleSetContent } from './rule-sets.schemas.ts';

const codes = readdirSync(join(import.meta.dirname, '../data/rule-sets')).map((file) => file.replace('.json', ''));

describe('the rule sets that come with the product', () => {
  it.each(codes)('%s has each value of the contract, within its limits', (code) => {
    expect(RuleSetContent.safeParse(readRuleSet(code)).error?.issues).toBeUndefined();
  });
});
