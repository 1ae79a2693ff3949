export type EscalationActivities = {
  /** Raises every task whose next ladder step is due; `now` in epoch milliseconds (default: the database's clock). Returns how many steps were taken. */
  sweepEscalations(input: { now: number | null }): Promise<number>;
};
