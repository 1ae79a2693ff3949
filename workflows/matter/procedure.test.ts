import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { EntityManager } from '@mikro-orm/postgresql';
import { AuditEvent } from '#persistence/audit/audit.entities.ts';
import { openOrm, type Orm } from '#persistence/orm.ts';
import { Outbox } from '#persistence/notifications/notifications.entities.ts';
import { findBrokenLine } from '#persistence/audit/story.queries.ts';
import { queueWithdrawal } from '#persistence/procedures/procedures.repository.ts';
import { takeDueLadderSteps } from '#persistence/matters/ladder.repository.ts';
import { Matter, Task } from '#persistence/matters/matters.entities.ts';
import { createTestDatabase, type TestDatabase } from '#test/environment/database.ts';
import { startTestEngine, type TestEngine } from '#test/environment/engine.ts';
import { createAgency, seat, type Agency } from '#test/factories/agency.ts';
import { wholeHistory, writeHistories } from '#test/factories/histories.ts';
import {
  actOnProcedure,
  openProcedureTask,
  openTestProcedure,
  startTestProcedure,
} from '#test/factories/procedures.ts';
import { matterWorkflowId } from '#domain/process/names.ts';
import type { ProcedureKind } from '#domain/process/tasks.ts';
import type { Fact } from '#domain/process/matter.ts';
import { factSignal } from './matter.messages.ts';

let database: TestDatabase;
let orm: Orm;
let engine: TestEngine;
let agency: Agency;
const em = () => orm.em.fork() as EntityManager;

beforeAll(async () => {
  database = await createTestDatabase();
  orm = await openOrm(database.url);
  agency = await createAgency(em());
  await seat(em(), 'agencyAdmin', agency.unitId, agency.people.head.id);
  await seat(em(), 'agencyAdmin', agency.unitId, agency.people.superior.id);
  engine = await startTestEngine(orm);
});
afterAll(async () => {
  await engine?.stop();
  await orm?.close();
  await database?.drop();
});

async function started(
  ...[kind, opener, change]: [ProcedureKind, keyof Agency['people'], Parameters<typeof openTestProcedure>[4]?]
): Promise<string> {
  const opened = await openTestProcedure(em(), agency, kind, agency.people[opener], change);
  await startTestProcedure(em(), engine.client, opened);
  await expect.poll(() => openProcedureTask(em(), opened.id)).toBeTruthy();
  return opened.id;
}
const act = (
  procedureId: string,
  decision: 'approve' | 'return' | 'reject' | 'resubmit',
  actor: keyof Agency['people'],
  more: object = {},
) => actOnProcedure(em(), engine.client, { procedureId, decision, actorId: agency.people[actor].id, ...more });
const row = (id: string): Promise<Matter> => em().findOneOrFail(Matter, { id });
const finished = (id: string) => expect.poll(async () => (await row(id)).state).toBe('finished');
const record = async (name: string, id: string): Promise<void> => {
  if (process.env.RECORD_HISTORIES)
    writeHistories(
      'matter',
      `${process.env.RECORD_HISTORIES}.procedure-${name}`,
      await wholeHistory(engine.client, matterWorkflowId(id)),
    );
};

describe('procedure', () => {
  it('nobody decides on their own item, and nobody twice in one procedure', async () => {
    const id = await started('secondFactorReset', 'employee');
    await seat(em(), 'agencyAdmin', agency.unitId, agency.people.officer.id);
    expect(await act(id, 'approve', 'employee')).toMatchObject({ kind: 'refused', code: 'access.notAuthorised' });
    expect(await act(id, 'approve', 'officer')).toMatchObject({ kind: 'applied' });
    expect(await act(id, 'approve', 'officer')).toMatchObject({ kind: 'refused', code: 'process.secondPerson' });
    expect(await act(id, 'return', 'head')).toMatchObject({ kind: 'refused', code: 'process.stepNotOpen' });
    expect(await act(id, 'approve', 'head')).toMatchObject({ kind: 'applied' });
    await finished(id);
    expect(await row(id)).toMatchObject({ outcome: 'granted' });
    await record('two-persons', id);
  });

  it('a decision that is repeated 50 times counts once and is answered alike', async () => {
    const id = await started('correctionRequest', 'employee');
    const taskId = (await openProcedureTask(em(), id))!.id;
    const commandId = randomUUID();
    const replies = await Promise.all(
      Array.from({ length: 50 }, () => act(id, 'reject', 'officer', { commandId, taskId })),
    );
    expect(new Set(replies.map((reply) => JSON.stringify(reply))).size).toBe(1);
    expect(replies[0]).toMatchObject({ kind: 'applied', taskId });
    expect(await em().count(AuditEvent, { matterId: id, kind: 'procedureRejected' })).toBe(1);
    expect(await em().find(Outbox, { matterId: id, template: 'procedure-finished' })).toMatchObject([
      { recipientId: agency.people.employee.id, data: { outcome: 'rejected' } },
    ]);
    await record('rejected', id);
  });

  it('can be withdrawn, once', async () => {
    const id = await started('correctionRequest', 'employee');
    const queued = await em().transactional((inner) =>
      queueWithdrawal(inner as EntityManager, { id, workflowId: matterWorkflowId(id) }, agency.people.employee.id),
    );
    const handle = engine.client.workflow.getHandle(matterWorkflowId(id));
    await handle.signal(factSignal, queued!.arguments as Fact);
    await finished(id);
    expect(await row(id)).toMatchObject({ outcome: 'withdrawn' });
    expect(await em().findOneOrFail(Task, { matterId: id })).toMatchObject({ state: 'lapsed' });
    await record('withdrawn', id);
  });

  it('its tasks climb the same ladder: reminded, escalated, and the chain stays whole', async () => {
    const id = await started('accountRegistration', 'colleague');
    const { ladderAt } = (await openProcedureTask(em(), id))!;
    let taken = 0;
    for (const at of ladderAt)
      taken += await em().transactional((inner) => takeDueLadderSteps(inner as EntityManager, at));
    expect(taken).toBeGreaterThan(2);
    const kinds = (await em().find(AuditEvent, { matterId: id }, { orderBy: { number: 1 } })).map(({ kind }) => kind);
    expect(kinds).toContain('reminded');
    expect(kinds.some((kind) => kind === 'escalated' || kind === 'reassigned')).toBe(true);
    expect(await findBrokenLine(em(), id)).toBeNull();
    expect(await em().count(Outbox, { matterId: id, template: 'reminder' })).toBeGreaterThan(0);
  });
});
