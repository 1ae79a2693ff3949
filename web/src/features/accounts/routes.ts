import type { RouteRecordRaw } from 'vue-router';
import { page } from '../../pages.ts';

export const routes: RouteRecordRaw[] = [
  page('/forgot-password', 'page.forgotPassword', () => import('./pages/ForgotPasswordPage.vue'), { isPublic: true }),
  page(
    '/reset-password',
    'page.resetPassword',
    () => import('./pages/NewPasswordPage.vue'),
    { isPublic: true },
    { occasion: 'forgotten' },
  ),
  page(
    '/register/password',
    'page.firstPassword',
    () => import('./pages/NewPasswordPage.vue'),
    { isPublic: true },
    { occasion: 'first' },
  ),
  page('/profile/security', 'page.security', () => import('./pages/SecurityPage.vue')),
];
