import type { RouteRecordRaw } from 'vue-router';
import { adminPage } from '../../pages.ts';

export const routes: RouteRecordRaw[] = [
  adminPage('/admin/employees/:id', 'page.employee', ['read', 'Employee'], () => import('./pages/EmployeePage.vue')),
  adminPage(
    '/admin/roster-import',
    'page.rosterImport',
    ['read', 'RosterRow'],
    () => import('./pages/RosterImportsPage.vue'),
  ),
  adminPage(
    '/admin/roster-import/:id',
    'page.rosterImportDetail',
    ['read', 'RosterRow'],
    () => import('./pages/RosterImportPage.vue'),
  ),
  adminPage('/admin/roles', 'page.roles', ['read', 'Role'], () => import('./pages/RolesPage.vue'), {
    part: 'administration',
    place: 5,
  }),
];
