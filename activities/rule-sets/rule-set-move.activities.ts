import type { EntityManager } from '@mikro-orm/postgresql';
import { heartbeat } from '@temporalio/activity';
import type { CalendarDate } from '#domain/calendar/calendar-date.ts';
import { moveRefusal } from '#domain/rule-sets/compare-rules.ts';
import { appendAuditEvent } from '#persistence/audit/audit.repository.ts';
import { RuleSetMove } from '#persistence/rule-sets/rule-set-moves.entities.ts';
import {
  countMoveItemsLeft,
  nextMoveItems,
  noteMoveRefused,
  noteSent,
  planMoveItems,
  silentMoveItems,
  type MoveItem,
} from '#persistence/rule-sets/rule-set-moves.repository.ts';
import { RuleSet } from '#persistence/rule-sets/rule-sets.entities.ts';
import { forkOf, type ActivityDependencies } from '../dependencies.ts';
import type { MoveProgress, RuleSetMoveActivities } from './rule-set-move.contract.ts';

/** Cycles that are told at the same time. */
const PARALLEL = 8;

/**
 * Moving running cycles to another rule set: each cycle is told by a signal whose id is fixed in its row, so that a repeat is harmless,
 * and says itself, in the step that moves it, that it has moved.
 */
export const ruleSetMoveActivities = (deps: ActivityDependencies): RuleSetMoveActivities => ({
  async planMove(moveId) {
    return forkOf(deps).transactional(async (inner) => {
      const em = inner as EntityManager;
      const move = await em.findOneOrFail(RuleSetMove, { id: moveId });
      await planMoveItems(em, {
        id: move.id,
        ruleSetId: move.ruleSetId,
        fromRuleSetId: move.fromRuleSetId ?? null,
        unitId: move.unitId,
        stage: move.stage ?? null,
      });
      return { ratePerSecond: move.ratePerSecond };
    });
  },

  moveBatch: ({ moveId, size }) => tellAll(deps, moveId, (em) => nextMoveItems(em, moveId, size)),

  chaseMove: ({ moveId, size }) => tellAll(deps, moveId, (em) => silentMoveItems(em, moveId, size)),

  async finishMove(moveId) {
    await forkOf(deps).transactional(async (inner) => {
      const em = inner as EntityManager;
      const finished = await em.nativeUpdate(
        RuleSetMove,
        { id: moveId, finishedAt: null },
        { state: 'finished', finishedAt: new Date() },
      );
      if (finished) await appendAuditEvent(em, { kind: 'ruleSetMoveFinished', at: new Date(), data: { moveId } });
    });
  },

  async setMoveState({ moveId, state }) {
    await forkOf(deps).nativeUpdate(RuleSetMove, { id: moveId, finishedAt: null }, { state });
  },
});

async function tellAll(
  deps: ActivityDependencies,
  moveId: string,
  next: (em: EntityManager) => Promise<MoveItem[]>,
): Promise<MoveProgress> {
  const em = forkOf(deps);
  const move = await em.findOneOrFail(RuleSetMove, { id: moveId });
  const items = await next(em);
  for (let index = 0; index < items.length; index += PARALLEL) {
    const some = items.slice(index, index + PARALLEL);
    const told = await Promise.all(some.map((item) => tell(deps, move, item)));
    await noteSent(
      em,
      moveId,
      some.filter((_, at) => told[at]).map(({ cycleId }) => cycleId),
    );
    heartbeat();
  }
  return countMoveItemsLeft(em, moveId);
}

/** Tells one cycle; false when it must stay where it is, which is noted. */
async function tell(deps: ActivityDependencies, move: RuleSetMove, item: MoveItem): Promise<boolean> {
  const em = forkOf(deps);
  const [from, to] = await Promise.all([ruleSetOf(em, item.ruleSetId), ruleSetOf(forkOf(deps), move.ruleSetId)]);
  const segment = { startsOn: item.startsOn as CalendarDate, endsOn: item.endsOn as CalendarDate };
  const refusal = moveRefusal({ isFinished: item.isFinished, segment }, from, to);
  const outcome =
    refusal ??
    (await deps.signalCycle({
      workflowId: item.workflowId,
      signal: 'ruleSetAmended',
      argument: { factId: item.factId, ruleSetId: move.ruleSetId },
    }));
  if (outcome === 'delivered') return true;
  await noteMoveRefused(em, move.id, item.cycleId, outcome === 'gone' ? 'ruleSetMove.finished' : outcome);
  return false;
}

const ruleSetOf = async (em: EntityManager, id: string) => (await em.findOneOrFail(RuleSet, { id })).data;
