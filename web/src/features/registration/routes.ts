import type { RouteRecordRaw } from 'vue-router';
import { page } from '../../pages.ts';

export const routes: RouteRecordRaw[] = [
  page('/register', 'page.register', () => import('./pages/RegisterPage.vue'), { isPublic: true }),
  page('/register/proof', 'page.registrationProof', () => import('./pages/ProofPage.vue'), { isPublic: true }),
  page('/register/status', 'page.registrationStatus', () => import('./pages/StatusPage.vue'), { isPublic: true }),
];
