import type { RouteRecordRaw } from 'vue-router';
import { adminPage, page } from '../../pages.ts';

export const routes: RouteRecordRaw[] = [
  page('/requests', 'page.requests', () => import('./pages/RequestsPage.vue')),
  page('/procedures/:id', 'page.procedure', () => import('./pages/ProcedurePage.vue')),
  adminPage('/admin/procedures', 'page.procedures', ['read', 'Run'], () => import('./pages/ProcedureRunsPage.vue')),
  adminPage(
    '/admin/procedures/:id',
    'page.procedureRun',
    ['read', 'Run'],
    () => import('./pages/ProcedureRunPage.vue'),
  ),
];
