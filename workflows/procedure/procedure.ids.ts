/** Workflow type; never renamed. It runs on the queue of the cycles, pinned to the build it started with. */
export const PROCEDURE = 'procedure';

/** The workflow id of a procedure. Ids are random, so the id says nothing about a person. */
export const procedureWorkflowId = (procedureId: string): string => `procedure-${procedureId}`;
