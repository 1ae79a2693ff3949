import type { RouteRecordRaw } from 'vue-router';
import { page } from '../../pages.ts';

export const routes: RouteRecordRaw[] = [page('/profile', 'page.profile', () => import('./pages/ProfilePage.vue'))];
