import type { RouteRecordRaw } from 'vue-router';
import { page } from '../../pages.ts';

export const routes: RouteRecordRaw[] = [
  page('/library', 'page.library', () => import('./pages/LibraryPage.vue'), {
    menu: { part: 'administration', place: 3, shownTo: ({ can }) => can('administer', 'IndicatorLibrary') },
    isWide: true,
  }),
];
