import { randomBytes, randomUUID } from 'node:crypto';
import type { EntityManager } from '@mikro-orm/postgresql';
import { hashToken } from '#api/accounts/session-cookie.ts';
import { civilDate } from '#domain/calendar/clock.ts';
import { decisionsOf, type CycleDecision } from '#domain/process/tasks.ts';
import { Account } from '#persistence/accounts/accounts.entities.ts';
import { openSession } from '#persistence/accounts/sessions.repository.ts';
import {
  Employee,
  EmployeeNumber,
  Position,
  PositionAssignment,
} from '#persistence/organisation/organisation.entities.ts';
import type { Task } from '#persistence/matters/matters.entities.ts';
import { holds } from '#persistence/organisation/holding.ts';
import { select, sql } from '#persistence/sql.ts';
import { createAgency, type Agency, type Person } from '#test/factories/agency.ts';
import { ARGUMENTS } from '#test/factories/decisions.ts';
import type { Random } from './random.ts';

export type Population = { agency: Agency; employees: Person[]; cookies: Map<string, string> };

/** An agency with so many employees below its superior, everybody signed in. */
export async function populate(em: () => EntityManager, count: number): Promise<Population> {
  const agency = await createAgency(em());
  const employees: Person[] = [];
  for (let index = 0; index < count; index += 1) {
    const person = { id: randomUUID(), positionId: randomUUID(), name: `Pegawai ${index}` };
    const inner = em();
    await inner.insert(Employee, {
      id: person.id,
      name: person.name,
      bornOn: '1990-01-01',
      sex: 'P',
      email: `p${index}@contoh.go.id`,
      employment: 'PNS',
      grade: 'III/a',
      unitId: agency.unitId,
    });
    await inner.insert(Position, {
      id: person.positionId,
      unitId: agency.unitId,
      title: 'Jabatan',
      kind: 'Pelaksana',
      gradeLevel: '-',
      superiorPositionId: agency.people.superior.positionId,
    });
    await inner.insert(PositionAssignment, {
      id: randomUUID(),
      positionId: person.positionId,
      employeeId: person.id,
      validFrom: '2020-01-01',
    });
    await inner.insert(EmployeeNumber, {
      number: `19900101202012${String(index).padStart(4, '0')}`,
      employeeId: person.id,
      kind: 'NIP',
      validFrom: '2020-12-01',
    });
    employees.push(person);
  }
  const cookies = new Map<string, string>();
  for (const person of [...Object.values(agency.people), ...employees])
    cookies.set(person.id, await signIn(em(), person.id));
  return { agency, employees, cookies };
}

async function signIn(em: EntityManager, employeeId: string): Promise<string> {
  await em.insert(Account, { employeeId, passwordHash: 'nobody signs in with a password here' });
  const token = randomBytes(32).toString('base64url');
  await openSession(em, { employeeId, tokenHash: hashToken(token), userAgent: 'drill', maxHours: 12 });
  return `ekinerja=${token}`;
}

/** Who is asked now, by the rules of the inbox: holders of the position, members of the desk. */
export async function peopleAsked(em: EntityManager, task: Task): Promise<string[]> {
  if (task.assigneeKind === 'employee') return [task.assigneeId];
  const [table, column] =
    task.assigneeKind === 'position' ? ['position_assignment', 'position_id'] : ['role_assignment', 'desk_id'];
  const today = civilDate(Date.now(), 'Asia/Jakarta');
  const rows = await select<{ employee_id: string }>(
    em,
    sql`select a.employee_id from ${{ text: table!, params: [] }} a
        where a.${{ text: column!, params: [] }} = ${task.assigneeId} and a.employee_id <> ${task.employeeId} and ${holds('a', today)}`,
  );
  return rows.map((row) => row.employee_id);
}

/** What somebody decides on a task: now and then a return or an objection, and never for ever. */
export function chooseDecision(task: Pick<Task, 'kind' | 'round'>, random: Random): CycleDecision {
  const decisions = decisionsOf(task.kind) as readonly CycleDecision[];
  const isContrary = decisions.length > 1 && task.round < 3 && random.next() < 0.4;
  return decisions[isContrary ? 1 : 0]!;
}

/** What the API's body carries. */
const bodyOf = (commandId: string, decision: CycleDecision): string =>
  JSON.stringify({ commandId, arguments: { decision, ...ARGUMENTS[decision] } });

export type HttpAnswer = { status: number; body: Record<string, unknown> };

/** Sends a decision as a browser would. Throws when no answer comes. */
export async function sendDecision(
  apiUrl: string,
  cookie: string,
  taskId: string,
  commandId: string,
  decision: CycleDecision,
): Promise<HttpAnswer> {
  const response = await fetch(`${apiUrl}/api/tasks/${taskId}/decisions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', cookie },
    body: bodyOf(commandId, decision),
    signal: AbortSignal.timeout(10_000),
  });
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
}
