import type { RouteRecordRaw } from 'vue-router';
import { page } from '../../pages.ts';

export const routes: RouteRecordRaw[] = [
  page('/team', 'page.team', () => import('./pages/TeamPage.vue'), {
    isWide: true,
    menu: { part: 'own', place: 7, shownTo: ({ hasSubordinates }) => hasSubordinates },
  }),
];
