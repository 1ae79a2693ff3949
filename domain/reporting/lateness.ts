/** The deadline of one report period as recorded; instants are milliseconds since 1970 UTC. */
export type ReportDeadline = {
  readonly dueAt: number;
  /** A granted extension, or null. */
  readonly extendedTo: number | null;
  /** Leave or another recognised reason: no report is expected. */
  readonly isExcused: boolean;
};

/** `open`: still time; `missing`: due and nothing came. Late and excused are different things. */
export type Lateness =
  | { readonly state: 'onTime' | 'extended' | 'excused' | 'open' }
  | { readonly state: 'late' | 'missing'; readonly lateByMs: number };

/**
 * How a report stands. What counts is when it was accepted into the system, not when it was worked on: at the due instant
 * it is still in time. A returned report keeps the time of its first submission.
 */
export function latenessOf(
  acceptedAt: number | null,
  { dueAt, extendedTo, isExcused }: ReportDeadline,
  now: number,
): Lateness {
  if (acceptedAt !== null && acceptedAt <= dueAt) return { state: 'onTime' };
  const limit = Math.max(dueAt, extendedTo ?? dueAt);
  if (acceptedAt !== null && acceptedAt <= limit) return { state: 'extended' };
  if (isExcused) return { state: 'excused' };
  if (acceptedAt !== null) return { state: 'late', lateByMs: acceptedAt - limit };
  return now > limit ? { state: 'missing', lateByMs: now - limit } : { state: 'open' };
}
