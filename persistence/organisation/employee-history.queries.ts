import type { EntityManager } from '@mikro-orm/postgresql';
import type { CalendarDate } from '#domain/calendar/calendar-date.ts';
import type { LeaveKind, PersonnelActKind } from '#domain/organisation/personnel.ts';
import { instantOf, select, selectOne, sql } from '../sql.ts';
import { standingOf } from './holding.ts';

export type EmployeeDetail = {
  id: string;
  name: string;
  email: string;
  employment: 'PNS' | 'PPPK';
  grade: string;
  status: string;
  bornOn: string;
  unit: { id: string; code: string; name: string };
  unitId: string;
  hasAccount: boolean;
};

/** A person as the personnel administration knows them; null when unknown. */
export const readEmployee = (em: EntityManager, id: string): Promise<EmployeeDetail | null> =>
  selectOne<EmployeeDetail>(
    em,
    sql`select e.id, e.name, e.email, e.employment, e.grade, e.status, e.born_on as "bornOn", e.unit_id as "unitId", json_build_object('id', u.id, 'code', u.code, 'name', u.name) as unit,
          exists (select 1 from account a where a.employee_id = e.id and a.is_active) as "hasAccount"
        from employee e join unit u on u.id = e.unit_id where e.id = ${id}`,
  );

export type NumberRow = { number: string; kind: 'NIP' | 'NI PPPK'; validFrom: string; validTo: string | null };

/** The numbers of a person, the newest first. */
export const readNumbers = (em: EntityManager, id: string): Promise<NumberRow[]> =>
  select<NumberRow>(
    em,
    sql`select number, kind, valid_from as "validFrom", valid_to as "validTo" from employee_number where employee_id = ${id} order by valid_from desc`,
  );

export type HeldPosition = {
  id: string;
  positionId: string;
  title: string;
  unitName: string;
  kind: 'definitif' | 'plt' | 'plh';
  validFrom: string;
  validTo: string | null;
  orderNumber: string | null;
  state: 'current' | 'future' | 'past';
};

/** The posts of a person, the newest first. Those that were taken back before their first day are left out. */
export const readPositions = (em: EntityManager, id: string, today: CalendarDate): Promise<HeldPosition[]> =>
  select<HeldPosition>(
    em,
    sql`select a.id, p.id as "positionId", p.title, u.name as "unitName", a.kind, a.valid_from as "validFrom", a.valid_to as "validTo", a.order_number as "orderNumber",
          ${standingOf('a', today)} as state
        from position_assignment a join position p on p.id = a.position_id join unit u on u.id = p.unit_id
        where a.employee_id = ${id} and (a.valid_to is null or a.valid_to >= a.valid_from) order by a.valid_from desc, a.kind limit 100`,
  );

export type ActRow = {
  id: string;
  kind: PersonnelActKind;
  effectiveOn: string;
  untilOn: string | null;
  orderNumber: string | null;
  reason: string;
  state: 'scheduled' | 'applied' | 'cancelled' | 'failed';
  failure: string | null;
  recordedBy: string;
  recordedAt: string;
  position: string | null;
  grade: string | null;
  leaveKind: LeaveKind | null;
};

/** What the personnel administration recorded about a person, the newest first; what the system notes by itself is left out. */
export async function readActs(em: EntityManager, id: string): Promise<ActRow[]> {
  const rows = await select<ActRow>(
    em,
    sql`select a.id, a.kind, a.effective_on as "effectiveOn", a.until_on as "untilOn", a.order_number as "orderNumber", a.reason, a.state, a.failure, e.name as "recordedBy", a.recorded_at as "recordedAt",
          (select p.title || ', ' || u.name from position p join unit u on u.id = p.unit_id where p.id = (a.data ->> 'positionId')::uuid) as position, a.data ->> 'grade' as grade, a.data ->> 'leaveKind' as "leaveKind"
        from personnel_act a join employee e on e.id = a.recorded_by_id where a.employee_id = ${id} and a.kind <> 'actingEnds' order by a.effective_on desc, a.recorded_at desc limit 100`,
  );
  return rows.map((row) => ({ ...row, recordedAt: instantOf(row.recordedAt) }));
}
