import type { EntityManager } from '@mikro-orm/postgresql';
import { gateState, type GateState } from '#domain/training/gate.ts';
import type { TrainingGate } from '#domain/training/jp.ts';
import { instantOf, select, selectOne, sql } from '../sql.ts';
import { COMPLETED } from './participants.repository.ts';

/** An event that opens the gate when it is completed: its people have not missed it yet. */
export type OpeningEvent = { id: string; title: string; startsAt: string; timeZone: string; isInvited: boolean };

/** Whether the training gate lets a person hand in the SKP of a year; read in the caller's transaction. */
export async function readGate(
  em: EntityManager,
  gate: TrainingGate | null | undefined,
  person: { employeeId: string; year: number },
): Promise<GateState> {
  if (!gate) return gateState(gate, { hasCompleted: false, isWaived: false });
  const row = await selectOne<{ hasCompleted: boolean; isWaived: boolean }>(
    em,
    sql`select exists (select 1 from training_participant p join training_event v on v.id = p.event_id and v.topic = ${gate.topic} and v.state <> 'cancelled'
            and v.ends_at <= now() and v.ends_at >= now() - ${gate.withinMonths}::int * interval '1 month'
          where p.employee_id = ${person.employeeId} and ${COMPLETED}) as "hasCompleted",
        exists (select 1 from training_waiver w where w.employee_id = ${person.employeeId} and w.year = ${person.year} and w.topic = ${gate.topic}) as "isWaived"`,
  );
  return gateState(gate, row!);
}

/** The gate of a cycle with its rule set's words; null when there is no such cycle. */
export async function readGateOfCycle(
  em: EntityManager,
  cycleId: string,
): Promise<{ gate: TrainingGate | null; state: GateState; employeeId: string; year: number } | null> {
  const row = await selectOne<{ gate: TrainingGate | null; employeeId: string; year: number }>(
    em,
    sql`select r.data -> 'training' -> 'skpGate' as gate, c.employee_id as "employeeId", c.year from cycle c join matter m on m.id = c.id join rule_set r on r.id = m.rule_set_id where c.id = ${cycleId}`,
  );
  if (!row) return null;
  const gate = row.gate ?? null;
  return { ...row, gate, state: await readGate(em, gate, row) };
}

/** Events of a topic that are still to come or under way, those with an invitation first. */
export async function listOpeningEvents(em: EntityManager, topic: string, employeeId: string): Promise<OpeningEvent[]> {
  const rows = await select<OpeningEvent>(
    em,
    sql`select v.id, v.title, v.starts_at as "startsAt", v.time_zone as "timeZone", p.employee_id is not null as "isInvited" from training_event v
        left join training_participant p on p.event_id = v.id and p.employee_id = ${employeeId}
        where v.topic = ${topic} and v.state in ('planned', 'invited', 'checkInOpen', 'closed') and (p.employee_id is not null or v.ends_at > now())
        order by (p.employee_id is not null) desc, v.starts_at limit 10`,
  );
  return rows.map((row) => ({ ...row, startsAt: instantOf(row.startsAt) }));
}

export type WaiverRow = {
  id: string;
  employeeId: string;
  year: number;
  topic: string;
  reason: string;
  grantedAt: string;
  grantedBy: { id: string; name: string };
};

/** The waiver of a person for a year and topic, or null. */
export async function findWaiver(
  em: EntityManager,
  key: { employeeId: string; year: number; topic: string },
): Promise<WaiverRow | null> {
  const row = await selectOne<WaiverRow>(
    em,
    sql`select w.id, w.employee_id as "employeeId", w.year, w.topic, w.reason, w.granted_at as "grantedAt", json_build_object('id', g.id, 'name', g.name) as "grantedBy"
        from training_waiver w join employee g on g.id = w.granted_by_id where w.employee_id = ${key.employeeId} and w.year = ${key.year} and w.topic = ${key.topic}`,
  );
  return row && { ...row, grantedAt: instantOf(row.grantedAt) };
}

/** Writes a waiver; false when there is one already. */
export async function addWaiver(
  em: EntityManager,
  waiver: { employeeId: string; year: number; topic: string; reason: string; grantedById: string },
): Promise<boolean> {
  const rows = await select(
    em,
    sql`insert into training_waiver (employee_id, year, topic, reason, granted_by_id) values (${waiver.employeeId}, ${waiver.year}, ${waiver.topic}, ${waiver.reason}, ${waiver.grantedById})
        on conflict (employee_id, year, topic) do nothing returning id`,
  );
  return rows.length > 0;
}
