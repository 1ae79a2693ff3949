import type { RouteRecordRaw } from 'vue-router';
import { page } from '../../pages.ts';

export const routes: RouteRecordRaw[] = [
  page('/sign-in', 'page.signIn', () => import('./pages/SignInPage.vue'), { isPublic: true }),
  page('/forbidden', 'page.forbidden', () => import('./pages/ForbiddenPage.vue')),
  page('/:rest(.*)*', 'page.notFound', () => import('./pages/NotFoundPage.vue')),
];
