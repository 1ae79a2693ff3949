import { describe, expect, it } from 'vitest';
import { calendarDate } from '../calendar/calendar-date.ts';
import {
  findAtasanPejabatPenilai,
  findPejabatPenilai,
  type AppraiserQuery,
  type Incumbency,
  type OrganisationChart,
  type Post,
} from './appraiser.ts';

const d = calendarDate;
const on = d('2026-12-10');
const holder = (employeeId: string, change: Partial<Incumbency> = {}): Incumbency => ({
  employeeId,
  tenure: 'definitif',
  startsOn: d('2025-01-01'),
  endsOn: null,
  ...change,
});

/** staff → team leader → head of bureau → secretary general → minister's secretary */
function chart(change: Record<string, Incumbency[]> = {}): OrganisationChart {
  const line = ['staff', 'lead', 'bureau', 'general', 'top'];
  return new Map(
    line.map((positionId, index): [string, Post] => [
      positionId,
      {
        positionId,
        superiorPositionId: line[index + 1] ?? null,
        incumbencies: change[positionId] ?? [holder(`e-${positionId}`)],
      },
    ]),
  );
}

const query = (change: Partial<AppraiserQuery> = {}): AppraiserQuery => ({
  employeeId: 'e-staff',
  positionId: 'staff',
  on,
  canPlhRate: false,
  ...change,
});

describe('R-APPRAISER-1: who appraises', () => {
  it('is the direct superior', () => {
    expect(findPejabatPenilai(query(), chart())).toEqual({
      ok: true,
      value: { positionId: 'lead', employeeId: 'e-lead', tenure: 'definitif', passedOver: [] },
    });
  });

  it('moves to the next higher leader when the post is vacant', () => {
    expect(findPejabatPenilai(query(), chart({ lead: [] }))).toMatchObject({
      ok: true,
      value: { employeeId: 'e-bureau', passedOver: [{ positionId: 'lead', reason: 'vacant' }] },
    });
  });

  it('is whoever holds the post on that day', () => {
    const lead = [holder('e-old', { endsOn: d('2026-12-09') }), holder('e-new', { startsOn: d('2026-12-10') })];
    expect(findPejabatPenilai(query(), chart({ lead }))).toMatchObject({ value: { employeeId: 'e-new' } });
    expect(findPejabatPenilai(query({ on: d('2026-12-09') }), chart({ lead }))).toMatchObject({
      value: { employeeId: 'e-old' },
    });
  });

  it('may be a Plt, but a Plh only where the rule set says so', () => {
    const plt = chart({ lead: [holder('e-plt', { tenure: 'plt' })] });
    expect(findPejabatPenilai(query(), plt)).toMatchObject({ value: { employeeId: 'e-plt', tenure: 'plt' } });
    const plh = chart({ lead: [holder('e-plh', { tenure: 'plh' })] });
    expect(findPejabatPenilai(query(), plh)).toMatchObject({
      value: { employeeId: 'e-bureau', passedOver: [{ reason: 'plhOnly' }] },
    });
    expect(findPejabatPenilai(query({ canPlhRate: true }), plh)).toMatchObject({ value: { employeeId: 'e-plh' } });
  });

  it('is never the employee, who may be Plt of the superior post', () => {
    const own = chart({ lead: [holder('e-staff', { tenure: 'plt' })] });
    expect(findPejabatPenilai(query(), own)).toMatchObject({
      value: { employeeId: 'e-bureau', passedOver: [{ positionId: 'lead', reason: 'sameEmployee' }] },
    });
  });

  it('passes over somebody absent and records both (S6.5)', () => {
    expect(findPejabatPenilai(query({ absentEmployeeIds: new Set(['e-lead']) }), chart())).toMatchObject({
      value: { employeeId: 'e-bureau', passedOver: [{ positionId: 'lead', reason: 'absent' }] },
    });
  });

  it('takes a present substitute in the same post before going higher', () => {
    const lead = [holder('e-lead'), holder('e-plt', { tenure: 'plt' })];
    expect(findPejabatPenilai(query({ absentEmployeeIds: new Set(['e-lead']) }), chart({ lead }))).toMatchObject({
      value: { employeeId: 'e-plt', passedOver: [] },
    });
  });

  it('is nobody above the top post, and a loop in the chart ends', () => {
    expect(findPejabatPenilai(query({ employeeId: 'e-top', positionId: 'top' }), chart())).toEqual({
      ok: false,
      code: 'appraiser.none',
      detail: { positionId: 'top' },
    });
    const loop: OrganisationChart = new Map([
      ['a', { positionId: 'a', superiorPositionId: 'b', incumbencies: [] }],
      ['b', { positionId: 'b', superiorPositionId: 'a', incumbencies: [] }],
    ]);
    expect(findPejabatPenilai(query({ positionId: 'a' }), loop).ok).toBe(false);
  });
});

describe('R-APPRAISER-2: who decides an objection', () => {
  it("is the appraiser's superior", () => {
    expect(findAtasanPejabatPenilai(query(), chart())).toMatchObject({ value: { employeeId: 'e-bureau' } });
  });

  it('is one higher when the appraiser also holds that post', () => {
    const both = chart({ bureau: [holder('e-lead', { tenure: 'plt' })] });
    expect(findAtasanPejabatPenilai(query(), both)).toMatchObject({
      value: { employeeId: 'e-general', passedOver: [{ positionId: 'bureau', reason: 'sameEmployee' }] },
    });
  });

  it('does not exist for those just below the top', () => {
    expect(findAtasanPejabatPenilai(query({ employeeId: 'e-general', positionId: 'general' }), chart())).toMatchObject({
      ok: false,
      code: 'appraiser.none',
    });
  });
});
