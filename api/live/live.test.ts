import { describe, expect, it } from 'vitest';
import { assigneeIdsOf } from '#domain/access/actor.ts';
import { loadActor } from '#persistence/organisation/actor.repository.ts';
import { startTestApi, useApi, type TestClient } from '../testing/test-api.ts';
import { createTwoUnits } from '../testing/two-units.ts';
import { liveEvents } from './events.routes.ts';
import { civilDate } from '#domain/calendar/clock.ts';
import { createLiveHub, type LiveMessage } from './live-hub.ts';

const api = await useApi();
const agency = await createTwoUnits(api.em());

const TASK = '019ab4a2-0000-7000-8000-000000000000';
const announce = (assigneeIds: string[]) =>
  api.em().execute(`select pg_notify('live', ?)`, [JSON.stringify({ assigneeIds, matterId: null, taskId: TASK })]);

/** Reads the events of an open page until `stop`. */
async function listen(client: TestClient): Promise<{ events: object[]; stop: () => void }> {
  const abort = new AbortController();
  const response = await client.fetch('/events', { signal: abort.signal });
  expect(response.headers.get('content-type')).toBe('text/event-stream');
  const events: object[] = [];
  void (async () => {
    let text = '';
    for await (const chunk of response.body!.pipeThrough(new TextDecoderStream())) {
      text += chunk;
      const lines = text.split('\n');
      text = lines.pop()!;
      for (const line of lines) if (line.startsWith('data: ')) events.push(JSON.parse(line.slice(6)) as object);
    }
  })().catch(() => {});
  await expect.poll(() => events.length).toBe(1);
  return { events, stop: () => abort.abort() };
}

describe('an open page', () => {
  it('hears at once of what is addressed to its person, their post or their desk, and of nothing else', async () => {
    const { officer, employee, superior } = agency.people;
    const actor = await loadActor(api.em(), officer.id, civilDate(Date.now(), 'Asia/Jakarta'));
    const page = await listen(await api.as(officer.id));
    const other = await listen(await api.as(employee.id));
    await announce([superior.positionId]);
    for (const id of assigneeIdsOf(actor)) await announce([id]);
    await announce([employee.id]);
    await expect.poll(() => page.events.length).toBe(1 + assigneeIdsOf(actor).length);
    expect(page.events.slice(1)).toEqual(assigneeIdsOf(actor).map(() => ({ kind: 'inboxChanged', id: TASK })));
    await expect
      .poll(() => other.events)
      .toEqual([
        { kind: 'heartbeat', id: null },
        { kind: 'inboxChanged', id: TASK },
      ]);
    page.stop();
    other.stop();
  });

  it('needs somebody who is signed in', async () => {
    expect((await api.nobody.get('/events')).status).toBe(401);
  });
});

describe('the hub', () => {
  it('listens again after its connection was cut', async () => {
    const warnings: object[] = [];
    const hub = createLiveHub(api.databaseUrl, { warn: (details) => void warnings.push(details) });
    const heard: LiveMessage[] = [];
    hub.subscribe((message) => heard.push(message));
    const listening = async (): Promise<number[]> =>
      (
        await api
          .em()
          .execute<{ pid: number }[]>(
            `select pid from pg_stat_activity where application_name = 'listen:live' and datname = current_database()`,
          )
      ).map(({ pid }) => pid);
    await expect.poll(async () => (await listening()).length).toBe(2);
    const before = await listening();
    await api
      .em()
      .execute(
        `select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'listen:live' and datname = current_database()`,
      );
    await expect.poll(async () => (await listening()).filter((pid) => !before.includes(pid)).length).toBe(2);
    await announce(['x']);
    await expect.poll(() => heard.length).toBe(1);
    expect(warnings.length).toBeLessThan(10);
    await hub.close();
  });

  it('tells who waits for a command when it is answered, and lets go of who stops waiting', async () => {
    const hub = createLiveHub(api.databaseUrl, { warn: () => {} });
    const abort = new AbortController();
    const told: string[] = [];
    void hub.answered('mine', new AbortController().signal).then(() => told.push('mine'));
    void hub.answered('other', abort.signal).then(() => told.push('other'));
    // The hub may not listen yet: say it until it is heard.
    await expect
      .poll(async () => {
        await api.em().execute(`select pg_notify('live', ?)`, [JSON.stringify({ assigneeIds: [], commandId: 'mine' })]);
        return told;
      })
      .toEqual(['mine']);
    abort.abort();
    await expect.poll(() => told).toEqual(['mine', 'other']);
    await hub.close();
  });

  it('lets go of pages that are closed', async () => {
    let subscribers = 0;
    const hub = {
      subscribe: () => {
        subscribers += 1;
        return () => void (subscribers -= 1);
      },
    };
    const abort = new AbortController();
    const events = liveEvents(hub, [], abort.signal, async () => []);
    expect((await events.next()).value).toEqual({ kind: 'heartbeat', id: null });
    const waiting = events.next();
    expect(subscribers).toBe(1);
    abort.abort();
    expect((await waiting).done).toBe(true);
    expect(subscribers).toBe(0);
  });

  it('asks again who the page belongs to: a new post is heard of, an ended session ends it', async () => {
    let listener: (message: LiveMessage) => void = () => {};
    const hub = { subscribe: (given: typeof listener) => ((listener = given), () => {}) };
    const answers: (string[] | null)[] = [['new-post'], null];
    const events = liveEvents(hub, ['old-post'], new AbortController().signal, async () => answers.shift() ?? null, 50);
    await events.next();
    expect((await events.next()).value).toEqual({ kind: 'heartbeat', id: null });
    listener({ assigneeIds: ['old-post'], matterId: null, taskId: 'a', commandId: null });
    listener({ assigneeIds: ['new-post'], matterId: null, taskId: 'b', commandId: null });
    expect((await events.next()).value).toEqual({ kind: 'inboxChanged', id: 'b' });
    expect((await events.next()).done).toBe(true);
  });

  it('ends open pages when the process stops, so that they reconnect elsewhere', async () => {
    const leaving = await startTestApi();
    const { employee } = (await createTwoUnits(leaving.em())).people;
    const response = await (await leaving.as(employee.id)).fetch('/events');
    const text = response.text();
    await leaving.closeLive();
    expect(await text).toContain('heartbeat');
    await leaving.close();
  });
});
