import { once } from 'node:events';
import { connect, createServer, type AddressInfo } from 'node:net';
import { ForbiddenError, createMongoAbility } from '@casl/ability';
import { NotFoundError } from '@mikro-orm/core';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { contract } from '#contracts/contract.ts';
import { openOrm } from '#persistence/orm.ts';
import { startTestApi, useApi } from '../testing/test-api.ts';
import { createTwoUnits } from '../testing/two-units.ts';
import { createLog } from './request-log.ts';
import { toProblemAnswer } from './problem-details.ts';
import { Problem, statusOf } from './problem.ts';
import { readCursor, UUID, writeCursor } from './cursor.ts';

const api = await useApi({ config: { metricsToken: 'a-token-of-some-length' } });
const agency = await createTwoUnits(api.em());
const employee = await api.as(agency.people.employee.id);

describe('failures become problem details in one place', () => {
  it.each<[string, unknown, number, string]>([
    ['a refusal', new Problem('process.taskDecided', { by: 'A' }), 409, 'process.taskDecided'],
    ['a wrong content', z.object({ a: z.string() }).safeParse({}).error, 422, 'request.invalid'],
    ['a missing right', ForbiddenError.from(createMongoAbility()), 403, 'access.denied'],
    ['a missing row', new NotFoundError('x'), 404, 'not.found'],
    [
      'a database that is away',
      Object.assign(new Error('connect'), { code: 'ECONNREFUSED' }),
      503,
      'server.unavailable',
    ],
    [
      'a database that is full',
      new Error('x', { cause: Object.assign(new Error('too many'), { code: '53300' }) }),
      503,
      'server.unavailable',
    ],
    ['anything else', new Error('secret detail'), 500, 'server.error'],
    ['what is no error', 'text', 500, 'server.error'],
  ])('%s', (_title, error, status, code) => {
    const answer = toProblemAnswer(error);
    expect(answer).toMatchObject({
      status,
      body: { status, code, type: `urn:ekinerja:problem:${code}` },
      headers: { 'content-type': 'application/problem+json' },
    });
    expect(JSON.stringify(answer.body)).not.toContain('secret');
    if (status === 503) expect(answer.headers['retry-after']).toBe('5');
  });

  it('a code without a status of its own is a refused update', () => expect(statusOf('draft.conflict')).toBe(409));

  it.each<[string, () => Promise<{ status: number; body: any }>, number, string]>([
    ['a path that is not there', () => employee.get('/nothing'), 404, 'not.found'],
    ['a method that is not there', () => employee.delete('/inbox'), 404, 'not.found'],
    ['an id that is none', () => employee.get('/tasks/1'), 422, 'request.invalid'],
    [
      'a body that is no JSON',
      async () =>
        answerOf(
          await employee.fetch('/session', {
            method: 'POST',
            body: '{"a":',
            headers: { 'content-type': 'application/json' },
          }),
        ),
      400,
      'request.malformed',
    ],
    [
      'a body that says it is text',
      async () =>
        answerOf(
          await employee.fetch('/session', { method: 'POST', body: '{}', headers: { 'content-type': 'text/plain' } }),
        ),
      422,
      'request.invalid',
    ],
    [
      'a body that is too large',
      () => employee.post('/session', { number: 'x'.repeat(300_000), password: 'x' }),
      413,
      'request.tooLarge',
    ],
    ['no body at all', () => employee.post('/session'), 422, 'request.invalid'],
  ])('%s', async (_title, act, status, code) => {
    const answer = await act();
    expect(answer).toMatchObject({ status, body: { status, code } });
    expect((answer as unknown as { headers: Headers }).headers.get('content-type')).toContain(
      'application/problem+json',
    );
  });

  async function answerOf(response: Response) {
    return { status: response.status, headers: response.headers, body: await response.json() };
  }
});

describe('while the database is away', () => {
  it('requests are answered with 503 at once, the process lives', async () => {
    const orm = await openOrm('postgresql://postgres:postgres@127.0.0.1:1/nothing');
    const away = await startTestApi({ orm });
    const client = await away.as(null);
    const answer = await client.get('/inbox');
    expect(answer).toMatchObject({ status: 503, body: { code: 'server.unavailable' } });
    expect(answer.headers.get('retry-after')).toBe('5');
    expect(await away.nobody.get('/health/ready')).toMatchObject({ status: 503, body: { database: false } });
    expect((await away.nobody.get('/health/live')).status).toBe(200);
    await away.close();
  });

  it('a server that takes connections and says nothing counts as away too, for who connects and for who waits for a connection', async () => {
    const silent = createServer().listen(0, '127.0.0.1');
    await once(silent, 'listening');
    const { port } = silent.address() as AddressInfo;
    const away = await startTestApi({
      orm: await openOrm(`postgresql://postgres:postgres@127.0.0.1:${port}/nothing`, {
        poolMax: 1,
        connectTimeoutMs: 100,
      }),
    });
    const client = await away.as(null);
    const answers = await Promise.all([client.get('/inbox'), client.get('/inbox'), client.get('/inbox')]);
    for (const answer of answers) expect(answer).toMatchObject({ status: 503, body: { code: 'server.unavailable' } });
    await away.close();
    silent.close();
  });
});

describe('headers', () => {
  it('let nothing run that is not ours and tell nothing about the machine', async () => {
    const { headers } = await employee.get('/inbox');
    expect(headers.get('content-security-policy')).toMatch(/default-src 'self'/);
    expect(headers.get('content-security-policy')).not.toMatch(/unsafe|\*/);
    expect(Object.fromEntries(headers)).toMatchObject({
      'x-frame-options': 'DENY',
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'same-origin',
      'cache-control': 'no-store',
    });
    expect(headers.get('x-powered-by')).toBeNull();
    expect(headers.get('strict-transport-security')).toBeNull();
  });

  it('carry the id of the request: the given one when it is harmless', async () => {
    expect((await employee.fetch('/inbox', { headers: { 'x-request-id': 'abc-1' } })).headers.get('x-request-id')).toBe(
      'abc-1',
    );
    expect(
      (await employee.fetch('/inbox', { headers: { 'x-request-id': 'a b"c' } })).headers.get('x-request-id'),
    ).toMatch(/^[0-9a-f-]{36}$/);
  });

  it('a path with tricks stays inside', async () => {
    const raw = await new Promise<string>((resolve) => {
      const socket = connect(Number(new URL(api.url).port), '127.0.0.1', () =>
        socket.write('GET /api/../../etc/passwd HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n'),
      );
      let text = '';
      socket.on('data', (chunk) => (text += String(chunk)));
      socket.on('close', () => resolve(text));
    });
    expect(raw).toMatch(/^HTTP\/1\.1 404/);
  });
});

describe('the log', () => {
  it('writes no name, number or password, and no values of a query', () => {
    const lines: string[] = [];
    const original = process.stdout.write.bind(process.stdout);
    const log = createLog('info');
    const stream = log as unknown as { [key: symbol]: { write(line: string): void } };
    for (const symbol of Object.getOwnPropertySymbols(stream))
      if (String(symbol) === 'Symbol(pino.stream)') stream[symbol] = { write: (line) => void lines.push(line) };
    log.info(
      { name: 'Siti Aminah', employee: { nip: '198503012010011004', email: 'siti@contoh.go.id' }, password: 'rahasia' },
      'x',
    );
    log.error(
      {
        err: Object.assign(new Error("insert into account values ('198503012010011004') - duplicate key"), {
          code: '23505',
        }),
      },
      'y',
    );
    process.stdout.write = original;
    expect(lines.join('')).not.toMatch(/Siti|198503012010011004|siti@|rahasia/);
    expect(lines.join('')).toContain('23505');
  });
});

describe('metrics', () => {
  it('are for this machine or for who has the token, and count by route, not by id', async () => {
    await employee.get(`/cycles/${agency.cycles.employee}`);
    const response = await fetch(`${api.url}/metrics`);
    const text = await response.text();
    expect(text).toContain('route="/api/cycles/{id}"');
    expect(text).not.toContain(agency.cycles.employee);
    expect((await fetch(`${api.url}/metrics`, { headers: { 'x-forwarded-for': '10.0.0.1' } })).status).toBe(404);
    expect(
      (
        await fetch(`${api.url}/metrics`, {
          headers: { 'x-forwarded-for': '10.0.0.1', authorization: 'Bearer a-token-of-some-length' },
        })
      ).status,
    ).toBe(200);
    expect(
      (await fetch(`${api.url}/metrics`, { headers: { authorization: 'Bearer another-token-of-ours' } })).status,
    ).toBe(404);
  });
});

describe('the description of the API', () => {
  it('has every route of the contract, with problems as the default answer', async () => {
    const { body } = await api.nobody.get('/openapi.json');
    expect(body.openapi).toMatch(/^3\.1/);
    const described = Object.entries<Record<string, { responses: Record<string, unknown> }>>(body.paths).flatMap(
      ([path, operations]) => Object.keys(operations).map((method) => `${method.toUpperCase()} ${path}`),
    );
    const routes = Object.values(contract)
      .flatMap((group) => Object.values(group))
      .map((procedure) => procedure['~orpc'].route);
    expect(new Set(described)).toEqual(new Set(routes.map(({ method, path }) => `${method} ${path}`)));
    for (const operations of Object.values<Record<string, { responses: Record<string, unknown> }>>(body.paths)) {
      for (const { responses } of Object.values(operations)) expect(responses).toHaveProperty('default');
    }
    expect(Object.keys(body.paths['/tasks/{taskId}/decisions'].post.responses)).toEqual(
      expect.arrayContaining(['200', '202']),
    );
  });

  it('has a page that loads nothing from elsewhere', async () => {
    const page = await api.nobody.get('/docs/');
    expect(page.status).toBe(200);
    expect(page.body).not.toMatch(/https?:\/\//);
    for (const file of ['swagger-ui-bundle.js', 'swagger-ui.css', 'start.js'])
      expect((await api.nobody.fetch(`/docs/${file}`)).status, file).toBe(200);
    expect((await api.nobody.fetch('/docs')).headers.get('location')).toBe('/api/docs/');
  });
});

describe('a cursor', () => {
  it('is read back as it was written, and nothing else is', () => {
    const id = '019ab4a2-0000-7000-8000-000000000000';
    expect(readCursor(writeCursor({ id })!, { id: UUID })).toEqual({ id });
    expect(readCursor(undefined, { id: UUID })).toBeNull();
    for (const wrong of ['', '%%%', 'bnVsbA', writeCursor({ id: "x' or 1=1" })!, writeCursor({ other: id })!])
      expect(() => readCursor(wrong, { id: UUID })).toThrow('request.invalid');
  });
});
