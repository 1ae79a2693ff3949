import type { IndonesianZone } from '#domain/calendar/time-zone.ts';
import type { CalendarDate } from '#domain/calendar/calendar-date.ts';
import { addDays } from '#domain/calendar/calendar-date.ts';
import { civilDate, dateOf } from '#domain/calendar/clock.ts';
import type { Boundary } from '#domain/process/cycle.ts';
import type { CycleTaskKind } from '#domain/process/tasks.ts';
import { dueAfterWorkingDays, schedule, type ReportPeriod } from '#domain/rule-sets/deadlines.ts';
import { withoutLoss } from '#domain/rule-sets/task-due.ts';
import { writeMails } from '#persistence/notifications/mails.repository.ts';
import { Appraisal } from '#persistence/appraisal/appraisal.entities.ts';
import type { StoryEvent } from '#persistence/audit/audit.repository.ts';
import { hasPendingCommand } from '#persistence/commands/commands.repository.ts';
import { currentPost } from '#persistence/organisation/hierarchy.repository.ts';
import { openCycleRow } from '#persistence/process/cycles.repository.ts';
import { Cycle, Period, Task } from '#persistence/process/process.entities.ts';
import { settleMove } from '#persistence/rule-sets/rule-set-moves.repository.ts';
import { forkOf, type ActivityDependencies } from '../dependencies.ts';
import { inStep } from './step.ts';
import type { BoundaryInput, BoundaryResult, NewBoundary, ProcessActivities } from './step.contract.ts';
import { assigneeFor, dueAnew, notifyLive, openingsOf, segmentOf, type StepContext } from './tasks.ts';
import { cycleWorkflowId } from '#workflows/performance-cycle/performance-cycle.ids.ts';

/** How long a boundary waits for a decision that is on its way; the relay delivers it within seconds of the engine's return. */
const POSTPONED_MS = 5_000;

/** Steps of a cycle that nobody decides: its start, the boundaries of the calendar, facts about the person, its continuation. */
export const processActivities = (deps: ActivityDependencies): ProcessActivities => ({
  startCycle: (input) =>
    inStep(deps, input, `start:${input.cycleId}:${input.gen}`, async (context) => {
      const { cycle, at } = context;
      const planned = plan(context);
      for (const period of planned.periods) {
        context.em.persist(
          context.em.create(Period, {
            cycleId: cycle.id,
            number: period.no,
            startsOn: period.startsOn,
            endsOn: period.endsOn,
            opensAt: new Date(period.opensAt),
            dueAt: new Date(period.dueAt),
          }),
        );
      }
      Object.assign(cycle, { state: 'running', startedAt: at, workflowBuild: input.workflowBuild });
      return {
        result: { boundaries: boundariesOf(context, planned.periods, planned.appraisalOpensAt) },
        story: [{ kind: 'cycleStarted', at, data: { year: cycle.year, segment: cycle.segment } }],
      };
    }),

  crossBoundary: (input) =>
    inStep<BoundaryResult>(deps, input, `boundary:${input.cycleId}:${input.gen}:${input.seq}`, async (context) => {
      if (await isDecisionOnItsWay(context, input))
        return { postponed: { kind: 'notYet', until: input.at + POSTPONED_MS } };
      const crossed = await cross(context, input.boundary);
      return {
        story: crossed.story,
        openings: openingsOf(input.transition),
        result: { kind: 'crossed', boundaries: crossed.boundaries },
      };
    }),

  rerouteTasks: (input) =>
    inStep(deps, input, `fact:${input.cycleId}:${input.factId}`, async (context) => ({
      result: undefined,
      story: await reroute(context),
    })),

  endSegment: (input) =>
    inStep(deps, input, `fact:${input.cycleId}:${input.factId}`, async (context) => {
      const { cycle, at } = context;
      const endedOn = dateOf(at.getTime(), context.inForce.calendar.zone, context.inForce.calendar.clock);
      if (endedOn < cycle.endsOn) cycle.endsOn = endedOn;
      await context.em.nativeUpdate(Period, { cycleId: cycle.id, state: 'upcoming' }, { state: 'lapsed' });
      const nextCycleId = input.reason === 'transferred' ? await openNextSegment(context, endedOn) : null;
      return {
        result: { nextCycleId, boundaries: input.transition.opens.length ? [selfAssessmentLapse(context)] : [] },
        story: [{ kind: 'segmentEnded', at, data: { reason: input.reason, endsOn: cycle.endsOn } }],
      };
    }),

  endForDeath: (input) =>
    inStep(deps, input, `fact:${input.cycleId}:${input.factId}`, async ({ em, cycle, at }) => {
      await em.nativeUpdate(Period, { cycleId: cycle.id, state: { $in: ['upcoming', 'open'] } }, { state: 'lapsed' });
      return { result: undefined, story: [{ kind: 'employeeDied', at, data: {} }] };
    }),

  adoptRuleSet: (input) =>
    inStep(deps, input, `fact:${input.cycleId}:${input.factId}`, async (context) => {
      const { em, cycle, at } = context;
      const from = cycle.ruleSetId;
      cycle.ruleSetId = input.ruleSetId;
      const adopted = { ...context, inForce: await deps.ruleBook.rulesFor(em, input.ruleSetId, cycle.timeZone) };
      const { periods, boundaries } = await replan(adopted, input.process.appraisal === 'notOpen');
      const open = await em.find(Task, { cycleId: cycle.id, state: 'open' });
      const before = open.map((task) => task.dueAt.getTime());
      for (const task of open) {
        task.ruleSetId = input.ruleSetId;
        dueAnew(adopted, task, periods.get(task.periodNo ?? 0) ?? null);
      }
      const dates = open.filter((task, index) => task.dueAt.getTime() !== before[index]).length;
      const move = await settleMove(em, { cycleId: cycle.id, factId: input.factId, at, dates });
      if (dates)
        await notifyLive(em, { assigneeIds: open.map((task) => task.assigneeId), cycleId: cycle.id, taskId: null });
      return {
        result: { boundaries },
        story: [
          {
            kind: 'ruleSetAdopted',
            at,
            actorId: move?.actorId ?? null,
            data: { from, to: input.ruleSetId, dates, moveId: move?.moveId ?? null },
          },
        ],
      };
    }),

  noteContinuation: (input) =>
    inStep(deps, input, `continuation:${input.cycleId}:${input.gen}:${input.seq}`, async ({ cycle, at }) => {
      cycle.workflowBuild = input.workflowBuild;
      return { result: undefined, story: [{ kind: 'continuedAsNew', at, data: { seq: cycle.seq } }] };
    }),

  async startCycleWorkflow(cycleId) {
    const cycle = await forkOf(deps).findOneOrFail(Cycle, { id: cycleId });
    await deps.startCycleWorkflow({ cycleId, workflowId: cycle.workflowId, gen: cycle.gen });
  },
});

const plan = ({ cycle, inForce }: StepContext) =>
  schedule(inForce.rules, inForce.calendar, cycle.year, segmentOf(cycle));

/** The agenda of a cycle. Real boundaries are spread over half an hour, so that an agency's timers do not fire at one instant; no right depends on it. */
function boundariesOf(context: StepContext, periods: readonly ReportPeriod[], appraisalOpensAt: number): NewBoundary[] {
  const jitter = context.inForce.rules.clock.kind === 'civil' ? spread(context.cycle.id) * 30 * 60_000 : 0;
  const isQuarterStart = (no: number): boolean =>
    no > 1 && (context.inForce.rules.reporting.frequency === 'triwulanan' || no % 3 === 1);
  return [
    ...periods.map(({ no, opensAt }) => ({
      at: Math.round(opensAt + jitter),
      boundary: { kind: 'periodOpened', periodNo: no } as const,
      isQuarterStart: isQuarterStart(no),
    })),
    {
      at: Math.round(appraisalOpensAt + jitter),
      boundary: { kind: 'appraisalOpened' } as const,
      isQuarterStart: false,
    },
  ];
}

/** A number in [0, 1) that is always the same for a cycle. */
const spread = (cycleId: string): number => Number.parseInt(cycleId.slice(-6), 16) / 0x1000000;

async function cross(
  context: StepContext,
  boundary: Boundary,
): Promise<{ story: StoryEvent[]; boundaries: NewBoundary[] }> {
  const { em, cycle, at } = context;
  switch (boundary.kind) {
    case 'periodOpened':
      await em.nativeUpdate(
        Period,
        { cycleId: cycle.id, number: boundary.periodNo, state: 'upcoming' },
        { state: 'open' },
      );
      return { story: [{ kind: 'periodOpened', at, data: { periodNo: boundary.periodNo } }], boundaries: [] };
    case 'appraisalOpened':
      return { story: [{ kind: 'appraisalOpened', at }], boundaries: [selfAssessmentLapse(context)] };
    case 'objectionWindowClosed': {
      const appraisal = await em.findOneOrFail(Appraisal, { cycleId: cycle.id });
      appraisal.isFinal = true;
      return {
        story: [{ kind: 'objectionWindowClosed', at, data: { predikat: cycle.finalPredikat ?? null } }],
        boundaries: [],
      };
    }
    case 'selfAssessmentLapsed':
    case 'improvementPeriodEnded':
      return { story: [{ kind: boundary.kind, at }], boundaries: [] };
    case 'cycleStarted':
      return { story: [], boundaries: [] };
  }
}

/** A decision that was accepted in time counts however late the engine hears of it: the boundary that would pass over it waits. */
async function isDecisionOnItsWay(
  { em, cycle, at }: StepContext,
  { boundary, transition }: BoundaryInput,
): Promise<boolean> {
  if (!transition.closes.length) return false;
  const appraisal =
    boundary.kind === 'objectionWindowClosed' ? await em.findOne(Appraisal, { cycleId: cycle.id }) : null;
  return hasPendingCommand(em, cycle.id, transition.closes, appraisal?.objectionUntil ?? at);
}

/** The rating does not wait for a self-assessment that does not come: a few working days after its due time the superior is asked. */
function selfAssessmentLapse({ at, inForce }: StepContext): NewBoundary {
  const workingDays =
    inForce.rules.appraisal.selfAssessmentDueWorkingDays + inForce.rules.reporting.revisionDueWorkingDays;
  return {
    at: dueAfterWorkingDays(at.getTime(), workingDays, inForce.calendar) + 1,
    boundary: { kind: 'selfAssessmentLapsed' },
    isQuarterStart: false,
  };
}

/** Re-addresses the open tasks of a cycle after its post got another superior. The names in the history stay. */
async function reroute(context: StepContext): Promise<StoryEvent[]> {
  const { em, cycle, at } = context;
  const post = await currentPost(em, cycle.employeeId, civilDate(at, cycle.timeZone as IndonesianZone));
  if (!post || post.positionId !== cycle.positionId) return [];
  const from = cycle.superiorPositionId ?? null;
  Object.assign(cycle, {
    superiorPositionId: post.superiorPositionId,
    superiorOfSuperiorPositionId: post.superiorOfSuperiorPositionId,
  });
  const open = await em.find(Task, { cycleId: cycle.id, state: 'open', isOwnTask: false });
  const moved: string[] = [];
  for (const task of open) {
    const assignee = await assigneeFor(context, task.kind as CycleTaskKind);
    if (assignee.id === task.assigneeId) continue;
    moved.push(task.assigneeId, assignee.id);
    Object.assign(task, {
      reassignedFromId: task.assigneeId,
      assigneeKind: assignee.kind,
      assigneeId: assignee.id,
      responsiblePositionId: assignee.responsiblePositionId,
    });
    await writeMails(em, [
      {
        template: 'reassigned',
        taskId: task.id,
        cycleId: cycle.id,
        assignee: { kind: assignee.kind, id: assignee.id },
        createdAt: at,
        occasion: `seq${cycle.seq}`,
        data: {
          taskKind: task.kind,
          dueAt: task.dueAt.toISOString(),
          periodNo: task.periodNo ?? null,
          fromPositionId: from,
          role: 'new',
        },
      },
    ]);
  }
  if (moved.length) await notifyLive(em, { assigneeIds: moved, cycleId: cycle.id, taskId: null });
  return [{ kind: 'superiorChanged', at, data: { from, to: post.superiorPositionId, tasks: moved.length / 2 } }];
}

/** The next segment of somebody who moved to another post in mid-year: its own row, SKP and periods. */
async function openNextSegment({ em, cycle, at }: StepContext, endedOn: CalendarDate): Promise<string | null> {
  const post = await currentPost(em, cycle.employeeId, civilDate(at, cycle.timeZone as IndonesianZone));
  if (!post || post.positionId === cycle.positionId) return null;
  const startsOn = addDays(endedOn, 1);
  if (startsOn.slice(0, 4) !== String(cycle.year)) return null;
  return openCycleRow(em, {
    campaignId: cycle.campaignId ?? null,
    employeeId: cycle.employeeId,
    year: cycle.year,
    segment: cycle.segment + 1,
    startsOn,
    endsOn: `${cycle.year}-12-31`,
    ruleSetId: cycle.ruleSetId,
    post,
    openedAt: at,
    workflowIdOf: cycleWorkflowId,
  });
}

/**
 * Computes anew what is still to come after a change of rules: periods ahead, the due time of the open one, the agenda. Returns when
 * the new rules want each period's report, by its number.
 */
async function replan(
  context: StepContext,
  isAppraisalAhead: boolean,
): Promise<{ periods: Map<number, number>; boundaries: NewBoundary[] }> {
  const { em, cycle, inForce, at } = context;
  const planned = plan(context);
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
  const boundaries = boundariesOf(context, ahead, planned.appraisalOpensAt).filter(
    ({ boundary }) => boundary.kind !== 'appraisalOpened' || isAppraisalAhead,
  );
  return { periods: new Map(planned.periods.map(({ no, dueAt }) => [no, dueAt])), boundaries };
}
