import { oc } from '@orpc/contract';
import { z } from 'zod';
import { Instant } from './primitives.ts';
import { Me } from './session.contract.ts';

/** Six digits of an authenticator, or a recovery code as it was printed. */
const Code = z.string().trim().min(6).max(40);
const Password = z.string().min(1).max(200);
const RecoveryCodes = z.array(z.string());
const done = z.object({ done: z.literal(true) });

export const AccountSecurity = z.object({
  factor: z.object({ confirmedAt: Instant }).nullable(),
  recoveryCodesLeft: z.number().int(),
  isFactorRequired: z.boolean(),
  passwordChangedAt: Instant,
  shortestPassword: z.number().int(),
  sso: z.object({ name: z.string(), linkedAt: Instant.nullable() }).nullable(),
  serverTime: Instant,
});
export type AccountSecurity = z.infer<typeof AccountSecurity>;

export const FactorEnrolment = z.object({
  /** The secret in base 32, in groups, for typing. */
  secret: z.string(),
  /** The same as an address that authenticators read. */
  uri: z.string(),
  /** The address as a picture. */
  qrSvg: z.string(),
  /** What the phone's clock should show. */
  serverTime: Instant,
});
export type FactorEnrolment = z.infer<typeof FactorEnrolment>;

export const accountsContract = {
  /** What the sign-in page offers besides the password. */
  signInOptions: oc
    .route({ method: 'GET', path: '/sign-in-options', summary: 'Ways to sign in' })
    .output(z.object({ sso: z.object({ name: z.string() }).nullable() })),
  /** The second step of a sign-in. 422 `factor.invalid`, 409 `factor.codeUsed`, `factor.recoverySpent`. */
  passSecondFactor: oc
    .route({ method: 'POST', path: '/session/second-factor', summary: 'Second step of the sign-in' })
    .input(z.object({ code: Code }))
    .output(Me),
  /** A new secret, which counts once it is confirmed. The password is asked for unless the sign-in itself demands the factor. */
  beginEnrolment: oc
    .route({ method: 'POST', path: '/session/second-factor/enrolment', summary: 'Begin to set up a second factor' })
    .input(z.object({ password: Password.optional() }))
    .output(FactorEnrolment),
  /** Confirms the secret with a first code; the recovery codes are shown this once. Completes a sign-in that demanded the factor. */
  confirmEnrolment: oc
    .route({ method: 'POST', path: '/session/second-factor/confirmation', summary: 'Confirm the second factor' })
    .input(z.object({ code: Code }))
    .output(z.object({ recoveryCodes: RecoveryCodes, me: Me })),
  removeFactor: oc
    .route({ method: 'POST', path: '/session/second-factor/removal', summary: 'Remove the own second factor' })
    .input(z.object({ password: Password, code: Code }))
    .output(done),
  replaceRecoveryCodes: oc
    .route({ method: 'POST', path: '/session/recovery-codes', summary: 'New recovery codes; the earlier ones end' })
    .input(z.object({ password: Password }))
    .output(z.object({ recoveryCodes: RecoveryCodes })),
  security: oc
    .route({ method: 'GET', path: '/session/security', summary: 'How the own account is secured' })
    .output(AccountSecurity),
  changePassword: oc
    .route({ method: 'POST', path: '/session/password', summary: 'Change the own password; all other sessions end' })
    .input(z.object({ currentPassword: Password, newPassword: Password }))
    .output(done),
  revokeOtherSessions: oc
    .route({ method: 'POST', path: '/sessions/revocation', summary: 'End all own sessions but this one' })
    .output(z.object({ revoked: z.number().int() })),
  /** Always accepted, whether anybody has this number or not. */
  requestPasswordReset: oc
    .route({
      method: 'POST',
      path: '/password-resets',
      summary: 'Ask for a link to a new password',
      successStatus: 202,
    })
    .input(z.object({ number: z.string().trim().min(1).max(40) }))
    .output(z.object({ accepted: z.literal(true) })),
  /** 409 `reset.invalid` when the link is unknown, used or too old. */
  resetPassword: oc
    .route({
      method: 'POST',
      path: '/password-resets/completion',
      summary: 'Set a new password with a link from a mail',
    })
    .input(z.object({ token: z.string().min(1).max(100), password: Password }))
    .output(done),
  unlinkSso: oc
    .route({ method: 'DELETE', path: '/session/sso', summary: 'Remove the link to single sign-on' })
    .output(done),
};
