import { describe, expect, it } from 'vitest';
import { RULE_SECTIONS } from '#domain/rule-sets/rule-set.ts';
import rules from '../../../../data/rule-sets/permenpanrb-6-2022-triwulanan.json' with { type: 'json' };
import texts from './texts.id.json' with { type: 'json' };
import { FIELDS, valueAt } from './composables/rule-fields.ts';

/** Tables and lists, which have editors of their own in the form. */
const TABLES = [
  'followUp.byPredikat',
  'ladder',
  'predikatMatrix',
  'distribution.byOrganisationPredikat',
  'leaderRating.byOrganisationPredikat',
  'angkaKredit.percentByPredikat',
  'angkaKredit.jenjang',
  'rewards.catalogue',
  'rewards.satyalancana.grades',
  'tukin.percentByPredikat',
  'discipline.absenceBands',
];
const isGroup = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && !('month' in value);

/** The paths of all plain values at and below a path. */
function valuesAt(path: string): string[] {
  if (TABLES.includes(path)) return [];
  const value = valueAt(rules, path);
  return isGroup(value) ? Object.keys(value).flatMap((key) => valuesAt(`${path}.${key}`)) : [path];
}

describe('the editor of rule sets', () => {
  it.each(RULE_SECTIONS)('%s: has a field for each value of the section', (section) => {
    expect(FIELDS[section].map(({ path }) => path).sort()).toEqual(valuesAt(section).sort());
  });

  it.each(Object.values(FIELDS).flat())('$path: has its words', ({ path }) => {
    expect(valueAt(texts, `ruleSets.field.${path}`)).toBeTypeOf('string');
  });
});
