/** An address as nodemailer takes it without parsing any text. */
export type Address = { name: string; address: string };

/** A name or address that must not get into a header. The message says what is wrong, without the value. */
export class AddressError extends Error {
  override readonly name = 'AddressError';
}

const controlCharacter = /[\p{Cc}\u2028\u2029]/u;
const plainAddress = /^[^\s@<>()[\]\\,;:"]+@[^\s@<>()[\]\\,;:"]+$/;
const longestAddress = 254;

/**
 * Checks a name and an e-mail address before they are put into headers.
 *
 * @throws AddressError for line breaks and other control characters, and for anything but one plain address
 */
export function addressOf(name: string, address: string): Address {
  if (controlCharacter.test(name))
    throw new AddressError('the name of the recipient has a line break or another control character');
  if (controlCharacter.test(address))
    throw new AddressError('the e-mail address has a line break or another control character');
  if (address.length > longestAddress || !plainAddress.test(address))
    throw new AddressError('the e-mail address is not valid');
  return { name, address };
}

/** Reads the sender of the configuration: `E-Kinerja <no-reply@example.go.id>` or the address alone. Throws an AddressError. */
export function parseSender(text: string): Address {
  const withName = /^\s*"?([^"<>]*?)"?\s*<([^<>]+)>\s*$/.exec(text);
  return withName ? addressOf(withName[1]!, withName[2]!.trim()) : addressOf('', text.trim());
}
