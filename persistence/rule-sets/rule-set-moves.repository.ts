import type { EntityManager } from '@mikro-orm/postgresql';
import type { MoveRefusal } from '#domain/rule-sets/compare-rules.ts';
import type { CycleStage } from '#domain/process/tasks.ts';
import { select, selectOne, sql, type Sql } from '../sql.ts';

/** Which running cycles are meant. */
export type MoveScope = { ruleSetId: string; fromRuleSetId: string | null; unitId: string; stage: CycleStage | null };

/** The condition on `cycle c join matter m join unit u` for the cycles of a scope: running, in the unit or below it, not on the target yet. */
export const inScope = (scope: MoveScope): Sql => sql`m.state = 'running' and m.rule_set_id <> ${scope.ruleSetId}
  and (${scope.fromRuleSetId}::uuid is null or m.rule_set_id = ${scope.fromRuleSetId}) and (${scope.stage}::text is null or m.stage = ${scope.stage})
  and starts_with(u.path, (select path from unit where id = ${scope.unitId}))`;

/** Fixes which cycles a move concerns; done once, whatever is repeated. */
export async function planMoveItems(em: EntityManager, move: MoveScope & { id: string }): Promise<void> {
  const first = await selectOne(
    em,
    sql`update rule_set_move set is_planned = true where id = ${move.id} and not is_planned returning id`,
  );
  if (!first) return;
  await select(
    em,
    sql`insert into rule_set_move_item (move_id, cycle_id, fact_id, from_rule_set_id)
        select ${move.id}, c.id, gen_random_uuid(), m.rule_set_id from cycle c join matter m on m.id = c.id join unit u on u.id = m.unit_id where ${inScope(move)}`,
  );
}

export type MoveItem = {
  cycleId: string;
  workflowId: string;
  factId: string;
  startsOn: string;
  endsOn: string;
  isFinished: boolean;
  ruleSetId: string;
};

const ITEM = sql`i.cycle_id as "cycleId", m.workflow_id as "workflowId", i.fact_id as "factId", c.starts_on as "startsOn", c.ends_on as "endsOn",
  m.state = 'finished' as "isFinished", m.rule_set_id as "ruleSetId"`;

/** The next cycles whose turn it is. */
export const nextMoveItems = (em: EntityManager, moveId: string, size: number): Promise<MoveItem[]> =>
  select<MoveItem>(
    em,
    sql`select ${ITEM} from rule_set_move_item i join cycle c on c.id = i.cycle_id join matter m on m.id = c.id where i.move_id = ${moveId} and i.state = 'planned' order by i.cycle_id limit ${size}`,
  );

/** Cycles that were told a while ago and have not said that they moved. */
export const silentMoveItems = (em: EntityManager, moveId: string, size: number): Promise<MoveItem[]> =>
  select<MoveItem>(
    em,
    sql`select ${ITEM} from rule_set_move_item i join cycle c on c.id = i.cycle_id join matter m on m.id = c.id
        where i.move_id = ${moveId} and i.state = 'sent' and i.sent_at < clock_timestamp() - interval '5 seconds' order by i.sent_at limit ${size}`,
  );

/** Notes that cycles were told; what has settled meanwhile stays settled. */
export async function noteSent(em: EntityManager, moveId: string, cycleIds: readonly string[]): Promise<void> {
  await select(
    em,
    sql`update rule_set_move_item set state = 'sent', sent_at = clock_timestamp() where move_id = ${moveId} and cycle_id = any(${cycleIds}::uuid[]) and state in ('planned', 'sent')`,
  );
}

/** Notes why a cycle stays where it is. */
export async function noteMoveRefused(
  em: EntityManager,
  moveId: string,
  cycleId: string,
  code: MoveRefusal,
): Promise<void> {
  await select(
    em,
    sql`update rule_set_move_item set state = 'refused', code = ${code}, settled_at = clock_timestamp() where move_id = ${moveId} and cycle_id = ${cycleId} and state in ('planned', 'sent')`,
  );
}

/** Whether nothing of a move is left to do. */
export async function countMoveItemsLeft(
  em: EntityManager,
  moveId: string,
): Promise<{ planned: number; sent: number }> {
  const row = await selectOne<{ planned: number; sent: number }>(
    em,
    sql`select count(*) filter (where state = 'planned')::int as planned, count(*) filter (where state = 'sent')::int as sent from rule_set_move_item where move_id = ${moveId}`,
  );
  return row!;
}

/** Settles the item of a move in the step that moved its cycle; null when the cycle was not moved by such an act. */
export async function settleMove(
  em: EntityManager,
  step: { cycleId: string; factId: string; at: Date; dates: number },
): Promise<{ moveId: string; actorId: string } | null> {
  return selectOne<{ moveId: string; actorId: string }>(
    em,
    sql`update rule_set_move_item i set state = 'moved', code = null, dates = ${step.dates}, settled_at = clock_timestamp() from rule_set_move m
        where i.fact_id = ${step.factId} and i.cycle_id = ${step.cycleId} and m.id = i.move_id returning m.id as "moveId", m.opened_by_id as "actorId"`,
  );
}
