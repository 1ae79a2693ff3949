import { oc } from '@orpc/contract';
import { z } from 'zod';
import { ROLE_NAMES } from '#domain/access/actor.ts';
import { Instant, Uuid } from './primitives.ts';

const AccessRule = z.object({
  action: z.union([z.string(), z.array(z.string())]),
  subject: z.union([z.string(), z.array(z.string())]),
  conditions: z.record(z.string(), z.unknown()).optional(),
  inverted: z.boolean().optional(),
});

export const Me = z.object({
  employee: z.object({
    id: Uuid,
    name: z.string(),
    number: z.string(),
    unitName: z.string(),
    timeZone: z.string(),
    locale: z.enum(['id', 'en']),
  }),
  positions: z.array(
    z.object({ id: Uuid, title: z.string(), unitName: z.string(), kind: z.enum(['definitif', 'plt', 'plh']) }),
  ),
  roles: z.array(z.object({ role: z.enum(ROLE_NAMES), unitName: z.string() })),
  /** Rights as CASL rules; screens ask these, never roles. */
  rules: z.array(AccessRule),
  hasSubordinates: z.boolean(),
  serverTime: Instant,
});
export type Me = z.infer<typeof Me>;

const Credentials = z.object({ number: z.string().trim().min(1).max(40), password: z.string().min(1).max(200) });

/** The password was right; before anything else can be done the second factor must be shown or set up. */
export const SecondStep = z.object({ next: z.enum(['secondFactor', 'enrolment']), serverTime: Instant });
export type SecondStep = z.infer<typeof SecondStep>;

export const sessionContract = {
  /** Signs in with NIP or NI PPPK and password; sets the session cookie. 401 `session.invalid`, 429 `session.throttled`. */
  signIn: oc
    .route({ method: 'POST', path: '/session', summary: 'Sign in' })
    .input(Credentials)
    .output(z.union([Me, SecondStep])),
  signOut: oc
    .route({ method: 'DELETE', path: '/session', summary: 'Sign out' })
    .output(z.object({ signedOut: z.literal(true) })),
  /** Who is signed in and what they may do. 401 when nobody is. */
  me: oc.route({ method: 'GET', path: '/session', summary: 'The signed-in person' }).output(Me),
  setLocale: oc
    .route({ method: 'PUT', path: '/session/locale', summary: 'Language of screens and mails' })
    .input(z.object({ locale: z.enum(['id', 'en']) }))
    .output(Me),
  listSessions: oc
    .route({ method: 'GET', path: '/sessions', summary: 'Own open sessions' })
    .output(
      z.array(
        z.object({ id: Uuid, createdAt: Instant, lastSeenAt: Instant, userAgent: z.string(), isCurrent: z.boolean() }),
      ),
    ),
  revokeSession: oc
    .route({ method: 'DELETE', path: '/sessions/{id}', summary: 'End one of the own sessions' })
    .input(z.object({ id: Uuid }))
    .output(z.object({ revoked: z.boolean() })),
};
