import { oc } from '@orpc/contract';
import { z } from 'zod';
import { DateOnly, Instant } from './primitives.ts';

const Token = z.string().min(1).max(100);
const ClaimState = z.enum(['waitingForProof', 'waitingForApproval', 'approved', 'active', 'rejected', 'expired']);

/** Public: nobody is signed in. Answers are alike whether anybody has a number or not. */
export const registrationsContract = {
  /**
   * Claims an account. Always 202 with a receipt when the number is well formed. Without another address a mail goes to the roster's, only if the roster knows
   * the number with this birth date and there is no account yet; another address gets its mail in any case, at most three a day. 422 `nip.*` for a number that cannot be one, `registration.email` for an address that is no office's.
   */
  claim: oc
    .route({ method: 'POST', path: '/registrations', summary: 'Claim an account', successStatus: 202 })
    .input(
      z.object({
        number: z.string().trim().min(1).max(40),
        bornOn: DateOnly,
        email: z.string().trim().max(254).nullable().default(null),
        locale: z.enum(['id', 'en']).default('id'),
      }),
    )
    .output(z.object({ receipt: z.string(), until: Instant })),
  /** The address is proved; the personnel officer is asked if number and birth date are somebody's. The answer does not tell which. 409 `registration.linkInvalid`. */
  prove: oc
    .route({ method: 'POST', path: '/registrations/proof', summary: 'Prove the e-mail address' })
    .input(z.object({ token: Token }))
    .output(z.object({ state: ClaimState, until: Instant })),
  /** By POST, so that a receipt stands in no address. */
  status: oc
    .route({ method: 'POST', path: '/registrations/status', summary: 'Where a claim stands' })
    .input(z.object({ receipt: z.string().trim().min(1).max(100) }))
    .output(z.object({ state: ClaimState, until: Instant, reason: z.string().nullable() })),
  /** The first password; the account is open from now on. */
  setPassword: oc
    .route({ method: 'POST', path: '/registrations/password', summary: 'Choose the first password' })
    .input(z.object({ token: Token, password: z.string().min(1).max(200) }))
    .output(z.object({ done: z.literal(true) })),
};
