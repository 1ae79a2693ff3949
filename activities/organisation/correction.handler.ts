import type { ProcedureHandler } from '../process/procedure-handlers.ts';

/** A correction of somebody's superior or unit. */
export const correctionRequest: ProcedureHandler = {};
