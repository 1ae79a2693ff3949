import type { Role } from '#domain/process/task-table.ts';
import { taskRule, type ProcedureTaskKind } from '#domain/process/tasks.ts';
import { currentPost, findDeskMember, firstHeldPosition } from '#persistence/organisation/hierarchy.repository.ts';
import type { RoleName } from '#domain/access/actor.ts';
import type { Assignee, StepContext } from '../matters/handler.ts';

/**
 * The nearest desk, in the order of the task's row, at which somebody sits who may decide; else the nearest higher post that such a person holds.
 * The superior of a desk's first member hears of its lateness.
 */
export async function addresseeOf(
  context: StepContext,
  kind: ProcedureTaskKind,
  barredIds: readonly string[],
): Promise<Assignee> {
  const { em, matter, today } = context;
  for (const role of taskRule(kind).asks) {
    const assignee = role === 'opener' ? await opener() : await desk(role as RoleName & Role);
    if (assignee) return assignee;
  }
  const above = await higherPost();
  if (above) return { kind: 'position', id: above, responsiblePositionId: above };
  throw new Error(
    `nobody can be asked for ${kind} of matter ${matter.id}: give another person a desk in its unit or above`,
  );

  async function opener(): Promise<Assignee> {
    const id = matter.openedById ?? matter.employeeId;
    const post = await currentPost(em, id, today);
    return { kind: 'employee', id, responsiblePositionId: post?.positionId ?? null };
  }
  async function desk(role: RoleName): Promise<Assignee | null> {
    const found = await findDeskMember(em, role, matter.unitId, barredIds, today);
    return found && { kind: 'desk', id: found.deskId, responsiblePositionId: found.positionId };
  }
  async function higherPost(): Promise<string | null> {
    const post = await currentPost(em, matter.employeeId, today);
    return post?.superiorPositionId ? firstHeldPosition(em, post.superiorPositionId, today, ...barredIds) : null;
  }
}
