import { createRouter, createWebHistory, type RouteRecordRaw } from 'vue-router';
import { routes as accounts } from './features/accounts/routes.ts';
import { routes as administration } from './features/administration/routes.ts';
import { routes as appraisal } from './features/appraisal/routes.ts';
import { routes as corrections } from './features/corrections/routes.ts';
import { routes as cycles } from './features/cycles/routes.ts';
import { routes as guidelines } from './features/guidelines/routes.ts';
import { routes as inbox } from './features/inbox/routes.ts';
import { routes as library } from './features/library/routes.ts';
import { routes as organisation } from './features/organisation/routes.ts';
import { routes as procedures } from './features/procedures/routes.ts';
import { routes as profile } from './features/profile/routes.ts';
import { routes as registration } from './features/registration/routes.ts';
import { routes as reporting } from './features/reporting/routes.ts';
import { routes as ruleSets } from './features/rule-sets/routes.ts';
import { routes as session } from './features/session/routes.ts';
import { routes as skp } from './features/skp/routes.ts';
import { routes as team } from './features/team/routes.ts';
import { routes as training } from './features/training/routes.ts';
import { abilityOf } from './features/session/ability.ts';
import { useSession } from './features/session/session.store.ts';

/** The pages of all features; which of two addresses fits better does not depend on their order. */
export const routes: RouteRecordRaw[] = [
  { path: '/', redirect: '/inbox' },
  { path: '/tasks', redirect: '/inbox' },
  { path: '/tasks/:taskId', redirect: ({ params, query }) => ({ path: `/inbox/${String(params.taskId)}`, query }) },
  ...accounts,
  ...administration,
  ...appraisal,
  ...corrections,
  ...cycles,
  ...guidelines,
  ...inbox,
  ...library,
  ...organisation,
  ...procedures,
  ...profile,
  ...registration,
  ...reporting,
  ...ruleSets,
  ...session,
  ...skp,
  ...team,
  ...training,
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
  return router;
}
