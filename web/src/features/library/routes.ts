import type { RouteRecordRaw } from 'vue-router';
import { page } from '../../pages.ts';

export const routes: RouteRecordRaw[] = [
  page('/library', 'page.library', () => import('./pages/LibraryPage.vue'), { isWide: true }),
];
