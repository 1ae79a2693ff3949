import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { Secret, TOTP } from 'otpauth';
import { toString as toQr } from 'qrcode';
import { acceptedStep, DRIFT_STEPS, RECOVERY_CODES, STEP_SECONDS, stepAt } from '#domain/accounts/second-factor.ts';

const ISSUER = 'E-Kinerja ASN';
const SECRET_BYTES = 20;

/** A new secret in base 32. */
export const newSecret = (): string => new Secret({ size: SECRET_BYTES }).base32;

/** What an authenticator is given: an address, its picture, and the secret in groups for typing. */
export async function enrolmentOf(
  secret: string,
  label: string,
): Promise<{ uri: string; qrSvg: string; secret: string }> {
  const uri = totpOf(secret, label).toString();
  return {
    uri,
    qrSvg: await toQr(uri, { type: 'svg', margin: 2, errorCorrectionLevel: 'M' }),
    secret: secret.match(/.{1,4}/g)!.join(' '),
  };
}

/** The step a typed code is accepted for, or why not: no such code now, or one that was used already. */
export function judgeCode(
  secret: string,
  code: string,
  lastStep: number,
  now = Date.now(),
): { step: number } | 'invalid' | 'used' {
  const digits = code.replace(/[\s-]/g, '');
  if (!/^\d{6}$/.test(digits)) return 'invalid';
  const here = stepAt(now);
  const totp = totpOf(secret, '');
  const near = Array.from({ length: 2 * DRIFT_STEPS + 1 }, (_, index) => here - DRIFT_STEPS + index);
  // Every step is compared, so that the answer takes the same time whichever it is.
  const matching = near.filter((step) => isSame(totp.generate({ timestamp: step * STEP_SECONDS * 1000 }), digits));
  if (!matching.length) return 'invalid';
  const step = acceptedStep(matching, here, lastStep);
  return step === null ? 'used' : { step };
}

/** Ten recovery codes of 80 random bits, as they are printed: `k3f7-2m9q-…`. */
export const newRecoveryCodes = (): string[] =>
  Array.from({ length: RECOVERY_CODES }, () =>
    Array.from(randomBytes(16), (byte) => ALPHABET[byte % 32])
      .join('')
      .match(/.{4}/g)!
      .join('-'),
  );

/** The hash under which a recovery code is kept. Its 80 bits cannot be guessed, so a fast hash is enough. */
export const hashRecoveryCode = (code: string): Buffer =>
  createHash('sha256')
    .update(code.toLowerCase().replace(/[^a-z\d]/g, ''))
    .digest();

/** Whether what was typed looks like a recovery code rather than the digits of an authenticator. */
export const isRecoveryCode = (code: string): boolean => code.replace(/[^a-zA-Z\d]/g, '').length > 10;

/** Without letters and digits that are mistaken for each other. */
const ALPHABET = 'abcdefghijkmnpqrstuvwxyz23456789';

const totpOf = (secret: string, label: string): TOTP =>
  new TOTP({
    issuer: ISSUER,
    label,
    algorithm: 'SHA1',
    digits: 6,
    period: STEP_SECONDS,
    secret: Secret.fromBase32(secret),
  });

const isSame = (a: string, b: string): boolean => timingSafeEqual(Buffer.from(a), Buffer.from(b));
