import type { EntityManager } from '@mikro-orm/postgresql';
import { instantOf, instantOrNull, select, sql } from '../sql.ts';
import type { CommandForm } from './commands.entities.ts';

export type CommandListRow = {
  number: number;
  form: CommandForm;
  name: string;
  actor: string | null;
  acceptedAt: string;
  answeredAt: string | null;
  answer: 'applied' | 'refused' | null;
  attempts: number;
};

/** The messages of the ledger to a matter or to another workflow, the newest first. */
export async function readCommandsTo(
  em: EntityManager,
  { id, workflowId }: { id: string; workflowId: string },
): Promise<CommandListRow[]> {
  const found = await select<Omit<CommandListRow, 'number'> & { number: string }>(
    em,
    sql`select k.number, k.form, k.name, e.name as actor, k.accepted_at as "acceptedAt", k.answered_at as "answeredAt", k.outcome ->> 'kind' as answer, k.attempts
        from command k left join employee e on e.id = k.actor_id
        where k.matter_id = ${id} or (k.matter_id is null and k.workflow_id = ${workflowId}) order by k.number desc limit 200`,
  );
  return found.map((row) => ({
    ...row,
    number: Number(row.number),
    acceptedAt: instantOf(row.acceptedAt),
    answeredAt: instantOrNull(row.answeredAt),
  }));
}
