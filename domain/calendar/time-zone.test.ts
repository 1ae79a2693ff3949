import { describe, expect, it } from 'vitest';
import { abbreviationOf, INDONESIAN_ZONES, isIndonesianZone, zoneOffsetMs, type IndonesianZone } from './time-zone.ts';

describe('R-ZONE-1: the three zones of Indonesia (X.1)', () => {
  it.each([
    ['Asia/Jakarta', 'WIB', 7],
    ['Asia/Pontianak', 'WIB', 7],
    ['Asia/Makassar', 'WITA', 8],
    ['Asia/Jayapura', 'WIT', 9],
  ] as const)('%s is %s, UTC+%i', (zone, abbreviation, hours) => {
    expect(abbreviationOf(zone)).toBe(abbreviation);
    expect(zoneOffsetMs(zone)).toBe(hours * 3_600_000);
    expect(isIndonesianZone(zone)).toBe(true);
  });

  it('has the fixed offsets that the IANA database has, in summer and winter', () => {
    for (const zone of INDONESIAN_ZONES) {
      for (const month of [0, 6]) {
        const instant = Date.UTC(2026, month, 15, 12);
        const hour = Number(new Intl.DateTimeFormat('en-GB', { timeZone: zone, hour: '2-digit' }).format(instant));
        expect(hour * 3_600_000).toBe(12 * 3_600_000 + zoneOffsetMs(zone));
      }
    }
  });

  it('refuses any other zone', () => {
    expect(isIndonesianZone('Asia/Singapore')).toBe(false);
    expect(isIndonesianZone('toString')).toBe(false);
    expect(() => zoneOffsetMs('UTC' as IndonesianZone)).toThrow(RangeError);
  });
});
