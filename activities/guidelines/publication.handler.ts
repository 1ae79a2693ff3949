import type { ProcedureHandler } from '../process/procedure-handlers.ts';

/** The publication of a guideline: its status follows the procedure. */
export const guidelinePublication: ProcedureHandler = {};
