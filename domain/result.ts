import type { ErrorCode } from './error-codes.ts';

/** Facts that complete a message text: `{ row: 12, limitPercent: 70 }`. Never whole sentences. */
export type Detail = Readonly<Record<string, string | number | boolean | null>>;

/** What was asked for, or the stable code of the reason why not. Expected refusals are values; only programming errors are thrown. */
export type Result<Value, Code extends string = ErrorCode> =
  | { readonly ok: true; readonly value: Value }
  | { readonly ok: false; readonly code: Code; readonly detail?: Detail };

/** A success. */
export const ok = <Value>(value: Value): { readonly ok: true; readonly value: Value } => ({ ok: true, value });

/** A refusal with its code and, where the text needs them, its facts. */
export function err<Code extends string>(
  code: Code,
  detail?: Detail,
): { readonly ok: false; readonly code: Code; readonly detail?: Detail } {
  return detail ? { ok: false, code, detail } : { ok: false, code };
}

/**
 * One finding in a larger piece of content. `path` leads to the field by ids rather than positions
 * (`hasilKerja.h1.indikator.i2.target`), so that it survives reordering. An `error` stops, a `warning` informs.
 */
export type Problem = {
  readonly code: ErrorCode;
  readonly severity: 'error' | 'warning';
  readonly path: string;
  readonly detail?: Detail;
};

/** An error at a path. */
export function problem(code: ErrorCode, path: string, detail?: Detail): Problem {
  return { code, severity: 'error', path, ...(detail && { detail }) };
}

/** A warning at a path. */
export function warning(code: ErrorCode, path: string, detail?: Detail): Problem {
  return { code, severity: 'warning', path, ...(detail && { detail }) };
}

/** Whether something must be repaired first; warnings alone do not stop. */
export const hasErrors = (problems: readonly Problem[]): boolean =>
  problems.some(({ severity }) => severity === 'error');
