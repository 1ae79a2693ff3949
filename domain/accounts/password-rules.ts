/** What is wrong with a new password, as a code with a text. */
export type PasswordProblem = 'password.tooShort' | 'password.tooLong' | 'password.common' | 'password.personal';

/** Shortest passwords: alone, and beside a second factor (NIST SP 800-63B-4). No rules on kinds of characters, no forced change. */
const PASSWORD_LENGTH = { alone: 15, withSecondFactor: 8, longest: 200 } as const;

/** Starts of passwords that everybody tries first; compared in small letters without digits and signs at the end. */
const COMMON = [
  'password',
  'passw0rd',
  'katasandi',
  'rahasia',
  'sandi',
  'qwerty',
  'qwertyuiop',
  'asdfghjkl',
  'admin',
  'administrator',
  'welcome',
  'selamatdatang',
  'letmein',
  'iloveyou',
  'indonesia',
  'indonesiaraya',
  'merdeka',
  'pancasila',
  'garuda',
  'bismillah',
  'alhamdulillah',
  'ekinerja',
  'e-kinerja',
  'kinerja',
  'pegawai',
  'pegawainegeri',
  'asn',
  'pns',
  'pppk',
  'bkn',
  'jakarta',
  'bandung',
  'surabaya',
  'sayang',
  'cinta',
  'monkey',
  'dragon',
  'football',
  'sepakbola',
  'abc',
  'abcdefg',
] as const;

/** What a password must not be made of. */
export type PasswordOwner = { readonly number: string; readonly name: string; readonly email: string };

/**
 * Judges a new password by its length, a list of common ones and the owner's own data (R-PASSWORD-1).
 *
 * @returns the first problem, or null when it may be used
 */
export function passwordProblem(
  password: string,
  hasSecondFactor: boolean,
  owner: PasswordOwner,
): PasswordProblem | null {
  if ([...password].length < shortestPassword(hasSecondFactor)) return 'password.tooShort';
  if (password.length > PASSWORD_LENGTH.longest) return 'password.tooLong';
  if (isCommon(password)) return 'password.common';
  return isPersonal(password, owner) ? 'password.personal' : null;
}

/** Fewest characters of a password. */
export const shortestPassword = (hasSecondFactor: boolean): number =>
  hasSecondFactor ? PASSWORD_LENGTH.withSecondFactor : PASSWORD_LENGTH.alone;

function isCommon(password: string): boolean {
  const small = password.toLowerCase();
  const word = small.replace(/[^\p{L}]+$/u, '');
  if (word === '' || (COMMON as readonly string[]).includes(word)) return true;
  // The same few characters again and again, or a row of the keyboard.
  return (
    new Set(small).size < 5 || /^(?:0123456789|1234567890|abcdefghij|qwertyuiop|asdfghjkl|zxcvbnm)+\d*$/.test(small)
  );
}

function isPersonal(password: string, { number, name, email }: PasswordOwner): boolean {
  const small = password.toLowerCase();
  const squeezed = small.replace(/[^\p{L}\d]/gu, '');
  const own = [
    number,
    name.toLowerCase().replace(/[^\p{L}\d]/gu, ''),
    email
      .toLowerCase()
      .split('@')[0]!
      .replace(/[^\p{L}\d]/gu, ''),
  ].filter((part) => part.length >= 6);
  // Own data with hardly anything beside it.
  return own.some((part) => squeezed.includes(part) && squeezed.length - part.length < 8);
}
