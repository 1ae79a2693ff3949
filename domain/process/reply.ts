/** The workflow's answer to a decision. A refusal is a value, not an exception: it is stored and shown. */
export type Reply =
  | { kind: 'applied'; seq: number; taskId: string; at: number }
  | { kind: 'refused'; code: ReplyCode; detail?: Record<string, string | number> };

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
  | 'training.gateClosed';
