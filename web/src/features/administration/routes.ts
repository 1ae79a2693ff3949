import type { RouteRecordRaw } from 'vue-router';
import { adminPage } from '../../pages.ts';

export const routes: RouteRecordRaw[] = [
  adminPage('/admin/campaigns', 'page.campaigns', ['read', 'Campaign'], () => import('./pages/CampaignsPage.vue'), {
    part: 'administration',
    place: 1,
  }),
  adminPage('/admin/campaigns/:id', 'page.campaign', ['read', 'Campaign'], () => import('./pages/CampaignPage.vue')),
  adminPage('/admin/employees', 'page.employees', ['read', 'Employee'], () => import('./pages/EmployeesPage.vue'), {
    part: 'administration',
    place: 4,
  }),
  adminPage('/administration/runs', 'page.runs', ['read', 'Run'], () => import('./pages/RunsPage.vue'), {
    part: 'administration',
    place: 7,
  }),
  adminPage('/administration/runs/:id', 'page.run', ['read', 'Run'], () => import('./pages/RunPage.vue')),
  // Addresses of earlier mails and bookmarks: years and other matters had a list each.
  { path: '/admin/:list(runs|procedures)', redirect: ({ query }) => ({ path: '/administration/runs', query }) },
  {
    path: '/admin/:list(runs|procedures)/:id',
    redirect: ({ params }) => ({ path: `/administration/runs/${String(params.id)}` }),
  },
  adminPage('/admin/mails', 'page.mails', ['read', 'Mail'], () => import('./pages/MailsPage.vue'), {
    part: 'administration',
    place: 8,
  }),
];
