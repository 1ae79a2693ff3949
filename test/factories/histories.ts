import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Client } from '@temporalio/client';
import proto from '@temporalio/proto';

const { History } = proto.temporal.api.history.v1;

const workflows = join(import.meta.dirname, '../../workflows');

/** Where the recorded histories of a workflow lie. */
const historyFolder = (workflow: string): string => join(workflows, workflow, 'histories');

/** The histories of all runs of a workflow, first to last, as JSON the replayer reads. */
export async function wholeHistory(client: Client, workflowId: string): Promise<object[]> {
  const histories: object[] = [];
  const { raw } = await client.workflow.getHandle(workflowId).describe();
  let runId: string | undefined = raw.workflowExecutionInfo?.firstRunId ?? undefined;
  while (runId) {
    const history = await client.workflow.getHandle(workflowId, runId).fetchHistory();
    histories.push(
      History.toObject(history as Parameters<typeof History.toObject>[0], {
        longs: String,
        enums: String,
        bytes: String,
      }),
    );
    runId = history.events?.at(-1)?.workflowExecutionContinuedAsNewEventAttributes?.newExecutionRunId ?? undefined;
  }
  return histories;
}

/**
 * Whether a workflow does nothing and will do nothing before somebody speaks to it: no activity and no timer is under way,
 * and it has answered all it was told. What is true of it then stays true.
 */
export async function isIdle(client: Client, workflowId: string): Promise<boolean> {
  const handle = client.workflow.getHandle(workflowId);
  const { raw } = await handle.describe();
  if (raw.pendingActivities?.length || raw.pendingWorkflowTask) return false;
  const { events } = await handle.fetchHistory();
  const startedTimers = events?.filter((event) => event.timerStartedEventAttributes).length;
  const endedTimers = events?.filter(
    (event) => event.timerFiredEventAttributes ?? event.timerCanceledEventAttributes,
  ).length;
  return startedTimers === endedTimers;
}

/** Writes the runs of a workflow as `<name>.run-N.json` beside the workflow. */
export function writeHistories(workflow: string, name: string, histories: readonly object[]): string[] {
  mkdirSync(historyFolder(workflow), { recursive: true });
  return histories.map((history, index) => {
    const file = join(historyFolder(workflow), `${name}.run-${index + 1}.json`);
    writeFileSync(file, JSON.stringify(history));
    return file;
  });
}

/** All recorded histories of a workflow, by file name. */
export function readHistories(workflow: string): { name: string; history: object }[] {
  const folder = historyFolder(workflow);
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((file) => file.endsWith('.json'))
    .sort()
    .map((file) => ({
      name: file,
      history: History.fromObject(JSON.parse(readFileSync(join(folder, file), 'utf8')) as object),
    }));
}
