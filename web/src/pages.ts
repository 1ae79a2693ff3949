import type { RouteMeta, RouteRecordRaw } from 'vue-router';
import type { Action, Subject } from '#domain/access/rules.ts';
import type { AbilityQuestions } from './features/session/ability.ts';

type Meta = {
  isPublic?: boolean;
  /** What one must be able to do, beyond the own items, to open the page. */
  needs?: [Action, Subject];
  /** Wider pages for lists beside details and for tables. */
  isWide?: boolean;
  menu?: MenuPlace;
};
/** Who looks at the menu. */
export type Viewer = AbilityQuestions & { hasSubordinates: boolean };
/** Where the page stands in the menu: its part and its place there; without `shownTo`, for all who may open it. */
type MenuPlace = { part: 'own' | 'administration'; place: number; shownTo?: (viewer: Viewer) => boolean };
declare module 'vue-router' {
  interface RouteMeta extends Meta {
    /** Key of the page's title in the lists of texts. */
    title: string;
  }
}

type Component = RouteRecordRaw['component'];

/** A page: its address, the key of its title, its component (loaded when it is opened), who may open it. */
export const page = (path: string, title: string, component: Component, meta: Meta = {}, props: object = {}) =>
  ({ path, component, props, meta: { title, ...meta } }) as RouteRecordRaw;

/** A page of the administration: for those who may, and wide. */
export const adminPage = (
  path: string,
  title: string,
  needs: [Action, Subject],
  component: Component,
  menu?: MenuPlace,
) => page(path, title, component, { needs, isWide: true, ...(menu && { menu }) });

/** The pages of a part of the menu that somebody sees, in their order. */
export function menuOf(
  pages: readonly { path: string; meta?: RouteMeta | undefined }[],
  part: MenuPlace['part'],
  viewer: Viewer,
): { to: string; title: string }[] {
  return pages
    .flatMap(({ path, meta }) =>
      meta?.menu?.part === part && isShown(meta, meta.menu, viewer) ? [{ path, meta }] : [],
    )
    .sort((a, b) => (a.meta.menu?.place ?? 0) - (b.meta.menu?.place ?? 0))
    .map(({ path, meta }) => ({ to: path.replace(/\/:\w+\?$/, ''), title: meta.title }));
}

function isShown({ needs }: RouteMeta, { shownTo }: MenuPlace, viewer: Viewer): boolean {
  if (shownTo) return shownTo(viewer);
  return needs ? viewer.canBeyondOwn(...needs) : true;
}
