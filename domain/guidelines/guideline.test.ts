import { describe, expect, it } from 'vitest';
import { calendarDate } from '../calendar/calendar-date.ts';
import { CIVIL_CLOCK } from '../calendar/clock.ts';
import { FIVE_DAY_WEEKEND } from '../calendar/working-days.ts';
import {
  emptyGuideline,
  endedStatus,
  readingDates,
  superiorOffset,
  validateGuideline,
  type GuidelineContent,
} from './guideline.ts';

const today = calendarDate('2026-11-24');
const complete: GuidelineContent = {
  ...emptyGuideline(2026),
  number: '12',
  title: 'Pedoman Kinerja',
  issuer: 'Sekretaris Jenderal',
  effectiveOn: calendarDate('2026-12-01'),
  parts: {
    purpose: 'Tujuan',
    procedure: 'Prosedur',
    standards: 'Standar',
    indicators: 'Indikator',
    rulesOfUse: 'Tata cara',
  },
  articles: [{ id: 'a1', heading: 'Pasal 1', text: 'Isi' }],
};

describe('R-GUIDELINE-1: what a guideline must hold (S1.1)', () => {
  it('S1.1 a complete one has nothing against it', () => {
    expect(validateGuideline(complete, 'g1', today)).toEqual([]);
  });

  const broken: [string, Partial<GuidelineContent>, string, string][] = [
    ['no number', { number: ' ' }, 'guideline.numberMissing', 'number'],
    ['no year', { year: null }, 'guideline.year', 'year'],
    ['no title', { title: '' }, 'guideline.titleMissing', 'title'],
    ['no issuer', { issuer: '' }, 'guideline.issuerMissing', 'issuer'],
    [
      'a part that is missing',
      { parts: { ...complete.parts, standards: ' ' } },
      'guideline.partMissing',
      'parts.standards',
    ],
    [
      'an empty article',
      { articles: [{ id: 'a1', heading: 'Pasal 1', text: '' }] },
      'guideline.articleEmpty',
      'articles.a1',
    ],
    [
      'an article twice',
      { articles: [complete.articles[0]!, { id: 'a2', heading: 'pasal 1', text: 'x' }] },
      'guideline.articleRepeated',
      'articles.a2',
    ],
    ['a link to itself', { links: [{ relation: 'amends', guidelineId: 'g1' }] }, 'guideline.linkToSelf', 'links.0'],
    [
      'a link twice',
      {
        links: [
          { relation: 'amends', guidelineId: 'g2' },
          { relation: 'revokes', guidelineId: 'g2' },
        ],
      },
      'guideline.linkRepeated',
      'links.1',
    ],
    ['no date', { effectiveOn: null }, 'guideline.effectiveOnMissing', 'effectiveOn'],
    ['a date in the past', { effectiveOn: calendarDate('2026-11-23') }, 'guideline.effectiveInPast', 'effectiveOn'],
    [
      'no time to read',
      { reading: { dueWorkingDays: 0, reminderOffsets: [] } },
      'ruleSet.duration',
      'reading.dueWorkingDays',
    ],
    [
      'reminders out of order',
      { reading: { dueWorkingDays: 5, reminderOffsets: [0, -1] } },
      'guideline.reminderOrder',
      'reading.reminderOffsets',
    ],
  ];
  it.each(broken)('S1.1 refuses %s', (_title, change, code, path) => {
    expect(validateGuideline({ ...complete, ...change }, 'g1', today)).toEqual([
      expect.objectContaining({ code, path }),
    ]);
  });
});

const unit = {
  workingCalendar: { weekend: FIVE_DAY_WEEKEND, holidays: new Set<never>() },
  zone: 'Asia/Jakarta' as const,
  clock: CIVIL_CLOCK,
};
const announcedAt = Date.parse('2026-11-24T03:00:00Z');

describe('R-GUIDELINE-2: reading (S1.3)', () => {
  it('S1.3 is due some working days after the announcement, reminders go out at 08:00', () => {
    const { dueAt, remindAt } = readingDates(
      announcedAt,
      { dueWorkingDays: 10, reminderOffsets: [-3, 0, 5] },
      unit,
      null,
    );
    expect(new Date(dueAt).toISOString()).toBe('2026-12-08T16:59:59.999Z');
    expect(remindAt.map((at) => new Date(at).toISOString())).toEqual([
      '2026-12-03T01:00:00.000Z',
      '2026-12-08T01:00:00.000Z',
      '2026-12-15T01:00:00.000Z',
    ]);
  });

  it('S1.3 no reminder lies before the announcement', () => {
    expect(
      readingDates(announcedAt, { dueWorkingDays: 1, reminderOffsets: [-3, 0] }, unit, null).remindAt,
    ).toHaveLength(1);
  });
});

describe('R-GUIDELINE-4: when a superior hears who has not read (S1.3)', () => {
  const superiorAt = (reminderOffsets: number[], after: number | null): string | null => {
    const at = readingDates(announcedAt, { dueWorkingDays: 10, reminderOffsets }, unit, after).superiorAt;
    return at === null ? null : new Date(at).toISOString();
  };

  it('S1.3 on the hari kerja of the ladder, but never before the reader was reminded for the last time or on the due day', () => {
    expect(superiorAt([-3, 0], 3)).toBe('2026-12-11T01:00:00.000Z');
    expect(superiorAt([-3, 0, 5], 3)).toBe('2026-12-16T01:00:00.000Z');
    expect(superiorAt([], -2)).toBe('2026-12-09T01:00:00.000Z');
    expect(superiorAt([-3, 0], null)).toBeNull();
  });

  it('S1.3 the ladder says when, or that nobody tells them', () => {
    expect(
      superiorOffset([
        { offsetWorkingDays: 0, action: 'remind', to: ['assignee'] },
        { offsetWorkingDays: 1, action: 'escalate', to: ['assignee', 'superior'] },
      ]),
    ).toBe(1);
    expect(superiorOffset([{ offsetWorkingDays: 0, action: 'remind', to: ['assignee'] }])).toBeNull();
  });
});

describe('R-GUIDELINE-3: what a version ends when it takes effect (S1.1)', () => {
  it('S1.1 the version before it and what it amends are changed, what it revokes is revoked', () => {
    expect([endedStatus('succeeds'), endedStatus('amends'), endedStatus('revokes')]).toEqual([
      'diubah',
      'diubah',
      'dicabut',
    ]);
  });
});
