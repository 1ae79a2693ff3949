import type { ReportDocument } from '#domain/reporting/report-document.ts';
import type { SkpDocument } from '#domain/skp/skp-document.ts';
import type { EntityManager } from '@mikro-orm/postgresql';
import type { Actor } from '#domain/access/actor.ts';
import { assigneeIdsOf } from '#domain/access/actor.ts';
import type { Stage, TaskKind } from '#domain/process/tasks.ts';
import type { RuleSet as RuleSetData } from '#domain/rule-sets/rule-set.ts';
import { instantOf, instantOrNull, select, selectOne, sql, TODAY, type Sql } from '../sql.ts';
import { presentTask, TASK_COLUMNS, taskNames, type TaskListRow, type TaskRecord } from './task-rows.ts';

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
    sql`select id, employee_id as "employeeId", superior_position_id as "superiorPositionId",
          superior_of_superior_position_id as "superiorOfSuperiorPositionId", unit_id as "unitId" from cycle where id = ${id}`,
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
  stage: Stage | 'finished';
  state: 'starting' | 'running' | 'finished';
  ending: 'none' | 'segmentEnded' | 'died';
  ruleSet: { id: string; code: string; name: string };
  finalPredikat: string | null;
};

/** Cycles with their names, chosen by `where` over `cycle c`. */
export async function readCycleSummaries(em: EntityManager, where: Sql): Promise<CycleSummaryRow[]> {
  return select<CycleSummaryRow>(
    em,
    sql`select c.id, c.year, c.segment, c.starts_on as "startsOn", c.ends_on as "endsOn", c.time_zone as "timeZone", c.stage, c.state, c.ending,
          c.final_predikat as "finalPredikat", p.title as "positionTitle",
          json_build_object('id', e.id, 'name', e.name, 'number', coalesce(n.number, '')) as employee,
          json_build_object('id', u.id, 'code', u.code, 'name', u.name) as unit,
          json_build_object('id', r.id, 'code', r.code, 'name', r.name) as "ruleSet", boss.person as superior
        from cycle c join employee e on e.id = c.employee_id join position p on p.id = c.position_id join unit u on u.id = c.unit_id
        join rule_set r on r.id = c.rule_set_id
        left join lateral (select number from employee_number where employee_id = e.id order by valid_from desc limit 1) n on true
        left join lateral (${holderOf(sql`c.superior_position_id`)}) boss on true
        where ${where}
        order by c.year desc, c.segment desc, e.name, c.id`,
  );
}

/** The person who holds a position today, first the definitive holder, with the position's title. */
export const holderOf = (position: Sql): Sql => sql`
  select json_build_object('id', he.id, 'name', he.name, 'positionTitle', hp.title) as person
  from position_assignment ha join employee he on he.id = ha.employee_id join position hp on hp.id = ha.position_id
  where ha.position_id = ${position} and ha.valid_from <= ${TODAY} and (ha.valid_to is null or ha.valid_to >= ${TODAY})
  order by array_position(array['definitif', 'plt', 'plh'], ha.kind) limit 1`;

export type WaitingForRow = {
  taskId: string;
  kind: TaskKind;
  assignee: string;
  positionTitle: string | null;
  openedAt: string;
  dueAt: string;
  isLate: boolean;
  level: number;
};

/** Who is waited for in cycles, by cycle id: the holders of the position, the employee, or those who sit at the desk. */
export async function readWaitingFor(
  em: EntityManager,
  cycleIds: readonly string[],
): Promise<Map<string, WaitingForRow[]>> {
  return readOpenTasks(em, sql`t.cycle_id`, cycleIds);
}

/** Who is waited for in procedures, by procedure id. */
export async function readProceduresWaitingFor(
  em: EntityManager,
  procedureIds: readonly string[],
): Promise<Map<string, WaitingForRow[]>> {
  return readOpenTasks(em, sql`t.procedure_id`, procedureIds);
}

async function readOpenTasks(
  em: EntityManager,
  owner: Sql,
  ownerIds: readonly string[],
): Promise<Map<string, WaitingForRow[]>> {
  type Row = WaitingForRow & { ownerId: string };
  const found = await select<Row>(
    em,
    sql`select ${owner} as "ownerId", t.id as "taskId", t.kind, coalesce(people.names, p.title, '–') as assignee, p.title as "positionTitle",
          t.opened_at as "openedAt", t.due_at as "dueAt", t.due_at < now() as "isLate", t.level
        from task t left join position p on t.assignee_kind = 'position' and p.id = t.assignee_id
        left join lateral (
          select string_agg(name, ', ' order by rank, name) as names from (
            select e.name, array_position(array['definitif', 'plt', 'plh'], a.kind) as rank from position_assignment a join employee e on e.id = a.employee_id
              where t.assignee_kind = 'position' and a.position_id = t.assignee_id and a.valid_from <= ${TODAY} and (a.valid_to is null or a.valid_to >= ${TODAY})
            union all
            select e.name, 1 from employee e where t.assignee_kind = 'employee' and e.id = t.assignee_id
            union all
            select e.name, 1 from role_assignment r join employee e on e.id = r.employee_id
              where t.assignee_kind = 'desk' and r.desk_id = t.assignee_id and r.valid_from <= ${TODAY} and (r.valid_to is null or r.valid_to >= ${TODAY})
            limit 3) first_few) people on true
        where ${owner} = any(${ownerIds}::uuid[]) and t.state = 'open'
        order by t.due_at, t.id`,
  );
  const byOwner = new Map<string, WaitingForRow[]>();
  for (const { ownerId, ...row } of found) {
    const line = { ...row, openedAt: instantOf(row.openedAt), dueAt: instantOf(row.dueAt) };
    byOwner.set(ownerId, [...(byOwner.get(ownerId) ?? []), line]);
  }
  return byOwner;
}

/** Open tasks of a cycle that are addressed to a person. */
export async function readOwnTasksOfCycle(em: EntityManager, cycleId: string, actor: Actor): Promise<TaskListRow[]> {
  const found = await select<TaskRecord>(
    em,
    sql`select ${TASK_COLUMNS} from task t ${taskNames(actor.employeeId)}
        where t.cycle_id = ${cycleId} and t.state = 'open' and t.assignee_id = any(${assigneeIdsOf(actor)}::uuid[])
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
    sql`select r.data -> 'predikatMatrix' as matrix from cycle c join rule_set r on r.id = c.rule_set_id where c.id = ${cycleId}`,
  );
  return row!.matrix;
}

type Decided = {
  submittedAt: string;
  isLate: boolean;
  decidedAt: string | null;
  decidedBy: { id: string; name: string } | null;
  onBehalfOf: string | null;
  reason: string | null;
};
export type SkpVersionRow = {
  round: number;
  state: 'submitted' | 'returned' | 'established';
  content: SkpDocument;
} & Decided;
export type ReportVersionRow = {
  periodNo: number;
  round: number;
  state: 'submitted' | 'returned' | 'accepted';
  content: ReportDocument;
} & Decided;

/** Who decided, and the post they held as Plt or Plh at that moment. `v` is the version's table. */
const decision = {
  columns: sql`v.submitted_at as "submittedAt", v.is_late as "isLate", v.decided_at as "decidedAt", v.reason,
    case when d.id is null then null else json_build_object('id', d.id, 'name', d.name) end as "decidedBy", acting.title as "onBehalfOf"`,
  joins: sql`left join employee d on d.id = v.decided_by_id left join lateral (${actingPost(sql`v.on_behalf_of_position_id`, sql`v.decided_by_id`, sql`v.decided_at`)}) acting on true`,
};

/** The title of a post that somebody held as Plt or Plh at an instant; no row when they held it definitively. */
function actingPost(position: Sql, employee: Sql, at: Sql): Sql {
  return sql`select ap.title from position_assignment aa join position ap on ap.id = aa.position_id
    where aa.position_id = ${position} and aa.employee_id = ${employee} and aa.kind in ('plt', 'plh')
      and aa.valid_from <= (${at} at time zone 'Asia/Jakarta')::date and (aa.valid_to is null or aa.valid_to >= (${at} at time zone 'Asia/Jakarta')::date) limit 1`;
}

const presentDecided = <Row extends Decided>(row: Row): Row => ({
  ...row,
  submittedAt: instantOf(row.submittedAt),
  decidedAt: instantOrNull(row.decidedAt),
});

/** All submission rounds of the SKP of a cycle, the first one first. */
export async function readSkpVersions(em: EntityManager, cycleId: string): Promise<SkpVersionRow[]> {
  const found = await select<SkpVersionRow>(
    em,
    sql`select v.round, v.state, v.content, ${decision.columns} from skp v ${decision.joins} where v.cycle_id = ${cycleId} order by v.round`,
  );
  return found.map(presentDecided);
}

/** All submission rounds of the reports of a cycle, or of one period, in order. */
export async function readReportVersions(
  em: EntityManager,
  cycleId: string,
  periodNo: number | null = null,
): Promise<ReportVersionRow[]> {
  const found = await select<ReportVersionRow>(
    em,
    sql`select v.period_no as "periodNo", v.round, v.state, v.content, ${decision.columns} from report v ${decision.joins}
        where v.cycle_id = ${cycleId} and (${periodNo}::int is null or v.period_no = ${periodNo}) order by v.period_no, v.round`,
  );
  return found.map(presentDecided);
}

export type AppraisalRow = {
  selfAssessment: string | null;
  selfAssessedAt: string | null;
  deliveredAt: string | null;
  objectionUntil: string | null;
  acknowledgedAt: string | null;
  objection: string | null;
  objectedAt: string | null;
  isFinal: boolean;
  results: {
    number: number;
    origin: 'rating' | 'objection';
    hasilKerja: string;
    perilaku: string;
    predikat: string;
    notes: string;
    decidedAt: string;
    decidedBy: { id: string; name: string };
    onBehalfOf: string | null;
  }[];
};

/** The appraisal of a cycle with all its results; null before it opens. */
export async function readAppraisal(em: EntityManager, cycleId: string): Promise<AppraisalRow | null> {
  const row = await selectOne<Omit<AppraisalRow, 'results'>>(
    em,
    sql`select self_assessment ->> 'text' as "selfAssessment", self_assessed_at as "selfAssessedAt", delivered_at as "deliveredAt", objection_until as "objectionUntil",
          acknowledged_at as "acknowledgedAt", objection ->> 'reason' as objection, objected_at as "objectedAt", is_final as "isFinal"
        from appraisal where cycle_id = ${cycleId}`,
  );
  if (!row) return null;
  const results = await select<AppraisalRow['results'][number]>(
    em,
    sql`select v.number, v.origin, v.hasil_kerja as "hasilKerja", v.perilaku, v.predikat, v.notes, v.decided_at as "decidedAt",
          json_build_object('id', d.id, 'name', d.name) as "decidedBy", acting.title as "onBehalfOf"
        from appraisal_result v join employee d on d.id = v.decided_by_id
        left join lateral (${actingPost(sql`v.on_behalf_of_position_id`, sql`v.decided_by_id`, sql`v.decided_at`)}) acting on true
        where v.cycle_id = ${cycleId} order by v.number`,
  );
  return {
    ...row,
    selfAssessedAt: instantOrNull(row.selfAssessedAt),
    deliveredAt: instantOrNull(row.deliveredAt),
    objectionUntil: instantOrNull(row.objectionUntil),
    acknowledgedAt: instantOrNull(row.acknowledgedAt),
    objectedAt: instantOrNull(row.objectedAt),
    results: results.map((result) => ({ ...result, decidedAt: instantOf(result.decidedAt) })),
  };
}

export type EvaluationRow = {
  strengths: string[];
  weaknesses: string[];
  improvements: string[];
  recordedAt: string;
  recordedBy: { id: string; name: string };
};

/** Strengths, weaknesses and improvements that closed the year; null before. */
export async function readEvaluation(em: EntityManager, cycleId: string): Promise<EvaluationRow | null> {
  const row = await selectOne<EvaluationRow>(
    em,
    sql`select v.strengths, v.weaknesses, v.improvements, v.recorded_at as "recordedAt", json_build_object('id', e.id, 'name', e.name) as "recordedBy"
        from evaluation v join employee e on e.id = v.recorded_by_id where v.cycle_id = ${cycleId}`,
  );
  return row && { ...row, recordedAt: instantOf(row.recordedAt) };
}

export type FollowUpRow = {
  kind: 'rewardProposal' | 'guidance' | 'improvementPlan' | 'improvementConclusion';
  content: Record<string, unknown>;
  outcome: string | null;
  recordedAt: string;
  recordedBy: { id: string; name: string };
  reviewAt: string | null;
};

/** What followed the final result, in order. */
export async function readFollowUps(em: EntityManager, cycleId: string): Promise<FollowUpRow[]> {
  const found = await select<FollowUpRow>(
    em,
    sql`select v.kind, v.content, v.outcome, v.recorded_at as "recordedAt", v.review_at as "reviewAt", json_build_object('id', e.id, 'name', e.name) as "recordedBy"
        from follow_up v join employee e on e.id = v.recorded_by_id where v.cycle_id = ${cycleId} order by v.recorded_at, v.id`,
  );
  return found.map((row) => ({ ...row, recordedAt: instantOf(row.recordedAt), reviewAt: instantOrNull(row.reviewAt) }));
}
