import type { EntityManager } from '@mikro-orm/postgresql';
import type { RoleName } from '#domain/access/actor.ts';
import {
  Desk,
  Employee,
  EmployeeNumber,
  Position,
  PositionAssignment,
  RoleAssignment,
  Unit,
} from '#persistence/organisation/organisation.entities.ts';
import { createAgency, createCycle, type Agency, type Person } from '#test/factories/agency.ts';

/** The small agency with a second unit below it, and one person of each role. */
export type TwoUnits = Omit<Agency, 'people'> & {
  branchUnitId: string;
  people: Agency['people'] & Record<'outsider' | 'branchOfficer' | 'admin' | 'systemAdmin' | 'auditor', Person>;
  /** A cycle of 2026 for each of these. */
  cycles: Record<'employee' | 'colleague' | 'outsider', string>;
};

export async function createTwoUnits(em: EntityManager): Promise<TwoUnits> {
  const agency = await createAgency(em);
  const branch = em.create(Unit, {
    code: '01',
    name: 'Balai Contoh',
    path: '/00/01/',
    parentId: agency.unitId,
    timeZone: 'Asia/Makassar',
  });
  em.persist(branch);
  await em.flush();
  const outsider = await addPerson(em, 'Pegawai Balai', branch.id, agency.people.head.positionId, 20);
  const branchOfficer = await addPerson(em, 'Pengelola Balai', branch.id, agency.people.head.positionId, 21);
  const admin = await addPerson(em, 'Admin Instansi', agency.unitId, agency.people.head.positionId, 22);
  const systemAdmin = await addPerson(em, 'Admin Sistem', agency.unitId, agency.people.head.positionId, 23);
  const auditor = await addPerson(em, 'Auditor Madya', agency.unitId, agency.people.head.positionId, 24);
  await seatAt(em, 'personnelOfficer', branch.id, branchOfficer.id);
  await seatAt(em, 'agencyAdmin', agency.unitId, admin.id);
  await seatAt(em, 'systemAdmin', agency.unitId, systemAdmin.id);
  await seatAt(em, 'auditor', agency.unitId, auditor.id);
  const people = { ...agency.people, outsider, branchOfficer, admin, systemAdmin, auditor };
  const cycles = {
    employee: await createCycle(em, agency, people.employee),
    colleague: await createCycle(em, agency, people.colleague),
    outsider: await createCycle(em, agency, outsider),
  };
  return { ...agency, branchUnitId: branch.id, people, cycles };
}

/** A person with a post of their own under a superior. */
export async function addPerson(
  em: EntityManager,
  name: string,
  unitId: string,
  superiorPositionId: string | null,
  serial: number,
): Promise<Person> {
  const position = em.create(Position, {
    unitId,
    title: `Jabatan ${name}`,
    kind: 'Fungsional',
    gradeLevel: 'Ahli Muda',
    superiorPositionId,
  });
  const employee = em.create(Employee, {
    name,
    bornOn: '1985-03-01',
    sex: 'P',
    email: `p${serial}@contoh.go.id`,
    employment: 'PNS',
    grade: 'III/c',
    unitId,
  });
  em.persist([position, employee]);
  await em.flush();
  em.persist(
    em.create(PositionAssignment, { positionId: position.id, employeeId: employee.id, validFrom: '2020-01-01' }),
  );
  em.persist(
    em.create(EmployeeNumber, {
      number: `1985030120100120${String(serial).padStart(2, '0')}`,
      employeeId: employee.id,
      kind: 'NIP',
      validFrom: '2010-01-01',
    }),
  );
  await em.flush();
  return { id: employee.id, positionId: position.id, name };
}

export async function seatAt(em: EntityManager, role: RoleName, unitId: string, employeeId: string): Promise<string> {
  const desk = (await em.findOne(Desk, { role, unitId })) ?? em.create(Desk, { role, unitId });
  em.persist(desk);
  await em.flush();
  em.persist(em.create(RoleAssignment, { deskId: desk.id, employeeId, validFrom: '2020-01-01' }));
  await em.flush();
  return desk.id;
}
