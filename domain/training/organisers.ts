import type { Actor, RoleName } from '../access/actor.ts';

/** Roles that hold trainings for their units. */
const ORGANISER_ROLES: readonly RoleName[] = ['personnelOfficer', 'agencyAdmin'];

/** Whether somebody may hold, change and cancel trainings of a unit now; the same as the right to administer `TrainingEvent`. */
export const mayOrganise = (actor: Actor, unitId: string): boolean =>
  ORGANISER_ROLES.some((role) => actor.unitIdsByRole[role]?.includes(unitId));
