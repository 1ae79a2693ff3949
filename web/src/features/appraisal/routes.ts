import type { RouteRecordRaw } from 'vue-router';
import { page } from '../../pages.ts';

export const routes: RouteRecordRaw[] = [
  page('/result', 'page.result', () => import('./pages/MyResultPage.vue')),
  page('/cycles/:cycleId/self-assessment', 'page.selfAssessment', () => import('./pages/SelfAssessmentPage.vue')),
];
