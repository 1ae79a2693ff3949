import { describe, expect, it } from 'vitest';
import {
  columnName,
  missingHeaders,
  neutralised,
  numericCellText,
  rosterRowOf,
  withoutApostrophe,
} from './roster-cells.ts';

describe('R-ROSTER-4 a number in a spreadsheet', () => {
  it('S3.1 is no NIP any more: its last digits are lost, so none are invented', () => {
    expect(numericCellText('nip', '197405011996011000')).toBe('1.97405011996011e+17');
    expect(numericCellText('nip_atasan', '1.97405011996011E+17')).toBe('1.97405011996011e+17');
    expect(numericCellText('golongan', '9')).toBe('9');
  });

  it('S3.1 is a date where a date belongs', () => {
    expect(numericCellText('tanggal_lahir', '27150')).toBe('1974-05-01');
    expect(numericCellText('tanggal_lahir', '36526')).toBe('2000-01-01');
    expect(numericCellText('nama', '27150')).toBe('27150');
  });
});

describe('R-ROSTER-5 a text that looks like a formula', () => {
  it.each(['=1+1', '+62', '-1', '@x', '\t=1', '＝1'])(
    'S3.1 %s goes out neutralised and comes back as it was',
    (text) => {
      expect(neutralised(text)).toBe(`'${text}`);
      expect(withoutApostrophe(neutralised(text))).toBe(text);
    },
  );

  it('S3.1 other texts stay as they are', () => {
    expect(neutralised("O'Neil")).toBe("O'Neil");
    expect(withoutApostrophe("'tis")).toBe("'tis");
  });
});

it('S3.1 reads headers as people write them, and says which columns are missing', () => {
  expect(['NIP', ' Kode Unit', 'tanggal-lahir'].map(columnName)).toEqual(['nip', 'kode_unit', 'tanggal_lahir']);
  expect(missingHeaders(['nip', 'nama', 'surel'])).toContain('kode_unit');
  expect(rosterRowOf({ nip: '1', lain: 'x', nama: "'=A" })).toEqual({ nip: '1', nama: '=A' });
});
