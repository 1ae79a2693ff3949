import type { EntityManager } from '@mikro-orm/postgresql';
import { assigneeIdsOf } from '#domain/access/actor.ts';
import type { Predikat } from '#domain/appraisal/predikat.ts';
import type { CycleStage } from '#domain/process/tasks.ts';
import type { RuleSet as RuleSetData } from '#domain/rule-sets/rule-set.ts';
import type { CalendarDate } from '#domain/calendar/calendar-date.ts';
import type { InboxReader } from '../matters/inbox.queries.ts';
import { presentTask, TASK_COLUMNS, taskNames, type TaskListRow, type TaskRecord } from '../matters/task-rows.ts';
import { holderOf } from '../organisation/holding.ts';
import { instantOf, select, selectOne, sql, type Sql } from '../sql.ts';

/** What may be asked about a cycle: the fields that rights are checked on. */
export type CycleAccess = {
  id: string;
  employeeId: string;
  superiorPositionId: string | null;
  superiorOfSuperiorPositionId: string | null;
  unitId: string;
};

/** The fields of a cycle that rights are checked on; null when there is no such cycle. */
export async function findCycleAccess(em: EntityManager, id: string): Promise<CycleAccess | null> {
  return selectOne<CycleAccess>(
    em,
    sql`select c.id, c.employee_id as "employeeId", c.superior_position_id as "superiorPositionId",
          c.superior_of_superior_position_id as "superiorOfSuperiorPositionId", m.unit_id as "unitId" from cycle c join matter m on m.id = c.id where c.id = ${id}`,
  );
}

export type CycleSummaryRow = {
  id: string;
  year: number;
  segment: number;
  startsOn: string;
  endsOn: string;
  employee: { id: string; name: string; number: string };
  positionTitle: string;
  unit: { id: string; code: string; name: string };
  timeZone: string;
  superior: { id: string; name: string; positionTitle: string } | null;
  stage: CycleStage | 'finished';
  state: 'starting' | 'running' | 'finished';
  ending: 'none' | 'segmentEnded' | 'died';
  ruleSet: { id: string; code: string; name: string };
  finalPredikat: Predikat | null;
};

/** Cycles with their names, chosen by `where` over `cycle c`. */
export async function readCycleSummaries(
  em: EntityManager,
  where: Sql,
  today: CalendarDate,
): Promise<CycleSummaryRow[]> {
  return select<CycleSummaryRow>(
    em,
    sql`select c.id, c.year, c.segment, c.starts_on as "startsOn", c.ends_on as "endsOn", m.time_zone as "timeZone", m.stage, m.state, m.process ->> 'ending' as ending,
          c.final_predikat as "finalPredikat", p.title as "positionTitle",
          json_build_object('id', e.id, 'name', e.name, 'number', coalesce(n.number, '')) as employee,
          json_build_object('id', u.id, 'code', u.code, 'name', u.name) as unit,
          json_build_object('id', r.id, 'code', r.code, 'name', r.name) as "ruleSet", boss.person as superior
        from cycle c join matter m on m.id = c.id join employee e on e.id = c.employee_id join position p on p.id = c.position_id join unit u on u.id = m.unit_id
        join rule_set r on r.id = m.rule_set_id
        left join lateral (select number from employee_number where employee_id = e.id order by valid_from desc limit 1) n on true
        left join lateral (${holderOf(sql`c.superior_position_id`, today)}) boss on true
        where ${where}
        order by c.year desc, c.segment desc, e.name, c.id`,
  );
}

/** Open tasks of a cycle that are addressed to a person. */
export async function readOwnTasksOfCycle(
  em: EntityManager,
  cycleId: string,
  { actor, today }: InboxReader,
): Promise<TaskListRow[]> {
  const found = await select<TaskRecord>(
    em,
    sql`select ${TASK_COLUMNS} from task t ${taskNames({ employeeId: actor.employeeId, today })}
        where t.matter_id = ${cycleId} and t.state = 'open' and t.assignee_id = any(${assigneeIdsOf(actor)}::uuid[])
          and (t.is_own_task or t.employee_id <> ${actor.employeeId})
        order by t.due_at, t.id`,
  );
  return found.map((row) => presentTask(row, actor.employeeId));
}

export type PeriodRow = {
  number: number;
  startsOn: string;
  endsOn: string;
  opensAt: string;
  dueAt: string;
  state: 'upcoming' | 'open' | 'submitted' | 'accepted' | 'lapsed';
  isLate: boolean;
};

/** Report periods of a cycle in order. */
export async function readPeriods(em: EntityManager, cycleId: string): Promise<PeriodRow[]> {
  const found = await select<PeriodRow>(
    em,
    sql`select number, starts_on as "startsOn", ends_on as "endsOn", opens_at as "opensAt", due_at as "dueAt", state, is_late as "isLate"
        from period where cycle_id = ${cycleId} order by number`,
  );
  return found.map((row) => ({ ...row, opensAt: instantOf(row.opensAt), dueAt: instantOf(row.dueAt) }));
}

/** The predikat matrix of the rule set a cycle is pinned to. */
export async function readMatrix(em: EntityManager, cycleId: string): Promise<RuleSetData['predikatMatrix']> {
  const row = await selectOne<{ matrix: RuleSetData['predikatMatrix'] }>(
    em,
    sql`select r.data -> 'predikatMatrix' as matrix from matter m join rule_set r on r.id = m.rule_set_id where m.id = ${cycleId}`,
  );
  return row!.matrix;
}
