import { describe, expect, it } from 'vitest';
import { calendarDate } from '../calendar/calendar-date.ts';
import { legalCodeOf } from '../error-codes.ts';
import { formatNip, nipWarnings, parseNip, type Nip } from './nip.ts';

const today = calendarDate('2026-11-24');

function read(text: string): Nip {
  const result = parseNip(text, today);
  if (!result.ok) throw new Error(result.code);
  return result.value;
}

function legalCode(text: string): string | null {
  const result = parseNip(text, today);
  return result.ok ? 'valid' : legalCodeOf(result.code);
}

describe('R-NIP-1: what a NIP says (S3.2)', () => {
  it('case 20: a PNS, typed with spaces', () => {
    expect(read('19860926 201505 1 001')).toEqual({
      digits: '198609262015051001',
      kind: 'PNS',
      bornOn: '1986-09-26',
      appointedYear: 2015,
      appointedMonth: 5,
      contractNumber: null,
      sex: 'male',
      serial: 1,
    });
  });

  it('case 21: a PPPK, whose digits 13 and 14 are no month', () => {
    expect(read('199001012023211001')).toMatchObject({
      kind: 'PPPK',
      bornOn: '1990-01-01',
      appointedYear: 2023,
      appointedMonth: null,
      contractNumber: 21,
      sex: 'male',
      serial: 1,
    });
  });

  it('ignores dots, dashes and spaces, and prints in groups', () => {
    expect(read('19860926.201505-2.017').sex).toBe('female');
    expect(formatNip('198609262015051001')).toBe('19860926 201505 1 001');
  });
});

describe('R-NIP-2: the first failing check decides', () => {
  it.each([
    ['case 22', '199002302015051001', 'NIP_LAHIR'],
    ['case 23: sex before month', '199001012015133001', 'NIP_JK'],
    ['case 24', '199001012015131001', 'NIP_BULAN'],
    ['case 25: 17 digits', '19900101201505100', 'NIP_FORMAT'],
    ['19 digits', '1990010120150510010', 'NIP_FORMAT'],
    ['a letter', '19900101201505100A', 'NIP_FORMAT'],
    ['empty', '', 'NIP_FORMAT'],
    ['digits of another script', '١٩٩٠٠١٠١٢٠١٥٠٥١٠٠١', 'NIP_FORMAT'],
    ['born in the future', '202701012015051001', 'NIP_LAHIR'],
    ['fourteen years old', '201201012025051001', 'NIP_LAHIR'],
    ['seventy-six years old', '195001012000051001', 'NIP_LAHIR'],
    ['birth before year', '199013011959051001', 'NIP_LAHIR'],
    ['appointed before 1960', '196001011959051001', 'NIP_TAHUN'],
    ['appointed two years ahead', '199001012028051001', 'NIP_TAHUN'],
    ['year before sex', '199001012028053001', 'NIP_TAHUN'],
    ['serial 000', '199001012015051000', 'NIP_URUT'],
    ['serial before month', '199001012015131000', 'NIP_URUT'],
    ['month 00', '199001012015001001', 'NIP_BULAN'],
    ['number 20', '199001012015201001', 'NIP_BULAN'],
    ['appointed next year', '199001012027011001', 'valid'],
  ])('%s: %s is %s', (_title, text, code) => {
    expect(legalCode(text)).toBe(code);
  });

  it('counts the age to the day', () => {
    expect(parseNip('201111242026051001', today).ok).toBe(true);
    expect(parseNip('201111252026051001', today)).toMatchObject({ ok: false, code: 'nip.lahir' });
  });
});

describe('R-NIP-3: what a person should settle', () => {
  const codes = (nip: Nip, master?: Parameters<typeof nipWarnings>[1]) =>
    nipWarnings(nip, master).map(({ code }) => code);

  it('is nothing for an ordinary number', () => {
    expect(codes(read('198609262015051001'), { bornOn: calendarDate('1986-09-26'), sex: 'male' })).toEqual([]);
  });

  it('is an appointment before the age of 18', () => {
    expect(codes(read('199806022016051001'))).toEqual(['nip.appointedBefore18']);
    expect(codes(read('199805012016051001'))).toEqual([]);
  });

  it('is a difference from the master data', () => {
    expect(nipWarnings(read('199808082024031017'), { bornOn: calendarDate('1999-08-08'), sex: 'female' })).toEqual([
      {
        code: 'nip.birthDateDiffers',
        severity: 'warning',
        path: 'bornOn',
        detail: { inNumber: '1998-08-08', inMaster: '1999-08-08' },
      },
      { code: 'nip.sexDiffers', severity: 'warning', path: 'sex', detail: { inNumber: 'male', inMaster: 'female' } },
    ]);
  });

  it('gives a PPPK the benefit of the doubt: only the year of appointment is known', () => {
    expect(codes(read('200512312023211001'))).toEqual([]);
    expect(codes(read('200601012023211001'))).toEqual(['nip.appointedBefore18']);
  });
});

describe('R-NIP-2: two hundred made-up numbers, judged by a second, independent reading of the rule', () => {
  /** A small linear congruential generator, so that a failure can be repeated. */
  function generator(seed: number): (below: number) => number {
    let state = seed;
    return (below) => {
      state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
      return Math.floor((state / 2 ** 32) * below);
    };
  }

  /** The rulebook's table read backwards with regular expressions and the platform's own dates. */
  function expected(number: string): string {
    const match = /^(\d{4})(\d{2})(\d{2})(\d{4})(\d{2})(\d)(\d{3})$/.exec(number);
    if (!match) return 'NIP_FORMAT';
    const [, year, month, day, appointed, kind, sex, serial] = match;
    const born = new Date(`${year}-${month}-${day}T00:00:00Z`);
    const isReal = !Number.isNaN(born.getTime()) && born.toISOString().startsWith(`${year}-${month}-${day}`);
    const birthday = Number(`${month}${day}`) <= 1124 ? 0 : 1;
    const age = 2026 - Number(year) - birthday;
    if (!isReal || age < 15 || age > 75) return 'NIP_LAHIR';
    if (!/^(19[6-9]\d|20([01]\d|2[0-7]))$/.test(appointed!)) return 'NIP_TAHUN';
    if (!'12'.includes(sex!)) return 'NIP_JK';
    if (serial === '000') return 'NIP_URUT';
    return /^(0[1-9]|1[0-2]|2[1-9]|[3-9]\d)$/.test(kind!) ? 'valid' : 'NIP_BULAN';
  }

  it('agree', () => {
    const random = generator(20_261_124);
    const pad = (value: number, length: number): string => String(value).padStart(length, '0');
    const outcomes = new Set<string>();
    for (let index = 0; index < 200; index++) {
      const number =
        pad(1946 + random(70), 4) +
        pad(random(20) === 0 ? 13 : 1 + random(12), 2) +
        pad(1 + random(30), 2) +
        pad(random(8) === 0 ? 1950 + random(100) : 1980 + random(47), 4) +
        pad(random(3) === 0 ? random(100) : 1 + random(12), 2) +
        String(random(10) === 0 ? random(10) : 1 + random(2)) +
        pad(random(15) === 0 ? 0 : random(1000), 3);
      const text = random(15) === 0 ? number.slice(1) : number;
      expect(legalCode(text), text).toBe(expected(text));
      outcomes.add(expected(text));
    }
    expect([...outcomes].sort()).toEqual([
      'NIP_BULAN',
      'NIP_FORMAT',
      'NIP_JK',
      'NIP_LAHIR',
      'NIP_TAHUN',
      'NIP_URUT',
      'valid',
    ]);
  });
});
