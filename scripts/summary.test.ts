import { expect, it } from 'vitest';
import { formatSummary, readDemoAccounts, withoutPassword } from './summary.ts';

it('shows places and accounts in aligned columns', () => {
  const places = [
    ['Application', 'http://localhost:3000'],
    ['Data', '/srv/data'],
  ] as const;
  const accounts = [{ role: 'Pegawai', name: 'Siti', nip: '1990', password: 'rahasia' }];
  expect(formatSummary(places, accounts)).toBe(`
E-Kinerja ASN is ready.

  Application   http://localhost:3000
  Data          /srv/data

  Demo accounts
  Role      Name   NIP    Password
  Pegawai   Siti   1990   rahasia

Stop with Ctrl-C; what is stored stays.
`);
});

it('leaves the accounts away when there are none', () => {
  expect(readDemoAccounts('/no/such/file')).toEqual([]);
  expect(formatSummary([], [])).not.toContain('Demo accounts');
});

it('hides the password of an address', () => {
  expect(withoutPassword('postgresql://app:hunter2@db:5432/ekinerja')).toBe('postgresql://app:***@db:5432/ekinerja');
  expect(withoutPassword('smtp://mail:25')).toBe('smtp://mail:25');
});
