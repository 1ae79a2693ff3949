import type { RouteRecordRaw } from 'vue-router';
import { page } from '../../pages.ts';

export const routes: RouteRecordRaw[] = [
  page('/inbox/:taskId?', 'page.inbox', () => import('./pages/InboxPage.vue'), {
    isWide: true,
    menu: { part: 'own', place: 1 },
  }),
];
