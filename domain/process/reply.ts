/** The workflow's answer to a decision: the step that it was, or a refusal. */
export type Reply = { kind: 'applied'; seq: number; taskId: string; at: number } | Refusal;

/** The answer to any command, as the ledger keeps it. */
export type CommandReply = Reply | { kind: 'applied'; at: number };

/** A refusal is a value, not an exception: it is stored and shown. */
export type Refusal = { kind: 'refused'; code: ReplyCode; detail?: Record<string, string | number> };

export type ReplyCode =
  | 'process.stepNotOpen'
  | 'process.finished'
  | 'process.taskDecided'
  | 'access.notAuthorised'
  | 'access.ownItem'
  | 'process.secondPerson'
  | 'correction.outdated'
  | 'personnel.noPosition'
  | 'personnel.notActive'
  | 'personnel.ownSuperior'
  | 'personnel.positionHeld'
  | 'appraisal.objectionLate'
  | 'content.invalid'
  | 'not.found'
  | 'training.event.over'
  | 'training.event.changedMeanwhile'
  | 'training.gateClosed'
  | 'campaign.notOpen'
  | 'ruleSetMove.notOpen';
