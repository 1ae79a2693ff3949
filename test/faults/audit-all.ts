import { setTimeout as delay } from 'node:timers/promises';
import { IsolationLevel, type EntityManager } from '@mikro-orm/postgresql';
import type { Client } from '@temporalio/client';
import { temporal } from '@temporalio/proto';
import { Worker } from '@temporalio/worker';
import {
  decide,
  evolve,
  newProcess,
  stepOf,
  type Boundary,
  type CycleProcess,
  type Trigger,
} from '#domain/process/cycle.ts';
import type { Reply } from '#domain/process/reply.ts';
import { taskKindOf, type CycleDecision, type FollowUp } from '#domain/process/tasks.ts';
import { AuditEvent } from '#persistence/audit/audit.entities.ts';
import { firstBrokenLine } from '#persistence/audit/audit.repository.ts';
import { Command, Effect } from '#persistence/commands/commands.entities.ts';
import { Outbox } from '#persistence/notifications/notifications.entities.ts';
import { Task } from '#persistence/matters/matters.entities.ts';
import { Cycle } from '#persistence/cycles/cycles.entities.ts';
import { installQuietRuntime } from '#test/environment/engine.ts';
import { cycleState } from '#workflows/performance-cycle/performance-cycle.messages.ts';

export type Audit = {
  /** What is wrong, one line each; empty is what every drill wants. */
  problems: string[];
  counts: {
    cycles: number;
    commands: number;
    applied: number;
    refused: number;
    tasks: number;
    steps: number;
    mails: number;
    events: number;
    repeats: number;
  };
};

export type AuditOptions = {
  em: EntityManager;
  client: Client;
  cycleIds: readonly string[];
  /** Commands whose receipt somebody holds: each must be in the ledger. */
  receipts?: Iterable<string>;
  /** Commands of which somebody was told that they were applied. */
  toldApplied?: Iterable<string>;
  /** Replays every history against this code; one that cannot be replayed is stuck for ever. */
  bundleCode?: string;
};

/**
 * The common oracle of all drills: compares the ledger, the tables, the stories and the engine with one another and with the
 * pure process. Whatever was lost, done twice, stuck or forked shows in one of the comparisons.
 */
export async function auditAll({
  em,
  client,
  cycleIds,
  receipts = [],
  toldApplied = [],
  bundleCode,
}: AuditOptions): Promise<Audit> {
  const tables = await readTables(em, cycleIds);
  const { cycles, commands, tasks, mails, effects, stories } = tables;
  const problems = [...ledgerProblems(tables, receipts, toldApplied), ...mailProblems(tasks, mails)];
  const runs: Run[] = [];
  for (const cycle of cycles) {
    const own = {
      cycle,
      story: stories.filter((line) => line.cycleId === cycle.id),
      commands: commands.filter((command) => command.cycleId === cycle.id),
      tasks: tasks.filter((task) => task.cycleId === cycle.id),
      effects: effects.filter((effect) => effect.key.includes(cycle.id)),
    };
    problems.push(...storyProblems(own), ...taskProblems(own), ...modelProblems(own));
    const engine = await engineProblems(em, client, cycle);
    problems.push(...engine.problems);
    runs.push(...engine.runs);
  }
  if (bundleCode) problems.push(...(await replayProblems(bundleCode, runs)));
  const outcomes = commands.map((command) => command.outcome?.kind);
  const counts = {
    cycles: cycles.length,
    commands: commands.length,
    applied: outcomes.filter((kind) => kind === 'applied').length,
    refused: outcomes.filter((kind) => kind === 'refused').length,
    tasks: tasks.length,
    steps: cycles.reduce((sum, cycle) => sum + cycle.seq, 0),
    mails: mails.length,
    events: runs.reduce((sum, run) => sum + (run.history.events?.length ?? 0), 0),
    repeats: repeatsIn(runs),
  };
  return { problems, counts };
}

/** Where cycles stand, in a few lines: for the message of a drill that does not get to its end. */
export async function whereTheyStand(em: EntityManager, client: Client, cycleIds: readonly string[]): Promise<string> {
  const cycles = await em.fork().find(Cycle, { id: { $in: [...cycleIds] } });
  const lines = await Promise.all(
    cycles.slice(0, 5).map(async ({ id, workflowId, state, stage, seq }) => {
      const handle = client.workflow.getHandle(workflowId);
      const { status, historyLength, raw } = await handle.describe();
      const open = await em.fork().find(Task, { cycleId: id, state: 'open' });
      const pending = await em.fork().find(Command, { cycleId: id, state: 'accepted' });
      const process = await client
        .withDeadline(Date.now() + 3000, () => handle.query(cycleState))
        .catch((error: unknown) => String(error));
      const activities = raw.pendingActivities?.map(
        (activity) =>
          `${activity.activityType?.name} attempt ${activity.attempt} ${activity.lastFailure?.message ?? ''}`,
      );
      return JSON.stringify({
        workflowId,
        state,
        stage,
        seq,
        status: status.name,
        historyLength,
        activities,
        workflowTaskAttempt: raw.pendingWorkflowTask?.attempt,
        open: open.map((task) => `${task.kind} ${task.round}`),
        pending: pending.map((command) => `${command.updateName} attempts ${command.attempts}`),
        process,
      });
    }),
  );
  return lines.join('\n');
}

type Tables = {
  cycles: Cycle[];
  commands: Command[];
  tasks: Task[];
  mails: Outbox[];
  effects: Effect[];
  stories: AuditEvent[];
};

/** All tables as they were at one instant: the calendar and the sweep go on while the oracle reads. */
function readTables(em: EntityManager, cycleIds: readonly string[]): Promise<Tables> {
  const where = { cycleId: { $in: [...cycleIds] } };
  return em
    .fork()
    .transactional(
      async (tx) => ({
        cycles: await tx.find(Cycle, { id: { $in: [...cycleIds] } }),
        commands: await tx.find(Command, where),
        tasks: await tx.find(Task, where, { orderBy: { openedAt: 1, id: 1 } }),
        mails: await tx.find(Outbox, where),
        effects: await tx.findAll(Effect),
        stories: await tx.find(AuditEvent, where, { orderBy: { number: 1 } }),
      }),
      { isolationLevel: IsolationLevel.REPEATABLE_READ, readOnly: true },
    );
}

type Own = { cycle: Cycle; story: AuditEvent[]; commands: Command[]; tasks: Task[]; effects: Effect[] };

const isDecision = (command: Command): boolean => !command.updateName.startsWith('signal:');
const seqOf = ({ outcome }: Command): number => (outcome as { seq: number }).seq;

function ledgerProblems(
  { commands, effects }: Tables,
  receipts: Iterable<string>,
  toldApplied: Iterable<string>,
): string[] {
  const problems: string[] = [];
  const replies = new Map(effects.map((effect) => [effect.key, effect.reply]));
  const known = new Map(commands.map((command) => [command.id, command]));
  for (const id of receipts)
    if (!known.has(id)) problems.push(`lost: command ${id} has a receipt but is not in the ledger`);
  for (const id of toldApplied)
    if (known.get(id)?.outcome?.kind !== 'applied')
      problems.push(`lost: command ${id} was told to be applied but is ${JSON.stringify(known.get(id)?.outcome)}`);
  for (const command of commands) {
    if (command.state !== 'answered')
      problems.push(`stuck: ${command.updateName} ${command.id} has no answer after ${command.attempts} attempts`);
    const effect = replies.get(`command:${command.id}`) as { reply: Reply } | undefined;
    if (
      command.outcome?.kind === 'applied' &&
      isDecision(command) &&
      canonical(effect?.reply) !== canonical(command.outcome)
    ) {
      problems.push(
        `forked: ${command.id} is answered ${JSON.stringify(command.outcome)} but its step says ${JSON.stringify(effect?.reply)}`,
      );
    }
    if (effect?.reply.kind === 'applied' && command.outcome?.kind !== 'applied')
      problems.push(`lost: ${command.id} was carried out but is answered ${JSON.stringify(command.outcome)}`);
  }
  return problems;
}

/** Each task is announced once to each of its assignees; the keys are unique by the schema. */
function mailProblems(tasks: Task[], mails: Outbox[]): string[] {
  const announced = new Map<string, number>();
  for (const mail of mails) {
    if (['task-assigned', 'returned', 'result'].includes(mail.template))
      announced.set(mail.taskId!, (announced.get(mail.taskId!) ?? 0) + 1);
  }
  return tasks.flatMap((task) =>
    announced.has(task.id) ? [] : [`lost: nobody was told of task ${task.kind} ${task.id}`],
  );
}

function storyProblems({ cycle, story, effects, commands }: Own): string[] {
  const problems: string[] = [];
  const broken = firstBrokenLine(story, { number: cycle.auditNumber, hash: cycle.auditHash });
  if (broken !== null) problems.push(`forked: the story of cycle ${cycle.id} breaks at line ${broken}`);
  const applied = commands.filter((command) => command.outcome?.kind === 'applied' && isDecision(command));
  if (cycle.seq !== effects.length + applied.length)
    problems.push(`forked: cycle ${cycle.id} counts ${cycle.seq} steps but did ${effects.length} + ${applied.length}`);
  const numbers = applied.map(seqOf);
  if (new Set(numbers).size !== numbers.length)
    problems.push(`twice: two decisions of cycle ${cycle.id} were carried out at the same step`);
  return problems;
}

function taskProblems({ cycle, tasks, commands }: Own): string[] {
  const problems: string[] = [];
  for (const task of tasks) {
    const by = commands.filter((command) => command.taskId === task.id && command.outcome?.kind === 'applied');
    if (task.state === 'done' && by.length !== 1)
      problems.push(
        `${by.length ? 'twice' : 'lost'}: task ${task.kind} ${task.id} was decided by ${by.length} commands`,
      );
    if (task.state !== 'done' && by.length)
      problems.push(`lost: task ${task.kind} ${task.id} is ${task.state} but a decision on it was applied`);
    if (task.state === 'done' && (task.decision !== by[0]?.updateName || task.decidedById !== by[0]?.actorId))
      problems.push(`forked: task ${task.id} names another decision or person`);
  }
  if (cycle.state === 'finished' && tasks.some((task) => task.state === 'open'))
    problems.push(`stuck: finished cycle ${cycle.id} has open tasks`);
  return problems;
}

/** Runs the ledger through the pure process: the open tasks it ends with are those of the tables. */
function modelProblems({ cycle, story, tasks, commands, effects }: Own): string[] {
  const triggers = new Map<number, Trigger>();
  const boundaries = story.filter((line) => BOUNDARY_LINES.has(line.kind)).map(boundaryOf);
  const boundarySteps = effects
    .filter((effect) => effect.key.startsWith('boundary:'))
    .map((effect) => Number(effect.key.split(':').at(-1)))
    .sort((a, b) => a - b);
  if (boundaries.length !== boundarySteps.length)
    return [`forked: cycle ${cycle.id} crossed ${boundarySteps.length} boundaries but tells of ${boundaries.length}`];
  for (const [index, seq] of boundarySteps.entries())
    triggers.set(seq, { kind: 'boundary', boundary: boundaries[index]! });
  for (const command of commands) {
    if (command.outcome?.kind !== 'applied' || !isDecision(command)) continue;
    const decision = command.updateName as CycleDecision;
    const task = tasks.find((candidate) => candidate.id === command.taskId)!;
    if (task.kind !== taskKindOf(decision)) return [`forked: ${decision} answered a task ${task.kind}`];
    triggers.set(seqOf(command), {
      kind: 'decision',
      decision,
      step: stepOf(decision, task.periodNo ?? null),
      followUp: (cycle.followUp as FollowUp) ?? undefined,
    });
  }
  let model: CycleProcess = newProcess();
  if (cycle.seq > 0) triggers.set(0, { kind: 'boundary', boundary: { kind: 'cycleStarted' } });
  for (const seq of [...triggers.keys()].sort((a, b) => a - b)) {
    const decided = decide(model, triggers.get(seq)!);
    if (!decided.ok)
      return [
        `forked: step ${seq} of cycle ${cycle.id} (${JSON.stringify(triggers.get(seq))}) is against the rules: ${decided.code}`,
      ];
    model = evolve(model, decided.transition);
  }
  const open = Object.fromEntries(
    tasks.filter((task) => task.state === 'open').map((task) => [task.step, { kind: task.kind, round: task.round }]),
  );
  return canonical(open) === canonical(model.open)
    ? []
    : [`forked: cycle ${cycle.id} waits for ${JSON.stringify(open)}, the rules say ${JSON.stringify(model.open)}`];
}

const BOUNDARY_LINES = new Set([
  'periodOpened',
  'appraisalOpened',
  'selfAssessmentLapsed',
  'objectionWindowClosed',
  'improvementPeriodEnded',
]);

const boundaryOf = (line: AuditEvent): Boundary =>
  (line.kind === 'periodOpened'
    ? { kind: 'periodOpened', periodNo: line.data['periodNo'] }
    : { kind: line.kind }) as Boundary;

const { WorkflowTaskFailedCause } = temporal.api.enums.v1;

/** Failed workflow tasks that a busy or crashed server explains; anything else is a fault of ours. */
const HARMLESS_CAUSES: ReadonlySet<unknown> = new Set([
  WorkflowTaskFailedCause.WORKFLOW_TASK_FAILED_CAUSE_UNHANDLED_COMMAND,
  WorkflowTaskFailedCause.WORKFLOW_TASK_FAILED_CAUSE_UNHANDLED_UPDATE,
  WorkflowTaskFailedCause.WORKFLOW_TASK_FAILED_CAUSE_RESET_STICKY_TASK_QUEUE,
  WorkflowTaskFailedCause.WORKFLOW_TASK_FAILED_CAUSE_FORCE_CLOSE_COMMAND,
  WorkflowTaskFailedCause.WORKFLOW_TASK_FAILED_CAUSE_FAILOVER_CLOSE_COMMAND,
]);

type Run = { workflowId: string; history: temporal.api.history.v1.IHistory };

async function engineProblems(
  em: EntityManager,
  client: Client,
  { id, workflowId }: Cycle,
): Promise<{ problems: string[]; runs: Run[] }> {
  const problems: string[] = [];
  const runs: Run[] = [];
  const disagreement = await lastingDisagreement(em, client, id, workflowId);
  if (disagreement) problems.push(disagreement);
  const { runId } = await client.workflow.getHandle(workflowId).describe();
  for (let run: string | null | undefined = runId; run;) {
    const history = await client.workflow.getHandle(workflowId, run).fetchHistory();
    runs.push({ workflowId: `${workflowId} ${run}`, history });
    for (const { workflowTaskFailedEventAttributes: failed } of history.events ?? []) {
      if (failed && !HARMLESS_CAUSES.has(failed.cause))
        problems.push(
          `stuck: a task of ${workflowId} failed: ${WorkflowTaskFailedCause[failed.cause!]} ${failed.failure?.message ?? ''}`,
        );
    }
    run = history.events?.[0]?.workflowExecutionStartedEventAttributes?.continuedExecutionRunId || null;
  }
  return { problems, runs };
}

/** Engine and tables agree between two steps; they are asked again while one is under way. Null when they do. */
async function lastingDisagreement(
  em: EntityManager,
  client: Client,
  cycleId: string,
  workflowId: string,
): Promise<string | null> {
  const deadline = Date.now() + AGREEMENT_MS;
  for (;;) {
    const found = await disagreement().catch(
      (error: unknown) => `stuck: ${workflowId} does not answer: ${String(error)}`,
    );
    if (!found || Date.now() > deadline) return found;
    await delay(200);
  }

  async function disagreement(): Promise<string | null> {
    const handle = client.workflow.getHandle(workflowId);
    const { status } = await handle.describe();
    const row = await em.fork().findOneOrFail(Cycle, { id: cycleId });
    const expected = row.state === 'finished' ? 'COMPLETED' : 'RUNNING';
    if (status.name !== expected) return `stuck: ${workflowId} is ${status.name}, not ${expected}`;
    if (expected === 'COMPLETED') return null;
    const { seq } = await client.withDeadline(Date.now() + 5000, () => handle.query(cycleState));
    return seq === row.seq ? null : `forked: ${workflowId} is at step ${seq}, the tables at ${row.seq}`;
  }
}

/** A history that cannot be replayed is stuck for ever, though nothing shows yet. */
async function replayProblems(code: string, runs: Run[]): Promise<string[]> {
  installQuietRuntime();
  const problems: string[] = [];
  for await (const { workflowId, error } of Worker.runReplayHistories(
    { workflowBundle: { code }, replayName: 'drill' },
    runs,
  )) {
    if (error) problems.push(`stuck: ${workflowId} cannot be replayed: ${String(error)}`);
  }
  return problems;
}

/** Activities that were carried out more than once: what the drills are about. */
const repeatsIn = (runs: Run[]): number =>
  runs
    .flatMap((run) => run.history.events ?? [])
    .reduce((sum, event) => sum + Math.max(0, (event.activityTaskStartedEventAttributes?.attempt ?? 1) - 1), 0);

/** Longer than an activity of a killed worker takes to be tried again. */
const AGREEMENT_MS = 30_000;

const canonical = (value: unknown): string =>
  JSON.stringify(value, (_key, item: unknown) =>
    item && typeof item === 'object' && !Array.isArray(item)
      ? Object.fromEntries(Object.entries(item).sort(([a], [b]) => (a < b ? -1 : 1)))
      : item,
  ) ?? 'null';
