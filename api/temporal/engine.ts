import { isGrpcServiceError, Client, Connection, WorkflowNotFoundError, WorkflowUpdateFailedError } from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';
import { WorkflowIdConflictPolicy, WorkflowIdReusePolicy } from '@temporalio/common';
import type { temporal } from '@temporalio/proto';
import type { Config } from '#config/config.ts';
import type { Reply, ReplyCode } from '#domain/process/reply.ts';
import type { CycleCampaignInput } from '#workflows/cycle-campaign/cycle-campaign.messages.ts';
import { CAMPAIGN_QUEUE, campaignWorkflowId, CYCLE_CAMPAIGN } from '#workflows/cycle-campaign/cycle-campaign.messages.ts';
import type { CommandRef } from '#workflows/performance-cycle/performance-cycle.messages.ts';
import { Problem } from '../http/problem.ts';

/** A decision as it is handed to its workflow. */
export type CommandToDeliver = { id: string; workflowId: string; updateName: string; taskId: string; periodNo: number | null };

export type HistoryEvent = temporal.api.history.v1.IHistoryEvent;
export type PendingActivity = temporal.api.workflow.v1.IPendingActivityInfo;
/** One run of a workflow id with its events, and what it waits for when it is the current one. */
export type EngineRunHistory = {
  runId: string;
  status: string;
  startedAt: Date | null;
  closedAt: Date | null;
  events: HistoryEvent[];
  pendingActivities: PendingActivity[];
};

/** The API's way to Temporal. */
export type Engine = {
  /** Hands a decision over and waits a bounded time. `pending`: not answered now, the relay sends it again. Never throws. */
  decide(command: CommandToDeliver): Promise<Reply | 'pending'>;
  /** Starts the workflow of a campaign or does nothing when it runs. Throws when Temporal is away. */
  startCampaign(campaignId: string): Promise<void>;
  /** Pauses or resumes a campaign. */
  updateCampaign(campaignId: string, update: 'pauseCampaign' | 'resumeCampaign'): Promise<void>;
  /** Sends a fact to a workflow. `false`: not delivered now. `gone`: the workflow does not run any more. */
  signal(workflowId: string, signalName: string, argument: object): Promise<'delivered' | 'pending' | 'gone'>;
  /** All runs of a workflow id that Temporal still keeps, the first one first. Throws `engine.unavailable`. */
  history(workflowId: string): Promise<EngineRunHistory[]>;
  isReachable(): Promise<boolean>;
  close(): Promise<void>;
};

type EngineConfig = Pick<Config, 'temporalAddress' | 'temporalNamespace' | 'temporalTls' | 'temporalApiKey' | 'commandWaitMs'>;

const READ_MS = 8000;

/** Opens no connection until it is used, and another one after it broke: the API starts and serves without Temporal. */
export function createEngine(config: EngineConfig): Engine {
  const connection = Connection.lazy({
    address: config.temporalAddress,
    tls: config.temporalTls,
    ...(config.temporalApiKey && { apiKey: config.temporalApiKey }),
    connectTimeout: config.commandWaitMs,
  });
  const client = new Client({ connection, namespace: config.temporalNamespace });
  const within = <Result>(ms: number, work: () => Promise<Result>): Promise<Result> =>
    timed(ms, (signal) => connection.withDeadline(Date.now() + ms, () => connection.withAbortSignal(signal, work)));

  return {
    async decide({ id, workflowId, updateName, taskId, periodNo }) {
      const ref: CommandRef = { commandId: id, taskId, periodNo };
      try {
        return await within(config.commandWaitMs, () =>
          client.workflow.getHandle(workflowId).executeUpdate<Reply, [CommandRef]>(updateName, { args: [ref], updateId: id }),
        );
      } catch (error) {
        return refusalIn(error) ?? 'pending';
      }
    },

    async startCampaign(campaignId) {
      const input: CycleCampaignInput = { campaignId };
      await within(READ_MS, () =>
        client.workflow.start(CYCLE_CAMPAIGN, {
          workflowId: campaignWorkflowId(campaignId),
          taskQueue: CAMPAIGN_QUEUE,
          args: [input],
          workflowIdConflictPolicy: WorkflowIdConflictPolicy.USE_EXISTING,
          workflowIdReusePolicy: WorkflowIdReusePolicy.ALLOW_DUPLICATE,
        }),
      );
    },

    async updateCampaign(campaignId, update) {
      try {
        await within(READ_MS, () => client.workflow.getHandle(campaignWorkflowId(campaignId)).executeUpdate<boolean, []>(update));
      } catch (error) {
        if (error instanceof WorkflowNotFoundError) throw new Problem('campaign.notOpen');
        throw engineProblem(error);
      }
    },

    async signal(workflowId, signalName, argument) {
      try {
        await within(config.commandWaitMs, () => client.workflow.getHandle(workflowId).signal(signalName, argument));
        return 'delivered';
      } catch (error) {
        return error instanceof WorkflowNotFoundError ? 'gone' : 'pending';
      }
    },

    async history(workflowId) {
      try {
        return await within(READ_MS, () => readRuns(client, workflowId));
      } catch (error) {
        if (error instanceof WorkflowNotFoundError) return [];
        throw engineProblem(error);
      }
    },

    async isReachable() {
      try {
        await within(1000, () => connection.workflowService.getSystemInfo({}));
        return true;
      } catch {
        return false;
      }
    },

    close: () => connection.close(),
  };
}

/** A refusal by the workflow's validator arrives as a failure whose type is the reply's code; anything else is no answer yet. */
function refusalIn(error: unknown): Reply | null {
  if (!(error instanceof WorkflowUpdateFailedError)) return null;
  const { cause } = error;
  if (!(cause instanceof ApplicationFailure) || !cause.type || !REFUSALS.has(cause.type)) return null;
  const [detail] = cause.details ?? [];
  return { kind: 'refused', code: cause.type as ReplyCode, ...(isDetail(detail) && { detail }) };
}

/** `FENCED` and the like are no refusals: the command stays for the relay. */
const REFUSALS: ReadonlySet<string> = new Set<ReplyCode>([
  'process.stepNotOpen', 'process.finished', 'process.taskDecided', 'access.notAuthorised', 'access.ownItem', 'appraisal.objectionLate', 'content.invalid',
]);

const isDetail = (value: unknown): value is Record<string, string | number> => typeof value === 'object' && value !== null;

const engineProblem = (error: unknown): unknown => (isGrpcServiceError(error) || isTimeout(error) || isWrappedGrpc(error) ? new Problem('engine.unavailable') : error);
const isTimeout = (error: unknown): boolean => error instanceof Error && (error.name === 'TimeoutError' || error.name === 'AbortError' || error.name === 'WorkflowUpdateRPCTimeoutOrCancelledError');
const isWrappedGrpc = (error: unknown): boolean => error instanceof Error && (isGrpcServiceError(error.cause) || /connect/i.test(error.message));

/** Ends the waiting even when the connection never comes up: a lazy connection does not look at the deadline while it connects. */
async function timed<Result>(ms: number, work: (signal: AbortSignal) => Promise<Result>): Promise<Result> {
  const signal = AbortSignal.timeout(ms);
  const expired = new Promise<never>((_, reject) => signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true }));
  return Promise.race([work(signal), expired]);
}

/** Follows `continuedExecutionRunId` from the current run back to the first one that is still kept. */
async function readRuns(client: Client, workflowId: string): Promise<EngineRunHistory[]> {
  const runs: EngineRunHistory[] = [];
  let runId: string | null | undefined;
  for (let depth = 0; depth < 50; depth += 1) {
    const run = await readRun(client, workflowId, runId ?? undefined, depth === 0);
    if (!run) break;
    runs.unshift(run);
    runId = run.events[0]?.workflowExecutionStartedEventAttributes?.continuedExecutionRunId;
    if (!runId) break;
  }
  return runs;
}

async function readRun(client: Client, workflowId: string, runId: string | undefined, isCurrent: boolean): Promise<EngineRunHistory | null> {
  try {
    const handle = client.workflow.getHandle(workflowId, runId);
    const description = await handle.describe();
    const pinned = client.workflow.getHandle(workflowId, description.runId);
    const { events } = await pinned.fetchHistory();
    return {
      runId: description.runId,
      status: description.status.name,
      startedAt: description.startTime,
      closedAt: description.closeTime ?? null,
      events: events ?? [],
      pendingActivities: isCurrent ? (description.raw.pendingActivities ?? []) : [],
    };
  } catch (error) {
    if (!isCurrent && error instanceof WorkflowNotFoundError) return null;
    throw error;
  }
}
