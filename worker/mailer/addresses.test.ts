import { expect, it } from 'vitest';
import { addressOf, parseSender } from './addresses.ts';

it.each([
  ['Rudi Hartono', 'rudi.hartono@dinas.example.go.id'],
  ["O'Neil, S.Kom., M.T.", "o'neil+kerja@example.go.id"],
])('takes %s <%s>', (name, address) => {
  expect(addressOf(name, address)).toEqual({ name, address });
});

it.each([
  ['Rudi\r\nBcc: x@example.go.id', 'rudi@example.go.id'],
  ['Rudi\u2028', 'rudi@example.go.id'],
  ['Rudi', 'rudi@example.go.id\nBcc: x@example.go.id'],
  ['Rudi', 'rudi@example.go.id, semua@example.go.id'],
  ['Rudi', 'Semua <semua@example.go.id>'],
  ['Rudi', 'rudi'],
  ['Rudi', ''],
  ['Rudi', `${'a'.repeat(250)}@example.go.id`],
])('refuses %j <%j>', (name, address) => {
  expect(() => addressOf(name, address)).toThrow(expect.objectContaining({ name: 'AddressError' }));
});

it.each([
  ['E-Kinerja ASN <no-reply@ekinerja.localhost>', { name: 'E-Kinerja ASN', address: 'no-reply@ekinerja.localhost' }],
  ['"E-Kinerja ASN" <no-reply@example.go.id>', { name: 'E-Kinerja ASN', address: 'no-reply@example.go.id' }],
  [' no-reply@example.go.id ', { name: '', address: 'no-reply@example.go.id' }],
])('reads the sender %j', (text, expected) => {
  expect(parseSender(text)).toEqual(expected);
});

it('refuses a sender that is no address', () => {
  expect(() => parseSender('E-Kinerja ASN')).toThrow('the e-mail address is not valid');
});
