import { randomUUID } from 'node:crypto';
import type { EntityManager } from '@mikro-orm/postgresql';
import { hashToken, newToken } from '#api/accounts/session-cookie.ts';
import { openSession } from '#persistence/accounts/sessions.repository.ts';
import type { Environment } from '../environment.ts';
import type { Size } from '../size.ts';
import { createAgency } from '../agency.ts';
import { accept } from '../build.ts';
import { fillTasks } from '../open-tasks.ts';
import { measure } from '../measure.ts';

type OpenTask = { id: string; actor_id: string };

/**
 * A decision is accepted for good: the task is read, the command written and committed; beside it a bare INSERT and commit through the same
 * pool. Then the same over HTTP by signed-in people while no engine answers: 202 with the number of the receipt.
 */
export async function receipt({ database, api, parts }: Environment, { n }: Size): Promise<void> {
  const receipts = await database('receipts');
  const { em } = receipts;
  await createAgency(em(), 10);
  const count = n(4000);
  await fillTasks(em(), count);
  const open = await em().execute<OpenTask[]>(
    `select t.id, a.employee_id as actor_id from task t join position_assignment a on a.position_id = t.assignee_id where t.state = 'open' limit ?`,
    [count],
  );
  await em().execute(
    'create table bare (id bigint generated always as identity primary key, k text, at timestamptz default now())',
  );
  const floors = new Map<number, number>();
  for (const clients of [1, 8, 32]) {
    const acceptNext = (index: number) => {
      const { id, actor_id: actorId } = open[index % count]!;
      return accept(em(), id, actorId, 'approveSkp');
    };
    await measure({ work: 'warm up', clients, n: n(6000) }, acceptNext);
    const floor = await measure({ work: 'bare insert', clients, n: count, parts }, (index) =>
      em().execute('insert into bare (k) values (?)', [`k${index}`]),
    );
    floors.set(clients, floor.perSecond);
    await measure({ work: 'receipt', clients, n: count, parts }, acceptNext, () => ({
      bareInsertsPerSecond: floor.perSecond,
    }));
  }
  const server = await api(receipts, { TEMPORAL_ADDRESS: '127.0.0.1:9', COMMAND_WAIT_MS: '0' });
  if (!server) return;
  const cookies = await signInAll(
    em(),
    open.map((task) => task.actor_id),
  );
  for (const clients of [1, 8, 32]) {
    const post = (index: number) => postDecision(server.url, open[index % count]!, cookies);
    await measure({ work: 'warm up', clients, n: n(400) }, post);
    await measure({ work: 'receipt over HTTP', clients, n: n(2000), parts }, post, () => ({
      bareInsertsPerSecond: floors.get(clients),
    }));
  }
  await server.stop();
}

async function postDecision(
  url: string,
  { id, actor_id: actorId }: OpenTask,
  cookies: ReadonlyMap<string, string>,
): Promise<void> {
  const response = await fetch(`${url}/api/tasks/${id}/decisions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', cookie: cookies.get(actorId)! },
    body: JSON.stringify({ commandId: randomUUID(), arguments: { decision: 'approveSkp', note: '' } }),
  });
  const body = await response.text();
  if (response.status !== 202) throw new Error(`${response.status} ${body}`);
}

/** A session for each person, as a sign-in leaves it. */
async function signInAll(em: EntityManager, employeeIds: readonly string[]): Promise<Map<string, string>> {
  const cookies = new Map<string, string>();
  for (const employeeId of new Set(employeeIds)) {
    const token = newToken();
    await em.execute(`insert into account (employee_id, password_hash) values (?, 'none')`, [employeeId]);
    await openSession(em, { employeeId, tokenHash: hashToken(token), userAgent: 'bench', maxHours: 1 });
    cookies.set(employeeId, `ekinerja=${token}`);
  }
  return cookies;
}
