import type { RouteRecordRaw } from 'vue-router';
import { page } from '../../pages.ts';

export const routes: RouteRecordRaw[] = [
  page('/skp', 'page.skp', () => import('./pages/MySkpPage.vue'), { menu: { part: 'own', place: 2 } }),
  page('/cycles/:cycleId/skp', 'page.skpEditor', () => import('./pages/SkpEditorPage.vue')),
  page('/cycles/:cycleId/skp/print', 'page.skpPrint', () => import('./pages/SkpPrintPage.vue')),
];
