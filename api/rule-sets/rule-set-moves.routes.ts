import type { MoveRow, RulePreview } from '#contracts/rule-sets.schemas.ts';
import { appendAuditEvent } from '#persistence/audit/audit.repository.ts';
import { addMove, listMoveItems, readMoves } from '#persistence/rule-sets/rule-set-moves.queries.ts';
import { inScope, type MoveScope } from '#persistence/rule-sets/rule-set-moves.repository.ts';
import { readRuleSetContents, readRuleSetRegister } from '#persistence/rule-sets/rule-sets.queries.ts';
import { moveWorkflowId } from '#domain/process/names.ts';
import { requireAllowed, requireSome } from '../access/ability.ts';
import type { QueuedMessage } from '#persistence/commands/facts.repository.ts';
import { inTransaction } from '#persistence/transaction.ts';
import { signedIn, type SignedInContext } from '../http/context.ts';
import { deliverQueued, sendUpdate } from '../matters/deliver.ts';
import { found, notFound, Problem } from '../http/problem.ts';
import { previewRules } from './rule-set-preview.ts';

const PAGE = 100;

export const ruleSetMoveRoutes = {
  moves: signedIn.ruleSets.moves.handler(({ context }) => {
    requireSome(context.ability, 'administer', 'RuleSet');
    return readMoves(context.em);
  }),
  previewMove: signedIn.ruleSets.previewMove.handler(({ input, context }) => {
    requireScope(context, input);
    return preview(context, input, input.offset);
  }),
  openMove: signedIn.ruleSets.openMove.handler(async ({ input, context }) => {
    requireScope(context, input);
    const { cycles, refusals } = await preview(context, input, 0);
    if (cycles === refusals.reduce((sum, one) => sum + one.cycles, 0)) throw new Problem('ruleSetMove.nobody');
    const start = await writeMove(context, input);
    await deliverQueued(context, [start]);
    return readOne(context, String(start.arguments['moveId']));
  }),
  move: signedIn.ruleSets.move.handler(async ({ input, context }) => {
    const move = await readOne(context, input.id);
    const items = await listMoveItems(context.em, input.id, input.state ?? null, input.offset, PAGE + 1);
    return { move, items: items.slice(0, PAGE), nextOffset: items.length > PAGE ? input.offset + PAGE : null };
  }),
  pauseMove: signedIn.ruleSets.pauseMove.handler(({ input, context }) => steer(context, input.id, 'pauseMove')),
  resumeMove: signedIn.ruleSets.resumeMove.handler(({ input, context }) => steer(context, input.id, 'resumeMove')),
};

/** Whoever moves cycles edits rule sets and administers the people of the unit. */
function requireScope({ ability }: SignedInContext, { unitId }: Pick<MoveScope, 'unitId'>): void {
  requireSome(ability, 'administer', 'RuleSet');
  requireAllowed(ability, 'administer', 'Employee', { unitId });
}

async function preview({ em, today }: SignedInContext, scope: MoveScope, offset: number): Promise<RulePreview> {
  const to = found((await readRuleSetContents(em, [scope.ruleSetId])).get(scope.ruleSetId));
  const [register] = await readRuleSetRegister(em, today, scope.ruleSetId);
  if (register?.standing !== 'inForce') throw new Problem('ruleSetMove.notInForce');
  return previewRules(em, { where: inScope(scope), to, isMove: true, offset });
}

async function readOne({ em, ability }: SignedInContext, id: string): Promise<MoveRow> {
  if (!ability.can('administer', 'RuleSet')) throw notFound();
  return found((await readMoves(em, id))[0]);
}

/** The row, its audit line and the order to start its workflow. */
function writeMove(
  { em, actor }: SignedInContext,
  move: MoveScope & { reason: string; ratePerSecond: number },
): Promise<QueuedMessage> {
  return inTransaction(em, async (manager) => {
    const start = await addMove(manager, { ...move, openedById: actor.employeeId });
    if (!start) throw new Problem('ruleSetMove.running');
    await appendAuditEvent(manager, {
      kind: 'ruleSetMoveOpened',
      at: new Date(),
      actorId: actor.employeeId,
      data: { ...start.arguments, ...move },
    });
    return start;
  });
}

async function steer(context: SignedInContext, id: string, update: 'pauseMove' | 'resumeMove'): Promise<MoveRow> {
  const move = await readOne(context, id);
  requireScope(context, { unitId: move.unit.id });
  if (move.state === 'finished') throw new Problem('ruleSetMove.notOpen');
  await sendUpdate(
    context,
    { workflowId: moveWorkflowId(id), name: update, arguments: {} },
    { kind: update === 'pauseMove' ? 'ruleSetMovePaused' : 'ruleSetMoveResumed', data: { moveId: id } },
  );
  return readOne(context, id);
}
