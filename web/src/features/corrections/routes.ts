import type { RouteRecordRaw } from 'vue-router';
import { page } from '../../pages.ts';

export const routes: RouteRecordRaw[] = [
  page('/corrections/new', 'page.correction', () => import('./pages/CorrectionPage.vue')),
];
