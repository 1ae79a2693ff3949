/** Characters that could break a line or turn the direction of writing around. */
const invisible = /[\p{Cc}\u2028\u2029\u200E\u200F\u202A-\u202E\u2066-\u2069]+/gu;

/** A text without line breaks or signs that change the direction of writing. */
export const oneLine = (text: string): string => text.replace(invisible, ' ').replace(/ {2,}/g, ' ').trim();

/** The lines of a text that have something in them. */
export const paragraphs = (text: string): string[] =>
  text
    .split(/\r\n|\r|\n/)
    .map(oneLine)
    .filter(Boolean);

/**
 * Puts values into the `{places}` of a text; what they say is not looked at again.
 *
 * @throws RangeError for a place without a value
 */
export const fill = (text: string, values: Readonly<Record<string, string | number>>): string =>
  text.replace(/\{(\w+)\}/g, (place, name: string) => {
    const value = values[name];
    if (value === undefined) throw new RangeError(`no value for ${place} in a mail`);
    return String(value);
  });
