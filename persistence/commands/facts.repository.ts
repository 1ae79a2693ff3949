import { createHash } from 'node:crypto';
import type { EntityManager } from '@mikro-orm/postgresql';
import { v4 as uuidv4 } from 'uuid';
import type { CycleFact } from '#domain/process/cycle.ts';
import type { Fact } from '#domain/process/matter.ts';
import type { WorkflowType } from '#domain/process/names.ts';
import type { MatterRow } from '../matters/step.repository.ts';
import { select, selectOne, sql } from '../sql.ts';
import type { CommandForm } from './commands.entities.ts';

/**
 * Messages to workflows that nobody waits for at a screen: facts, and starts. They are rows of the ledger, written in the caller's transaction:
 * whoever delivers one first (the API at once, or the relay) settles it; its id makes a repeat harmless.
 */
export type QueuedMessage = {
  id: string;
  number: number;
  form: CommandForm;
  name: string;
  workflowId: string;
  matterId: string | null;
  arguments: Record<string, unknown>;
};

type NewMessage = {
  matterId: string | null;
  workflowId: string;
  form: CommandForm;
  name: string;
  arguments: Record<string, unknown>;
  /** Null: nobody in particular, the message concerns the matter's own employee. */
  actorId: string | null;
  /** Seconds that the relay leaves the message to whoever wrote it. */
  firstAttemptIn?: number;
  /** Default: a new one. */
  id?: string;
};

/** So long the relay leaves a message to whoever wrote it. */
const RELAY_WAITS_SECONDS = 5;

/** Writes messages of the ledger in one statement. Those whose matter does not exist are left out. */
export async function queueMessages(em: EntityManager, messages: readonly NewMessage[]): Promise<QueuedMessage[]> {
  if (!messages.length) return [];
  const rows = messages.map((message) => {
    const id = message.id ?? uuidv4();
    return {
      id,
      actor_id: message.actorId,
      matter_id: message.matterId,
      workflow_id: message.workflowId,
      form: message.form,
      name: message.name,
      arguments: message.arguments,
      arguments_hash: createHash('sha256').update(id).digest('hex'),
      first_attempt_in: message.firstAttemptIn ?? RELAY_WAITS_SECONDS,
    };
  });
  const written = await select<Omit<QueuedMessage, 'number'> & { number: string }>(
    em,
    sql`insert into command (id, actor_id, matter_id, workflow_id, form, name, arguments, arguments_hash, next_attempt_at)
        select r.id, coalesce(r.actor_id, m.employee_id), r.matter_id, r.workflow_id, r.form, r.name, r.arguments, r.arguments_hash,
          clock_timestamp() + make_interval(secs => r.first_attempt_in)
        from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as r(id uuid, actor_id uuid, matter_id uuid, workflow_id text, form text, name text,
          arguments jsonb, arguments_hash text, first_attempt_in int)
        left join matter m on m.id = r.matter_id
        where r.matter_id is null or m.id is not null
        on conflict (id) do nothing
        returning id, number, form, name, workflow_id as "workflowId", matter_id as "matterId", arguments`,
  );
  return written.map((row) => ({ ...row, number: Number(row.number) }));
}

/** A fact about a matter; its `factId` is the message's id unless it has one. */
export type FactContent = Omit<Fact, 'factId'> & { kind: string };

/** Tells a matter a fact. */
export async function queueFact(
  em: EntityManager,
  fact: { matterId: string; workflowId: string; actorId: string | null; content: FactContent; id?: string },
): Promise<QueuedMessage | null> {
  const id = fact.id ?? uuidv4();
  const { matterId, workflowId, actorId, content } = fact;
  const [queued] = await queueMessages(em, [
    { id, matterId, workflowId, actorId, form: 'fact', name: content.kind, arguments: { ...content, factId: id } },
  ]);
  return queued ?? null;
}

/** What the personnel administration did, and the fact that running cycles hear of it. */
const PERSONNEL_FACTS = {
  superiorChanged: { kind: 'superiorChanged' },
  employeeTransferred: { kind: 'segmentEnded', reason: 'transferred' },
  employeeRetired: { kind: 'segmentEnded', reason: 'retired' },
  employeeDied: { kind: 'employeeDied' },
} as const satisfies Record<
  string,
  CycleFact extends infer F ? (F extends unknown ? Omit<F, 'factId'> : never) : never
>;

export type PersonnelEvent = keyof typeof PERSONNEL_FACTS;

/** Cycles of employees, or cycles whose superiors sit at these positions. */
export type FactSubject = { employeeIds?: readonly string[]; positionIds?: readonly string[] };

/** Tells every running cycle that a fact is about. */
export async function queueFacts(
  em: EntityManager,
  { about, signal, actorId }: { about: FactSubject; signal: PersonnelEvent; actorId: string | null },
): Promise<QueuedMessage[]> {
  const { employeeIds = [], positionIds = [] } = about;
  const cycles = await select<{ matterId: string; workflowId: string }>(
    em,
    sql`select m.id as "matterId", m.workflow_id as "workflowId" from cycle c join matter m on m.id = c.id
        where m.state <> 'finished' and (c.employee_id = any(${employeeIds}::uuid[])
          or c.superior_position_id = any(${positionIds}::uuid[]) or c.superior_of_superior_position_id = any(${positionIds}::uuid[]))`,
  );
  const fact = PERSONNEL_FACTS[signal];
  return queueMessages(
    em,
    cycles.map((cycle) => {
      const id = uuidv4();
      return { ...cycle, id, actorId, form: 'fact', name: fact.kind, arguments: { ...fact, factId: id } };
    }),
  );
}

/** Tells the matter that waits for this one how it ended; runs in the step that finishes it. */
export async function queueOutcome(em: EntityManager, { id, kind, outcome, reportsToId }: MatterRow): Promise<void> {
  const waiting = await selectOne<{ workflowId: string }>(
    em,
    sql`select workflow_id as "workflowId" from matter where id = ${reportsToId} and state <> 'finished'`,
  );
  if (!waiting) return;
  const content = { kind: 'matterSettled', matterId: id, matterKind: kind, outcome: outcome ?? null };
  await queueFact(em, { matterId: reportsToId!, workflowId: waiting.workflowId, actorId: null, content });
}

/** Orders the start of a workflow. That of a matter starts from the matter's row as it is when the start is delivered. */
export async function queueStart(
  em: EntityManager,
  start: {
    matterId?: string;
    workflowId: string;
    type: WorkflowType;
    arguments?: Record<string, unknown>;
    actorId: string | null;
    isLeftToRelay?: boolean;
  },
): Promise<QueuedMessage | null> {
  const [queued] = await queueMessages(em, [
    {
      matterId: start.matterId ?? null,
      workflowId: start.workflowId,
      actorId: start.actorId,
      form: 'start',
      name: start.type,
      arguments: start.arguments ?? {},
      ...(start.isLeftToRelay && { firstAttemptIn: 0 }),
    },
  ]);
  return queued ?? null;
}

/** Whether the start of a run is on its way. */
export const isStartPending = async (
  em: EntityManager,
  { matterId, workflowId }: { matterId: string | null; workflowId: string },
): Promise<boolean> => {
  const ofRun =
    matterId === null ? sql`matter_id is null and workflow_id = ${workflowId}` : sql`matter_id = ${matterId}`;
  const query = sql`select 1 from command where ${ofRun} and form = 'start' and state = 'accepted' limit 1`;
  return (await selectOne(em, query)) !== null;
};

/** Marks the starts of matters as delivered. */
export async function settleStarts(em: EntityManager, matterIds: readonly string[]): Promise<void> {
  const outcome = JSON.stringify({ kind: 'applied', at: Date.now() });
  await select(
    em,
    sql`update command set state = 'answered', outcome = ${outcome}::jsonb, answered_at = clock_timestamp()
        where matter_id = any(${matterIds}::uuid[]) and form = 'start' and state = 'accepted'`,
  );
}
