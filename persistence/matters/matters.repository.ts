import type { EntityManager } from '@mikro-orm/postgresql';
import type { MatterState } from '#domain/process/matter.ts';
import { workflowTypeOf, type WorkflowType } from '#domain/process/names.ts';
import type { MatterKind } from '#domain/process/tasks.ts';
import { AuditEvent } from '../audit/audit.entities.ts';
import { tellStory } from '../audit/audit.repository.ts';
import { queueStart } from '../commands/facts.repository.ts';
import { select, selectOne, sql } from '../sql.ts';
import { lockMatter, type MatterRow } from './step.repository.ts';

/** What a run of a matter starts from. */
export type MatterStart = {
  workflowId: string;
  type: WorkflowType;
  input: { matterId: string; kind: MatterKind; gen: number; state: MatterState; build: string | null };
};

/** What the runs of these matters start from, as their rows are now; those that are finished are left out. */
export async function readStarts(em: EntityManager, matterIds: readonly string[]): Promise<MatterStart[]> {
  const rows = await select<MatterStart['input'] & MatterState & { workflowId: string }>(
    em,
    sql`select id as "matterId", kind, gen, seq, process, agenda, workflow_build as build, workflow_id as "workflowId"
        from matter where id = any(${matterIds}::uuid[]) and state <> 'finished'`,
  );
  return rows.map(({ workflowId, process, seq, agenda, ...input }) => ({
    workflowId,
    type: workflowTypeOf(input.kind),
    input: { ...input, state: { process, seq, agenda } },
  }));
}

/** What a start of the ledger starts with: the matter's row, or the message itself. Null when there is nothing to start any more. */
export async function startOf(
  em: EntityManager,
  { matterId, arguments: args }: { matterId: string | null; arguments: Record<string, unknown> },
): Promise<Start | null> {
  if (!matterId) return { queue: 'operations', input: args, gen: 1 };
  const [start] = await readStarts(em, [matterId]);
  return start ? { queue: 'matters', input: start.input, gen: start.input.gen } : null;
}

export type Start = { queue: 'matters' | 'operations'; input: object; gen: number };

/** Notes on which build of the workflow code a run is; a run that was replaced notes nothing. */
export async function noteBuild(
  em: EntityManager,
  { matterId, gen, build }: { matterId: string; gen: number; build: string },
): Promise<void> {
  await select(em, sql`update matter set workflow_build = ${build} where id = ${matterId} and gen = ${gen}`);
}

/** The state that a run goes on from when it finds itself beside its row; null when the matter is finished or another generation has it. */
export async function readState(
  em: EntityManager,
  { matterId, gen }: { matterId: string; gen: number },
): Promise<MatterState | null> {
  const row = await selectOne<MatterState>(
    em,
    sql`select seq, process, agenda from matter where id = ${matterId} and gen = ${gen} and state <> 'finished'`,
  );
  return row && { process: row.process, seq: row.seq, agenda: row.agenda };
}

/**
 * Orders that the run of a matter is built anew from its row, after its history was lost or reset or its code was bad: a new generation, and a
 * start in the ledger that ends whatever run there is. Nothing is written a second time, so no mail goes out twice; the story says that it
 * happened. Runs in the caller's transaction; false when there is nothing to run.
 */
export async function rebuildRun(em: EntityManager, matterId: string): Promise<boolean> {
  const matter = await lockMatter(em, matterId);
  if (!matter || matter.state === 'finished') return false;
  const gen = matter.gen + 1;
  const [line] = tellStory(matter, [{ kind: 'runRebuilt', at: new Date(), data: { gen } }]);
  await em.insert(AuditEvent, line!);
  const { auditNumber, auditHash } = matter;
  await select(
    em,
    sql`update matter set gen = ${gen}, audit_number = ${auditNumber}, audit_hash = ${auditHash} where id = ${matterId}`,
  );
  await queueStart(em, { matterId, workflowId: matter.workflowId, type: workflowTypeOf(matter.kind), actorId: null });
  return true;
}

/** Facts that an earlier run had heard of but not settled are told again, once the run that replaces it is there. */
export async function retellFacts(em: EntityManager, matterId: string): Promise<void> {
  await select(
    em,
    sql`update command k set state = 'accepted', outcome = null, answered_at = null, next_attempt_at = clock_timestamp() + interval '1 second'
        where matter_id = ${matterId} and form = 'fact' and state = 'answered' and outcome ->> 'kind' = 'applied'
          and not exists (select from effect e where e.key = 'fact:' || k.matter_id || ':' || (k.arguments ->> 'factId'))`,
  );
}

/** Whether a matter is starting, running or finished; null when there is none. */
export async function matterStateOf(em: EntityManager, matterId: string): Promise<MatterRow['state'] | null> {
  const row = await selectOne<{ state: MatterRow['state'] }>(em, sql`select state from matter where id = ${matterId}`);
  return row?.state ?? null;
}
