import type { RouteRecordRaw } from 'vue-router';
import { page } from '../../pages.ts';

export const routes: RouteRecordRaw[] = [
  page('/requests', 'page.requests', () => import('./pages/RequestsPage.vue')),
  page('/procedures/:id', 'page.procedure', () => import('./pages/ProcedurePage.vue')),
];
