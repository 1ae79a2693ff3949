import { describe, expect, it } from 'vitest';
import { readRuleSet } from '../../data/files.ts';
import { calendarDate } from '../calendar/calendar-date.ts';
import { toMicro } from '../micro.ts';
import {
  accumulateAngkaKredit,
  angkaKredit,
  angkaKreditGap,
  formatAngkaKredit,
  jenjangFromLabel,
  JENJANG_FUNGSIONAL,
  monthsCounted,
  type JenjangFungsional,
} from './angka-kredit.ts';
import { PREDIKATS, type Predikat } from './predikat.ts';

const { angkaKredit: rules } = readRuleSet('permenpanrb-6-2022-bulanan');
const shown = (micro: number): string => formatAngkaKredit(micro, rules);

describe('R-AK-1: predikat to angka kredit (Peraturan BKN 3/2023, S6.6)', () => {
  const cases: [string, JenjangFungsional, Predikat, number, number, string][] = [
    ['case 12', 'ahliPertama', 'sangatBaik', 12, 18_750_000, '18.75'],
    ['case 13', 'ahliPertama', 'baik', 2, 2_083_333, '2.08'],
    ['case 14', 'ahliMadya', 'butuhPerbaikan', 7, 16_406_250, '16.41'],
    ['case 15, first part', 'ahliMuda', 'baik', 4, 8_333_333, '8.33'],
    ['case 15, second part', 'ahliMuda', 'sangatBaik', 8, 25_000_000, '25.00'],
    ['case 16', 'terampil', 'kurang', 5, 1_041_667, '1.04'],
    ['no month', 'ahliUtama', 'baik', 0, 0, '0.00'],
  ];
  it.each(cases)('%s: %s, %s, %i months', (_case, jenjang, predikat, months, micro, text) => {
    const value = angkaKredit({ jenjang, predikat, months }, rules);
    expect(value).toBe(micro);
    expect(shown(value)).toBe(text);
  });

  it('gives the published table of a full year, half up', () => {
    const table = Object.fromEntries(
      JENJANG_FUNGSIONAL.map((jenjang) => [
        jenjang,
        PREDIKATS.map((predikat) => shown(angkaKredit({ jenjang, predikat, months: 12 }, rules))).join(' '),
      ]),
    );
    expect(table).toEqual({
      ahliUtama: '75.00 50.00 37.50 25.00 12.50',
      ahliMadya: '56.25 37.50 28.13 18.75 9.38',
      ahliMuda: '37.50 25.00 18.75 12.50 6.25',
      ahliPertama: '18.75 12.50 9.38 6.25 3.13',
      penyelia: '37.50 25.00 18.75 12.50 6.25',
      mahir: '18.75 12.50 9.38 6.25 3.13',
      terampil: '7.50 5.00 3.75 2.50 1.25',
      pemula: '5.63 3.75 2.81 1.88 0.94',
    });
  });

  it.each([-1, 13, 1.5])('refuses %d months', (months) => {
    expect(() => angkaKredit({ jenjang: 'mahir', predikat: 'baik', months }, rules)).toThrow(RangeError);
  });
});

describe('R-AK-2: periods add up, rounding comes last', () => {
  it('case 13: on top of 18.75 it is 20.83', () => {
    const accumulated = accumulateAngkaKredit(
      [{ jenjang: 'ahliPertama', predikat: 'baik', months: 2 }],
      rules,
      toMicro(18.75),
    );
    expect(shown(accumulated)).toBe('20.83');
  });

  it('case 15: two periods of one year give 33.33', () => {
    const total = accumulateAngkaKredit(
      [
        { jenjang: 'ahliMuda', predikat: 'baik', months: 4 },
        { jenjang: 'ahliMuda', predikat: 'sangatBaik', months: 8 },
      ],
      rules,
    );
    expect(total).toBe(33_333_333);
    expect(shown(total)).toBe('33.33');
  });

  it('shows three digits where the rule set says so', () => {
    expect(formatAngkaKredit(16_406_250, { ...rules, roundingDigits: 3 })).toBe('16.406');
  });
});

describe('R-AK-3: a month counts for the post held on its first day', () => {
  it.each([
    ['2026-01-01', '2026-12-31', 12],
    ['2026-06-01', '2026-12-31', 7],
    ['2026-06-02', '2026-12-31', 6],
    ['2026-01-01', '2026-05-31', 5],
    ['2026-01-01', '2026-06-01', 6],
    ['2026-06-02', '2026-06-30', 0],
    ['2026-12-02', '2026-12-31', 0],
    ['2025-03-15', '2027-02-01', 12],
    ['2025-01-01', '2025-12-31', 0],
  ])('from %s to %s: %i months of 2026', (from, to, months) => {
    expect(monthsCounted(calendarDate(from), calendarDate(to), 2026)).toBe(months);
  });

  it('two neighbouring segments never count a month twice or lose one', () => {
    for (let day = 1; day <= 28; day++) {
      const last = calendarDate(`2026-05-${String(day).padStart(2, '0')}`);
      const next = calendarDate(`2026-05-${String(day + 1).padStart(2, '0')}`);
      expect(
        monthsCounted(calendarDate('2026-01-01'), last, 2026) + monthsCounted(next, calendarDate('2026-12-31'), 2026),
      ).toBe(12);
    }
  });
});

describe('R-AK-4: the minimum for the next pangkat and jenjang', () => {
  it('tells what is missing', () => {
    expect(angkaKreditGap(toMicro(20.833333), 'ahliPertama', rules)).toEqual({
      pangkat: 29_166_667,
      jenjang: 79_166_667,
    });
    expect(angkaKreditGap(toMicro(60), 'ahliPertama', rules).pangkat).toBe(0);
    expect(angkaKreditGap(0, 'ahliUtama', rules).jenjang).toBeNull();
  });

  it('knows the labels of the roster', () => {
    expect(jenjangFromLabel(' Ahli Muda ')).toBe('ahliMuda');
    expect(jenjangFromLabel('Pengawas')).toBeNull();
  });
});
