import type { ProcedureHandler } from '../process/procedure-handlers.ts';

/** A registration: what happens with the account is added here. */
export const accountRegistration: ProcedureHandler = {};
