import type { RouteRecordRaw } from 'vue-router';
import { page } from '../../pages.ts';

export const routes: RouteRecordRaw[] = [
  page('/result', 'page.result', () => import('./pages/MyResultPage.vue'), { menu: { part: 'own', place: 4 } }),
  page('/cycles/:cycleId/self-assessment', 'page.selfAssessment', () => import('./pages/SelfAssessmentPage.vue')),
];
