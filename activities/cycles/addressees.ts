import type { EntityManager } from '@mikro-orm/postgresql';
import type { CalendarDate } from '#domain/calendar/calendar-date.ts';
import type { Role } from '#domain/process/task-table.ts';
import { taskRule, type CycleTaskKind } from '#domain/process/tasks.ts';
import type { Cycle } from '#persistence/cycles/cycles.entities.ts';
import type { MatterRow } from '#persistence/matters/step.repository.ts';
import { findDesk, firstHeldPosition } from '#persistence/organisation/hierarchy.repository.ts';
import type { Assignee } from '../matters/handler.ts';

/** Who can be asked for a task of a cycle on a day. */
export type Asking = { em: EntityManager; matter: Pick<MatterRow, 'unitId'>; row: Cycle; today: CalendarDate };

/**
 * Whom a task is addressed to. A vacant post moves to the next higher one that is held; where no higher post exists the
 * appointing authority's desk (PPK) decides. The person is resolved when the inbox is read.
 */
export async function addresseeOf(asking: Asking, kind: CycleTaskKind): Promise<Assignee> {
  for (const role of taskRule(kind).asks) {
    const found = await addresseeIn(asking, role);
    if (found) return found;
  }
  throw new Error(`nobody can be asked for ${kind}`);
}

async function addresseeIn(asking: Asking, role: Role): Promise<Assignee | null> {
  const { row: cycle } = asking;
  switch (role) {
    case 'employee':
      return { kind: 'employee', id: cycle.employeeId, responsiblePositionId: cycle.positionId };
    case 'superior':
      return postOrPpk(asking, cycle.superiorPositionId ?? null);
    case 'superiorOfSuperior':
      return postOrPpk(asking, cycle.superiorOfSuperiorPositionId ?? null);
    case 'opener':
      return null;
    default: {
      const desk = await findDesk(asking.em, role, asking.matter.unitId, cycle.employeeId, asking.today);
      return desk ? { kind: 'desk', id: desk, responsiblePositionId: cycle.superiorPositionId ?? null } : null;
    }
  }
}

async function postOrPpk({ em, matter, row: cycle, today }: Asking, positionId: string | null): Promise<Assignee> {
  const held = positionId && (await firstHeldPosition(em, positionId, today, cycle.employeeId));
  if (held) return { kind: 'position', id: held, responsiblePositionId: held };
  const desk = await findDesk(em, 'ppk', matter.unitId, cycle.employeeId, today);
  if (desk) return { kind: 'desk', id: desk, responsiblePositionId: null };
  return { kind: 'position', id: positionId ?? cycle.positionId, responsiblePositionId: positionId };
}
