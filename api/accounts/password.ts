import { argon2, randomBytes, timingSafeEqual } from 'node:crypto';
import { promisify } from 'node:util';
import { createSemaphore } from './semaphore.ts';

/** argon2id by OWASP's minimum: 19 MiB, two passes, one lane. */
const PARAMETERS = { memory: 19_456, passes: 2, parallelism: 1 } as const;
const TAG_LENGTH = 32;

const derive = promisify(argon2);

/** Hashing is work for a whole core: two at once leave the rest of the API alive, and a long queue is refused. */
const slots = createSemaphore(2, 100);

/** A new hash in PHC form. */
export async function hashPassword(password: string): Promise<string> {
  const nonce = randomBytes(16);
  const tag = await slots(() => derive('argon2id', { message: password, nonce, ...PARAMETERS, tagLength: TAG_LENGTH }));
  const { memory, passes, parallelism } = PARAMETERS;
  return `$argon2id$v=19$m=${memory},t=${passes},p=${parallelism}$${base64(nonce)}$${base64(tag)}`;
}

/** Whether a password is the one of a hash. A hash in an unknown form never matches. */
export async function verifyPassword(password: string, hash: string): Promise<boolean> {
  const phc = parsePhc(hash);
  if (!phc) return false;
  const tag = await slots(() =>
    derive('argon2id', {
      message: password,
      nonce: phc.nonce,
      memory: phc.memory,
      passes: phc.passes,
      parallelism: phc.parallelism,
      tagLength: phc.tag.length,
    }),
  );
  return timingSafeEqual(tag, phc.tag);
}

/** Whether a hash was made with other parameters than today's. */
export function isOutdated(hash: string): boolean {
  const phc = parsePhc(hash);
  return (
    phc?.memory !== PARAMETERS.memory || phc.passes !== PARAMETERS.passes || phc.parallelism !== PARAMETERS.parallelism
  );
}

/** Costs as much as a real check: for numbers that nobody has. */
export async function pretendToVerify(password: string): Promise<false> {
  nobodysHash ??= hashPassword(randomBytes(16).toString('hex'));
  await verifyPassword(password, await nobodysHash);
  return false;
}
let nobodysHash: Promise<string> | undefined;

function parsePhc(hash: string) {
  const match = /^\$argon2id\$v=19\$m=(\d+),t=(\d+),p=(\d+)\$([A-Za-z0-9+/]+)\$([A-Za-z0-9+/]+)$/.exec(hash);
  if (!match) return null;
  const [, memory, passes, parallelism, nonce, tag] = match;
  return {
    memory: Number(memory),
    passes: Number(passes),
    parallelism: Number(parallelism),
    nonce: Buffer.from(nonce!, 'base64'),
    tag: Buffer.from(tag!, 'base64'),
  };
}

const base64 = (bytes: Buffer): string => bytes.toString('base64').replace(/=+$/, '');
