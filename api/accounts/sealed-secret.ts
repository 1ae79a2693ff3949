import { createCipheriv, createDecipheriv, createHash, hkdfSync, randomBytes } from 'node:crypto';

/*
 * Secrets that must be read again, such as those of authenticators, lie in the database sealed with AES-256-GCM. The key
 * stands in the configuration; a list of keys lets a new one come in while older texts can still be opened.
 */

const SCHEME = 'v1';

/** Seals a text with the first key. `owner` is bound to it: put into another row, it does not open. */
export function seal(keys: readonly string[], owner: string, text: string): string {
  const key = keys[0]!;
  const nonce = randomBytes(12);
  const cipher = createCipheriv('aes-256-gcm', derive(key), nonce).setAAD(Buffer.from(owner));
  const sealed = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
  return [
    SCHEME,
    idOf(key),
    nonce.toString('base64url'),
    cipher.getAuthTag().toString('base64url'),
    sealed.toString('base64url'),
  ].join('.');
}

/** Opens a sealed text. Throws when its key is no longer there, or when it was changed. */
export function unseal(keys: readonly string[], owner: string, sealed: string): string {
  const [scheme, keyId, nonce, tag, text] = sealed.split('.');
  const key = keys.find((candidate) => idOf(candidate) === keyId);
  if (scheme !== SCHEME || !key || !nonce || !tag || !text)
    throw new Error('a sealed secret cannot be opened: its key is not among SECRETS_KEY');
  const decipher = createDecipheriv('aes-256-gcm', derive(key), Buffer.from(nonce, 'base64url')).setAAD(
    Buffer.from(owner),
  );
  decipher.setAuthTag(Buffer.from(tag, 'base64url'));
  return Buffer.concat([decipher.update(Buffer.from(text, 'base64url')), decipher.final()]).toString('utf8');
}

const derive = (key: string): Buffer => Buffer.from(hkdfSync('sha256', key, '', 'e-kinerja secrets at rest', 32));
const idOf = (key: string): string => createHash('sha256').update(`id:${key}`).digest('hex').slice(0, 8);
