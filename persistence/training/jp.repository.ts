import type { EntityManager } from '@mikro-orm/postgresql';
import type { CalendarDate } from '#domain/calendar/calendar-date.ts';
import { instantOf, joinSql, select, selectOne, sql, whereSql, type RowFilter, type Sql } from '../sql.ts';
import { holds, isNotOver } from '../organisation/holding.ts';

export type JpEntryRow = {
  id: string;
  employee: { id: string; name: string; number: string; unitName: string };
  employeeId: string;
  unitId: string;
  superiorPositionId: string | null;
  kind: string;
  title: string;
  organiser: string;
  heldFrom: string;
  heldTo: string;
  jp: number;
  state: 'proposed' | 'counted' | 'refused' | 'withdrawn';
  file: { name: string; sizeBytes: number } | null;
  storageKey: string | null;
  mediaType: string | null;
  decisionReason: string | null;
  decidedBy: string | null;
  recordedAt: string;
};
type Raw = Omit<JpEntryRow, 'jp'> & { jp: string };

/** Columns by which rights on records are given; a person's superiors are those of their definitive post. */
export const recordAccess = (today: CalendarDate) =>
  ({
    id: sql`e.id`,
    employeeId: sql`e.id`,
    unitId: sql`e.unit_id`,
    superiorPositionId: sql`(select o.superior_position_id from position_assignment a join position o on o.id = a.position_id where a.employee_id = e.id and a.kind = 'definitif'
    and ${isNotOver('a', today)} order by a.valid_from desc limit 1)`,
  }) as const satisfies Record<string, Sql>;

const columnsOn = (
  today: CalendarDate,
): Sql => sql`j.id, j.employee_id as "employeeId", e.unit_id as "unitId", ${recordAccess(today).superiorPositionId} as "superiorPositionId", j.kind, j.title, j.organiser, j.held_from as "heldFrom", j.held_to as "heldTo", j.jp, j.state,
  case when j.storage_key is not null then json_build_object('name', j.file_name, 'sizeBytes', j.size_bytes) end as file, j.storage_key as "storageKey", j.media_type as "mediaType",
  j.decision_reason as "decisionReason", d.name as "decidedBy", j.recorded_at as "recordedAt",
  json_build_object('id', e.id, 'name', e.name, 'number', coalesce((select number from employee_number n where n.employee_id = e.id order by n.valid_from desc limit 1), ''), 'unitName', u.name) as employee`;
const FROM = sql`from jp_entry j join employee e on e.id = j.employee_id join unit u on u.id = e.unit_id left join employee d on d.id = j.decided_by_id`;
const present = (row: Raw): JpEntryRow => ({ ...row, jp: Number(row.jp), recordedAt: instantOf(row.recordedAt) });

/** The proposals of a person, without those taken back, the latest first. */
export async function listJpEntries(em: EntityManager, employeeId: string, today: CalendarDate): Promise<JpEntryRow[]> {
  return (
    await select<Raw>(
      em,
      sql`select ${columnsOn(today)} ${FROM} where j.employee_id = ${employeeId} and j.state <> 'withdrawn' order by j.held_to desc, j.id limit 500`,
    )
  ).map(present);
}

/** Proposals that wait for a decision, of the people a filter lets through, the oldest first. */
export async function listProposedJp(em: EntityManager, access: RowFilter, today: CalendarDate): Promise<JpEntryRow[]> {
  const conditions = joinSql([whereSql(access, recordAccess(today)), sql`j.state = 'proposed'`], ' and ');
  return (
    await select<Raw>(
      em,
      sql`select ${columnsOn(today)} ${FROM} where ${conditions} order by j.recorded_at, j.id limit 300`,
    )
  ).map(present);
}

export async function findJpEntry(em: EntityManager, id: string, today: CalendarDate): Promise<JpEntryRow | null> {
  const row = await selectOne<Raw>(em, sql`select ${columnsOn(today)} ${FROM} where j.id = ${id}`);
  return row && present(row);
}

export async function addJpEntry(
  em: EntityManager,
  entry: {
    employeeId: string;
    kind: string;
    title: string;
    organiser: string;
    heldFrom: string;
    heldTo: string;
    jp: number;
  },
): Promise<string> {
  const row = await selectOne<{ id: string }>(
    em,
    sql`insert into jp_entry (employee_id, kind, title, organiser, held_from, held_to, jp)
        values (${entry.employeeId}, ${entry.kind}, ${entry.title}, ${entry.organiser}, ${entry.heldFrom}::date, ${entry.heldTo}::date, ${entry.jp}) returning id`,
  );
  return row!.id;
}

/** Puts a file to a proposal that is not decided; false when it is. */
export async function setJpFile(
  em: EntityManager,
  id: string,
  file: { fileName: string; mediaType: string; sizeBytes: number; sha256: string; storageKey: string },
): Promise<boolean> {
  const rows = await select(
    em,
    sql`update jp_entry set file_name = ${file.fileName}, media_type = ${file.mediaType}, size_bytes = ${file.sizeBytes}, sha256 = ${file.sha256}, storage_key = ${file.storageKey}
        where id = ${id} and state = 'proposed' returning id`,
  );
  return rows.length > 0;
}

/** Decides a proposal or takes it back; false when that was done before. */
export async function decideJpEntry(
  em: EntityManager,
  id: string,
  decision: { state: 'counted' | 'refused' | 'withdrawn'; byId: string; reason: string | null },
): Promise<boolean> {
  const rows = await select(
    em,
    sql`update jp_entry set state = ${decision.state}, decided_by_id = ${decision.byId}, decided_at = now(), decision_reason = ${decision.reason} where id = ${id} and state = 'proposed' returning id`,
  );
  return rows.length > 0;
}

/** What the JP of a person are counted by, and the rules in force. */
export async function readJpBasis(
  em: EntityManager,
  employeeId: string,
  today: CalendarDate,
): Promise<{
  employment: 'PNS' | 'PPPK';
  contractStartedOn: string | null;
  training: { pnsMinimumJpPerYear: number; pppkMaximumJpPerContractYear: number };
} | null> {
  return selectOne(
    em,
    sql`select e.employment, (select min(n.valid_from) from employee_number n where n.employee_id = e.id and n.kind = 'NI PPPK') as "contractStartedOn",
          coalesce((select r.data -> 'training' from cycle c join matter m on m.id = c.id join rule_set r on r.id = m.rule_set_id where c.employee_id = e.id order by c.year desc, c.segment desc limit 1),
            (select r.data -> 'training' from rule_set r where ${holds('r', today)} order by r.valid_from desc, r.code limit 1)) as training
        from employee e where e.id = ${employeeId}`,
  );
}

/** JP that count between two dates: valid certificates and counted proposals. */
export async function sumJp(
  em: EntityManager,
  employeeId: string,
  span: { from: string; to: string },
): Promise<number> {
  const row = await selectOne<{ jp: number }>(
    em,
    sql`select coalesce((select sum(jp) from training_certificate where employee_id = ${employeeId} and revoked_at is null and held_to between ${span.from}::date and ${span.to}::date), 0)::float8
          + coalesce((select sum(jp) from jp_entry where employee_id = ${employeeId} and state = 'counted' and held_to between ${span.from}::date and ${span.to}::date), 0)::float8 as jp`,
  );
  return row!.jp;
}
