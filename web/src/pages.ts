import type { RouteRecordRaw } from 'vue-router';
import type { Action, Subject } from '#domain/access/rules.ts';

type Meta = {
  isPublic?: boolean;
  /** What one must be able to do, beyond the own items, to open the page. */
  needs?: [Action, Subject];
  /** Wider pages for lists beside details and for tables. */
  isWide?: boolean;
};
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
export const adminPage = (path: string, title: string, needs: [Action, Subject], component: Component) =>
  page(path, title, component, { needs, isWide: true });
