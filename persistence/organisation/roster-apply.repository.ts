import type { EntityManager } from '@mikro-orm/postgresql';
import { ENDED_STATUSES } from '#domain/organisation/roster.ts';
import { appendAuditEvent } from '../audit/audit.repository.ts';
import { queueFacts } from '../commands/facts.repository.ts';
import { select, sql, type Sql } from '../sql.ts';
import type { Plan } from './roster-plan.ts';

/**
 * Applies every row of an import that is ready, in the caller's transaction: all of them or, when anything fails, none.
 * Whoever gets another superior or whose service ends while a cycle runs has it told to that cycle.
 *
 * @returns how many rows there were of each kind
 */
export async function applyImportRows(
  em: EntityManager,
  importId: string,
  { postsFrom, onProgress }: { postsFrom: string; onProgress?: (share: number) => Promise<void> },
): Promise<Record<keyof Plan, number>> {
  const rows = (...kinds: (keyof Plan)[]): Sql =>
    sql`(select employee_id, position_id, is_new_position, has_new_superior, facts as f from roster_import_row
         where import_id = ${importId} and state = 'ready' and change = any(${kinds}::text[])) r`;
  const steps: Sql[] = [
    sql`insert into position (id, unit_id, title, kind, grade_level, is_unit_head)
        select position_id, (f ->> 'unitId')::uuid, f ->> 'title', f ->> 'positionKind', f ->> 'gradeLevel', (f ->> 'isUnitHead')::boolean from ${rows('added', 'changed')} where is_new_position`,
    sql`insert into employee (id, name, born_on, sex, email, employment, grade, status, unit_id, notes)
        select employee_id, f ->> 'name', (f ->> 'bornOn')::date, f ->> 'sex', f ->> 'email', f ->> 'employment', f ->> 'grade', f ->> 'status', (f ->> 'unitId')::uuid, f ->> 'notes' from ${rows('added')}`,
    sql`insert into employee_number (number, employee_id, kind, valid_from)
        select f ->> 'number', employee_id, case f ->> 'employment' when 'PPPK' then 'NI PPPK' else 'NIP' end, (f ->> 'numberFrom')::date from ${rows('added')}`,
    sql`update employee e set name = f ->> 'name', born_on = (f ->> 'bornOn')::date, sex = f ->> 'sex', email = f ->> 'email', employment = f ->> 'employment', grade = f ->> 'grade',
          status = f ->> 'status', unit_id = (f ->> 'unitId')::uuid, notes = f ->> 'notes' from ${rows('changed')} where e.id = r.employee_id`,
    sql`update position_assignment a set valid_to = greatest(a.valid_from - 1, ${postsFrom}::date - 1) from ${rows('changed')}
        where r.is_new_position and a.employee_id = r.employee_id and a.kind = 'definitif' and a.valid_to is null`,
    sql`insert into position_assignment (position_id, employee_id, kind, valid_from) select position_id, employee_id, 'definitif', ${postsFrom}::date from ${rows('added', 'changed')} where is_new_position`,
    sql`update position p set title = f ->> 'title', kind = f ->> 'positionKind', grade_level = f ->> 'gradeLevel', is_unit_head = (f ->> 'isUnitHead')::boolean,
          superior_position_id = (f ->> 'superiorPositionId')::uuid from ${rows('added', 'changed')} where p.id = r.position_id`,
  ];
  await returnToService(em, importId, postsFrom);
  for (const [index, step] of steps.entries()) {
    await select(em, step);
    await onProgress?.((index + 1) / (steps.length + 1));
  }
  await endService(em, rows('ended'), postsFrom);
  const moved = await select<{ id: string }>(
    em,
    sql`select employee_id as id from ${rows('changed')} where has_new_superior`,
  );
  await queueFacts(em, { about: { employeeIds: moved.map(({ id }) => id) }, signal: 'superiorChanged', actorId: null });
  const applied = await select<{ change: keyof Plan; n: number }>(
    em,
    sql`with done as (update roster_import_row set state = 'applied', applied_at = now(), facts = null where import_id = ${importId} and state = 'ready' returning change)
        select change, count(*)::int as n from done group by change`,
  );
  return {
    added: 0,
    changed: 0,
    ended: 0,
    unchanged: 0,
    ...Object.fromEntries(applied.map(({ change, n }) => [change, n])),
  };
}

/**
 * People whose return to service somebody confirmed, before their rows are applied: the act is recorded for each, in the name of whoever confirmed it. An
 * account that a death closed is opened again; roles are given anew.
 */
async function returnToService(em: EntityManager, importId: string, from: string): Promise<void> {
  const people = await select<{ employeeId: string; status: string; confirmedById: string; reason: string }>(
    em,
    sql`insert into personnel_act (employee_id, unit_id, kind, effective_on, reason, state, recorded_by_id, applied_at)
        select e.id, (r.facts ->> 'unitId')::uuid, 'return', ${from}::date, 'Daftar pegawai ' || i.file_name || ', baris ' || r.number, 'applied', r.confirmed_by_id, now()
        from roster_import_row r join roster_import i on i.id = r.import_id join employee e on e.id = r.employee_id
        where r.import_id = ${importId} and r.state = 'ready' and r.change = 'changed' and r.confirmed_by_id is not null and e.status = any(${ENDED_STATUSES}::text[])
        returning employee_id as "employeeId", reason, recorded_by_id as "confirmedById", (select status from employee x where x.id = personnel_act.employee_id) as status`,
  );
  for (const { employeeId, reason, confirmedById, status } of people) {
    await appendAuditEvent(em, {
      kind: 'serviceResumed',
      at: new Date(),
      actorId: confirmedById,
      data: { employeeId, importId, effectiveOn: from, from: status, reason },
    });
    if (status === 'meninggal')
      await select(em, sql`update account set is_active = true where employee_id = ${employeeId}`);
  }
}

/** People of whom the roster says that their service is over: posts and roles end, running cycles hear of it. */
async function endService(em: EntityManager, ended: Sql, from: string): Promise<void> {
  const people = await select<{ id: string; status: string }>(
    em,
    sql`select employee_id as id, f ->> 'status' as status from ${ended}`,
  );
  if (!people.length) return;
  const ids = people.map(({ id }) => id);
  await select(em, sql`update employee e set status = r.f ->> 'status' from ${ended} where e.id = r.employee_id`);
  const vacated = await select<{ id: string }>(
    em,
    sql`update position_assignment a set valid_to = greatest(a.valid_from - 1, ${from}::date - 1) where a.employee_id = any(${ids}::uuid[]) and a.valid_to is null returning a.position_id as id`,
  );
  await select(
    em,
    sql`update role_assignment set valid_to = ${from}::date where employee_id = any(${ids}::uuid[]) and (valid_to is null or valid_to > ${from}::date)`,
  );
  const dead = people.filter(({ status }) => status === 'meninggal').map(({ id }) => id);
  await select(em, sql`update account set is_active = false where employee_id = any(${dead}::uuid[])`);
  await queueFacts(em, { about: { employeeIds: dead }, signal: 'employeeDied', actorId: null });
  await queueFacts(em, {
    about: { employeeIds: ids.filter((id) => !dead.includes(id)) },
    signal: 'employeeRetired',
    actorId: null,
  });
  await queueFacts(em, {
    about: { positionIds: vacated.map(({ id }) => id) },
    signal: 'superiorChanged',
    actorId: null,
  });
}
