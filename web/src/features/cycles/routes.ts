import type { RouteRecordRaw } from 'vue-router';
import { page } from '../../pages.ts';

export const routes: RouteRecordRaw[] = [page('/cycles/:cycleId', 'page.cycle', () => import('./pages/CyclePage.vue'))];
