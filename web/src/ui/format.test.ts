import { describe, expect, it } from 'vitest';
import { defineComponent, h } from 'vue';
import { show } from '../testing/app.ts';
import { groupNip, useFormat } from './format.ts';
import { setServerTime } from './now.ts';

async function format() {
  let made!: ReturnType<typeof useFormat>;
  await show(defineComponent({ setup: () => ((made = useFormat()), () => h('i')) }));
  return made;
}

describe('format', () => {
  it('writes times in the zone of the unit', async () => {
    const { dateTime } = await format();
    expect(dateTime('2026-11-24T06:45:00.000Z', 'Asia/Jakarta')).toBe('24 November 2026 pukul 13.45 WIB');
    expect(dateTime('2026-11-24T16:30:00.000Z', 'Asia/Jayapura')).toBe('25 November 2026 pukul 01.30 WIT');
  });
  it('groups a NIP for reading', () => {
    expect(groupNip('198001012005011001')).toBe('19800101 200501 1 001');
    expect(groupNip('K-17')).toBe('K-17');
  });
  it('says how long something is away, from days down to minutes', async () => {
    const { span } = await format();
    setServerTime('2026-11-24T00:00:00.000Z');
    expect(span('2026-11-27T01:00:00.000Z')).toBe('3 hari');
    expect(span('2026-11-24T05:00:00.000Z')).toBe('5 jam');
    expect(span('2026-11-23T23:58:30.000Z')).toBe('1 menit');
  });
  it('writes spans, numbers and sizes the Indonesian way', async () => {
    const { bytes, number, dateRange } = await format();
    expect(number(1234.5)).toBe('1.234,5');
    expect(bytes(2_500_000)).toBe('2,5 MB');
    expect(dateRange('2026-01-01', '2026-01-31')).toBe('1–31 Januari 2026');
  });
});
