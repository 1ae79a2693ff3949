import { describe, expect, it } from 'vitest';
import { grantProblem, type Grant, type HeldRole } from './role-grants.ts';

const grant = (part: Partial<Grant> = {}): Grant => ({
  role: 'personnelOfficer',
  unitPath: '/00/01/',
  validFrom: '2026-01-01',
  validTo: null,
  granterId: 'admin',
  granteeId: 'rina',
  ...part,
});
const holds = (part: Partial<HeldRole>): HeldRole[] => [
  { role: 'auditor', unitPath: '/00/03/', validFrom: '2020-01-01', validTo: null, ...part },
];

describe('R-ROLE-1 a role is given', () => {
  it('S3.4 to somebody else only', () => {
    expect(grantProblem(grant(), [])).toBeNull();
    expect(grantProblem(grant({ granterId: 'rina' }), [])).toBe('roles.ownGrant');
  });

  it('S3.4 between two dates in their order', () => {
    expect(grantProblem(grant({ validTo: '2026-01-01' }), [])).toBeNull();
    expect(grantProblem(grant({ validTo: '2025-12-31' }), [])).toBe('roles.dates');
  });

  it('S3.4 once at a time in a unit', () => {
    const same = { role: 'personnelOfficer', unitPath: '/00/01/' } as const;
    expect(grantProblem(grant(), holds(same))).toBe('roles.held');
    expect(grantProblem(grant(), holds({ ...same, validTo: '2025-12-31' }))).toBeNull();
    expect(grantProblem(grant(), holds({ ...same, unitPath: '/00/02/' }))).toBeNull();
  });

  it('S3.4 the technical administrator has no other duty anywhere', () => {
    for (const role of ['agencyAdmin', 'personnelOfficer', 'ppk', 'auditor'] as const) {
      expect(grantProblem(grant({ role: 'systemAdmin', unitPath: '/00/' }), holds({ role, unitPath: '/00/05/' }))).toBe(
        'roles.separation',
      );
      expect(grantProblem(grant({ role }), holds({ role: 'systemAdmin', unitPath: '/00/' }))).toBe('roles.separation');
    }
  });

  it('S3.4 an auditor does not administer what they audit, but may elsewhere and at another time', () => {
    expect(grantProblem(grant(), holds({ unitPath: '/00/' }))).toBe('roles.separation');
    expect(grantProblem(grant({ unitPath: '/00/' }), holds({ unitPath: '/00/03/' }))).toBe('roles.separation');
    expect(grantProblem(grant(), holds({ unitPath: '/00/03/' }))).toBeNull();
    expect(grantProblem(grant(), holds({ unitPath: '/00/', validTo: '2025-12-31' }))).toBeNull();
  });
});
