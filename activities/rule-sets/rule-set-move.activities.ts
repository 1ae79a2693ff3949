import type { EntityManager } from '@mikro-orm/postgresql';
import type { CalendarDate } from '#domain/calendar/calendar-date.ts';
import { moveRefusal } from '#domain/rule-sets/compare-rules.ts';
import { queueMessages } from '#persistence/commands/facts.repository.ts';
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
import { inTransaction } from '#persistence/transaction.ts';
import { forkOf, type ActivityDependencies } from '../dependencies.ts';
import type { MoveProgress, RuleSetMoveActivities } from './rule-set-move.contract.ts';

/**
 * Moving running cycles to another rule set: each cycle is told by a fact whose id is fixed in its row, so that a repeat is harmless,
 * and says itself, in the step that moves it, that it has moved.
 */
export const ruleSetMoveActivities = (deps: ActivityDependencies): RuleSetMoveActivities => ({
  async planMove(moveId) {
    return inTransaction(deps.orm.em, async (em) => {
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
    await inTransaction(deps.orm.em, async (em) => {
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

/** Tells cycles by facts of the ledger, or notes why they must stay where they are; all of a batch in one transaction. */
async function tellAll(
  deps: ActivityDependencies,
  moveId: string,
  next: (em: EntityManager) => Promise<MoveItem[]>,
): Promise<MoveProgress> {
  return inTransaction(deps.orm.em, async (em) => {
    const move = await em.findOneOrFail(RuleSetMove, { id: moveId });
    const to = await ruleSetOf(em, move.ruleSetId);
    const told: MoveItem[] = [];
    for (const item of await next(em)) {
      const segment = { startsOn: item.startsOn as CalendarDate, endsOn: item.endsOn as CalendarDate };
      const refusal = moveRefusal({ isFinished: item.isFinished, segment }, await ruleSetOf(em, item.ruleSetId), to);
      if (refusal) await noteMoveRefused(em, moveId, item.cycleId, refusal);
      else told.push(item);
    }
    await queueMessages(
      em,
      told.map(({ factId, cycleId, workflowId }) => ({
        id: factId,
        matterId: cycleId,
        workflowId,
        actorId: move.openedById,
        form: 'fact',
        name: 'ruleSetAmended',
        arguments: { kind: 'ruleSetAmended', factId, ruleSetId: move.ruleSetId },
        firstAttemptIn: 0,
      })),
    );
    await noteSent(
      em,
      moveId,
      told.map(({ cycleId }) => cycleId),
    );
    return countMoveItemsLeft(em, moveId);
  });
}

const ruleSetOf = async (em: EntityManager, id: string) => (await em.findOneOrFail(RuleSet, { id })).data;
