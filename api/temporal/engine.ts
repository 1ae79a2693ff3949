import { Client, Connection, isGrpcServiceError, WorkflowNotFoundError } from '@temporalio/client';
import type { temporal } from '@temporalio/proto';
import type { Config } from '#config/config.ts';
import type { CommandReply } from '#domain/process/reply.ts';
import { deliverCommand, type CommandToDeliver } from '#workflows/commands.client.ts';
import { Problem } from '../http/problem.ts';

export type HistoryEvent = temporal.api.history.v1.IHistoryEvent;
type PendingActivity = temporal.api.workflow.v1.IPendingActivityInfo;
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
  /** Hands a message of the ledger over and waits a bounded time. `pending`: not answered now, the relay sends it again. Never throws. */
  deliver(command: CommandToDeliver): Promise<CommandReply | 'pending'>;
  /** All runs of a workflow id that Temporal still keeps, the first one first. Throws `engine.unavailable`. */
  history(workflowId: string): Promise<EngineRunHistory[]>;
  isReachable(): Promise<boolean>;
  close(): Promise<void>;
};

type EngineConfig = Pick<
  Config,
  'temporalAddress' | 'temporalNamespace' | 'temporalTls' | 'temporalApiKey' | 'commandWaitMs'
>;

const READ_MS = 8000;

/** Opens no connection until it is used, and another one after it broke: the API starts and serves without Temporal. */
export function createEngine(config: EngineConfig): Engine {
  const connection = Connection.lazy({
    address: config.temporalAddress,
    tls: config.temporalTls ? true : undefined,
    ...(config.temporalApiKey && { apiKey: config.temporalApiKey }),
    connectTimeout: config.commandWaitMs,
    // No retries in here: the caller's time is short, and the relay or a person tries again.
    interceptors: [],
    channelArgs: { 'grpc.initial_reconnect_backoff_ms': 200, 'grpc.max_reconnect_backoff_ms': 2000 },
  });
  const client = new Client({ connection, namespace: config.temporalNamespace });
  const within = <Result>(ms: number, work: () => Promise<Result>): Promise<Result> =>
    timed(ms, (signal) => connection.withDeadline(Date.now() + ms, () => connection.withAbortSignal(signal, work)));

  const isReachable = (): Promise<boolean> =>
    within(Math.min(config.commandWaitMs, 1000), () => connection.workflowService.getSystemInfo({})).then(
      () => true,
      () => false,
    );
  /** Long reads are tried only when the engine answers at all: nobody waits eight seconds to hear that it is away. */
  const requireReachable = async (): Promise<void> => {
    if (!(await isReachable())) throw new Problem('engine.unavailable');
  };

  return {
    isReachable,

    async deliver(command) {
      const delivery = await timed(config.commandWaitMs, () =>
        deliverCommand(client, command, config.commandWaitMs),
      ).catch(() => null);
      return delivery?.kind === 'answered' ? delivery.reply : 'pending';
    },

    async history(workflowId) {
      await requireReachable();
      try {
        return await within(READ_MS, () => readRuns(client, workflowId));
      } catch (error) {
        if (error instanceof WorkflowNotFoundError) return [];
        throw engineProblem(error);
      }
    },

    close: () => connection.close(),
  };
}

const engineProblem = (error: unknown): unknown =>
  isGrpcServiceError(error) || isTimeout(error) || isWrappedGrpc(error) ? new Problem('engine.unavailable') : error;
const isTimeout = (error: unknown): boolean =>
  error instanceof Error &&
  (error.name === 'TimeoutError' ||
    error.name === 'AbortError' ||
    error.name === 'WorkflowUpdateRPCTimeoutOrCancelledError');
const isWrappedGrpc = (error: unknown): boolean =>
  error instanceof Error && (isGrpcServiceError(error.cause) || /connect/i.test(error.message));

/** Ends the waiting even when the connection never comes up: a lazy connection does not look at the deadline while it connects. */
async function timed<Result>(ms: number, work: (signal: AbortSignal) => Promise<Result>): Promise<Result> {
  const signal = AbortSignal.timeout(ms);
  const expired = new Promise<never>((_, reject) =>
    signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true }),
  );
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

async function readRun(
  client: Client,
  workflowId: string,
  runId: string | undefined,
  isCurrent: boolean,
): Promise<EngineRunHistory | null> {
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
