import type { EntityManager } from '@mikro-orm/postgresql';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import type { CalendarDate } from '#domain/calendar/calendar-date.ts';
import { addDays } from '#domain/calendar/calendar-date.ts';
import { DAY_MS, dateOf, startOfDay, type CalendarClock } from '#domain/calendar/clock.ts';
import type { CycleDecision } from '#domain/process/tasks.ts';
import { AuditEvent } from '#persistence/audit/audit.entities.ts';
import { takeDueLadderSteps } from '#persistence/matters/ladder.repository.ts';
import { Matter, Task } from '#persistence/matters/matters.entities.ts';
import { matterState } from '#workflows/matter/matter.messages.ts';
import { act, openTaskFor } from './decisions.ts';

/** What somebody does on a legal date. */
export type Entry = {
  on: string;
  by: string;
  decision: CycleDecision;
  periodNo?: number;
  args?: Record<string, unknown>;
};

/** A clock that runs at the pace of the wall but starts the year now: legal dates do not depend on the day the test runs. */
export const yearFromNow = (
  startsAt: number,
  startsOn = '2026-01-01' as CalendarDate,
): Extract<CalendarClock, { kind: 'compressed' }> => ({ kind: 'compressed', startsOn, startsAt, dayLengthMs: DAY_MS });

/**
 * Lives a year day by day at noon: the calendar's timers fire, the sweep takes due ladder steps, then people act.
 * Ends when the cycle is finished; throws when it is not by `until`.
 */
export async function liveYear(
  em: () => EntityManager,
  env: TestWorkflowEnvironment,
  clock: ReturnType<typeof yearFromNow>,
  cycleId: string,
  diary: readonly Entry[],
  until: string,
): Promise<void> {
  const cycle = await em().findOneOrFail(Matter, { id: cycleId });
  const handle = env.client.workflow.getHandle(cycle.workflowId);
  for (let date = clock.startsOn as string; date <= until; date = addDays(date as CalendarDate, 1)) {
    const noon = startOfDay(date as CalendarDate, 'Asia/Jakarta', clock) + DAY_MS / 2;
    const now = await env.currentTimeMs();
    if (noon > now) await env.sleep(noon - now);
    await settled();
    while ((await em().transactional((tx) => takeDueLadderSteps(tx as EntityManager, new Date(noon)))) > 0);
    for (const entry of diary.filter((candidate) => candidate.on === date)) {
      if (!(await openTaskFor(em(), cycleId, entry.decision, entry.periodNo)))
        throw new Error(`${date}: nobody waits for ${entry.decision} ${entry.periodNo ?? ''}`);
      const reply = await act(em(), env.client, {
        cycleId,
        decision: entry.decision,
        actorId: entry.by,
        periodNo: entry.periodNo,
        args: entry.args,
        acceptedAt: new Date(noon),
      });
      if (reply.kind !== 'applied') throw new Error(`${date}: ${entry.decision} was refused: ${reply.code}`);
    }
    if ((await em().findOneOrFail(Matter, { id: cycleId })).state === 'finished') return;
  }
  throw new Error(`the cycle is not finished by ${until}`);

  /** Waits until the workflow has crossed every boundary that is due and the database agrees with it. */
  async function settled(): Promise<void> {
    for (let attempt = 0; attempt < 500; attempt += 1) {
      const { seq, agenda, process } = await handle.query(matterState);
      const row = await em().findOneOrFail(Matter, { id: cycleId });
      const now = await env.currentTimeMs();
      if (row.seq === seq && (process.finished || !agenda[0] || agenda[0].at > now)) return;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    throw new Error('the workflow does not settle');
  }
}

/** Everything the cycle left behind, with legal dates, in the order in which it happened. */
export async function recordOf(
  em: EntityManager,
  cycleId: string,
  clock: CalendarClock,
): Promise<{ tasks: string[]; mails: string[]; story: string[] }> {
  const on = (at: Date): string => dateOf(at.getTime(), 'Asia/Jakarta', clock).slice(0);
  const tasks = await em.find(Task, { matterId: cycleId }, { orderBy: { openedAt: 1, id: 1 } });
  const story = await em.find(
    AuditEvent,
    { matterId: cycleId, kind: { $nin: ['taskOpened'] } },
    { orderBy: { number: 1 } },
  );
  const mails = await em.execute<
    {
      template: string;
      name: string;
      created_at: Date;
      data: { taskKind?: string; periodNo?: number | null; level?: number };
    }[]
  >(
    `select o.template, e.name, o.created_at, o.data from outbox o join employee e on e.id = o.recipient_id where o.matter_id = ? order by o.created_at, o.template, e.name, o.data->>'level'`,
    [cycleId],
  );
  const numbered = (text: string, no: number | null | undefined): string => (no ? `${text} ${no}` : text);
  return {
    tasks: tasks.map((task) =>
      [
        numbered(task.kind, task.periodNo),
        `round ${task.round}`,
        `opened ${on(task.openedAt)}`,
        `due ${on(task.dueAt)}`,
        task.closedAt ? `${task.state} ${on(task.closedAt)}${task.isLate ? ' late' : ''}` : task.state,
        `level ${task.level}`,
      ].join(', '),
    ),
    mails: mails.map((mail) =>
      [
        on(new Date(mail.created_at)),
        mail.template,
        numbered(mail.data.taskKind ?? '', mail.data.periodNo),
        mail.name,
        ...(mail.data.level ? [`level ${mail.data.level}`] : []),
      ].join(', '),
    ),
    story: story.map((line) => [on(line.at), numbered(line.kind, line.data.periodNo as number | null)].join(', ')),
  };
}
