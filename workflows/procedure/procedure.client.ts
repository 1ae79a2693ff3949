import { WorkflowExecutionAlreadyStartedError, type Client } from '@temporalio/client';
import { CYCLE_QUEUE } from '../performance-cycle/performance-cycle.ids.ts';
import { PROCEDURE } from './procedure.ids.ts';
import type { ProcedureInput } from './procedure.messages.ts';

/** Starts the workflow of a procedure or does nothing when it was started before, even if it is finished by now. */
export async function startProcedure(
  client: Client,
  workflowId: string,
  { procedureId, kind, gen }: ProcedureInput,
): Promise<void> {
  try {
    await client.workflow.start(PROCEDURE, {
      workflowId,
      taskQueue: CYCLE_QUEUE,
      args: [{ procedureId, kind, gen }],
      workflowIdReusePolicy: 'REJECT_DUPLICATE',
      workflowIdConflictPolicy: 'USE_EXISTING',
    });
  } catch (error) {
    if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
  }
}
