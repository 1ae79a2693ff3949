import type { RouteRecordRaw } from 'vue-router';
import { page } from '../../pages.ts';

export const routes: RouteRecordRaw[] = [
  page('/guidelines', 'page.guidelines', () => import('./pages/GuidelinesPage.vue'), {
    isWide: true,
    menu: { part: 'own', place: 6 },
  }),
  page('/guidelines/:id', 'page.guideline', () => import('./pages/GuidelinePage.vue'), { isWide: true }),
  page('/guidelines/:id/versions/:version/edit', 'page.guidelineEdit', () => import('./pages/GuidelineEditPage.vue'), {
    needs: ['administer', 'Guideline'],
  }),
];
