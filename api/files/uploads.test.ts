import { spawn } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { pino } from 'pino';
import { describe, expect, it } from 'vitest';
import { largestBytes, UPLOADS, type UploadPurposeName } from '#domain/files/uploads.ts';
import { openSession } from '#persistence/accounts/sessions.repository.ts';
import { readUpload } from '#persistence/organisation/roster-import.repository.ts';
import { findFreePorts } from '#scripts/services/ports.ts';
import { createEvent } from '#test/factories/training.ts';
import { hashToken, newToken } from '../accounts/session-cookie.ts';
import { UPLOAD_PURPOSES } from '../app.ts';
import type { ApiConfig } from '../http/context.ts';
import { createSteppedEngine } from '../testing/stepped-engine.ts';
import { clientOf, useApi, type TestClient } from '../testing/test-api.ts';
import { createTwoUnits, type TwoUnits } from '../testing/two-units.ts';
import { beginUpload, offsetOf, pathOf, sendBytes, uploadFile } from '../testing/uploads.ts';
import { sweepUploads } from './sweep-uploads.ts';

type Name = keyof TwoUnits['people'];
type Data = Record<string, string>;
const engine = createSteppedEngine(() => api.orm);
const as = (name: Name): Promise<TestClient> => api.as(agency.people[name].id);
const execute = <Row = unknown>(text: string, values: unknown[] = []): Promise<Row[]> =>
  api.em().execute(text, values as never) as never;
const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');
const pdf = (bytes = 400_000): Buffer =>
  Buffer.concat([Buffer.from('%PDF-1.7\n'), randomBytes(bytes), Buffer.from('\n%%EOF\n')]);
const csv = (): Buffer =>
  Buffer.from(
    `nip;nama\n${Array.from({ length: 20_000 }, (_, index) => `${index};Orang ${randomBytes(4).toString('hex')}`).join('\n')}`,
  );
const endRole = (name: Name) =>
  execute(`update role_assignment set valid_to = '2020-01-02' where employee_id = ?`, [agency.people[name].id]);
const giveRole = (name: Name) =>
  execute(`update role_assignment set valid_to = null where employee_id = ?`, [agency.people[name].id]);

type Case = {
  point: string;
  who: Name;
  /** Who may not, and what they hear. */
  stranger: [Name, number];
  file: () => Buffer;
  /** Something new that a file can belong to. */
  target: (client: TestClient) => Promise<Data>;
  /** What the upload has written: the checksums of its rows. */
  written: (data: Data) => Promise<string[]>;
  /** Takes the right away while the upload is under way, and gives it back. */
  lose: (data: Data) => Promise<unknown>;
  regain: (data: Data) => Promise<unknown>;
  lost: string;
};
const sums = async (text: string, values: unknown[]): Promise<string[]> =>
  (await execute<{ sha256: string }>(text, values)).map((row) => row.sha256);
async function collected(pieces: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const all: Uint8Array[] = [];
  for await (const piece of pieces) all.push(piece);
  return Buffer.concat(all);
}

const CASES: Record<UploadPurposeName, Case> = {
  reportEvidence: {
    point: 'S5.2',
    who: 'employee',
    stranger: ['colleague', 404],
    file: pdf,
    lost: 'evidence.periodClosed',
    target: async () => ({
      cycleId: agency.cycles.employee,
      periodNo: '1',
      indicatorId: randomBytes(4).toString('hex'),
    }),
    written: ({ indicatorId }) => sums('select sha256 from evidence where indicator_id = ?', [indicatorId]),
    lose: () => execute(`update period set state = 'submitted' where cycle_id = ?`, [agency.cycles.employee]),
    regain: () => execute(`update period set state = 'open' where cycle_id = ?`, [agency.cycles.employee]),
  },
  guidelineAttachment: {
    point: 'S1.1',
    who: 'admin',
    stranger: ['employee', 403],
    file: pdf,
    lost: 'access.denied',
    target: async (client) => ({ guidelineId: (await client.post('/guidelines')).body.id, version: '1' }),
    written: ({ guidelineId }) =>
      sums(
        'select a.sha256 from guideline_attachment a join guideline_version v on v.id = a.version_id where v.guideline_id = ?',
        [guidelineId],
      ),
    lose: () => endRole('admin'),
    regain: () => giveRole('admin'),
  },
  trainingMaterial: {
    point: 'S2.1',
    who: 'officer',
    stranger: ['employee', 404],
    file: pdf,
    lost: 'not.found',
    target: async () => ({ eventId: await createEvent(api.em(), agency.unitId, { state: 'invited' }) }),
    written: ({ eventId }) => sums('select sha256 from training_material where event_id = ?', [eventId]),
    lose: () => endRole('officer'),
    regain: () => giveRole('officer'),
  },
  jpEvidence: {
    point: 'S2.2',
    who: 'employee',
    stranger: ['colleague', 404],
    file: pdf,
    lost: 'training.jp.decided',
    target: async (client) => ({
      entryId: (
        await client.post('/training/jp-entries', {
          kind: 'Seminar',
          title: 'Seminar nasional',
          organiser: 'LAN',
          heldFrom: '2026-02-01',
          heldTo: '2026-02-02',
          jp: 6,
        })
      ).body.id,
    }),
    written: ({ entryId }) => sums('select sha256 from jp_entry where id = ? and sha256 is not null', [entryId]),
    lose: ({ entryId }) => execute(`update jp_entry set state = 'counted' where id = ?`, [entryId]),
    regain: () => Promise.resolve(),
  },
  rosterFile: {
    point: 'S3.1',
    who: 'admin',
    stranger: ['officer', 403],
    file: csv,
    lost: 'access.denied',
    target: async () => ({
      postsFrom: `2026-01-${String(1 + Math.floor(Math.random() * 28)).padStart(2, '0')}`,
      name: randomBytes(8).toString('hex'),
    }),
    async written({ name }) {
      const rows = await execute<{ id: string }>('select id from roster_import where file_name = ?', [`${name}.csv`]);
      return Promise.all(rows.map(async ({ id }) => sha256(await collected(readUpload(api.em(), id)))));
    },
    lose: () => endRole('admin'),
    regain: () => giveRole('admin'),
  },
};
const names = Object.keys(UPLOADS) as UploadPurposeName[];
const titled = names.map((name) => [CASES[name].point, name] as const);

async function given(name: UploadPurposeName) {
  const purpose = CASES[name];
  const client = await as(purpose.who);
  const data = await purpose.target(client);
  return {
    ...purpose,
    client,
    data,
    bytes: purpose.file(),
    upload: { purpose: name, name: data['name'] ? `${data['name']}.csv` : 'berkas.pdf', data },
  };
}
const incoming = (): string[] => readdirSync(join(api.evidenceDir, 'incoming'));
const stored = (): string[] =>
  readdirSync(api.evidenceDir, { recursive: true, encoding: 'utf8' }).filter((path) => /^[0-9a-f]{2}\//.test(path));
const receipt = (client: TestClient, path: string) => client.post(`${path}/receipt`);

const api = await useApi();
const agency = await createTwoUnits(api.em());
await engine.start(agency.cycles.employee);
await CASES.reportEvidence.regain({});

/** How many bytes of an upload lie on disk. */
const arrived = (path: string): number =>
  statSync(join(api.evidenceDir, 'incoming', path.split('/').at(-1)!), { throwIfNoEntry: false })?.size ?? 0;

/** Sends the first bytes, and cuts the line when they have all arrived; answers how far the upload is. */
async function cut(client: TestClient, path: string, bytes: Buffer): Promise<number> {
  const body = new ReadableStream({
    async start(controller) {
      controller.enqueue(new Uint8Array(bytes));
      await expect.poll(() => arrived(path)).toBe(bytes.length);
      controller.error(new Error('the line is cut'));
    },
  });
  await client
    .fetch(path, {
      method: 'PATCH',
      body,
      duplex: 'half',
      headers: { 'tus-resumable': '1.0.0', 'upload-offset': '0', 'content-type': 'application/offset+octet-stream' },
    } as RequestInit)
    .catch(() => null);
  return offsetOf(client, path);
}

describe('an upload', () => {
  it.each(titled)('%s %s goes on where the line was cut, and the file is the same', async (_point, name) => {
    const { client, bytes, upload, written, data } = await given(name);
    const path = pathOf(await beginUpload(client, bytes.length, upload));
    const offset = await cut(client, path, bytes.subarray(0, 250_000));
    expect(offset).toBe(250_000);
    expect(await written(data)).toEqual([]);
    expect((await sendBytes(client, path, bytes.subarray(offset), offset)).status).toBe(200);
    expect(await written(data)).toEqual([sha256(bytes)]);
    expect(incoming()).toEqual([]);
  });

  it.each(titled)('%s %s that is finished twice writes once and answers the same', async (_point, name) => {
    const { client, bytes, upload, written, data } = await given(name);
    const path = pathOf(await beginUpload(client, bytes.length, upload));
    await sendBytes(client, path, bytes.subarray(0, 1000));
    const [first, ...others] = await Promise.all([
      sendBytes(client, path, bytes.subarray(1000), 1000).then((response) => response.json()),
      receipt(client, path),
      receipt(client, path),
    ]);
    for (const { status, body } of others) expect([200, 404].includes(status) ? null : body).toBeNull();
    expect((await receipt(client, path)).body).toEqual(first);
    expect(await offsetOf(client, path)).toBe(bytes.length);
    expect(await (await sendBytes(client, path, bytes.subarray(1000), 1000)).json()).toEqual(first);
    expect(await written(data)).toHaveLength(1);
    expect((await receipt(await as('auditor'), path)).status).toBe(404);
  });

  it.each(titled)(
    '%s %s is refused at the beginning to whoever may not, and at the end when the right was lost meanwhile',
    async (_point, name) => {
      const { client, bytes, upload, written, data, stranger, lose, regain, lost } = await given(name);
      expect(await uploadFile(await as(stranger[0]), bytes, upload)).toMatchObject({ status: stranger[1] });
      expect((await uploadFile(api.nobody, bytes, upload)).status).toBe(401);
      const before = stored();
      const path = pathOf(await beginUpload(client, bytes.length, upload));
      await sendBytes(client, path, bytes.subarray(0, 1000));
      await lose(data);
      try {
        expect(await (await sendBytes(client, path, bytes.subarray(1000), 1000)).json()).toMatchObject({ code: lost });
        expect((await receipt(client, path)).status).toBe(404);
      } finally {
        await regain(data);
      }
      expect(await written(data)).toEqual([]);
      expect([incoming(), stored()]).toEqual([[], before]);
    },
  );

  it.each(titled)(
    '%s %s of another kind, empty or too large is refused in its code, whatever its name says',
    async (_point, name) => {
      const { client, upload, written, data } = await given(name);
      const before = stored();
      const hostile = Buffer.from('MZ\0\0<html><script>alert(1)</script></html>');
      expect(await uploadFile(client, hostile, upload)).toMatchObject({
        status: 422,
        body: { code: 'file.kind', detail: { kinds: expect.stringContaining('XLSX') } },
      });
      expect(await uploadFile(client, '', upload)).toMatchObject({ status: 422, body: { code: 'file.empty' } });
      const large = await beginUpload(client, largestBytes(name) + 1, upload);
      expect([large.status, await large.json()]).toMatchObject([
        413,
        { code: 'file.tooLarge', detail: { largest: UPLOADS[name].largestMegabytes } },
      ]);
      expect(await written(data)).toEqual([]);
      expect([incoming(), stored()]).toEqual([[], before]);
    },
  );

  it('names what it is for; anything else is refused', async () => {
    const client = await as('employee');
    expect(await uploadFile(client, pdf(10), { purpose: 'nothing' as never })).toMatchObject({
      status: 422,
      body: { code: 'request.invalid', issues: [{ path: 'purpose' }] },
    });
    expect(
      await uploadFile(client, pdf(10), { purpose: 'reportEvidence', data: { cycleId: '../../etc', periodNo: 'x' } }),
    ).toMatchObject({
      status: 422,
      body: { code: 'request.invalid', issues: [{ path: 'cycleId' }, { path: 'periodNo' }] },
    });
    expect((await receipt(client, '/uploads/..%2f..')).status).toBe(404);
    expect((await sendBytes(client, '/uploads/00000000-0000-4000-8000-000000000000', pdf(10))).status).toBe(404);
  });

  it('S1.1 goes into no version that was handed in meanwhile, and leaves one line in the audit log', async () => {
    const { client, bytes, upload, data, written } = await given('guidelineAttachment');
    expect((await uploadFile(client, bytes, upload)).status).toBe(200);
    const lines = await execute(
      `select data from audit_event where kind = 'guidelineFileAdded' and data ->> 'guidelineId' = ?`,
      [data['guidelineId']],
    );
    expect(lines).toMatchObject([{ data: { version: 1, sha256: sha256(bytes) } }]);
    const path = pathOf(await beginUpload(client, bytes.length, upload));
    await execute(`update guideline_version set status = 'ditinjau' where guideline_id = ?`, [data['guidelineId']]);
    expect(await (await sendBytes(client, path, bytes)).json()).toMatchObject({ code: 'guideline.notDraft' });
    expect(await written(data)).toHaveLength(1);
  });
});

describe('a process that is killed', () => {
  /** An API process of its own on the same database and folder. */
  async function startProcess(name: Name, failpoint = '') {
    const { port } = await findFreePorts({ port: 0 });
    const token = newToken();
    await as(name);
    await openSession(api.em(), {
      employeeId: agency.people[name].id,
      tokenHash: hashToken(token),
      userAgent: '',
      maxHours: 1,
    });
    const child = spawn(process.execPath, ['api/main.ts'], {
      cwd: resolve(import.meta.dirname, '../..'),
      stdio: 'ignore',
      env: {
        ...process.env,
        NODE_ENV: 'test',
        FAILPOINT: failpoint,
        PORT: String(port),
        DATABASE_URL: api.databaseUrl,
        TEMPORAL_ADDRESS: '127.0.0.1:1',
        LOG_LEVEL: 'silent',
        EVIDENCE_DIR: api.evidenceDir,
      },
    });
    const client = clientOf(`http://127.0.0.1:${port}`, `ekinerja=${token}`);
    for (
      let attempt = 0;
      attempt < 600 &&
      !(await client.get('/session').then(
        ({ status }) => status === 200,
        () => false,
      ));
      attempt += 1
    )
      await sleep(100);
    return { client, child, exited: once(child, 'exit') };
  }

  it.each([
    ['S5.2', 'reportEvidence'],
    ['S1.1', 'guidelineAttachment'],
  ] as const)('%s %s loses nothing of what has arrived', { timeout: 120_000 }, async (_point, name) => {
    const { client, bytes, upload, written, data, who } = await given(name);
    const dying = await startProcess(who);
    const path = pathOf(await beginUpload(dying.client, bytes.length, upload));
    const sending = cut(dying.client, path, bytes.subarray(0, 250_000)).catch(() => 0);
    await expect.poll(() => arrived(path)).toBe(250_000);
    dying.child.kill('SIGKILL');
    await Promise.all([dying.exited, sending]);
    const offset = await offsetOf(client, path);
    expect(offset).toBe(250_000);
    expect((await sendBytes(client, path, bytes.subarray(offset), offset)).status).toBe(200);
    expect(await written(data)).toEqual([sha256(bytes)]);
  });

  it.each([
    ['S5.2', 'reportEvidence', 'before-upload-receipt'],
    ['S1.1', 'guidelineAttachment', 'after-upload-receipt'],
    ['S3.1', 'rosterFile', 'before-upload-receipt'],
  ] as const)(
    '%s %s at its last byte (%s) has lost nothing and writes once',
    { timeout: 120_000 },
    async (_point, name, failpoint) => {
      const { client, bytes, upload, written, data, who } = await given(name);
      const dying = await startProcess(who, failpoint);
      const path = pathOf(await beginUpload(dying.client, bytes.length, upload));
      await expect(sendBytes(dying.client, path, bytes)).rejects.toThrow();
      expect((await dying.exited)[1]).toBe('SIGKILL');
      expect(await written(data)).toHaveLength(failpoint === 'after-upload-receipt' ? 1 : 0);
      // The browser asks how far it is, hears that all is there, and asks what was written.
      expect(await offsetOf(client, path)).toBe(bytes.length);
      const { status, body } = await receipt(client, path);
      expect([status, typeof body.id]).toEqual([200, 'string']);
      expect(await written(data)).toEqual([sha256(bytes)]);
      expect((await receipt(client, path)).body).toEqual(body);
    },
  );
});

describe('the sweep', () => {
  const HOUR = 3_600_000;
  const sweep = (now: number) =>
    sweepUploads(
      {
        orm: api.orm,
        config: { evidenceDir: api.evidenceDir } as ApiConfig,
        log: pino({ level: 'silent' }),
        now: () => new Date(),
      },
      new Map(UPLOAD_PURPOSES.map((purpose) => [purpose.name, purpose])),
      now,
    );

  it('S5.2 finishes what was complete when its process died, and removes what nobody went on with for a day', async () => {
    await sweep(Date.now() + 30 * HOUR);
    const { client, bytes, upload, written, data } = await given('reportEvidence');
    const [complete, half] = [
      pathOf(await beginUpload(client, bytes.length, upload)),
      pathOf(await beginUpload(client, bytes.length, upload)),
    ];
    await sendBytes(client, half, bytes.subarray(0, 1000));
    writeFileSync(join(api.evidenceDir, 'incoming', complete.split('/').at(-1)!), bytes);
    expect(await sweep(Date.now())).toEqual({ finished: 0, removed: 0 });
    expect(await sweep(Date.now() + 2 * 60_000)).toEqual({ finished: 1, removed: 0 });
    expect(await written(data)).toEqual([sha256(bytes)]);
    expect(await sweep(Date.now() + 23 * HOUR)).toEqual({ finished: 0, removed: 0 });
    expect(await sweep(Date.now() + 25 * HOUR)).toEqual({ finished: 0, removed: 1 });
    expect(incoming()).toEqual([]);
    expect((await sendBytes(client, half, bytes.subarray(1000), 1000)).status).toBe(404);
  });

  it('removes pieces that belong to no upload, and receipts that nobody asks for any more', async () => {
    const stray = join(api.evidenceDir, 'incoming', 'stray');
    writeFileSync(stray, 'x');
    utimesSync(stray, new Date(0), new Date(0));
    await execute(`update upload_receipt set finished_at = now() - interval '8 days'`);
    expect(await sweep(Date.now())).toEqual({ finished: 0, removed: 1 });
    expect(existsSync(stray)).toBe(false);
    expect(await execute('select 1 from upload_receipt')).toEqual([]);
  });
});

it.each([
  ['S5.2', 'reportEvidence', (body: { id: string }) => `/evidence/${body.id}/file`],
  ['S1.1', 'guidelineAttachment', (body: { id: string }) => `/guideline-attachments/${body.id}/file`],
  ['S2.1', 'trainingMaterial', (body: { id: string }) => `/training/materials/${body.id}/file`],
  ['S2.2', 'jpEvidence', (_body: unknown, data: Data) => `/training/jp-entries/${data['entryId']}/file`],
] as const)('%s a file of %s goes out as it came, and no browser runs it', async (_point, name, addressOf) => {
  const { client, bytes, upload, data } = await given(name);
  const { body } = await uploadFile(client, bytes, { ...upload, name: '../Berkas "uji".pdf' });
  const file = await client.fetch(addressOf(body, data));
  expect(Object.fromEntries(file.headers)).toMatchObject({
    'content-type': 'application/pdf',
    'content-length': String(bytes.length),
    'content-disposition': "attachment; filename*=UTF-8''Berkas%20uji.pdf",
    'x-content-type-options': 'nosniff',
    'content-security-policy': "sandbox; default-src 'none'",
    'cache-control': 'no-store',
  });
  expect(sha256(Buffer.from(await file.arrayBuffer()))).toBe(sha256(bytes));
});

it('the one road knows none of its purposes: what files are for is told to it', () => {
  for (const file of readdirSync(import.meta.dirname).filter((name) => !name.endsWith('.test.ts'))) {
    const imported = [...readFileSync(join(import.meta.dirname, file), 'utf8').matchAll(/from '(\.\.\/[^']+)'/g)].map(
      ([, path]) => path!,
    );
    expect(
      imported.filter((path) => !path.startsWith('../http/')),
      file,
    ).toEqual([]);
  }
});
