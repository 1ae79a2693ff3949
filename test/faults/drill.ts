import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { EntityManager } from '@mikro-orm/postgresql';
import type { CalendarDate } from '#domain/calendar/calendar-date.ts';
import { DAY_MS } from '#domain/calendar/clock.ts';
import type { CycleDecision } from '#domain/process/tasks.ts';
import { Command } from '#persistence/commands/commands.entities.ts';
import { acceptCommand } from '#persistence/commands/commands.repository.ts';
import { Task } from '#persistence/matters/matters.entities.ts';
import { createCycle, createRuleSet, ruleSetData, type Person } from '#test/factories/agency.ts';
import { ARGUMENTS, openTaskFor } from '#test/factories/decisions.ts';
import { testBundle } from '#test/environment/engine.ts';
import { startMatterRun } from '#test/factories/runs.ts';
import { deliverCommand, type CommandToDeliver, type Delivery } from '#workflows/commands.client.ts';
import { matterWorkflowId } from '#domain/process/names.ts';
import { auditAll, whereTheyStand, type Audit } from './audit-all.ts';
import { chooseDecision, peopleAsked, populate, sendDecision, type HttpAnswer, type Population } from './people.ts';
import { randomOf, type Random } from './random.ts';
import { startStack, untilTrue, type Stack, type StackOptions } from './stack.ts';

/** What people were told: receipts they hold, decisions that were said to be applied, answers by status. */
export type Told = { receipts: Set<string>; applied: Set<string>; statuses: Map<string, number> };
export const newTold = (): Told => ({ receipts: new Set(), applied: new Set(), statuses: new Map() });

/** Somebody who decides a task. */
export type Deed = { task: Task; actorId: string; decision: CycleDecision };

/** Patience for a machine with much else to do; a healthy one needs a fraction of it. */
export const PATIENCE_MS = 180_000;

export type Drill = Awaited<ReturnType<typeof startDrill>>;

/** Processes of their own, an agency with so many employees, and people who act in it. */
export async function startDrill(options: StackOptions, count: number) {
  const { code: bundleCode } = await testBundle();
  const stack: Stack = await startStack(options);
  const em = (): EntityManager => stack.orm.em.fork() as EntityManager;
  const population: Population = await populate(em, count).catch(async (error: unknown) => {
    await stack.stop();
    throw error;
  });
  let year = 2026;

  const send = (
    actorId: string,
    taskId: string,
    decision: CycleDecision,
    commandId: string = randomUUID(),
  ): Promise<HttpAnswer> => sendDecision(stack.apiUrl, population.cookies.get(actorId)!, taskId, commandId, decision);

  /** Rules of a year that starts now and whose days are so long. */
  function rulesOfYear(dayLengthMs: number): Promise<string> {
    const clock = {
      kind: 'compressed',
      startsOn: `${year}-01-01` as CalendarDate,
      startsAt: Date.now(),
      dayLengthMs,
    } as const;
    return createRuleSet(em(), ruleSetData('triwulanan', { code: `drill-${randomUUID()}`, clock }));
  }

  async function startCycle(person: Person, ruleSetId: string): Promise<string> {
    const cycleId = await createCycle(em(), population.agency, person, year, ruleSetId);
    // What the engine does not take at once is asked for again, as the relay does.
    await untilTrue('the run starts', () => startMatterRun(em(), stack.client, cycleId).then(() => true), PATIENCE_MS);
    return cycleId;
  }

  /** Somebody who is asked something now, and what they decide; null when nobody is or the database is away. */
  async function somethingToDecide(cycleIds: readonly string[], random: Random): Promise<Deed | null> {
    try {
      const open = await em().find(Task, { matterId: { $in: [...cycleIds] }, state: 'open' }, { limit: 200 });
      const task = open.length ? random.pick(open) : null;
      const asked = task ? await peopleAsked(em(), task) : [];
      return task && asked.length
        ? { task, actorId: random.pick(asked), decision: chooseDecision(task, random) }
        : null;
    } catch {
      return null;
    }
  }

  async function repeatUntilTold({ task, actorId, decision }: Deed, told: Told): Promise<void> {
    const commandId = randomUUID();
    for (let attempt = 0; attempt < 200; attempt += 1) {
      const answer = await send(actorId, task.id, decision, commandId).catch(() => null);
      const key = answer ? `${answer.status} ${String(answer.body['code'] ?? '')}`.trim() : 'no answer';
      told.statuses.set(key, (told.statuses.get(key) ?? 0) + 1);
      if (answer && answer.status < 300) told.receipts.add(commandId);
      if (answer?.status === 200) told.applied.add(commandId);
      if (answer && answer.status < 500 && answer.status !== 429) return;
      await delay(200);
    }
  }

  const countApplied = (cycleIds: readonly string[]): Promise<number> =>
    em().count(Task, { matterId: { $in: [...cycleIds] }, state: 'done' });

  /** Writes a decision into the ledger, as the API does. */
  async function accepted({ task, actorId, decision }: Deed): Promise<CommandToDeliver> {
    const { id: taskId, matterId, slot } = task;
    const command = { id: randomUUID(), workflowId: matterWorkflowId(matterId), name: decision, taskId };
    await acceptCommand(em(), { ...command, actorId, matterId, arguments: ARGUMENTS[decision] });
    return { ...command, form: 'update', slot, arguments: {} };
  }

  const tell = (command: CommandToDeliver, waitMs: number): Promise<Delivery> =>
    deliverCommand(stack.client, command, waitMs);

  return {
    stack,
    population,
    em,
    send,
    accepted,
    tell,
    rulesOfYear,
    startCycle,
    /** Each drill has a year of its own, so that each employee can have a cycle in it. */
    nextYear: (): number => (year += 1),
    year: (): number => year,

    /** A cycle whose calendar runs at the pace of the wall, so that nothing but the drill happens to it. */
    async startCalmCycle(person: Person): Promise<string> {
      const cycleId = await startCycle(person, await rulesOfYear(DAY_MS));
      await untilTrue('the cycle is open', async () => !!(await openTaskFor(em(), cycleId, 'submitSkp')), PATIENCE_MS);
      return cycleId;
    },

    /** Sends until it is carried out, for the steps that lead to what a drill is about. */
    async decideSurely(cycleId: string, actorId: string, decision: CycleDecision): Promise<void> {
      const task = (await openTaskFor(em(), cycleId, decision))!;
      const commandId = randomUUID();
      await untilTrue(
        `${decision} is applied`,
        async () => (await send(actorId, task.id, decision, commandId)).status === 200,
        PATIENCE_MS,
      );
    },

    async receiptOf(actorId: string, commandId: string): Promise<Record<string, unknown>> {
      const response = await fetch(`${stack.apiUrl}/api/receipts/${commandId}`, {
        headers: { cookie: population.cookies.get(actorId)! },
      });
      return (await response.json()) as Record<string, unknown>;
    },

    /** The common oracle, once every command is answered. */
    async audited(cycleIds: readonly string[], told: Partial<Told> = {}): Promise<Audit> {
      await untilTrue(
        'every command is answered',
        async () => (await em().count(Command, { matterId: { $in: [...cycleIds] }, state: 'accepted' })) === 0,
        PATIENCE_MS,
      );
      return auditAll({
        em: em(),
        client: stack.client,
        matterIds: cycleIds,
        receipts: told.receipts,
        toldApplied: told.applied,
        bundleCode,
      });
    },

    countApplied,

    /** Waits until so many decisions more are applied, or nobody is asked anything any more. */
    async untilDecided(cycleIds: readonly string[], more: number): Promise<void> {
      const own = { matterId: { $in: [...cycleIds] } };
      let before: number | null = null;
      await untilTrue(
        `${more} more decisions`,
        async () => {
          const now = await countApplied(cycleIds);
          before ??= now;
          return now >= before + more || (await em().count(Task, { ...own, state: 'open' })) === 0;
        },
        PATIENCE_MS,
      );
    },

    /** People at their browsers: they decide what they are asked and repeat the same command until they are told what became of it. */
    async decideByHttp(cycleIds: readonly string[], seed: number, isOver: () => boolean, told: Told): Promise<void> {
      const random = randomOf(seed);
      while (!isOver()) {
        const deed = await somethingToDecide(cycleIds, random);
        if (deed) await repeatUntilTold(deed, told);
        else await delay(200);
      }
    },

    /** The same without the API: the ledger first, then the engine; what it does not answer the relay delivers. */
    async decideByLedger(cycleIds: readonly string[], seed: number, isOver: () => boolean): Promise<void> {
      const random = randomOf(seed);
      while (!isOver()) {
        const deed = await somethingToDecide(cycleIds, random);
        if (!deed) {
          await delay(150);
          continue;
        }
        await tell(await accepted(deed), 3000);
      }
    },

    /** A failure with what is needed to understand it; the processes are gone when somebody reads it. */
    async explained(cause: unknown, cycleIds: readonly string[], details: string): Promise<Error> {
      const standing = await whereTheyStand(em(), stack.client, cycleIds).catch(String);
      return new Error(`${String(cause)}\n${details}\n${standing}\n${stack.lastLines()}`, { cause });
    },

    stop: () => stack.stop(),
  };
}
