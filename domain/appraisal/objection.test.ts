import { describe, expect, it } from 'vitest';
import { nationalCalendar, readRuleSet } from '../../data/files.ts';
import { legalCodeOf } from '../error-codes.ts';
import { unitCalendar } from '../rule-sets/deadlines.ts';
import { admitObjection, objectionDueAt, resultAfterObjection } from './objection.ts';

const rules = readRuleSet('permenpanrb-6-2022-bulanan');
const at = (iso: string): number => Date.parse(iso);

describe.each([
  ['Asia/Jakarta', '+07:00'],
  ['Asia/Makassar', '+08:00'],
  ['Asia/Jayapura', '+09:00'],
] as const)('R-OBJECTION-1: the 14-day window in %s (S6.4)', (zone, offset) => {
  const unit = unitCalendar(rules, nationalCalendar(), zone);
  const receivedAt = at(`2026-12-18T15:00:00${offset}`);
  const file = (iso: string) =>
    admitObjection(
      { receivedAt, filedAt: at(iso), reason: 'Bukti triwulan III belum dinilai.' },
      rules.appraisal,
      unit,
    );

  it('case 26: the last day is 1 January 2027 until 23:59:59 local', () => {
    expect(objectionDueAt(receivedAt, rules.appraisal, unit)).toBe(at(`2027-01-01T23:59:59.999${offset}`));
    expect(file(`2027-01-01T23:59:59.999${offset}`)).toEqual({
      ok: true,
      value: { decisionDueAt: at(`2027-01-15T23:59:59.999${offset}`) },
    });
  });

  it('case 26: it is refused from 2 January 2027 00:00:00 with KEBERATAN_LEWAT_WAKTU', () => {
    const refused = file(`2027-01-02T00:00:00${offset}`);
    expect(refused).toMatchObject({ ok: false, code: 'appraisal.objectionLate' });
    expect(legalCodeOf('appraisal.objectionLate')).toBe('KEBERATAN_LEWAT_WAKTU');
  });
});

describe('R-OBJECTION-2: an objection has reasons, its decision is final and keeps the contested result', () => {
  const unit = unitCalendar(rules, nationalCalendar(), 'Asia/Jakarta');
  const contested = { hasilKerja: 'diBawah', perilakuKerja: 'sesuai', predikat: 'butuhPerbaikan' } as const;

  it('is refused without a reason', () => {
    const receivedAt = at('2026-12-18T15:00:00+07:00');
    expect(admitObjection({ receivedAt, filedAt: receivedAt, reason: ' ' }, rules.appraisal, unit)).toEqual({
      ok: false,
      code: 'appraisal.objectionReasonRequired',
    });
  });

  it('a changed result follows the matrix', () => {
    const outcome = resultAfterObjection(
      contested,
      { kind: 'changed', hasilKerja: 'sesuai', perilakuKerja: 'sesuai' },
      rules.predikatMatrix,
    );
    expect(outcome).toEqual({ contested, final: { hasilKerja: 'sesuai', perilakuKerja: 'sesuai', predikat: 'baik' } });
  });

  it('an upheld result stays', () => {
    expect(resultAfterObjection(contested, { kind: 'upheld' }, rules.predikatMatrix)).toEqual({
      contested,
      final: contested,
    });
  });
});
