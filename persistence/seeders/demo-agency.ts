import { createReadStream } from 'node:fs';
import { join } from 'node:path';
import type { EntityManager } from '@mikro-orm/postgresql';
import { v7 as uuidv7 } from 'uuid';
import type { RoleName } from '#domain/access/actor.ts';
import { calendarDate, yearOf, type CalendarDate } from '#domain/calendar/calendar-date.ts';
import type { RuleSet } from '#domain/rule-sets/rule-set.ts';
import { FIXED_HOLIDAYS_2027, readDemoUnits, readHolidays2026, readRuleSet } from '../../data/files.ts';
import { importRoster, readRosterCsv, type RosterResult } from '../organisation/roster.repository.ts';
import { select, selectOne, sql } from '../sql.ts';

const ROSTER_FILE = join(import.meta.dirname, '../../data/demo-agency/roster.csv');

/** True when nothing was ever put into this database. */
export const isEmpty = async (em: EntityManager): Promise<boolean> =>
  (await selectOne(em, sql`select 1 from unit limit 1`)) === null;

/** Fills an empty database with the demo agency, in the caller's transaction; returns what became of the roster's rows. */
export async function seedDemoAgency(
  em: EntityManager,
  passwordHash: string,
  today: CalendarDate,
): Promise<RosterResult> {
  const yearStart = `${yearOf(today)}-01-01`;
  await seedUnits(em);
  await seedHolidays(em);
  await seedRuleSets(em);
  const rows = await readRosterCsv(createReadStream(ROSTER_FILE));
  const result = await importRoster(em, rows, {
    isDryRun: false,
    today,
    unitIds: null,
    postsFrom: yearStart,
    passwordHash,
  });
  await seedActingLeaders(em);
  await seedDesks(em, yearStart);
  return result;
}

/** The national rule sets as they lie in data/rule-sets, and one for demonstrations; those that are there already stay as they are. */
async function seedRuleSets(em: EntityManager): Promise<void> {
  for (const rules of [
    readRuleSet('permenpanrb-6-2022-bulanan'),
    readRuleSet('permenpanrb-6-2022-triwulanan'),
    compressedYear(),
  ]) {
    await select(
      em,
      sql`insert into rule_set (code, name, valid_from, valid_to, data)
          values (${rules.code}, ${rules.name}, ${rules.validFrom}, ${rules.validTo}, ${JSON.stringify(rules)}::jsonb) on conflict (code) do nothing`,
    );
  }
}

/** The quarterly rules on a calendar whose days last two seconds: a whole year in twelve minutes. Its clock starts when a year is opened with it. */
function compressedYear(): RuleSet {
  return {
    ...readRuleSet('permenpanrb-6-2022-triwulanan'),
    code: 'kalender-dipercepat',
    name: 'Kalender dipercepat untuk peragaan (satu hari dua detik)',
    clock: { kind: 'compressed', startsOn: calendarDate('2027-01-01'), startsAt: 0, dayLengthMs: 2000 },
  };
}

/** Holidays of the years that are known. */
async function seedHolidays(em: EntityManager): Promise<void> {
  const days = [
    ...readHolidays2026().map(({ on, kind, name }) => ({ on, kind, name })),
    ...FIXED_HOLIDAYS_2027.map((on) => ({ on, kind: 'libur', name: 'Libur nasional' })),
  ];
  await select(
    em,
    sql`insert into holiday (held_on, kind, name) select "on", kind, name from jsonb_to_recordset(${JSON.stringify(days)}::jsonb) as d("on" date, kind text, name text)
        on conflict do nothing`,
  );
}

async function seedUnits(em: EntityManager): Promise<void> {
  const known = new Map<string, { id: string; path: string }>();
  for (const row of readDemoUnits()) {
    const parent = row.kode_induk ? known.get(row.kode_induk) : undefined;
    const unit = { id: uuidv7(), path: `${parent?.path ?? '/'}${row.kode}/` };
    known.set(row.kode!, unit);
    await select(
      em,
      sql`insert into unit (id, code, name, parent_id, path, time_zone) values (${unit.id}, ${row.kode}, ${row.nama}, ${parent?.id ?? null}, ${unit.path}, ${row.zona_waktu})`,
    );
  }
}

/** `merangkap Plt Ketua Tim lain sejak 2026-03-01`: another post of that name in the same unit, held besides the own one. */
const ACTING = /merangkap (Plt|Plh) (.+?) lain sejak (\d{4}-\d\d-\d\d)/i;

async function seedActingLeaders(em: EntityManager): Promise<void> {
  const people = await select<{ id: string; unitId: string; notes: string; positionId: string }>(
    em,
    sql`select e.id, e.unit_id as "unitId", e.notes, a.position_id as "positionId" from employee e
        join position_assignment a on a.employee_id = e.id and a.kind = 'definitif' where e.notes ilike 'merangkap %'`,
  );
  for (const person of people) {
    const [, kind, title, from] = ACTING.exec(person.notes) ?? [];
    if (!kind || !title || !from) continue;
    await select(
      em,
      sql`insert into position_assignment (position_id, employee_id, kind, valid_from, order_number)
          select id, ${person.id}, ${kind.toLowerCase()}, ${from}::date, 'SP-DEMO/1' from position
          where unit_id = ${person.unitId} and title like ${`${title}%`} and id <> ${person.positionId} order by title limit 1`,
    );
  }
}

/**
 * Who sits at which desk: a personnel officer for each unit below the root (somebody of its staff who analyses personnel,
 * else any officer, never its head), administrators of the agency and of the system, an auditor of the inspectorate, and
 * the ministry's leaders as appointing authority (PPK).
 */
async function seedDesks(em: EntityManager, from: string): Promise<void> {
  const officers = await select<{ unitId: string; employeeId: string }>(
    em,
    sql`select distinct on (top.id) top.id as "unitId", e.id as "employeeId"
        from unit top join unit root on root.id = top.parent_id and root.parent_id is null
        join unit own on starts_with(own.path, top.path)
        join employee e on e.unit_id = own.id and e.status = 'aktif' and e.notes = ''
        join position_assignment a on a.employee_id = e.id and a.kind = 'definitif' join position p on p.id = a.position_id
        where not p.is_unit_head and p.grade_level <> 'Pengawas'
        order by top.id, p.title like 'Analis SDM%' desc, own.path like '%/0101/' desc, e.id`,
  );
  const taken = officers.map(({ employeeId }) => employeeId);
  for (const { unitId, employeeId } of officers) await seat(em, 'personnelOfficer', unitId, employeeId, from);

  const root = await selectOne<{ id: string }>(em, sql`select id from unit where parent_id is null`);
  const pick = async (unitCode: string, title: string): Promise<string> => {
    const person = await selectOne<{ id: string }>(
      em,
      sql`select e.id from employee e join unit u on u.id = e.unit_id join position_assignment a on a.employee_id = e.id and a.kind = 'definitif'
          join position p on p.id = a.position_id
          where u.code = ${unitCode} and e.status = 'aktif' and not p.is_unit_head and p.grade_level <> 'Pengawas' and not e.id = any(${taken}::uuid[])
          order by p.title like ${`${title}%`} desc, e.id limit 1`,
    );
    taken.push(person!.id);
    return person!.id;
  };
  await seat(em, 'agencyAdmin', root!.id, await pick('0101', 'Pranata Komputer'), from);
  await seat(em, 'systemAdmin', root!.id, await pick('07', 'Pranata Komputer'), from);
  await seat(em, 'auditor', root!.id, await pick('03', 'Auditor'), from);
  // More than one, so that an objection against the highest appraiser finds somebody else to decide.
  const leaders = await select<{ id: string }>(
    em,
    sql`select distinct a.employee_id as id from position p join unit u on u.id = p.unit_id join position_assignment a on a.position_id = p.id
        where p.is_unit_head and u.code in ('00', '01', '03')`,
  );
  for (const { id } of leaders) await seat(em, 'ppk', root!.id, id, from);
}

async function seat(
  em: EntityManager,
  role: RoleName,
  unitId: string,
  employeeId: string,
  from: string,
): Promise<void> {
  await select(
    em,
    sql`with desk_of as (
          insert into desk (role, unit_id) values (${role}, ${unitId}) on conflict (role, unit_id) do update set role = excluded.role returning id)
        insert into role_assignment (employee_id, desk_id, valid_from) select ${employeeId}, id, ${from}::date from desk_of`,
  );
}
