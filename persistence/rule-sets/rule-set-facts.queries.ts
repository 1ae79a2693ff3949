import type { EntityManager } from '@mikro-orm/postgresql';
import type { CycleFacts, PeriodFacts, TaskFacts } from '#domain/rule-sets/compare-rules.ts';
import { select, sql, type Sql } from '../sql.ts';

/** A cycle as a change of rules sees it, with its names. */
export type CycleFactsRow = CycleFacts & {
  cycleId: string;
  ruleSetId: string;
  stage: string;
  employee: { id: string; name: string };
  unit: { id: string; code: string; name: string };
};
type Raw = Omit<CycleFactsRow, 'segment' | 'result'> & {
  startsOn: string;
  endsOn: string;
  periods: PeriodFacts[];
  tasks: TaskFacts[];
  result: CycleFacts['result'];
};

const MS = (column: string): Sql => ({ text: `(extract(epoch from ${column}) * 1000)::float8`, params: [] });

/** Cycles with their periods, open tasks and last result, chosen by `where` over `cycle c join matter m join unit u`, in the order of units and names. */
export async function readCycleFacts(em: EntityManager, where: Sql): Promise<CycleFactsRow[]> {
  const found = await select<Raw>(
    em,
    sql`select c.id as "cycleId", m.rule_set_id as "ruleSetId", c.year, c.starts_on as "startsOn", c.ends_on as "endsOn", m.time_zone as zone, m.stage, m.state = 'finished' as "isFinished",
          json_build_object('id', e.id, 'name', e.name) as employee, json_build_object('id', u.id, 'code', u.code, 'name', u.name) as unit,
          coalesce(periods.list, '[]') as periods, coalesce(tasks.list, '[]') as tasks, coalesce(tasks.ahead, true) and m.state <> 'finished' as "isAppraisalAhead",
          case when r.predikat is null then null else json_build_object('hasilKerja', r.hasil_kerja, 'perilaku', r.perilaku, 'predikat', r.predikat, 'followUp', c.follow_up) end as result
        from cycle c join matter m on m.id = c.id join unit u on u.id = m.unit_id join employee e on e.id = c.employee_id
        left join lateral (
          select json_agg(json_build_object('number', number, 'state', state, 'dueAt', ${MS('due_at')}) order by number) as list from period where cycle_id = c.id) periods on true
        left join lateral (
          select json_agg(json_build_object('id', id, 'kind', kind, 'round', round, 'periodNo', period_no, 'openedAt', ${MS('opened_at')}, 'dueAt', ${MS('due_at')}) order by due_at, id)
              filter (where state = 'open') as list, bool_and(strand <> 'appraisal') as ahead from task where matter_id = c.id) tasks on true
        left join lateral (select hasil_kerja, perilaku, predikat from appraisal_result where cycle_id = c.id order by number desc limit 1) r on true
        where ${where} order by u.path, e.name, c.id`,
  );
  return found.map(({ startsOn, endsOn, ...row }) => ({
    ...row,
    segment: { startsOn, endsOn } as CycleFacts['segment'],
  }));
}
