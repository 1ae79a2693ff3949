import { civilDate } from '#domain/calendar/clock.ts';
import type { EntityManager } from '@mikro-orm/postgresql';
import type { RuleSet as RuleSetData } from '#domain/rule-sets/rule-set.ts';
import {
  Desk,
  Employee,
  EmployeeNumber,
  Position,
  PositionAssignment,
  RoleAssignment,
  Unit,
} from '#persistence/organisation/organisation.entities.ts';
import { Holiday, RuleSet } from '#persistence/rule-sets/rule-sets.entities.ts';
import { openCycles } from '#activities/cycles/open-cycles.ts';
import { createRuleBook } from '#persistence/rule-sets/rule-sets.repository.ts';
import { currentPost } from '#persistence/organisation/hierarchy.repository.ts';
import { FIXED_HOLIDAYS_2027, readHolidays2026, readRuleSet } from '../../data/files.ts';

/** A small agency: a minister's secretary, a head, a superior with reports, a personnel officer. Ids by role. */
export type Agency = {
  unitId: string;
  ruleSetId: string;
  people: Record<'secretary' | 'head' | 'superior' | 'employee' | 'colleague' | 'officer', Person>;
};
export type Person = { id: string; positionId: string; name: string };

export function ruleSetData(
  name: 'bulanan' | 'triwulanan' = 'triwulanan',
  change: Partial<RuleSetData> = {},
): RuleSetData {
  return { ...readRuleSet(`permenpanrb-6-2022-${name}`), ...change };
}

export async function createRuleSet(em: EntityManager, rules: RuleSetData): Promise<string> {
  const row = em.create(RuleSet, {
    code: rules.code,
    name: rules.name,
    validFrom: rules.validFrom,
    validTo: rules.validTo,
    data: rules,
  });
  em.persist(row);
  await em.flush();
  return row.id;
}

async function loadHolidays(em: EntityManager): Promise<void> {
  for (const { on, kind, name } of readHolidays2026()) em.persist(em.create(Holiday, { heldOn: on, kind, name }));
  for (const on of FIXED_HOLIDAYS_2027)
    em.persist(em.create(Holiday, { heldOn: on, kind: 'libur', name: 'Libur tetap' }));
  await em.flush();
}

/** Creates the agency in a fresh database. */
export async function createAgency(
  em: EntityManager,
  options: { rules?: RuleSetData; timeZone?: string } = {},
): Promise<Agency> {
  await loadHolidays(em);
  const ruleSetId = await createRuleSet(em, options.rules ?? ruleSetData());
  const unit = em.create(Unit, {
    code: '00',
    name: 'Kementerian Contoh',
    path: '/00/',
    timeZone: options.timeZone ?? 'Asia/Jakarta',
  });
  em.persist(unit);
  await em.flush();
  const person = async (index: number, name: string, superior: Person | null): Promise<Person> => {
    const position = em.create(Position, {
      unitId: unit.id,
      title: `Jabatan ${name}`,
      kind: 'Fungsional',
      gradeLevel: 'Ahli Muda',
      superiorPositionId: superior?.positionId ?? null,
    });
    const employee = em.create(Employee, {
      name,
      bornOn: '1985-03-01',
      sex: 'L',
      email: `${name.toLowerCase().replaceAll(' ', '.')}@contoh.go.id`,
      employment: 'PNS',
      grade: 'III/c',
      unitId: unit.id,
    });
    em.persist([position, employee]);
    await em.flush();
    em.persist(
      em.create(PositionAssignment, { positionId: position.id, employeeId: employee.id, validFrom: '2020-01-01' }),
    );
    em.persist(
      em.create(EmployeeNumber, {
        number: `1985030120100110${String(index).padStart(2, '0')}`,
        employeeId: employee.id,
        kind: 'NIP',
        validFrom: '2010-01-01',
      }),
    );
    await em.flush();
    return { id: employee.id, positionId: position.id, name };
  };
  const secretary = await person(1, 'Sekretaris', null);
  const head = await person(2, 'Kepala Biro', secretary);
  const superior = await person(3, 'Ketua Tim', head);
  const employee = await person(4, 'Pegawai Satu', superior);
  const colleague = await person(5, 'Pegawai Dua', superior);
  const officer = await person(6, 'Pengelola Kinerja', head);
  await seat(em, 'personnelOfficer', unit.id, officer.id);
  await seat(em, 'ppk', unit.id, secretary.id);
  return { unitId: unit.id, ruleSetId, people: { secretary, head, superior, employee, colleague, officer } };
}

/** Puts somebody at the desk of a role. */
export async function seat(
  em: EntityManager,
  role: 'personnelOfficer' | 'ppk' | 'agencyAdmin' | 'auditor',
  unitId: string,
  employeeId: string,
): Promise<void> {
  const desk = (await em.findOne(Desk, { role, unitId })) ?? em.create(Desk, { role, unitId });
  em.persist(desk);
  await em.flush();
  em.persist(em.create(RoleAssignment, { deskId: desk.id, employeeId, validFrom: '2020-01-01' }));
  await em.flush();
}

/** A cycle with all that it begins with; its run is not started. `at` is when it was opened. */
export async function createCycle(
  em: EntityManager,
  agency: Agency,
  person: Person,
  year = 2026,
  ruleSetId = agency.ruleSetId,
  at = new Date(),
): Promise<string> {
  const post = await currentPost(em, person.id, civilDate(at, 'Asia/Jakarta'));
  const cycle = { campaignId: null, employeeId: person.id, year, segment: 1, startsOn: `${year}-01-01` };
  const [start] = await em.fork().transactional((inner) => {
    const opening = { em: inner as EntityManager, ruleBook: createRuleBook(), ruleSetId, at, build: null };
    return openCycles({ ...opening, isStartedByCaller: true }, [{ ...cycle, endsOn: `${year}-12-31`, post: post! }]);
  });
  return start!.matterId!;
}
