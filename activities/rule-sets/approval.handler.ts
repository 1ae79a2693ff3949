import type { ProcedureHandler } from '../process/procedure-handlers.ts';

/** The approval of a rule set by two persons: it can be used from its effective date on. */
export const ruleSetApproval: ProcedureHandler = {};
