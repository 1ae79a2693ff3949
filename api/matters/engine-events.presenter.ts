import proto from '@temporalio/proto';
import type { z } from 'zod';
import type { EngineRun } from '#contracts/runs.contract.ts';
import type { EngineRunHistory, HistoryEvent } from '../temporal/engine.ts';

const { EventType } = proto.temporal.api.enums.v1;
type Timestamp = { seconds?: unknown; nanos?: number | null } | null | undefined;

/** A run of the engine in the words of its event types, with one line about each event. Payloads are not shown: they say nothing but ids. */
export function presentEngineRun(run: EngineRunHistory): z.infer<typeof EngineRun> {
  return {
    runId: run.runId,
    status: run.status,
    startedAt: run.startedAt?.toISOString() ?? null,
    closedAt: run.closedAt?.toISOString() ?? null,
    events: run.events.map(presentEvent),
    pendingActivities: run.pendingActivities.map((activity) => ({
      name: activity.activityType?.name ?? '',
      attempt: activity.attempt ?? 0,
      lastFailure: activity.lastFailure?.message ?? null,
      nextRetryAt: instantOf(activity.scheduledTime),
    })),
  };
}

function presentEvent(event: HistoryEvent) {
  const type = typeName(event);
  return {
    id: Number(event.eventId ?? 0),
    at: instantOf(event.eventTime) ?? new Date(0).toISOString(),
    type,
    summary: summaryOf(event),
    // What the engine writes about its own turns tells nobody anything about the process.
    isNoise: type.startsWith('WorkflowTask') || type === 'ActivityTaskStarted',
  };
}

/** `EVENT_TYPE_ACTIVITY_TASK_SCHEDULED` → `ActivityTaskScheduled`. */
function typeName({ eventType }: HistoryEvent): string {
  const name = EventType[eventType ?? 0] ?? 'EVENT_TYPE_UNSPECIFIED';
  return name
    .replace('EVENT_TYPE_', '')
    .toLowerCase()
    .replace(/(^|_)([a-z])/g, (_match, _gap, letter: string) => letter.toUpperCase());
}

function summaryOf(event: HistoryEvent): string {
  const update = event.workflowExecutionUpdateAcceptedEventAttributes?.acceptedRequest?.input?.name;
  return (
    event.activityTaskScheduledEventAttributes?.activityType?.name ??
    event.workflowExecutionSignaledEventAttributes?.signalName ??
    update ??
    event.workflowExecutionStartedEventAttributes?.workflowType?.name ??
    event.activityTaskFailedEventAttributes?.failure?.message ??
    event.workflowTaskFailedEventAttributes?.failure?.message ??
    event.workflowExecutionFailedEventAttributes?.failure?.message ??
    durationOf(event.timerStartedEventAttributes?.startToFireTimeout) ??
    event.timerFiredEventAttributes?.timerId ??
    event.workflowExecutionContinuedAsNewEventAttributes?.newExecutionRunId ??
    ''
  );
}

function durationOf(duration: Timestamp): string | undefined {
  if (!duration) return undefined;
  const seconds = Number(duration.seconds ?? 0);
  return seconds >= 86_400 ? `${Math.round(seconds / 8640) / 10} d` : `${seconds} s`;
}

function instantOf(timestamp: Timestamp): string | null {
  return timestamp
    ? new Date(Number(timestamp.seconds ?? 0) * 1000 + Math.floor((timestamp.nanos ?? 0) / 1e6)).toISOString()
    : null;
}
