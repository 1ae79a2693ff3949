import { describe, expect, it } from 'vitest';
import type { AbilityQuestions } from './features/session/ability.ts';
import { abilityOf } from './features/session/ability.ts';
import { menuOf } from './pages.ts';
import { routes } from './router.ts';

const menu = (part: 'own' | 'administration', ability: AbilityQuestions, hasSubordinates = false): string[] =>
  menuOf(routes, part, { ...ability, hasSubordinates }).map(({ to }) => to);
const nobody = abilityOf([]);
const everybody = abilityOf([{ action: 'manage', subject: 'all' }]);

describe('the menu', () => {
  it('of an employee has the own pages in the order of the year, and nothing to administer', () => {
    const own = ['/inbox', '/skp', '/reports', '/result', '/training', '/guidelines'];
    expect(menu('own', nobody)).toEqual(own);
    expect(menu('own', nobody, true)).toEqual([...own, '/team']);
    expect(menu('administration', nobody)).toEqual([]);
  });

  it('of who may do everything has all pages of the administration in their order', () => {
    expect(menu('administration', everybody)).toEqual([
      '/admin/campaigns',
      '/admin/rule-sets',
      '/library',
      '/admin/employees',
      '/admin/roles',
      '/admin/training',
      '/administration/runs',
      '/admin/mails',
    ]);
  });

  it('shows rule sets to those who edit or approve them, not to those who may only read them', () => {
    expect(menu('administration', abilityOf([{ action: 'read', subject: 'RuleSet' }]))).toEqual([]);
    expect(menu('administration', abilityOf([{ action: 'approve', subject: 'RuleSet' }]))).toEqual([
      '/admin/rule-sets',
    ]);
  });
});
