import type { EntityManager } from '@mikro-orm/postgresql';
import type { AuditLine } from '../audit/audit.repository.ts';
import { jsonRows } from '../json-rows.ts';
import type { MatterRow, TaskRow } from '../matters/step.repository.ts';
import { mailsToWrite, type NewMail } from '../notifications/mails.repository.ts';
import { select, sql } from '../sql.ts';
import type { CalendarDate } from '#domain/calendar/calendar-date.ts';
import type { Cycle, Period } from './cycles.entities.ts';

/** A post of a person, with the two above it. */
export type Post = {
  positionId: string;
  unitId: string;
  timeZone: string;
  superiorPositionId: string | null;
  superiorOfSuperiorPositionId: string | null;
};

export type CycleRows = {
  matters: readonly MatterRow[];
  cycles: readonly Partial<Cycle>[];
  periods: readonly Partial<Period>[];
  tasks: readonly TaskRow[];
  story: readonly AuditLine[];
  mails: readonly NewMail[];
};

/** Writes cycles with all that they begin with, in one statement; in the caller's transaction. */
export async function insertCycles(em: EntityManager, rows: CycleRows, today: CalendarDate): Promise<void> {
  await select(
    em,
    sql`with matters as (insert into matter select r.* from jsonb_populate_recordset(null::matter, ${jsonRows(rows.matters)}::jsonb) r),
      cycles as (insert into cycle select r.* from jsonb_populate_recordset(null::cycle, ${jsonRows(rows.cycles)}::jsonb) r),
      periods as (
        insert into period (cycle_id, number, starts_on, ends_on, opens_at, due_at)
        select cycle_id, number, starts_on, ends_on, opens_at, due_at from jsonb_populate_recordset(null::period, ${jsonRows(rows.periods)}::jsonb)),
      tasks as (insert into task select r.* from jsonb_populate_recordset(null::task, ${jsonRows(rows.tasks)}::jsonb) r),
      story as (
        insert into audit_event (chain, number, matter_id, task_id, at, kind, actor_id, on_behalf_of_position_id, data, previous_hash, hash)
        select chain, number, matter_id, task_id, at, kind, actor_id, on_behalf_of_position_id, data, previous_hash, hash
        from jsonb_populate_recordset(null::audit_event, ${jsonRows(rows.story)}::jsonb)),
      ${mailsToWrite(rows.mails, today)}
      select count(*) from told_mailer`,
  );
}
