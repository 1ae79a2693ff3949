import type { RouteRecordRaw } from 'vue-router';
import { page } from '../../pages.ts';

export const routes: RouteRecordRaw[] = [
  page('/reports', 'page.reports', () => import('./pages/MyReportsPage.vue'), { menu: { part: 'own', place: 3 } }),
  page('/cycles/:cycleId/reports/:periodNo', 'page.reportEditor', () => import('./pages/ReportEditorPage.vue')),
];
