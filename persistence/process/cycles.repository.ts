import type { EntityManager } from '@mikro-orm/postgresql';
import { v4 as uuidv4 } from 'uuid';

export type Post = {
  positionId: string;
  unitId: string;
  timeZone: string;
  superiorPositionId: string | null;
  superiorOfSuperiorPositionId: string | null;
};

export type NewCycle = {
  campaignId: string | null;
  employeeId: string;
  year: number;
  segment: number;
  startsOn: string;
  endsOn: string;
  ruleSetId: string;
  post: Post;
  openedAt: Date;
  workflowIdOf: (cycleId: string) => string;
};

/** Writes the row of a cycle that is about to start, or finds the one that exists; returns its id. Random ids, so that a workflow id tells nothing. */
export async function openCycleRow(em: EntityManager, cycle: NewCycle): Promise<string> {
  const id = uuidv4();
  const [row] = await em.execute<{ id: string }[]>(
    `insert into cycle (id, campaign_id, employee_id, position_id, superior_position_id, superior_of_superior_position_id, unit_id, year, segment,
       starts_on, ends_on, rule_set_id, workflow_id, time_zone)
     values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
     on conflict (employee_id, position_id, year, segment) do update set year = excluded.year returning id`,
    [
      id,
      cycle.campaignId,
      cycle.employeeId,
      cycle.post.positionId,
      cycle.post.superiorPositionId,
      cycle.post.superiorOfSuperiorPositionId,
      cycle.post.unitId,
      cycle.year,
      cycle.segment,
      cycle.startsOn,
      cycle.endsOn,
      cycle.ruleSetId,
      cycle.workflowIdOf(id),
      cycle.post.timeZone,
    ],
  );
  return row!.id;
}
