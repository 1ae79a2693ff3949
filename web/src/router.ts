import { createRouter, createWebHistory, type RouteRecordRaw } from 'vue-router';
import type { Action, Subject } from '#domain/access/rules.ts';
import { abilityOf } from './features/session/ability.ts';
import { useSession } from './features/session/session.store.ts';
import { loadTexts } from './i18n/index.ts';

declare module 'vue-router' {
  interface RouteMeta {
    /** Key of the page's title in the lists of texts. */
    title: string;
    isPublic?: boolean;
    /** What one must be able to do, beyond the own items, to open the page. */
    needs?: [Action, Subject];
    /** Wider pages for lists beside details and for tables. */
    isWide?: boolean;
    /** Texts that are loaded with the page: a folder of `i18n`. */
    texts?: string | readonly string[];
  }
}

const page = (
  path: string,
  title: string,
  component: RouteRecordRaw['component'],
  meta: object = {},
  props: object = {},
): RouteRecordRaw => ({ path, component, props, meta: { title, ...meta } }) as RouteRecordRaw;
const admin = (
  path: string,
  title: string,
  needs: [Action, Subject],
  component: RouteRecordRaw['component'],
  texts: readonly string[] = ['administration'],
): RouteRecordRaw => page(path, title, component, { needs, isWide: true, texts });

export const routes: RouteRecordRaw[] = [
  { path: '/', redirect: '/inbox' },
  { path: '/tasks', redirect: '/inbox' },
  { path: '/tasks/:taskId', redirect: ({ params, query }) => ({ path: `/inbox/${String(params.taskId)}`, query }) },
  page('/sign-in', 'page.signIn', () => import('./features/session/pages/SignInPage.vue'), { isPublic: true }),
  page('/forgot-password', 'page.forgotPassword', () => import('./features/accounts/pages/ForgotPasswordPage.vue'), {
    isPublic: true,
    texts: 'accounts',
  }),
  page(
    '/reset-password',
    'page.resetPassword',
    () => import('./features/accounts/pages/NewPasswordPage.vue'),
    { isPublic: true, texts: 'accounts' },
    { occasion: 'forgotten' },
  ),
  page('/inbox/:taskId?', 'page.inbox', () => import('./features/inbox/pages/InboxPage.vue'), { isWide: true }),
  page('/skp', 'page.skp', () => import('./features/skp/pages/MySkpPage.vue')),
  page('/reports', 'page.reports', () => import('./features/reporting/pages/MyReportsPage.vue')),
  page('/result', 'page.result', () => import('./features/appraisal/pages/MyResultPage.vue')),
  page('/team', 'page.team', () => import('./features/team/pages/TeamPage.vue'), { isWide: true }),
  page('/cycles/:cycleId', 'page.cycle', () => import('./features/cycles/pages/CyclePage.vue')),
  page('/cycles/:cycleId/skp', 'page.skpEditor', () => import('./features/skp/pages/SkpEditorPage.vue'), {
    texts: 'writing',
  }),
  page('/cycles/:cycleId/skp/print', 'page.skpPrint', () => import('./features/skp/pages/SkpPrintPage.vue'), {
    texts: 'writing',
  }),
  page(
    '/cycles/:cycleId/reports/:periodNo',
    'page.reportEditor',
    () => import('./features/reporting/pages/ReportEditorPage.vue'),
    { texts: ['writing', 'files'] },
  ),
  page(
    '/cycles/:cycleId/self-assessment',
    'page.selfAssessment',
    () => import('./features/appraisal/pages/SelfAssessmentPage.vue'),
    { texts: 'writing' },
  ),
  page('/register', 'page.register', () => import('./features/registration/pages/RegisterPage.vue'), {
    isPublic: true,
    texts: ['accounts', 'registration'],
  }),
  page('/register/proof', 'page.registrationProof', () => import('./features/registration/pages/ProofPage.vue'), {
    isPublic: true,
    texts: ['accounts', 'registration'],
  }),
  page('/register/status', 'page.registrationStatus', () => import('./features/registration/pages/StatusPage.vue'), {
    isPublic: true,
    texts: ['accounts', 'registration'],
  }),
  page(
    '/register/password',
    'page.firstPassword',
    () => import('./features/accounts/pages/NewPasswordPage.vue'),
    { isPublic: true, texts: ['accounts', 'registration'] },
    { occasion: 'first' },
  ),
  page('/corrections/new', 'page.correction', () => import('./features/corrections/pages/CorrectionPage.vue'), {
    texts: ['procedures', 'corrections'],
  }),
  page('/requests', 'page.requests', () => import('./features/procedures/pages/RequestsPage.vue'), {
    texts: 'procedures',
  }),
  page('/procedures/:id', 'page.procedure', () => import('./features/procedures/pages/ProcedurePage.vue'), {
    texts: 'procedures',
  }),
  page('/profile', 'page.profile', () => import('./features/profile/pages/ProfilePage.vue')),
  page('/profile/security', 'page.security', () => import('./features/accounts/pages/SecurityPage.vue'), {
    texts: 'accounts',
  }),
  admin(
    '/admin/campaigns',
    'page.campaigns',
    ['read', 'Campaign'],
    () => import('./features/administration/pages/CampaignsPage.vue'),
  ),
  admin(
    '/admin/campaigns/:id',
    'page.campaign',
    ['read', 'Campaign'],
    () => import('./features/administration/pages/CampaignPage.vue'),
  ),
  admin(
    '/admin/employees',
    'page.employees',
    ['read', 'Employee'],
    () => import('./features/administration/pages/EmployeesPage.vue'),
    ['administration', 'organisation'],
  ),
  admin(
    '/admin/employees/:id',
    'page.employee',
    ['read', 'Employee'],
    () => import('./features/organisation/pages/EmployeePage.vue'),
    ['administration', 'organisation'],
  ),
  admin(
    '/admin/roster-import',
    'page.rosterImport',
    ['read', 'RosterRow'],
    () => import('./features/organisation/pages/RosterImportsPage.vue'),
    ['organisation', 'registration', 'files'],
  ),
  admin(
    '/admin/roster-import/:id',
    'page.rosterImportDetail',
    ['read', 'RosterRow'],
    () => import('./features/organisation/pages/RosterImportPage.vue'),
    ['organisation', 'registration'],
  ),
  admin('/admin/roles', 'page.roles', ['read', 'Role'], () => import('./features/organisation/pages/RolesPage.vue'), [
    'administration',
    'organisation',
  ]),
  admin('/admin/runs', 'page.runs', ['read', 'Run'], () => import('./features/administration/pages/RunsPage.vue')),
  admin(
    '/admin/runs/:cycleId',
    'page.run',
    ['read', 'Run'],
    () => import('./features/administration/pages/RunPage.vue'),
  ),
  admin(
    '/admin/procedures',
    'page.procedures',
    ['read', 'Run'],
    () => import('./features/procedures/pages/ProcedureRunsPage.vue'),
    ['administration', 'procedures'],
  ),
  admin(
    '/admin/procedures/:id',
    'page.procedureRun',
    ['read', 'Run'],
    () => import('./features/procedures/pages/ProcedureRunPage.vue'),
    ['administration', 'procedures'],
  ),
  admin('/admin/mails', 'page.mails', ['read', 'Mail'], () => import('./features/administration/pages/MailsPage.vue')),
  page('/guidelines', 'page.guidelines', () => import('./features/guidelines/pages/GuidelinesPage.vue'), {
    isWide: true,
    texts: 'guidelines',
  }),
  page('/guidelines/:id', 'page.guideline', () => import('./features/guidelines/pages/GuidelinePage.vue'), {
    isWide: true,
    texts: 'guidelines',
  }),
  page(
    '/guidelines/:id/versions/:version/edit',
    'page.guidelineEdit',
    () => import('./features/guidelines/pages/GuidelineEditPage.vue'),
    { texts: ['guidelines', 'writing', 'files'], needs: ['administer', 'Guideline'] },
  ),
  page('/library', 'page.library', () => import('./features/library/pages/LibraryPage.vue'), {
    isWide: true,
    texts: ['library', 'writing'],
  }),
  page('/admin/rule-sets', 'page.ruleSets', () => import('./features/rule-sets/pages/RuleSetsPage.vue'), {
    isWide: true,
    texts: 'ruleSets',
    needs: ['read', 'RuleSet'],
  }),
  page('/admin/rule-sets/:id', 'page.ruleSet', () => import('./features/rule-sets/pages/RuleSetPage.vue'), {
    isWide: true,
    texts: 'ruleSets',
    needs: ['read', 'RuleSet'],
  }),
  page(
    '/admin/rule-set-drafts/:id',
    'page.ruleSetDraft',
    () => import('./features/rule-sets/pages/RuleSetDraftPage.vue'),
    { isWide: true, texts: ['ruleSets', 'writing'], needs: ['read', 'RuleSet'] },
  ),
  page(
    '/admin/rule-set-moves/:id',
    'page.ruleSetMove',
    () => import('./features/rule-sets/pages/RuleSetMovePage.vue'),
    { isWide: true, texts: 'ruleSets', needs: ['administer', 'RuleSet'] },
  ),
  page('/training', 'page.training', () => import('./features/training/pages/MyTrainingPage.vue'), {
    texts: ['training', 'files'],
  }),
  page('/training/events/:id', 'page.trainingEvent', () => import('./features/training/pages/EventPage.vue'), {
    texts: 'training',
  }),
  page(
    '/training/events/:id/tests/:moment',
    'page.trainingTest',
    () => import('./features/training/pages/TestPage.vue'),
    { texts: 'training' },
  ),
  page('/training/check-in/:id', 'page.checkIn', () => import('./features/training/pages/CheckInPage.vue'), {
    texts: 'training',
  }),
  page('/certificates/:token', 'page.certificate', () => import('./features/training/pages/CertificatePage.vue'), {
    isPublic: true,
    texts: 'training',
  }),
  admin(
    '/admin/training',
    'page.trainingAdmin',
    ['read', 'TrainingEvent'],
    () => import('./features/training/pages/TrainingAdminPage.vue'),
    ['training'],
  ),
  admin(
    '/admin/training/new',
    'page.trainingNew',
    ['administer', 'TrainingEvent'],
    () => import('./features/training/pages/EventEditorPage.vue'),
    ['training'],
  ),
  admin(
    '/admin/training/coverage',
    'page.trainingCoverage',
    ['read', 'TrainingEvent'],
    () => import('./features/training/pages/CoveragePage.vue'),
    ['training'],
  ),
  admin(
    '/admin/training/jp',
    'page.trainingJp',
    ['administer', 'TrainingEvent'],
    () => import('./features/training/pages/JpReviewPage.vue'),
    ['training'],
  ),
  admin(
    '/admin/training/:id',
    'page.trainingOrganise',
    ['administer', 'TrainingEvent'],
    () => import('./features/training/pages/EventAdminPage.vue'),
    ['training', 'files'],
  ),
  admin(
    '/admin/training/:id/edit',
    'page.trainingEdit',
    ['administer', 'TrainingEvent'],
    () => import('./features/training/pages/EventEditorPage.vue'),
    ['training'],
  ),
  admin(
    '/admin/training/:id/projector',
    'page.trainingProjector',
    ['administer', 'TrainingEvent'],
    () => import('./features/training/pages/ProjectorPage.vue'),
    ['training'],
  ),
  admin(
    '/admin/training/:id/tests/:moment',
    'page.trainingTestEdit',
    ['administer', 'TrainingEvent'],
    () => import('./features/training/pages/TestEditorPage.vue'),
    ['training'],
  ),
  page('/forbidden', 'page.forbidden', () => import('./features/session/pages/ForbiddenPage.vue')),
  page('/:rest(.*)*', 'page.notFound', () => import('./features/session/pages/NotFoundPage.vue')),
];

/** Routes with their two gates: signed in, and allowed to. */
export function makeRouter() {
  const router = createRouter({
    history: createWebHistory(),
    routes,
    scrollBehavior: (to, from, saved) => saved ?? (to.path === from.path ? undefined : { top: 0 }),
  });
  router.beforeEach((to) => {
    const session = useSession();
    if (to.meta.isPublic) return session.me && to.path === '/sign-in' ? '/inbox' : true;
    if (!session.me) return { path: '/sign-in', query: to.fullPath === '/inbox' ? {} : { back: to.fullPath } };
    if (to.meta.needs && !abilityOf(session.me.rules).canBeyondOwn(...to.meta.needs)) return { path: '/forbidden' };
    return true;
  });
  router.beforeResolve(async (to) => {
    await Promise.all([to.meta.texts ?? []].flat().map((part) => loadTexts(part)));
  });
  return router;
}
