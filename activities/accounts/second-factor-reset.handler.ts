import type { ProcedureHandler } from '../process/procedure-handlers.ts';

/** A lost second factor is taken off the account after two different persons agreed. */
export const secondFactorReset: ProcedureHandler = {};
