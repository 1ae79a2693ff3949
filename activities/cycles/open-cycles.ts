import type { EntityManager } from '@mikro-orm/postgresql';
import { v4 as uuidv4 } from 'uuid';
import type { CalendarDate } from '#domain/calendar/calendar-date.ts';
import { civilDate } from '#domain/calendar/clock.ts';
import type { IndonesianZone } from '#domain/calendar/time-zone.ts';
import { cycleStageOf, startedCycle } from '#domain/process/cycle.ts';
import { matterWorkflowId, workflowTypeOf } from '#domain/process/names.ts';
import type { CycleSchedule } from '#domain/rule-sets/deadlines.ts';
import { taskDueAt } from '#domain/rule-sets/task-due.ts';
import { tellStory } from '#persistence/audit/audit.repository.ts';
import { queueMessages, type QueuedMessage } from '#persistence/commands/facts.repository.ts';
import type { Cycle } from '#persistence/cycles/cycles.entities.ts';
import { insertCycles, type CycleRows, type Post } from '#persistence/cycles/open-cycles.repository.ts';
import type { MatterRow } from '#persistence/matters/step.repository.ts';
import type { RuleBook, RulesInForce } from '#persistence/rule-sets/rule-sets.repository.ts';
import { announcementOf, storyOf, taskRow } from '../matters/tasks.ts';
import { agendaOf, planOf, segmentOf } from './agenda.ts';

/** A cycle that is to be opened: the employee's segment of a year in a post. */
export type CycleToOpen = Pick<Cycle, 'employeeId' | 'year' | 'segment' | 'startsOn' | 'endsOn'> & {
  campaignId: string | null;
  post: Post;
};

export type Opening = {
  em: EntityManager;
  ruleBook: RuleBook;
  ruleSetId: string;
  at: Date;
  /** The build that the runs will start on, as far as is known. */
  build: string | null;
  /** Whoever opens them starts them at once; otherwise the relay does. */
  isStartedByCaller?: boolean;
};

/**
 * Opens cycles in the caller's transaction: for each its matter, periods, first task, mail, story, agenda and the start of its run in the ledger,
 * all of them in sets. The run starts from these rows and has nothing left to write. Random ids, so that a workflow id tells nothing.
 * Throws when one of them exists already.
 */
export async function openCycles(opening: Opening, cycles: readonly CycleToOpen[]): Promise<QueuedMessage[]> {
  if (!cycles.length) return [];
  const { em, ruleBook, ruleSetId, at } = opening;
  const plans = new Map<string, CycleSchedule>();
  const opened: OpenedCycle[] = [];
  for (const cycle of cycles) {
    const inForce = await ruleBook.rulesFor(em, ruleSetId, cycle.post.timeZone);
    // Most people of a unit have the same dates.
    const key = [cycle.post.timeZone, cycle.year, cycle.startsOn, cycle.endsOn].join();
    const plan = plans.get(key) ?? planOf(cycle, inForce);
    plans.set(key, plan);
    opened.push(rowsOf(opening, cycle, inForce, plan));
  }
  const today = civilDate(at, cycles[0]!.post.timeZone as IndonesianZone);
  await insertCycles(em, merged(opened), today);
  return queueMessages(
    em,
    opened.map(({ matter }) => ({
      matterId: matter.id,
      workflowId: matter.workflowId,
      actorId: null,
      form: 'start',
      name: workflowTypeOf(matter.kind),
      arguments: {},
      firstAttemptIn: opening.isStartedByCaller ? 60 : 0,
    })),
  );
}

type OpenedCycle = Omit<CycleRows, 'matters' | 'cycles'> & { matter: MatterRow; cycle: Partial<Cycle> };

const merged = (opened: readonly OpenedCycle[]): CycleRows => ({
  matters: opened.map(({ matter }) => matter),
  cycles: opened.map(({ cycle }) => cycle),
  periods: opened.flatMap(({ periods }) => periods),
  tasks: opened.flatMap(({ tasks }) => tasks),
  story: opened.flatMap(({ story }) => story),
  mails: opened.flatMap(({ mails }) => mails),
});

function rowsOf(opening: Opening, cycle: CycleToOpen, inForce: RulesInForce, plan: CycleSchedule): OpenedCycle {
  const { at } = opening;
  const { post, campaignId, employeeId, year, segment, startsOn, endsOn } = cycle;
  const matter = newMatter(opening, cycle);
  matter.agenda = agendaOf(matter.id, inForce, plan.periods, plan.appraisalOpensAt);
  const task = taskRow(
    { matter, inForce, at },
    {
      slot: 'skp',
      kind: 'draftSkp',
      round: 1,
      assignee: { kind: 'employee', id: employeeId, responsiblePositionId: post.positionId },
      dueAt: taskDueAt(
        {
          kind: 'draftSkp',
          round: 1,
          openedAt: at.getTime(),
          year: { number: year, segment: segmentOf({ startsOn, endsOn }) },
          periodDueAt: null,
        },
        inForce.rules,
        inForce.calendar,
      ),
      periodNo: null,
      senderId: null,
    },
  );
  return {
    matter,
    cycle: {
      id: matter.id,
      campaignId,
      employeeId,
      positionId: post.positionId,
      superiorPositionId: post.superiorPositionId,
      superiorOfSuperiorPositionId: post.superiorOfSuperiorPositionId,
      year,
      segment,
      startsOn: startsOn as CalendarDate,
      endsOn: endsOn as CalendarDate,
    },
    periods: plan.periods.map((period) => ({
      cycleId: matter.id,
      number: period.no,
      startsOn: period.startsOn,
      endsOn: period.endsOn,
      opensAt: new Date(period.opensAt),
      dueAt: new Date(period.dueAt),
    })),
    tasks: [task],
    story: tellStory(matter, [{ kind: 'cycleStarted', at, data: { year, segment } }, storyOf(task, at)]),
    mails: announcementOf([task], undefined, at),
  };
}

function newMatter({ ruleSetId, at, build }: Opening, { employeeId, post }: CycleToOpen): MatterRow {
  const id = uuidv4();
  const process = startedCycle();
  return {
    id,
    kind: 'performanceCycle',
    subject: null,
    subjectId: null,
    employeeId,
    unitId: post.unitId,
    openedById: null,
    reportsToId: null,
    ruleSetId,
    timeZone: post.timeZone,
    workflowId: matterWorkflowId(id),
    workflowBuild: build,
    stage: cycleStageOf(process),
    state: 'running',
    outcome: null,
    seq: 0,
    gen: 1,
    process,
    agenda: [],
    auditNumber: 0,
    auditHash: '',
    data: {},
    openedAt: at,
    effectiveAt: null,
    expiresAt: null,
    startedAt: at,
    finishedAt: null,
  };
}
