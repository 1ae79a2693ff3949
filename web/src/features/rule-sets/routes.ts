import type { RouteRecordRaw } from 'vue-router';
import { page } from '../../pages.ts';

export const routes: RouteRecordRaw[] = [
  page('/admin/rule-sets', 'page.ruleSets', () => import('./pages/RuleSetsPage.vue'), {
    menu: {
      part: 'administration',
      place: 2,
      shownTo: ({ can }) => can('administer', 'RuleSet') || can('approve', 'RuleSet'),
    },
    isWide: true,
    needs: ['read', 'RuleSet'],
  }),
  page('/admin/rule-sets/:id', 'page.ruleSet', () => import('./pages/RuleSetPage.vue'), {
    isWide: true,
    needs: ['read', 'RuleSet'],
  }),
  page('/admin/rule-set-drafts/:id', 'page.ruleSetDraft', () => import('./pages/RuleSetDraftPage.vue'), {
    isWide: true,
    needs: ['read', 'RuleSet'],
  }),
  page('/admin/rule-set-moves/:id', 'page.ruleSetMove', () => import('./pages/RuleSetMovePage.vue'), {
    isWide: true,
    needs: ['administer', 'RuleSet'],
  }),
];
