export type MoveProgress = { planned: number; sent: number };

export type RuleSetMoveActivities = {
  /** Fixes which cycles the move concerns; returns how many are told per second. */
  planMove(moveId: string): Promise<{ ratePerSecond: number }>;
  /** Tells the next cycles to adopt the rule set, or notes why they must not. Harmless when repeated. */
  moveBatch(input: { moveId: string; size: number }): Promise<MoveProgress>;
  /** Tells those again that have been silent, and notes those that have finished meanwhile. */
  chaseMove(input: { moveId: string; size: number }): Promise<MoveProgress>;
  finishMove(moveId: string): Promise<void>;
  setMoveState(input: { moveId: string; state: 'running' | 'paused' }): Promise<void>;
};
