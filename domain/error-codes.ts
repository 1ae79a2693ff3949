type CodeEntry = { readonly legalCode?: string };

/**
 * Every reason for which something is refused, held back or marked, as a dotted code: the one list that the domain,
 * the HTTP problem details and the translations share. A code is never renamed once it has been published;
 * `legalCode` is the name that the rulebook gives it in documents and in correspondence.
 */
export const ERROR_CODES = {
  'calendar.date': {},
  'calendar.zone': {},
} as const satisfies Record<string, CodeEntry>;

export type ErrorCode = keyof typeof ERROR_CODES;

/** All codes, for the test that each has its text in each language. */
export const ALL_ERROR_CODES = Object.keys(ERROR_CODES) as ErrorCode[];

/** The rulebook's name of a code (`NIP_LAHIR`), or null where it has none. */
export function legalCodeOf(code: ErrorCode): string | null {
  const entry: CodeEntry = ERROR_CODES[code];
  return entry.legalCode ?? null;
}
