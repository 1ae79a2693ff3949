import type { RoleName } from './actor.ts';

/** Why a role cannot be given or ended. */
export type GrantProblem = 'roles.ownGrant' | 'roles.separation' | 'roles.dates' | 'roles.held';

/** A role held in a unit between two dates; paths are chains of unit codes from the root. */
export type HeldRole = {
  readonly role: RoleName;
  readonly unitPath: string;
  readonly validFrom: string;
  readonly validTo: string | null;
};

export type Grant = HeldRole & { readonly granterId: string; readonly granteeId: string };

/**
 * Pairs of duties that one person must not have at the same time. Whoever runs the machines sees no substantive data, and
 * whoever audits a unit does not administer it (rulebook 7.2).
 */
const APART: readonly (readonly [RoleName, RoleName, 'anywhere' | 'sameLine'])[] = [
  ['systemAdmin', 'agencyAdmin', 'anywhere'],
  ['systemAdmin', 'personnelOfficer', 'anywhere'],
  ['systemAdmin', 'ppk', 'anywhere'],
  ['systemAdmin', 'auditor', 'anywhere'],
  ['auditor', 'agencyAdmin', 'sameLine'],
  ['auditor', 'personnelOfficer', 'sameLine'],
];

/**
 * Whether a role may be given (R-ROLE-1): never to oneself, not with an end before its start, not twice at the same time in
 * the same unit, and not beside a duty that must stay apart.
 *
 * @returns the first problem, or null
 */
export function grantProblem(grant: Grant, held: readonly HeldRole[]): GrantProblem | null {
  if (grant.granterId === grant.granteeId) return 'roles.ownGrant';
  if (grant.validTo !== null && grant.validTo < grant.validFrom) return 'roles.dates';
  const together = held.filter((other) => overlaps(grant, other));
  if (together.some(({ role, unitPath }) => role === grant.role && unitPath === grant.unitPath)) return 'roles.held';
  return together.some((other) => mustStayApart(grant, other)) ? 'roles.separation' : null;
}

const overlaps = (a: HeldRole, b: HeldRole): boolean =>
  a.validFrom <= (b.validTo ?? '9999-12-31') && b.validFrom <= (a.validTo ?? '9999-12-31');

function mustStayApart(a: HeldRole, b: HeldRole): boolean {
  return APART.some(([one, other, where]) => {
    const isPair = (a.role === one && b.role === other) || (a.role === other && b.role === one);
    return isPair && (where === 'anywhere' || a.unitPath.startsWith(b.unitPath) || b.unitPath.startsWith(a.unitPath));
  });
}
