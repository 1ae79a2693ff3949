import type { EntityManager } from '@mikro-orm/postgresql';
import type { CycleStage } from '#domain/process/tasks.ts';
import { v4 as uuidv4 } from 'uuid';
import { moveWorkflowId } from '#domain/process/names.ts';
import { queueStart, type QueuedMessage } from '../commands/facts.repository.ts';
import { instantOf, instantOrNull, NO_SQL, select, selectOne, sql } from '../sql.ts';
import type { MoveScope } from './rule-set-moves.repository.ts';

export type MoveListRow = {
  id: string;
  ruleSet: { id: string; name: string };
  from: { id: string; name: string } | null;
  unit: { id: string; code: string; name: string };
  stage: CycleStage | null;
  reason: string;
  state: 'running' | 'paused' | 'finished';
  ratePerSecond: number;
  total: number;
  moved: number;
  refused: number;
  waiting: number;
  openedAt: string;
  openedBy: { id: string; name: string };
  finishedAt: string | null;
};

/** Moves, the newest first; only one when its id is given. */
export async function readMoves(em: EntityManager, id: string | null = null): Promise<MoveListRow[]> {
  const found = await select<MoveListRow>(
    em,
    sql`select m.id, json_build_object('id', r.id, 'name', r.name) as "ruleSet", case when f.id is null then null else json_build_object('id', f.id, 'name', f.name) end as from,
          json_build_object('id', u.id, 'code', u.code, 'name', u.name) as unit, m.stage, m.reason, m.state, m.rate_per_second as "ratePerSecond",
          items.total, items.moved, items.refused, items.waiting, m.opened_at as "openedAt", json_build_object('id', e.id, 'name', e.name) as "openedBy", m.finished_at as "finishedAt"
        from rule_set_move m join rule_set r on r.id = m.rule_set_id left join rule_set f on f.id = m.from_rule_set_id join unit u on u.id = m.unit_id join employee e on e.id = m.opened_by_id
        cross join lateral (
          select count(*)::int as total, count(*) filter (where state = 'moved')::int as moved, count(*) filter (where state = 'refused')::int as refused,
            count(*) filter (where state in ('planned', 'sent'))::int as waiting from rule_set_move_item where move_id = m.id) items
        ${id ? sql`where m.id = ${id}` : NO_SQL} order by m.opened_at desc, m.id limit 100`,
  );
  return found.map((row) => ({ ...row, openedAt: instantOf(row.openedAt), finishedAt: instantOrNull(row.finishedAt) }));
}

export type NewMove = MoveScope & { reason: string; ratePerSecond: number; openedById: string };

/** Writes a move; null when one to the same rule set for the same unit is not finished yet. */
export async function addMove(em: EntityManager, move: NewMove): Promise<QueuedMessage | null> {
  const id = uuidv4();
  const workflowId = moveWorkflowId(id);
  await select(em, sql`select pg_advisory_xact_lock(hashtext('rule-set-move'))`);
  const row = await selectOne<{ id: string }>(
    em,
    sql`insert into rule_set_move (id, rule_set_id, from_rule_set_id, unit_id, stage, reason, rate_per_second, workflow_id, opened_by_id)
        select ${id}, ${move.ruleSetId}, ${move.fromRuleSetId}, ${move.unitId}, ${move.stage}, ${move.reason}, ${move.ratePerSecond}, ${workflowId}, ${move.openedById}
        where not exists (select 1 from rule_set_move where unit_id = ${move.unitId} and state <> 'finished') returning id`,
  );
  if (!row) return null;
  return queueStart(em, { workflowId, type: 'ruleSetMove', arguments: { moveId: id }, actorId: move.openedById });
}

export type MoveItemRow = {
  cycleId: string;
  employee: { id: string; name: string };
  unitName: string;
  state: 'planned' | 'sent' | 'moved' | 'refused';
  code: string | null;
  dates: number | null;
  settledAt: string | null;
};

/** What became of the cycles of a move: refused ones first. */
export async function listMoveItems(
  em: EntityManager,
  moveId: string,
  state: string | null,
  offset: number,
  limit: number,
): Promise<MoveItemRow[]> {
  const found = await select<MoveItemRow>(
    em,
    sql`select i.cycle_id as "cycleId", json_build_object('id', e.id, 'name', e.name) as employee, u.name as "unitName", i.state, i.code, i.dates, i.settled_at as "settledAt"
        from rule_set_move_item i join matter m on m.id = i.cycle_id join employee e on e.id = m.employee_id join unit u on u.id = m.unit_id
        where i.move_id = ${moveId} and (${state}::text is null or i.state = ${state})
        order by i.state = 'refused' desc, u.path, e.name, i.cycle_id offset ${offset} limit ${limit}`,
  );
  return found.map((row) => ({ ...row, settledAt: instantOrNull(row.settledAt) }));
}
