import { defineEntity, p } from '@mikro-orm/core';

/** Sign-in of an employee: an argon2id hash in PHC form. */
export const AccountSchema = defineEntity({
  name: 'Account',
  properties: {
    employeeId: p.uuid().primary(),
    passwordHash: p.text().hidden(),
    passwordChangedAt: p.datetime().defaultRaw('now()'),
    isActive: p.boolean().default(true),
  },
});
export class Account extends AccountSchema.class {}
AccountSchema.setClass(Account);

/** A browser session: only the SHA-256 of its token is stored. */
export const SessionSchema = defineEntity({
  name: 'Session',
  properties: {
    id: p.uuid().primary().defaultRaw('uuidv7()'),
    tokenHash: p.blob().hidden(),
    employeeId: p.uuid(),
    createdAt: p.datetime().defaultRaw('now()'),
    lastSeenAt: p.datetime().defaultRaw('now()'),
    expiresAt: p.datetime(),
    revokedAt: p.datetime().nullable(),
    userAgent: p.text().default(''),
    stage: p.text().$type<'full' | 'secondFactor' | 'enrolment'>().default('full'),
    deviceId: p.uuid().nullable(),
  },
});
class Session extends SessionSchema.class {}
SessionSchema.setClass(Session);

/** A second factor (TOTP): the secret is sealed; `lastStep` is the newest step a code was accepted for. */
export const SecondFactorSchema = defineEntity({
  name: 'SecondFactor',
  properties: {
    employeeId: p.uuid().primary(),
    secret: p.text().hidden(),
    createdAt: p.datetime().defaultRaw('now()'),
    confirmedAt: p.datetime().nullable(),
    lastStep: p.bigint().default(0),
  },
});
class SecondFactor extends SecondFactorSchema.class {}
SecondFactorSchema.setClass(SecondFactor);

/** A recovery code: only its hash is stored. */
export const RecoveryCodeSchema = defineEntity({
  name: 'RecoveryCode',
  properties: {
    id: p.uuid().primary().defaultRaw('uuidv7()'),
    employeeId: p.uuid(),
    codeHash: p.blob().hidden(),
    usedAt: p.datetime().nullable(),
  },
});
class RecoveryCode extends RecoveryCodeSchema.class {}
RecoveryCodeSchema.setClass(RecoveryCode);

/** A browser that somebody signed in with; only the hash of its token is stored. */
export const KnownDeviceSchema = defineEntity({
  name: 'KnownDevice',
  properties: {
    id: p.uuid().primary().defaultRaw('uuidv7()'),
    employeeId: p.uuid(),
    tokenHash: p.blob().hidden(),
    userAgent: p.text().default(''),
    firstSeenAt: p.datetime().defaultRaw('now()'),
    lastSeenAt: p.datetime().defaultRaw('now()'),
  },
});
class KnownDevice extends KnownDeviceSchema.class {}
KnownDeviceSchema.setClass(KnownDevice);

/** A request for a new password by mail; without a person when the number was nobody's. */
export const PasswordResetSchema = defineEntity({
  name: 'PasswordReset',
  properties: {
    id: p.uuid().primary().defaultRaw('uuidv7()'),
    employeeId: p.uuid().nullable(),
    requestedAt: p.datetime().defaultRaw('now()'),
    expiresAt: p.datetime(),
    usedAt: p.datetime().nullable(),
  },
});
class PasswordReset extends PasswordResetSchema.class {}
PasswordResetSchema.setClass(PasswordReset);

/** An identity of the single sign-on provider that is linked to a person. */
export const SsoIdentitySchema = defineEntity({
  name: 'SsoIdentity',
  properties: {
    issuer: p.text().primary(),
    subject: p.text().primary(),
    employeeId: p.uuid(),
    linkedAt: p.datetime().defaultRaw('now()'),
  },
});
export class SsoIdentity extends SsoIdentitySchema.class {}
SsoIdentitySchema.setClass(SsoIdentity);
