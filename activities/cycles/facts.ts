import { addDays, type CalendarDate } from '#domain/calendar/calendar-date.ts';
import { dateOf } from '#domain/calendar/clock.ts';
import type { CycleProcess } from '#domain/process/cycle.ts';
import type { AgendaItem } from '#domain/process/matter.ts';
import type { CycleTaskKind } from '#domain/process/tasks.ts';
import type { ReportPeriod } from '#domain/rule-sets/deadlines.ts';
import { movedDueAt, withoutLoss } from '#domain/rule-sets/task-due.ts';
import { Period } from '#persistence/cycles/cycles.entities.ts';
import type { TaskRow } from '#persistence/matters/step.repository.ts';
import { currentPost } from '#persistence/organisation/hierarchy.repository.ts';
import { settleMove } from '#persistence/rule-sets/rule-set-moves.repository.ts';
import type { RuleBook } from '#persistence/rule-sets/rule-sets.repository.ts';
import type { Outcome } from '../matters/handler.ts';
import { redated } from '../matters/tasks.ts';
import { addresseeOf } from './addressees.ts';
import { agendaOf, planOf, segmentOf, selfAssessmentLapse } from './agenda.ts';
import type { CycleContext, CycleFactHandlers } from './cycle-matter.ts';
import { openCycles } from './open-cycles.ts';

/** Boundaries that a year no longer crosses once its segment has ended, or that other rules plan anew. */
const PLANNED = ['periodOpened', 'appraisalOpened'];

/** What facts about the person or their cycle do: each one step of its own. */
export const cycleFacts = (ruleBook: RuleBook): CycleFactHandlers => ({
  superiorChanged: reroute,
  segmentEnded: (context, { reason }) => endSegment(context, reason, ruleBook),
  async employeeDied({ em, row: cycle, at }) {
    await em.nativeUpdate(Period, { cycleId: cycle.id, state: { $in: ['upcoming', 'open'] } }, { state: 'lapsed' });
    return { story: [{ kind: 'employeeDied', at, data: {} }] };
  },
  ruleSetAmended: (context, { factId, ruleSetId }) => adoptRuleSet(context, { factId, ruleSetId, ruleBook }),
});

/** Re-addresses the open tasks of a cycle after its post got another superior. The names in the history stay. */
async function reroute(context: CycleContext): Promise<Outcome> {
  const { em, matter, row: cycle, at, today, openTasks } = context;
  const post = await currentPost(em, cycle.employeeId, today);
  if (!post || post.positionId !== cycle.positionId) return {};
  const from = cycle.superiorPositionId ?? null;
  const { superiorPositionId, superiorOfSuperiorPositionId } = post;
  Object.assign(cycle, { superiorPositionId, superiorOfSuperiorPositionId });
  const changed: TaskRow[] = [];
  for (const task of openTasks.filter(({ isOwnTask }) => !isOwnTask)) {
    const { kind, id, responsiblePositionId } = await addresseeOf(context, task.kind as CycleTaskKind);
    if (id === task.assigneeId) continue;
    const address = { assigneeKind: kind, assigneeId: id, responsiblePositionId, reassignedFromId: task.assigneeId };
    changed.push({ ...task, ...address });
  }
  return {
    changed,
    mails: changed.map((task) => ({
      template: 'reassigned',
      taskId: task.id,
      matterId: matter.id,
      assignee: { kind: task.assigneeKind, id: task.assigneeId },
      createdAt: at,
      occasion: `seq${matter.seq}`,
      data: {
        taskKind: task.kind,
        dueAt: task.dueAt.toISOString(),
        periodNo: task.periodNo ?? null,
        fromPositionId: from,
        role: 'new',
      },
    })),
    story: [{ kind: 'superiorChanged', at, data: { from, to: superiorPositionId, tasks: changed.length } }],
  };
}

/** Ends the segment on the day of the step; after a transfer the next one is opened in the same transaction. */
async function endSegment(context: CycleContext, reason: string, ruleBook: RuleBook): Promise<Outcome> {
  const { em, row: cycle, at, inForce, transition } = context;
  const endedOn = dateOf(at.getTime(), inForce.calendar.zone, inForce.calendar.clock);
  if (endedOn < cycle.endsOn) cycle.endsOn = endedOn;
  await em.nativeUpdate(Period, { cycleId: cycle.id, state: 'upcoming' }, { state: 'lapsed' });
  if (reason === 'transferred') await openNextSegment(context, endedOn, ruleBook);
  return {
    agenda: { drops: PLANNED, adds: transition.opens.length ? [selfAssessmentLapse(at, inForce)] : [] },
    story: [{ kind: 'segmentEnded', at, data: { reason, endsOn: cycle.endsOn } }],
  };
}

/** The next segment of somebody who moved to another post in mid-year: its own row, SKP and periods. The relay starts its run. */
async function openNextSegment(context: CycleContext, endedOn: CalendarDate, ruleBook: RuleBook): Promise<void> {
  const { em, matter, row: cycle, at, today } = context;
  const post = await currentPost(em, cycle.employeeId, today);
  if (!post || post.positionId === cycle.positionId) return;
  const startsOn = addDays(endedOn, 1);
  if (startsOn.slice(0, 4) !== String(cycle.year)) return;
  const { campaignId, employeeId, year, segment } = cycle;
  const next = {
    campaignId: campaignId ?? null,
    employeeId,
    year,
    segment: segment + 1,
    startsOn,
    endsOn: `${year}-12-31`,
    post,
  };
  await openCycles({ em, ruleBook, ruleSetId: matter.ruleSetId, at, build: matter.workflowBuild ?? null }, [next]);
}

/** Moves the cycle to another rule set: due dates and boundaries still to come are computed anew. */
async function adoptRuleSet(
  context: CycleContext,
  fact: { factId: string; ruleSetId: string; ruleBook: RuleBook },
): Promise<Outcome> {
  const { em, matter, row: cycle, at, openTasks } = context;
  const from = matter.ruleSetId;
  matter.ruleSetId = fact.ruleSetId;
  const adopted = { ...context, inForce: await fact.ruleBook.rulesFor(em, fact.ruleSetId, matter.timeZone) };
  const { periods, agenda } = await replan(adopted);
  const changed = openTasks.map((task) => ({
    ...dueAnew(adopted, task, periods.get(task.periodNo ?? 0) ?? null),
    ruleSetId: fact.ruleSetId,
  }));
  const dates = changed.filter(({ dueAt }, index) => dueAt.getTime() !== openTasks[index]!.dueAt.getTime()).length;
  const move = await settleMove(em, { cycleId: cycle.id, factId: fact.factId, at, dates });
  const data = { from, to: fact.ruleSetId, dates, moveId: move?.moveId ?? null };
  return {
    changed,
    agenda: { drops: PLANNED, adds: agenda },
    story: [{ kind: 'ruleSetAdopted', at, actorId: move?.actorId ?? null, data }],
  };
}

/** An open task with the due time and the ladder of the rules in force now. */
function dueAnew({ row: cycle, inForce, at }: CycleContext, task: TaskRow, periodDueAt: number | null): TaskRow {
  const timing = {
    kind: task.kind,
    round: task.round,
    openedAt: task.openedAt.getTime(),
    dueAt: task.dueAt.getTime(),
    year: { number: cycle.year, segment: segmentOf(cycle) },
    periodDueAt,
  };
  return redated({ inForce, at }, task, movedDueAt(timing, inForce.rules, inForce.calendar, at.getTime()));
}

/**
 * Computes anew what is still to come after a change of rules: periods ahead, the due time of the open one, the agenda. Returns when
 * the new rules want each period's report, by its number.
 */
async function replan(context: CycleContext): Promise<{ periods: Map<number, number>; agenda: AgendaItem[] }> {
  const { em, row: cycle, inForce, at, after } = context;
  const planned = planOf(cycle, inForce);
  const periods = await em.find(Period, { cycleId: cycle.id });
  const ahead: ReportPeriod[] = [];
  for (const period of planned.periods) {
    const known = periods.find((candidate) => candidate.number === period.no);
    if (known?.state === 'open')
      known.dueAt = new Date(withoutLoss(known.dueAt.getTime(), period.dueAt, at.getTime(), inForce.calendar));
    if (!known || known.state !== 'upcoming') continue;
    Object.assign(known, {
      startsOn: period.startsOn,
      endsOn: period.endsOn,
      opensAt: new Date(period.opensAt),
      dueAt: new Date(period.dueAt),
    });
    ahead.push(period);
  }
  const isAppraisalAhead = (after as CycleProcess).appraisal === 'notOpen';
  return {
    periods: new Map(planned.periods.map(({ no, dueAt }) => [no, dueAt])),
    agenda: agendaOf(cycle.id, inForce, ahead, planned.appraisalOpensAt).filter(
      ({ boundary }) => boundary.kind !== 'appraisalOpened' || isAppraisalAhead,
    ),
  };
}
