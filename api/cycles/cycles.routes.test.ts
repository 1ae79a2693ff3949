import { createHash } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Task } from '#persistence/matters/matters.entities.ts';
import { Cycle, Period } from '#persistence/cycles/cycles.entities.ts';
import { Evidence } from '#persistence/reporting/reporting.entities.ts';
import { createCycle } from '#test/factories/agency.ts';
import { ARGUMENTS, reason, reportContent, skpContent } from '#test/factories/decisions.ts';
import { decideIn, type SteppedMatter } from '#test/factories/stepped-matter.ts';
import { fileNameOf } from '../files/file-store.ts';
import { createSteppedEngine } from '../testing/stepped-engine.ts';
import { startTestApi, type Answer, type TestApi, type TestClient } from '../testing/test-api.ts';
import { createTwoUnits, type TwoUnits } from '../testing/two-units.ts';
import { beginUpload, offsetOf, pathOf, sendBytes, uploadFile } from '../testing/uploads.ts';

let api: TestApi;
let agency: TwoUnits;
let employee: TestClient;
let superior: TestClient;
let colleague: TestClient;
let cycle: SteppedMatter;
const engine = createSteppedEngine(() => api.orm);

beforeAll(async () => {
  api = await startTestApi();
  agency = await createTwoUnits(api.em());
  cycle = await engine.start(agency.cycles.employee);
  employee = await api.as(agency.people.employee.id);
  superior = await api.as(agency.people.superior.id);
  colleague = await api.as(agency.people.colleague.id);
});
afterAll(() => api?.close());

const draftPath = (kind: string, periodNo = 0) => `/cycles/${agency.cycles.employee}/drafts/${kind}/${periodNo}`;

describe('a draft', () => {
  it('begins as an empty form with the seven values, and is saved version by version', async () => {
    const proposal = (await employee.get(draftPath('skp'))).body;
    expect(proposal).toMatchObject({ version: 0, updatedAt: null, content: { approach: 'kuantitatif', results: [] } });
    expect(proposal.content.behaviours).toHaveLength(7);
    const first = await employee.put(draftPath('skp'), { version: 0, content: skpContent });
    expect(first).toMatchObject({ status: 200, body: { version: 1 } });
    expect(
      (await employee.put(draftPath('skp'), { version: 1, content: { ...skpContent, approach: 'kualitatif' } })).body
        .version,
    ).toBe(2);
    expect((await employee.get(draftPath('skp'))).body).toMatchObject({
      version: 2,
      content: { approach: 'kualitatif' },
      updatedBy: { name: 'Pegawai Satu' },
    });
  });

  it('S4.1 keeps the direction of each measure, and takes no other word for it', async () => {
    const measured = (polarity: string) => ({
      ...skpContent,
      approach: 'kualitatif',
      results: skpContent.results.map((result) => ({
        ...result,
        indicators: result.indicators.map((indicator) => ({ ...indicator, polarity })),
      })),
    });
    expect((await employee.put(draftPath('skp'), { version: 2, content: measured('terbaik') })).status).toBe(422);
    expect(
      (await employee.put(draftPath('skp'), { version: 2, content: measured('lowerIsBetter') })).body.version,
    ).toBe(3);
    expect((await employee.get(draftPath('skp'))).body.content.results[0].indicators[0].polarity).toBe('lowerIsBetter');
  });

  it('is never overwritten by an older page: the other version comes back', async () => {
    const answer = await employee.put(draftPath('skp'), { version: 1, content: skpContent });
    expect(answer).toMatchObject({
      status: 409,
      body: { code: 'draft.conflict', detail: { current: { version: 3, content: { approach: 'kualitatif' } } } },
    });
    expect((await employee.put(draftPath('skp'), { version: 0, content: skpContent })).status).toBe(409);
  });

  it('saved twenty times at once is saved once', async () => {
    const answers = await Promise.all(
      Array.from({ length: 20 }, () =>
        employee.put(draftPath('selfAssessment'), { version: 0, content: { text: 'Baik' } }),
      ),
    );
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
  });

  it('of one kind does not take the content of another, nor columns that are nobody’s business', async () => {
    expect(await employee.put(draftPath('report', 1), { version: 0, content: skpContent })).toMatchObject({
      status: 422,
      body: { code: 'request.invalid' },
    });
    await employee.put(draftPath('report', 2), {
      version: 0,
      content: { ...reportContent, employeeId: agency.people.colleague.id, __proto__: { x: 1 } },
      employeeId: agency.people.colleague.id,
    });
    expect((await employee.get(draftPath('report', 2))).body.content).toEqual(reportContent);
  });

  it('belongs to the employee: not even the superior reads it', async () => {
    expect((await superior.get(draftPath('skp'))).status).toBe(404);
    expect((await superior.put(draftPath('skp'), { version: 2, content: skpContent })).status).toBe(404);
  });

  it('of a report begins with a line for each indicator of the SKP, and with what was returned', async () => {
    expect((await employee.get(draftPath('report', 1))).body.content.realisations).toEqual([]);
    await decideIn(cycle, 'submitSkp', { actorId: agency.people.employee.id });
    await decideIn(cycle, 'approveSkp', { actorId: agency.people.superior.id });
    expect((await employee.get(draftPath('report', 1))).body).toMatchObject({
      version: 0,
      content: { realisations: [{ indicatorId: 'i1', value: '', narrative: '' }] },
    });
    const opened = cycle.boundary({ kind: 'periodOpened', periodNo: 1 });
    opened.settle(await opened.run());
    await decideIn(cycle, 'submitReport', { actorId: agency.people.employee.id, periodNo: 1 });
    await decideIn(cycle, 'returnReport', { actorId: agency.people.superior.id, periodNo: 1, args: { reason } });
    expect((await employee.get(draftPath('report', 1))).body).toMatchObject({ version: 0, content: reportContent });
  });
});

describe('a cycle', () => {
  it('is shown whole: periods, versions, who is waited for and what the reader can decide', async () => {
    const { body } = await employee.get(`/cycles/${agency.cycles.employee}`);
    expect(body).toMatchObject({
      cycle: {
        year: 2026,
        employee: { name: 'Pegawai Satu' },
        superior: { name: 'Ketua Tim', positionTitle: 'Jabatan Ketua Tim' },
        state: 'running',
      },
      skps: [{ round: 1, state: 'established', decidedBy: { name: 'Ketua Tim' }, onBehalfOf: null }],
      reports: [{ periodNo: 1, round: 1, state: 'returned', reason }],
      waitingFor: [{ kind: 'submitReport', assignee: 'Pegawai Satu' }],
      myTasks: [{ kind: 'submitReport', round: 2 }],
      matrix: { diAtas: { diAtas: 'sangatBaik' } },
    });
    expect(body.periods).toHaveLength(4);
    expect((await superior.get(`/cycles/${agency.cycles.employee}`)).body.myTasks).toEqual([]);
  });

  it('is in the list of its employee', async () => {
    expect((await employee.get('/cycles/mine')).body.map(({ id }: { id: string }) => id)).toEqual([
      agency.cycles.employee,
    ]);
  });

  it('S4.1 offers the superior’s established results and the SKP of the year before', async () => {
    expect((await employee.get(`/cycles/${agency.cycles.employee}/superior-results`)).body).toEqual({
      superiorHasSkp: false,
      superiorName: 'Ketua Tim',
      results: [],
    });
    const above = await engine.start(await createCycle(api.em(), agency, agency.people.superior));
    await decideIn(above, 'submitSkp', { actorId: agency.people.superior.id });
    await decideIn(above, 'approveSkp', { actorId: agency.people.head.id });
    expect((await employee.get(`/cycles/${agency.cycles.employee}/superior-results`)).body).toEqual({
      superiorHasSkp: true,
      superiorName: 'Ketua Tim',
      results: [{ id: 'r1', text: 'Laporan layanan tersusun' }],
    });
    expect((await employee.get(`/cycles/${agency.cycles.employee}/previous-skp`)).body).toEqual({
      content: null,
      year: null,
    });
    const next = await createCycle(api.em(), agency, agency.people.employee, 2027);
    const previous = (await employee.get(`/cycles/${next}/previous-skp`)).body;
    expect(previous).toMatchObject({ content: skpContent, year: 2026 });
    // It was stored before indicators had a direction.
    expect(previous.content.results[0].indicators[0].polarity).toBe('higherIsBetter');
    await api.em().nativeDelete(Task, { matterId: next });
    await api.em().nativeDelete(Period, { cycleId: next });
    await api.em().nativeDelete(Cycle, { id: next });
  });

  it('stands in the team of the superior with what is late and what was reported', async () => {
    const team = (await superior.get('/team?year=2026')).body;
    expect(team.map((member: { employee: { name: string } }) => member.employee.name)).toEqual([
      'Pegawai Dua',
      'Pegawai Satu',
    ]);
    expect(team[1]).toMatchObject({
      cycleId: agency.cycles.employee,
      year: 2026,
      state: 'running',
      reportsAccepted: 0,
      waitingFor: [{ kind: 'submitReport' }],
    });
    expect((await employee.get('/team')).body).toEqual([]);
    expect((await superior.get('/team?year=2020')).body[1]).toMatchObject({ cycleId: null, waitingFor: [] });
  });

  it('suggests strengths and weaknesses to the evaluator from what is known', async () => {
    for (const kind of ['appraisalOpened'] as const) {
      const opened = cycle.boundary({ kind });
      opened.settle(await opened.run());
    }
    await decideIn(cycle, 'submitSelfAssessment', { actorId: agency.people.employee.id });
    await decideIn(cycle, 'rateEmployee', {
      actorId: agency.people.superior.id,
      args: { hasilKerja: 'diAtas', perilaku: 'sesuai', notes: 'Baik' },
    });
    await decideIn(cycle, 'acknowledgeResult', { actorId: agency.people.employee.id });
    const task = await api.em().findOneOrFail(Task, { matterId: cycle.matterId, kind: 'evaluate', state: 'open' });
    const { body } = await superior.get(`/tasks/${task.id}`);
    expect(body.suggestions).toContainEqual({ kind: 'strength', code: 'evaluation.hasilKerjaAbove', params: {} });
    expect(body).toMatchObject({
      appraisal: {
        selfAssessment: (ARGUMENTS.submitSelfAssessment.content as { text: string }).text,
        results: [{ predikat: 'baik', decidedBy: { name: 'Ketua Tim' } }],
      },
      reports: [{ periodNo: 1 }],
    });
  });
});

describe('evidence', () => {
  const PNG = Buffer.from(
    'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
    'base64',
  );
  const dataOf = (change: Record<string, string> = {}) => ({
    cycleId: agency.cycles.employee,
    periodNo: '1',
    indicatorId: 'i1',
    ...change,
  });
  const create = (client: TestClient, size: number, change?: Record<string, string>) =>
    beginUpload(client, size, { purpose: 'reportEvidence', name: 'bukti.png', data: dataOf(change) });
  const upload = (client: TestClient, bytes: Buffer, change?: Record<string, string>) =>
    uploadFile(client, bytes, { purpose: 'reportEvidence', name: 'bukti.png', data: dataOf(change) });

  it('S5.2 comes in pieces, is judged by content, kept under a random name and seen by those who see the cycle', async () => {
    const created = await create(employee, PNG.length);
    expect(created.status).toBe(201);
    const path = pathOf(created);
    expect((await sendBytes(employee, path, PNG.subarray(0, 20))).status).toBe(204);
    expect(await offsetOf(employee, path)).toBe(20);
    const done = await sendBytes(employee, path, PNG.subarray(20), 20);
    const evidence = (await done.json()) as { id: string };
    expect(evidence).toMatchObject({
      fileName: 'bukti.png',
      mediaType: 'image/png',
      sizeBytes: PNG.length,
      sha256: createHash('sha256').update(PNG).digest('hex'),
      periodNo: 1,
      indicatorId: 'i1',
    });

    const file = await superior.fetch(`/evidence/${evidence.id}/file`);
    expect(Buffer.from(await file.arrayBuffer())).toEqual(PNG);
    expect(Object.fromEntries(file.headers)).toMatchObject({
      'content-type': 'image/png',
      'content-disposition': "attachment; filename*=UTF-8''bukti.png",
      'x-content-type-options': 'nosniff',
      'content-security-policy': "sandbox; default-src 'none'",
    });
    expect((await colleague.fetch(`/evidence/${evidence.id}/file`)).status).toBe(404);
    expect((await api.nobody.fetch(`/evidence/${evidence.id}/file`)).status).toBe(401);
    expect(
      (await employee.get(`/cycles/${agency.cycles.employee}`)).body.evidence.map(({ id }: { id: string }) => id),
    ).toContain(evidence.id);
    const { storageKey } = await api.em().findOneOrFail(Evidence, { id: evidence.id });
    expect(storageKey).toMatch(/^[0-9a-f]{2}\/[0-9a-f-]{36}$/);
    expect(readdirSync(join(api.evidenceDir, 'incoming'))).toEqual([]);
  });

  it.each<[string, () => Promise<Answer>, number, string]>([
    [
      'a page that calls itself a picture',
      () => upload(employee, Buffer.from('<html><script>alert(1)</script></html>')),
      422,
      'file.kind',
    ],
    ['the cycle of somebody else', () => upload(colleague, PNG), 404, 'not.found'],
    ['a period that is not open', () => upload(employee, PNG, { periodNo: '3' }), 409, 'evidence.periodClosed'],
    ['a period that does not exist', () => upload(employee, PNG, { periodNo: '99' }), 404, 'not.found'],
    ['metadata that makes no sense', () => upload(employee, PNG, { cycleId: '../../etc' }), 422, 'request.invalid'],
    ['nobody', () => upload(api.nobody, PNG), 401, 'session.required'],
  ])('S5.2 refuses %s', async (_title, act, status, code) => {
    expect(await act()).toMatchObject({ status, body: { code } });
  });

  it('refuses what is larger than ten megabytes before it is sent', async () => {
    expect((await create(employee, 10 * 1024 * 1024 + 1)).status).toBe(413);
  });

  it('an upload is continued by its owner only', async () => {
    const path = pathOf(await create(employee, PNG.length));
    expect((await sendBytes(colleague, path, PNG)).status).toBe(404);
    expect((await sendBytes(employee, path, PNG)).status).toBe(200);
  });

  it('is removed by its owner while the period is open, and by nobody afterwards', async () => {
    const { id } = (await upload(employee, PNG)).body;
    expect((await superior.delete(`/evidence/${id}`)).status).toBe(404);
    expect((await employee.delete(`/evidence/${id}`)).body).toEqual({ removed: true });
    expect((await employee.fetch(`/evidence/${id}/file`)).status).toBe(404);
    const { id: kept } = (await upload(employee, PNG)).body;
    await api.em().nativeUpdate(Period, { cycleId: agency.cycles.employee, number: 1 }, { state: 'submitted' });
    expect(await employee.delete(`/evidence/${kept}`)).toMatchObject({
      status: 409,
      body: { code: 'evidence.alreadySubmitted' },
    });
  });

  it('file names lose folders, control characters and tricks of the reading direction', () => {
    expect(fileNameOf('../../etc/passwd')).toBe('passwd');
    expect(fileNameOf('C:\\surat\\laporan "akhir".pdf')).toBe('laporan akhir.pdf');
    expect(fileNameOf('laporan‮fdp.exe\r\nX: y')).toBe('laporanfdp.exeX y');
    expect(fileNameOf(undefined)).toBe('berkas');
  });
});
