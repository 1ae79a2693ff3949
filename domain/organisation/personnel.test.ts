import { describe, expect, it } from 'vitest';
import { actingProblem, actProblem, type Acting, type ActToJudge } from './personnel.ts';

const act = (part: Partial<ActToJudge> = {}): ActToJudge => ({
  kind: 'transfer',
  actorId: 'admin',
  employeeId: 'rina',
  status: 'aktif',
  effectiveOn: '2026-12-01',
  untilOn: null,
  today: '2026-11-24',
  ...part,
});

describe('R-PERSONNEL-1 an act about a person', () => {
  it('S3.4 may take effect today, earlier or later, but a death has happened', () => {
    expect(actProblem(act())).toBeNull();
    expect(actProblem(act({ kind: 'retirement' }))).toBeNull();
    expect(actProblem(act({ kind: 'death' }))).toBe('personnel.futureDeath');
    expect(actProblem(act({ kind: 'death', effectiveOn: '2026-11-24' }))).toBeNull();
  });

  it('S3.4 is never about oneself and never about somebody whose service has ended', () => {
    expect(actProblem(act({ actorId: 'rina' }))).toBe('personnel.ownAct');
    for (const status of ['pensiun', 'berhenti', 'meninggal'])
      expect(actProblem(act({ status }))).toBe('personnel.notActive');
  });

  it('S3.4 leave begins for who is active and ends for who is away', () => {
    expect(actProblem(act({ kind: 'leave', untilOn: '2027-12-01' }))).toBeNull();
    expect(actProblem(act({ kind: 'leave', untilOn: '2026-11-30' }))).toBe('personnel.dates');
    expect(actProblem(act({ kind: 'leave', status: 'tugas belajar' }))).toBe('personnel.onLeave');
    expect(actProblem(act({ kind: 'promotion', status: 'cuti di luar tanggungan negara' }))).toBe('personnel.onLeave');
    expect(actProblem(act({ kind: 'return' }))).toBe('personnel.notOnLeave');
    expect(actProblem(act({ kind: 'return', status: 'cuti di luar tanggungan negara' }))).toBeNull();
  });
});

describe('R-ACTING-1 somebody acts in a post', () => {
  const acting = (part: Partial<Acting> = {}): Acting => ({
    kind: 'plt',
    actorId: 'admin',
    employeeId: 'rina',
    status: 'aktif',
    validFrom: '2026-12-01',
    validTo: '2027-02-28',
    holderId: null,
    actingIds: [],
    ...part,
  });

  it('S3.4 as Plt when it is vacant, as Plh when its holder is away', () => {
    expect(actingProblem(acting())).toBeNull();
    expect(actingProblem(acting({ holderId: 'budi' }))).toBe('personnel.pltNotVacant');
    expect(actingProblem(acting({ kind: 'plh', holderId: 'budi' }))).toBeNull();
    expect(actingProblem(acting({ kind: 'plh' }))).toBe('personnel.plhVacant');
  });

  it('S3.4 one at a time, between dates in their order, not in the own post, not by oneself, not on leave', () => {
    expect(actingProblem(acting({ actingIds: ['tono'] }))).toBe('personnel.actingTaken');
    expect(actingProblem(acting({ validTo: '2026-11-30' }))).toBe('personnel.dates');
    expect(actingProblem(acting({ kind: 'plh', holderId: 'rina' }))).toBe('personnel.actingOwnPost');
    expect(actingProblem(acting({ actorId: 'rina' }))).toBe('personnel.ownAct');
    expect(actingProblem(acting({ status: 'tugas belajar' }))).toBe('personnel.notActive');
  });
});
