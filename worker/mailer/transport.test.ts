import { expect, it } from 'vitest';
import { failureOf } from './transport.ts';

const smtpError = (fields: object) => Object.assign(new Error('no'), fields);

it.each([
  [
    'a recipient who does not exist',
    { code: 'EENVELOPE', responseCode: 550, permanent: true },
    { isPermanent: true, isCertainlyUnsent: true },
  ],
  [
    'a refused message',
    { code: 'EMESSAGE', responseCode: 554, permanent: true },
    { isPermanent: true, isCertainlyUnsent: true },
  ],
  ['an address the relay cannot carry', { code: 'EENVELOPE' }, { isPermanent: true, isCertainlyUnsent: true }],
  [
    'a full mailbox',
    { code: 'EENVELOPE', responseCode: 452, permanent: false },
    { isPermanent: false, isCertainlyUnsent: true },
  ],
  [
    'a missing log-in',
    { code: 'EENVELOPE', responseCode: 530, permanent: true },
    { isPermanent: false, isCertainlyUnsent: true },
  ],
  [
    'a wrong password',
    { code: 'EAUTH', responseCode: 535, permanent: true },
    { isPermanent: false, isCertainlyUnsent: true },
  ],
  [
    'a relay that turns everybody away',
    { code: 'EPROTOCOL', responseCode: 554, permanent: true },
    { isPermanent: false, isCertainlyUnsent: true },
  ],
  ['a relay that is down', { code: 'ESOCKET', syscall: 'connect' }, { isPermanent: false, isCertainlyUnsent: true }],
  ['an unknown host', { code: 'EDNS' }, { isPermanent: false, isCertainlyUnsent: true }],
  ['a line that broke', { code: 'ECONNECTION' }, { isPermanent: false, isCertainlyUnsent: false }],
  ['a relay that fell silent', { code: 'ETIMEDOUT' }, { isPermanent: false, isCertainlyUnsent: false }],
  ['a delivery that took too long', { code: 'EABORT' }, { isPermanent: false, isCertainlyUnsent: false }],
])('judges %s', (_case, fields, expected) => {
  expect(failureOf(smtpError(fields))).toMatchObject(expected);
});
