import type { EntityManager } from '@mikro-orm/postgresql';
import type { CalendarDate } from '#domain/calendar/calendar-date.ts';
import type { ErrorCode } from '#domain/error-codes.ts';
import { actProblem, STATUS_OF_LEAVE, type LeaveKind, type PersonnelActKind } from '#domain/organisation/personnel.ts';
import { inTransaction } from '../transaction.ts';
import { appendAuditEvent } from '../audit/audit.repository.ts';
import { queueFacts, type QueuedMessage } from '../commands/facts.repository.ts';
import type { Orm } from '../orm.ts';
import { select, selectOne, sql, type Sql } from '../sql.ts';
import { civilDateOf } from './holding.ts';
import { lockPersonnel } from './personnel-lock.ts';
import {
  changeSuperior,
  endService,
  findPosition,
  isInLine,
  lockEmployee,
  settleIn,
  startLeave,
  transfer,
  type EmployeeForAct,
} from './personnel.repository.ts';

/** Particulars of an act, by its kind. */
export type ActData = { positionId?: string; grade?: string; leaveKind?: LeaveKind; assignmentId?: string };

export type Act = {
  employeeId: string;
  kind: PersonnelActKind;
  effectiveOn: string;
  untilOn: string | null;
  orderNumber: string | null;
  reason: string;
  data: ActData;
  actorId: string;
};

/** An act that cannot be carried out. */
export class ActRefused extends Error {
  override readonly name = 'ActRefused';
  readonly code: ErrorCode;
  constructor(code: ErrorCode) {
    super(code);
    this.code = code;
  }
}

export type Recorded = { id: string; state: 'applied' | 'scheduled'; facts: QueuedMessage[] };

/**
 * Records an act in the caller's transaction. One of today or earlier takes effect at once; one of a later day waits for
 * it. Throws ActRefused. The employee's row must be locked.
 */
export async function recordAct(
  em: EntityManager,
  act: Act,
  employee: EmployeeForAct,
  today: CalendarDate,
): Promise<Recorded> {
  const problem = actProblem({ ...act, status: employee.status, today });
  if (problem) throw new ActRefused(problem);
  const isDue = act.effectiveOn <= today;
  const facts = isDue ? await carryOut(em, act, employee) : await foresee(em, act, employee);
  const row = await selectOne<{ id: string }>(
    em,
    sql`insert into personnel_act (employee_id, unit_id, kind, effective_on, until_on, order_number, reason, data, state, recorded_by_id, applied_at)
        values (${act.employeeId}, ${employee.unitId}, ${act.kind}, ${act.effectiveOn}::date, ${act.untilOn}::date, ${act.orderNumber}, ${act.reason}, ${JSON.stringify(act.data)}::jsonb,
          ${isDue ? 'applied' : 'scheduled'}, ${act.actorId}, ${isDue ? new Date().toISOString() : null}::timestamptz) returning id`,
  );
  return { id: row!.id, state: isDue ? 'applied' : 'scheduled', facts };
}

/** An act of a later day: what would stop it today is said today, and it is written to the audit chain. */
async function foresee(em: EntityManager, act: Act, employee: EmployeeForAct): Promise<QueuedMessage[]> {
  await requirePossible(em, act, employee);
  const { employeeId, kind, effectiveOn, reason, actorId } = act;
  await appendAuditEvent(em, {
    kind: 'personnelActScheduled',
    at: new Date(),
    actorId,
    data: { employeeId, act: kind, effectiveOn, reason },
  });
  return [];
}

/** Checks that need the database: the post exists and is free, nobody comes to stand above themselves. */
async function requirePossible(em: EntityManager, { kind, data }: Act, employee: EmployeeForAct): Promise<void> {
  if ((kind === 'superior' || kind === 'transfer') && !employee.positionId)
    throw new ActRefused('personnel.noPosition');
  if (!data.positionId || kind === 'actingStarts' || kind === 'actingEnds') return;
  const position = await findPosition(em, data.positionId);
  if (!position) throw new ActRefused('not.found');
  if (kind === 'superior') {
    if (await isInLine(em, position.id, employee.positionId!)) throw new ActRefused('personnel.ownSuperior');
  } else if (position.isHeldDefinitively) throw new ActRefused('personnel.positionHeld');
}

async function carryOut(em: EntityManager, act: Act, employee: EmployeeForAct): Promise<QueuedMessage[]> {
  await requirePossible(em, act, employee);
  const { kind, data } = act;
  const positionId = employee.positionId ?? '';
  const target = data.positionId ? await findPosition(em, data.positionId) : null;
  const move = { ...act, fromPositionId: positionId, toPositionId: target?.id ?? '', toUnitId: target?.unitId ?? '' };
  switch (kind) {
    case 'superior':
      return changeSuperior(em, { ...act, positionId, superiorPositionId: move.toPositionId });
    case 'transfer':
      return transfer(em, move);
    case 'promotion':
      return promote(em, act, employee.positionId && target ? move : null);
    case 'leave':
      return startLeave(em, {
        ...act,
        status: STATUS_OF_LEAVE[data.leaveKind ?? 'cuti'],
        vacatesPosts: data.leaveKind === 'cltn',
        leaveKind: data.leaveKind ?? 'cuti',
      });
    case 'return':
      return settleIn(em, { ...act, position: target });
    case 'retirement':
      return endService(em, { ...act, kind: 'retired' });
    case 'death':
      return endService(em, { ...act, kind: 'died' });
    case 'actingStarts':
    case 'actingEnds':
      return queueFacts(em, {
        about: { positionIds: data.positionId ? [data.positionId] : [] },
        signal: 'superiorChanged',
        actorId: act.actorId,
      });
  }
}

async function promote(
  em: EntityManager,
  act: Act,
  move: Parameters<typeof transfer>[1] | null,
): Promise<QueuedMessage[]> {
  const grade = act.data.grade;
  if (grade) await select(em, sql`update employee set grade = ${grade} where id = ${act.employeeId}`);
  await appendAuditEvent(em, {
    kind: 'employeePromoted',
    at: new Date(),
    actorId: act.actorId,
    data: {
      employeeId: act.employeeId,
      effectiveOn: act.effectiveOn,
      reason: act.reason,
      grade: grade ?? null,
      orderNumber: act.orderNumber,
    },
  });
  return move ? transfer(em, move) : [];
}

/** The day that has come at an instant in the unit `u`. */
const dayAt = (now: Date): Sql => civilDateOf(sql`${now}::timestamptz`, sql`u.time_zone`);

/** Acts whose day has come in the unit of the person, of each person the earliest: they take effect in their order. */
export async function dueActs(em: EntityManager, now: Date): Promise<string[]> {
  const rows = await select<{ id: string }>(
    em,
    sql`select distinct on (a.employee_id) a.id from personnel_act a join unit u on u.id = a.unit_id where a.state = 'scheduled' and a.effective_on <= ${dayAt(now)} order by a.employee_id, a.effective_on, a.recorded_at limit 50`,
  );
  return rows.map(({ id }) => id);
}

type DueRow = Act & { today: CalendarDate };

/**
 * Lets a scheduled act take effect, once whatever happens at the same time. What has become impossible meanwhile is marked
 * as failed with its reason, for whoever recorded it.
 */
export async function applyDueAct(orm: Orm, id: string, now: Date): Promise<void> {
  await inTransaction(orm.em, async (em) => {
    await lockPersonnel(em, 'shared');
    const act = await selectOne<DueRow>(
      em,
      sql`select a.employee_id as "employeeId", a.kind, a.effective_on as "effectiveOn", a.until_on as "untilOn", a.order_number as "orderNumber", a.reason, a.data, a.recorded_by_id as "actorId", ${dayAt(now)} as today
          from personnel_act a join unit u on u.id = a.unit_id where a.id = ${id} and a.state = 'scheduled' and a.effective_on <= ${dayAt(now)} for update of a skip locked`,
    );
    if (!act) return;
    const employee = await lockEmployee(em, act.employeeId);
    const problem = employee ? actProblem({ ...act, status: employee.status, today: act.today }) : 'not.found';
    const failure = problem ?? (await attempt(() => requirePossible(em, act, employee!)));
    if (failure) {
      await select(em, sql`update personnel_act set state = 'failed', failure = ${failure} where id = ${id}`);
      await appendAuditEvent(em, {
        kind: 'personnelActFailed',
        at: new Date(),
        actorId: act.actorId,
        data: { employeeId: act.employeeId, act: act.kind, code: failure },
      });
      return;
    }
    await carryOut(em, act, employee!);
    await select(em, sql`update personnel_act set state = 'applied', applied_at = now() where id = ${id}`);
  });
}

async function attempt(work: () => Promise<void>): Promise<string | null> {
  try {
    await work();
    return null;
  } catch (error) {
    if (error instanceof ActRefused) return error.code;
    throw error;
  }
}

export type ScheduledAct = { id: string; employeeId: string; unitId: string; kind: PersonnelActKind; state: string };

/** An act, locked; null when unknown. */
export const lockAct = (em: EntityManager, id: string): Promise<ScheduledAct | null> =>
  selectOne<ScheduledAct>(
    em,
    sql`select id, employee_id as "employeeId", unit_id as "unitId", kind, state from personnel_act where id = ${id} for update`,
  );

/** Takes back an act whose day has not come. */
export async function cancelAct(em: EntityManager, act: ScheduledAct, actorId: string, reason: string): Promise<void> {
  await select(
    em,
    sql`update personnel_act set state = 'cancelled', closed_by_id = ${actorId} where id = ${act.id} and state = 'scheduled'`,
  );
  await appendAuditEvent(em, {
    kind: 'personnelActCancelled',
    at: new Date(),
    actorId,
    data: { employeeId: act.employeeId, act: act.kind, reason },
  });
}
