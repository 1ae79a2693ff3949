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
  },
});
export class Session extends SessionSchema.class {}
SessionSchema.setClass(Session);
