import type { RouteRecordRaw } from 'vue-router';
import { adminPage, page } from '../../pages.ts';

export const routes: RouteRecordRaw[] = [
  page('/training', 'page.training', () => import('./pages/MyTrainingPage.vue'), { menu: { part: 'own', place: 5 } }),
  page('/training/events/:id', 'page.trainingEvent', () => import('./pages/EventPage.vue')),
  page('/training/events/:id/tests/:moment', 'page.trainingTest', () => import('./pages/TestPage.vue')),
  page('/training/check-in/:id', 'page.checkIn', () => import('./pages/CheckInPage.vue')),
  page('/certificates/:token', 'page.certificate', () => import('./pages/CertificatePage.vue'), { isPublic: true }),
  adminPage(
    '/admin/training',
    'page.trainingAdmin',
    ['read', 'TrainingEvent'],
    () => import('./pages/TrainingAdminPage.vue'),
    { part: 'administration', place: 6 },
  ),
  adminPage(
    '/admin/training/new',
    'page.trainingNew',
    ['administer', 'TrainingEvent'],
    () => import('./pages/EventEditorPage.vue'),
  ),
  adminPage(
    '/admin/training/coverage',
    'page.trainingCoverage',
    ['read', 'TrainingEvent'],
    () => import('./pages/CoveragePage.vue'),
  ),
  adminPage(
    '/admin/training/jp',
    'page.trainingJp',
    ['administer', 'TrainingEvent'],
    () => import('./pages/JpReviewPage.vue'),
  ),
  adminPage(
    '/admin/training/:id',
    'page.trainingOrganise',
    ['administer', 'TrainingEvent'],
    () => import('./pages/EventAdminPage.vue'),
  ),
  adminPage(
    '/admin/training/:id/edit',
    'page.trainingEdit',
    ['administer', 'TrainingEvent'],
    () => import('./pages/EventEditorPage.vue'),
  ),
  adminPage(
    '/admin/training/:id/projector',
    'page.trainingProjector',
    ['administer', 'TrainingEvent'],
    () => import('./pages/ProjectorPage.vue'),
  ),
  adminPage(
    '/admin/training/:id/tests/:moment',
    'page.trainingTestEdit',
    ['administer', 'TrainingEvent'],
    () => import('./pages/TestEditorPage.vue'),
  ),
];
