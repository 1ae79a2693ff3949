import { setTimeout as delay } from 'node:timers/promises';
import { IsolationLevel, type EntityManager } from '@mikro-orm/postgresql';
import type { Client } from '@temporalio/client';
import { temporal } from '@temporalio/proto';
import { Worker } from '@temporalio/worker';
import { startedCycle } from '#domain/process/cycle.ts';
import { DECIDERS } from '#domain/process/deciders.ts';
import {
  changesAnything,
  stepped,
  type AgendaItem,
  type Boundary,
  type Fact,
  type MatterState,
  type Trigger,
} from '#domain/process/matter.ts';
import type { Reply } from '#domain/process/reply.ts';
import { answers } from '#domain/process/tasks.ts';
import { AuditEvent } from '#persistence/audit/audit.entities.ts';
import { firstBrokenLine } from '#persistence/audit/audit.repository.ts';
import { Command, Effect } from '#persistence/commands/commands.entities.ts';
import { Outbox } from '#persistence/notifications/notifications.entities.ts';
import { Matter, Task } from '#persistence/matters/matters.entities.ts';
import { installQuietRuntime } from '#test/environment/engine.ts';
import { matterState } from '#workflows/matter/matter.messages.ts';

export type Audit = {
  /** What is wrong, one line each; empty is what every drill wants. */
  problems: string[];
  counts: {
    matters: number;
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
  matterIds: readonly string[];
  /** Commands whose receipt somebody holds: each must be in the ledger. */
  receipts?: Iterable<string>;
  /** Commands of which somebody was told that they were applied. */
  toldApplied?: Iterable<string>;
  /** Replays every history against this code; one that cannot be replayed is stuck for ever. */
  bundleCode?: string;
};

/**
 * The common oracle of all drills, for matters of any kind: compares the ledger, the tables, the stories and the runs with one another and
 * with the pure process. Whatever was lost, done twice, stuck or forked shows in one of the comparisons.
 */
export async function auditAll({
  em,
  client,
  matterIds,
  receipts = [],
  toldApplied = [],
  bundleCode,
}: AuditOptions): Promise<Audit> {
  const tables = await readTables(em, matterIds);
  const { matters, commands, tasks, mails } = tables;
  const problems = [...ledgerProblems(tables, receipts, toldApplied), ...mailProblems(tasks, mails)];
  if (matters.length !== new Set(matterIds).size) problems.push('lost: not every matter has a row');
  const runs: Run[] = [];
  for (const matter of matters) {
    const own = ownOf(matter, tables);
    problems.push(...storyProblems(own), ...taskProblems(own), ...modelProblems(own));
    const engine = await engineProblems(em, client, matter);
    problems.push(...engine.problems);
    runs.push(...engine.runs);
  }
  if (bundleCode) problems.push(...(await replayProblems(bundleCode, runs)));
  const outcomes = commands.filter(isDecision).map((command) => command.outcome?.kind);
  const counts = {
    matters: matters.length,
    commands: outcomes.length,
    applied: outcomes.filter((kind) => kind === 'applied').length,
    refused: outcomes.filter((kind) => kind === 'refused').length,
    tasks: tasks.length,
    steps: matters.reduce((sum, matter) => sum + matter.seq, 0),
    mails: mails.length,
    events: runs.reduce((sum, run) => sum + (run.history.events?.length ?? 0), 0),
    repeats: repeatsIn(runs),
  };
  return { problems, counts };
}

/** Where matters stand, in a few lines: for the message of a drill that does not get to its end. */
export async function whereTheyStand(em: EntityManager, client: Client, matterIds: readonly string[]): Promise<string> {
  const matters = await em.fork().find(Matter, { id: { $in: [...matterIds] } });
  const lines = await Promise.all(
    matters.slice(0, 5).map(async ({ id, workflowId, state, stage, seq, gen }) => {
      const handle = client.workflow.getHandle(workflowId);
      const description = await handle.describe().catch(() => null);
      const open = await em.fork().find(Task, { matterId: id, state: 'open' });
      const pending = await em.fork().find(Command, { matterId: id, state: 'accepted' });
      const run = await client
        .withDeadline(Date.now() + 3000, () => handle.query(matterState))
        .catch((error: unknown) => String(error));
      const activities = description?.raw.pendingActivities?.map(
        (activity) =>
          `${activity.activityType?.name} attempt ${activity.attempt} ${activity.lastFailure?.message ?? ''}`,
      );
      return JSON.stringify({
        workflowId,
        state,
        stage,
        seq,
        gen,
        status: description?.status.name,
        historyLength: description?.historyLength,
        activities,
        workflowTaskAttempt: description?.raw.pendingWorkflowTask?.attempt,
        open: open.map((task) => `${task.kind} ${task.round}`),
        pending: pending.map((command) => `${command.form} ${command.name} attempts ${command.attempts}`),
        run,
      });
    }),
  );
  return lines.join('\n');
}

type Tables = {
  matters: Matter[];
  commands: Command[];
  tasks: Task[];
  mails: Outbox[];
  effects: Effect[];
  stories: AuditEvent[];
};

/** All tables as they were at one instant: the calendar and the sweep go on while the oracle reads. */
function readTables(em: EntityManager, matterIds: readonly string[]): Promise<Tables> {
  const where = { matterId: { $in: [...matterIds] } };
  return em
    .fork()
    .transactional(
      async (tx) => ({
        matters: await tx.find(Matter, { id: { $in: [...matterIds] } }),
        commands: await tx.find(Command, where),
        tasks: await tx.find(Task, where, { orderBy: { openedAt: 1, id: 1 } }),
        mails: await tx.find(Outbox, where),
        effects: await tx.findAll(Effect),
        stories: await tx.find(AuditEvent, where, { orderBy: { number: 1 } }),
      }),
      { isolationLevel: IsolationLevel.REPEATABLE_READ, readOnly: true },
    );
}

/** What a step replied: `seq` is which one it was, `sets` what only it knew. */
type Done = { key: string; seq: number; sets?: Record<string, unknown> };

type Own = { matter: Matter; story: AuditEvent[]; commands: Command[]; tasks: Task[]; steps: Done[] };

function ownOf(matter: Matter, { stories, commands, tasks, effects }: Tables): Own {
  const own = commands.filter((command) => command.matterId === matter.id);
  const ids = new Set(own.map(({ id }) => id));
  return {
    matter,
    commands: own,
    story: stories.filter((line) => line.matterId === matter.id),
    tasks: tasks.filter((task) => task.matterId === matter.id),
    steps: effects
      .filter(({ key }) => key.includes(matter.id) || (key.startsWith('command:') && ids.has(key.slice(8))))
      .flatMap(doneBy)
      .sort((a, b) => a.seq - b.seq),
  };
}

/** The step that an effect tells of; none when it was refused. */
function doneBy({ key, reply }: Effect): Done[] {
  const { reply: answer, ...found } = reply as { reply?: Reply; seq?: number; sets?: Record<string, unknown> };
  if (answer?.kind === 'refused') return [];
  return [{ key, ...found, seq: answer ? answer.seq : found.seq! }];
}

const isDecision = (command: Command): boolean => command.form === 'update';

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
      problems.push(
        `stuck: ${command.form} ${command.name} ${command.id} has no answer after ${command.attempts} attempts`,
      );
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

/** Each task is announced once to each of those it asks. */
function mailProblems(tasks: Task[], mails: Outbox[]): string[] {
  const announced = new Map<string, string[]>();
  for (const { template, taskId, recipientId } of mails) {
    if (!['task-assigned', 'returned', 'result'].includes(template)) continue;
    announced.set(taskId!, [...(announced.get(taskId!) ?? []), recipientId ?? '']);
  }
  return tasks.flatMap((task) => {
    const told = announced.get(task.id) ?? [];
    if (!told.length) return [`lost: nobody was told of task ${task.kind} ${task.id}`];
    return new Set(told).size === told.length ? [] : [`twice: task ${task.kind} ${task.id} was announced again`];
  });
}

/** Every step has its own number, none is missing, and the story tells them in an unbroken chain. */
function storyProblems({ matter, story, steps, tasks }: Own): string[] {
  const problems: string[] = [];
  const broken = firstBrokenLine(story, { number: matter.auditNumber, hash: matter.auditHash });
  if (broken !== null) problems.push(`forked: the story of ${matter.id} breaks at line ${broken}`);
  if (steps.length !== matter.seq || steps.some(({ seq }, index) => seq !== index))
    problems.push(`forked: ${matter.id} counts ${matter.seq} steps but did ${steps.map(({ seq }) => seq).join(' ')}`);
  for (const task of tasks) {
    const opened = story.filter(({ kind, taskId }) => kind === 'taskOpened' && taskId === task.id);
    if (opened.length !== 1)
      problems.push(`${opened.length ? 'twice' : 'lost'}: the story opens task ${task.id} ${opened.length} times`);
  }
  return problems;
}

function taskProblems({ matter, tasks, commands }: Own): string[] {
  const problems = commands.flatMap((command) => wrongRefusal(command, tasks));
  for (const task of tasks) {
    const by = commands.filter((command) => command.taskId === task.id && command.outcome?.kind === 'applied');
    if (task.state === 'done' && by.length !== 1)
      problems.push(
        `${by.length ? 'twice' : 'lost'}: task ${task.kind} ${task.id} was decided by ${by.length} commands`,
      );
    if (task.state !== 'done' && by.length)
      problems.push(`lost: task ${task.kind} ${task.id} is ${task.state} but a decision on it was applied`);
    if (task.state === 'done' && (task.decision !== by[0]?.name || task.decidedById !== by[0]?.actorId))
      problems.push(`forked: task ${task.id} names another decision or person`);
  }
  if (matter.state === 'finished' && tasks.some((task) => task.state === 'open'))
    problems.push(`stuck: finished ${matter.id} has open tasks`);
  return problems;
}

/** A decision is told that nobody waits for it, though its task was open then. */
function wrongRefusal({ id, name, taskId, outcome, answeredAt }: Command, tasks: Task[]): string[] {
  if (outcome?.kind !== 'refused' || !['process.stepNotOpen', 'process.finished'].includes(outcome.code)) return [];
  const task = tasks.find((one) => one.id === taskId);
  if (!task || (task.closedAt && task.closedAt <= answeredAt!)) return [];
  return [`lost: ${name} ${id} was refused (${outcome.code}) though task ${task.kind} ${task.id} was open`];
}

/** Runs the ledger through the pure process: it ends where the row and the open tasks are. */
function modelProblems(own: Own): string[] {
  const { matter, tasks } = own;
  const decider = DECIDERS[matter.kind];
  let model: MatterState = {
    process: matter.kind === 'performanceCycle' ? startedCycle() : decider.initial,
    seq: 0,
    agenda: [],
  };
  const triggerOf = triggersOf(own);
  for (const step of own.steps) {
    const trigger = triggerOf(step);
    if (!trigger) return [`forked: nothing in the ledger or the story leads to step ${step.key} of ${matter.id}`];
    const decided = decider.decide(model.process, trigger);
    if (!decided.ok)
      return [
        `forked: step ${step.seq} of ${matter.id} (${JSON.stringify(trigger)}) is against the rules: ${decided.code}`,
      ];
    model = stepped(model, { transition: decided.transition, sets: step.sets });
  }
  const open = Object.fromEntries(
    tasks.filter((task) => task.state === 'open').map((task) => [task.slot, { kind: task.kind, round: task.round }]),
  );
  const problems: string[] = [];
  if (canonical(open) !== canonical(withoutAddressees(model.process.open)))
    problems.push(`forked: ${matter.id} asks ${JSON.stringify(open)}, the rules ${JSON.stringify(model.process.open)}`);
  if (canonical(matter.process) !== canonical(model.process))
    problems.push(
      `forked: the row of ${matter.id} is at ${JSON.stringify(matter.process)}, the rules at ${JSON.stringify(model.process)}`,
    );
  if (matter.stage !== decider.stageOf(model.process)) problems.push(`forked: ${matter.id} shows ${matter.stage}`);
  if ((matter.state === 'finished') !== model.process.finished)
    problems.push(`forked: ${matter.id} is ${matter.state}, which the rules do not say`);
  return problems;
}

const withoutAddressees = (open: MatterState['process']['open']): object =>
  Object.fromEntries(Object.entries(open).map(([slot, { kind, round }]) => [slot, { kind, round }]));

/** What led to a step: a decision or a fact of the ledger, a boundary that the story tells of, or the start. */
function triggersOf({ story, commands, tasks, steps }: Own): (step: Done) => Trigger | null {
  const boundaries = story.filter((line) => line.kind in BOUNDARY_LINES).map(boundaryOf);
  const crossings = steps.filter(({ key }) => key.startsWith('boundary:'));
  return (step) => {
    const [form, first, second] = step.key.split(':');
    if (form === 'start') return { kind: 'started' };
    if (form === 'fact') {
      const fact = commands.find(({ arguments: told }) => told['factId'] === second);
      return fact ? { kind: 'fact', fact: fact.arguments as Fact } : null;
    }
    if (form === 'boundary') {
      const boundary = boundaries.length === crossings.length ? boundaries[crossings.indexOf(step)] : null;
      return boundary ? { kind: 'boundary', boundary } : null;
    }
    const command = commands.find(({ id }) => id === first);
    const task = tasks.find(({ id }) => id === command?.taskId);
    if (!command || !task || !answers(command.name, task.kind)) return null;
    return { kind: 'decision', decision: command.name, slot: task.slot };
  };
}

/** The line with which the story tells of each boundary. */
const BOUNDARY_LINES: Readonly<Record<string, string>> = {
  periodOpened: 'periodOpened',
  appraisalOpened: 'appraisalOpened',
  selfAssessmentLapsed: 'selfAssessmentLapsed',
  objectionWindowClosed: 'objectionWindowClosed',
  improvementPeriodEnded: 'improvementPeriodEnded',
  procedureEffective: 'effective',
  procedureExpired: 'expired',
};

const boundaryOf = ({ kind, data }: AuditEvent): Boundary => ({
  kind: BOUNDARY_LINES[kind]!,
  ...(kind === 'periodOpened' && { periodNo: data['periodNo'] as number }),
});

const { WorkflowTaskFailedCause } = temporal.api.enums.v1;

/** Failed workflow tasks that a busy or crashed server, or a reset, explains; anything else is a fault of ours. */
const HARMLESS_CAUSES: ReadonlySet<unknown> = new Set([
  WorkflowTaskFailedCause.WORKFLOW_TASK_FAILED_CAUSE_UNHANDLED_COMMAND,
  WorkflowTaskFailedCause.WORKFLOW_TASK_FAILED_CAUSE_UNHANDLED_UPDATE,
  WorkflowTaskFailedCause.WORKFLOW_TASK_FAILED_CAUSE_RESET_STICKY_TASK_QUEUE,
  WorkflowTaskFailedCause.WORKFLOW_TASK_FAILED_CAUSE_FORCE_CLOSE_COMMAND,
  WorkflowTaskFailedCause.WORKFLOW_TASK_FAILED_CAUSE_FAILOVER_CLOSE_COMMAND,
  WorkflowTaskFailedCause.WORKFLOW_TASK_FAILED_CAUSE_RESET_WORKFLOW,
]);

type Run = { workflowId: string; history: temporal.api.history.v1.IHistory };

async function engineProblems(
  em: EntityManager,
  client: Client,
  { id, workflowId }: Matter,
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

/** Run and row agree between two steps; they are asked again while one is under way. Null when they do. */
async function lastingDisagreement(
  em: EntityManager,
  client: Client,
  matterId: string,
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
    const row = await em.fork().findOneOrFail(Matter, { id: matterId });
    const expected = row.state === 'finished' ? 'COMPLETED' : 'RUNNING';
    if (status.name !== expected) return `stuck: ${workflowId} is ${status.name}, not ${expected}`;
    if (expected === 'COMPLETED') return null;
    const unsettled = await em.fork().execute<{ id: string }[]>(
      `select id from command where matter_id = ? and form = 'fact' and state = 'answered' and outcome ->> 'kind' = 'applied'
         and not exists (select from effect where key = 'fact:' || matter_id || ':' || (arguments ->> 'factId'))`,
      [matterId],
    );
    if (unsettled.length) return `lost: facts of ${workflowId} arrived but were not settled`;
    const run = await client.withDeadline(Date.now() + 5000, () => handle.query(matterState));
    return differenceOf(row, run);
  }
}

/** What the row and its run do not agree on. */
function differenceOf(row: Matter, run: MatterState): string | null {
  const [ofRow, ofRun] = [row, run].map(({ process, seq, agenda }) =>
    canonical({ process, seq, agenda: aheadOf(row, agenda) }),
  );
  return ofRow === ofRun ? null : `forked: the row of ${row.workflowId} is at ${ofRow}, its run at ${ofRun}`;
}

/**
 * The dates that can still change something. A run drops what changes nothing when its time has come, and puts off what a decision on its way
 * comes before; the row keeps both until a step.
 */
function aheadOf({ kind, process }: Matter, agenda: readonly AgendaItem[]): object[] {
  return agenda
    .map(({ since, ...item }) => ({ ...item, at: since ?? item.at }))
    .filter(({ at, boundary }) => {
      if (at > Date.now()) return true;
      const decided = DECIDERS[kind].decide(process, { kind: 'boundary', boundary });
      return decided.ok && changesAnything(decided.transition);
    })
    .sort((a, b) => a.at - b.at || (canonical(a) < canonical(b) ? -1 : 1));
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
