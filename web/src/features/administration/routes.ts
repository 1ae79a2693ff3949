import type { RouteRecordRaw } from 'vue-router';
import { adminPage } from '../../pages.ts';

export const routes: RouteRecordRaw[] = [
  adminPage('/admin/campaigns', 'page.campaigns', ['read', 'Campaign'], () => import('./pages/CampaignsPage.vue')),
  adminPage('/admin/campaigns/:id', 'page.campaign', ['read', 'Campaign'], () => import('./pages/CampaignPage.vue')),
  adminPage('/admin/employees', 'page.employees', ['read', 'Employee'], () => import('./pages/EmployeesPage.vue')),
  adminPage('/admin/runs', 'page.runs', ['read', 'Run'], () => import('./pages/RunsPage.vue')),
  adminPage('/admin/runs/:cycleId', 'page.run', ['read', 'Run'], () => import('./pages/RunPage.vue')),
  adminPage('/admin/mails', 'page.mails', ['read', 'Mail'], () => import('./pages/MailsPage.vue')),
];
