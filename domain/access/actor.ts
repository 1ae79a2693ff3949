/** Roles a person can hold in a unit between two dates (domain rulebook 7.2). */
export type RoleName = 'personnelOfficer' | 'agencyAdmin' | 'systemAdmin' | 'auditor' | 'ppk';

export const ROLE_NAMES: readonly RoleName[] = ['personnelOfficer', 'agencyAdmin', 'systemAdmin', 'auditor', 'ppk'];

/**
 * The person who acts, with the authority that holds right now: read from the database for each request,
 * never kept in the session.
 */
export type Actor = {
  employeeId: string;
  /** Positions held now, definitively or as Plt/Plh. */
  positionIds: readonly string[];
  /** Desks (role × unit) the person sits at now. */
  deskIds: readonly string[];
  /** Units covered by each role, the whole subtree resolved. */
  unitIdsByRole: Readonly<Partial<Record<RoleName, readonly string[]>>>;
};

/** All ids under which tasks can be addressed to this person. */
export const assigneeIdsOf = (actor: Actor): string[] => [actor.employeeId, ...actor.positionIds, ...actor.deskIds];
