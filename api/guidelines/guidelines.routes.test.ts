import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { sweepActivities } from '#test/factories/guidelines.ts';
import { addDays } from '#domain/calendar/calendar-date.ts';
import { CIVIL_CLOCK, dateOf } from '#domain/calendar/clock.ts';
import type { GuidelineContent } from '#contracts/guidelines.contract.ts';
import { AuditEvent } from '#persistence/audit/audit.entities.ts';
import { findGuidelineVersion, putGuidelineInForce } from '#persistence/guidelines/guidelines.repository.ts';
import { announce, moveAnnouncement } from '#persistence/guidelines/announcements.repository.ts';
import { GuidelineReader, GuidelineVersion } from '#persistence/guidelines/guidelines.entities.ts';
import { readLateReaders } from '#persistence/notifications/mail-facts.queries.ts';
import { Outbox } from '#persistence/notifications/notifications.entities.ts';
import { Employee } from '#persistence/organisation/organisation.entities.ts';
import { useApi, type TestClient } from '../testing/test-api.ts';
import { addPerson, createTwoUnits } from '../testing/two-units.ts';
import { uploadFile } from '../testing/uploads.ts';

const PDF = Buffer.from('%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n');

const api = await useApi();
const agency = await createTwoUnits(api.em());
const admin = await api.as(agency.people.admin.id);
const officer = await api.as(agency.people.officer.id);
const employee = await api.as(agency.people.employee.id);
const branchOfficer = await api.as(agency.people.branchOfficer.id);

const complete = (content: GuidelineContent, more: Partial<GuidelineContent> = {}): GuidelineContent => ({
  ...content,
  number: '12',
  title: 'Pedoman Pengelolaan Kinerja',
  issuer: 'Sekretaris Jenderal',
  effectiveOn: '2031-01-01',
  parts: {
    purpose: 'Tujuan pedoman.',
    procedure: 'Prosedur.',
    standards: 'Standar.',
    indicators: 'Indikator.',
    rulesOfUse: 'Tata cara.',
  },
  articles: [{ id: 'a1', heading: 'Pasal 1', text: 'SKP ditetapkan pada Januari.' }],
  ...more,
});

async function newGuideline(more: Partial<GuidelineContent> = {}): Promise<string> {
  const { id } = (await admin.post('/guidelines')).body;
  const draft = (await admin.get(`/guidelines/${id}/versions/1/draft`)).body;
  await admin.put(`/guidelines/${id}/versions/1/draft`, {
    edit: draft.version,
    content: complete(draft.content, more),
  });
  return id;
}
async function inForce(id: string, version = 1): Promise<void> {
  const row = (await findGuidelineVersion(api.em(), id, version))!;
  await api.em().transactional((em) => putGuidelineInForce(em as never, row.id, new Date()));
}
const versionRow = async (id: string, version: number) =>
  api.em().findOneOrFail(GuidelineVersion, { guidelineId: id, version });

describe('the register of guidelines', () => {
  it('S1.1 is written by personnel officers and the agency administrator; others see what is published', async () => {
    expect((await employee.post('/guidelines')).status).toBe(403);
    const { id } = (await officer.post('/guidelines')).body;
    expect((await officer.get(`/guidelines/${id}`)).body).toMatchObject({ version: 1, status: 'draf', canEdit: true });
    expect((await employee.get(`/guidelines/${id}`)).status).toBe(404);
    expect((await employee.get('/guidelines')).body.items).toEqual([]);
    expect((await admin.get('/guidelines')).body.items.map((row: { id: string }) => row.id)).toContain(id);
    expect((await admin.delete(`/guidelines/${id}/versions/1`)).status).toBe(200);
    expect((await admin.get(`/guidelines/${id}`)).status).toBe(404);
    expect(await api.em().count(AuditEvent, { kind: { $in: ['guidelineDrafted', 'guidelineDraftRemoved'] } })).toBe(2);
  });

  it('S1.1 drafts are saved on top of an edit, with every error at its field', async () => {
    const { id } = (await admin.post('/guidelines')).body;
    const draft = (await admin.get(`/guidelines/${id}/versions/1/draft`)).body;
    expect(draft.findings.map(({ code }: { code: string }) => code)).toContain('guideline.numberMissing');
    const saved = await admin.put(`/guidelines/${id}/versions/1/draft`, {
      edit: draft.version,
      content: complete(draft.content),
    });
    expect(saved.body).toMatchObject({ version: 2, findings: [] });
    const late = await officer.put(`/guidelines/${id}/versions/1/draft`, {
      edit: draft.version,
      content: draft.content,
    });
    expect(late).toMatchObject({
      status: 409,
      body: { code: 'draft.conflict', detail: { current: { version: 2, content: { number: '12' } } } },
    });
    await inForce(id);
    expect((await admin.put(`/guidelines/${id}/versions/1/draft`, { edit: 2, content: draft.content })).body.code).toBe(
      'guideline.notDraft',
    );
  });

  it('S1.1 is searched, filtered and paged', async () => {
    for (let index = 0; index < 3; index += 1)
      await inForce(
        await newGuideline({
          title: `Juknis pencarian ${index}`,
          kind: index === 0 ? 'sop' : 'juknis',
          year: 2020 + index,
        }),
      );
    const first = (await employee.get('/guidelines?search=pencarian&limit=2')).body;
    expect(first.items).toHaveLength(2);
    const rest = (await employee.get(`/guidelines?search=pencarian&limit=2&cursor=${first.nextCursor}`)).body;
    expect(rest).toMatchObject({ nextCursor: null, items: [{ title: expect.stringContaining('pencarian') }] });
    expect(new Set([...first.items, ...rest.items].map((row: { id: string }) => row.id)).size).toBe(3);
    expect((await employee.get('/guidelines?search=pencarian&kind=sop')).body.items).toMatchObject([
      { year: 2020, kind: 'sop', status: 'berlaku' },
    ]);
    expect((await employee.get('/guidelines?search=pencarian&year=2022')).body.items).toHaveLength(1);
    expect((await employee.get('/guidelines?search=100%25')).body.items).toEqual([]);
  });

  it('S1.1 keeps files with their SHA-256, judged by their content', async () => {
    const id = await newGuideline();
    const send = (client: TestClient, file: Buffer | string) =>
      uploadFile(client, file, {
        purpose: 'guidelineAttachment',
        name: 'lampiran 1.pdf',
        data: { guidelineId: id, version: '1' },
      });
    expect((await send(employee, PDF)).status).toBe(403);
    const stored = (await send(admin, PDF)).body;
    expect(stored).toMatchObject({
      fileName: 'lampiran 1.pdf',
      mediaType: 'application/pdf',
      sha256: createHash('sha256').update(PDF).digest('hex'),
    });
    expect((await send(admin, '<html>')).body.code).toBe('file.kind');
    expect((await employee.fetch(`/guideline-attachments/${stored.id}/file`)).status).toBe(404);
    await inForce(id);
    const file = await employee.fetch(`/guideline-attachments/${stored.id}/file`);
    expect(file.headers.get('content-disposition')).toContain('attachment');
    expect(Buffer.from(await file.arrayBuffer())).toEqual(PDF);
    expect((await admin.delete(`/guideline-attachments/${stored.id}`)).body.code).toBe('guideline.notDraft');
    expect((await admin.post(`/guidelines/${id}/versions`)).body).toEqual({ id, version: 2 });
    expect((await admin.get(`/guidelines/${id}`)).body.attachments).toMatchObject([{ sha256: stored.sha256 }]);
  });

  it('S1.1 a new version is compared with the one before, word by word; in force it changes, amends and revokes', async () => {
    const [amended, revoked] = [await newGuideline({ number: '1' }), await newGuideline({ number: '2' })];
    await inForce(amended);
    await inForce(revoked);
    const id = await newGuideline();
    await inForce(id);
    expect((await admin.post(`/guidelines/${id}/versions`)).status).toBe(200);
    expect((await admin.post(`/guidelines/${id}/versions`)).body.code).toBe('guideline.openDraft');
    const draft = (await admin.get(`/guidelines/${id}/versions/2/draft`)).body;
    const content = complete(draft.content, {
      articles: [{ id: 'a1', heading: 'Pasal 1', text: 'SKP ditetapkan pada Februari.' }],
      links: [
        { relation: 'amends', guidelineId: amended },
        { relation: 'revokes', guidelineId: revoked },
      ],
    });
    await admin.put(`/guidelines/${id}/versions/2/draft`, { edit: draft.version, content });
    const diff = (await admin.get(`/guidelines/${id}/diff?from=1&to=2`)).body;
    expect(diff).toMatchObject([{ field: 'article', label: 'Pasal 1' }]);
    expect(diff[0].pieces).toContainEqual({ change: 'removed', text: 'Januari' });
    expect(diff[0].pieces).toContainEqual({ change: 'added', text: 'Februari' });
    expect((await employee.get(`/guidelines/${id}/diff?from=1&to=2`)).status).toBe(404);
    await inForce(id, 2);
    expect((await versionRow(id, 1)).status).toBe('diubah');
    expect((await versionRow(amended, 1)).status).toBe('diubah');
    expect((await versionRow(revoked, 1)).status).toBe('dicabut');
    expect((await employee.get(`/guidelines/${id}`)).body.links).toMatchObject([
      { relation: 'amends', guidelineId: amended },
      { relation: 'revokes', guidelineId: revoked },
    ]);
    expect((await employee.get(`/guidelines/${revoked}`)).body.links).toMatchObject([
      { relation: 'revokedBy', guidelineId: id },
    ]);
    expect(
      (await employee.get('/guideline-articles')).body.filter((row: { guidelineId: string }) => row.guidelineId === id),
    ).toMatchObject([{ version: 2, articleId: 'a1', label: expect.stringContaining('Pasal 1') }]);
  });
});

describe('reading a guideline', () => {
  it('S1.2 S1.3 everybody concerned is told once, by mail and in the application, also whoever joins later', async () => {
    const sweep = sweepActivities(api.orm);
    await sweep();
    const id = await newGuideline({ title: 'Pedoman baca' });
    await inForce(id);
    const { id: versionId } = await versionRow(id, 1);
    await sweep();
    const people = await api.em().count(Employee);
    expect(await api.em().count(GuidelineReader, { versionId })).toBe(people);
    expect(await api.em().count(Outbox, { dedupeKey: { $like: `guideline:announced:${versionId}:%` } })).toBe(people);
    await sweep();
    expect(await api.em().count(Outbox, { dedupeKey: { $like: `guideline:announced:${versionId}:%` } })).toBe(people);
    await addPerson(api.em(), 'Pegawai Baru', agency.unitId, agency.people.head.positionId, 70);
    await sweep();
    expect(await api.em().count(GuidelineReader, { versionId })).toBe(people + 1);
    expect(
      (await employee.get('/my-guidelines')).body.find((row: { guidelineId: string }) => row.guidelineId === id),
    ).toMatchObject({ version: 1, acknowledgedAt: null });
  });

  it('S1.3 is acknowledged once per version; a new version is to be read again', async () => {
    const sweep = sweepActivities(api.orm);
    const id = await newGuideline({ audienceUnitIds: [agency.branchUnitId] });
    await inForce(id);
    await sweep();
    expect((await employee.post(`/guidelines/${id}/versions/1/acknowledgement`)).body.code).toBe('guideline.notAsked');
    const outsider = await api.as(agency.people.outsider.id);
    const before = (await outsider.get('/my-guidelines/count')).body.unread;
    const first = await outsider.post(`/guidelines/${id}/versions/1/acknowledgement`);
    expect(await outsider.post(`/guidelines/${id}/versions/1/acknowledgement`)).toMatchObject({
      status: 200,
      body: first.body,
    });
    expect((await outsider.get('/my-guidelines/count')).body.unread).toBe(before - 1);
    await admin.post(`/guidelines/${id}/versions`);
    await inForce(id, 2);
    await sweep();
    expect((await outsider.get(`/guidelines/${id}`)).body).toMatchObject({
      version: 2,
      mine: { acknowledgedAt: null },
    });
    expect((await outsider.get(`/guidelines/${id}?version=1`)).body.mine).toMatchObject(first.body);
  });

  it('S1.3 who has not read it is reminded once per step, and nobody who has', async () => {
    const sweep = sweepActivities(api.orm);
    const id = await newGuideline({
      audienceUnitIds: [agency.branchUnitId],
      reading: { dueWorkingDays: 10, reminderOffsets: [-3, 0] },
    });
    await inForce(id);
    await sweep();
    const { id: versionId } = await versionRow(id, 1);
    const outsider = await api.as(agency.people.outsider.id);
    await outsider.post(`/guidelines/${id}/versions/1/acknowledgement`);
    const reader = await api
      .em()
      .findOneOrFail(GuidelineReader, { versionId, employeeId: agency.people.branchOfficer.id });
    const reminders = () =>
      api.em().find(Outbox, { dedupeKey: { $like: `guideline:reminder:${versionId}:%` } }, { orderBy: { id: 1 } });
    await sweep(new Date(reader.remindAt[0]!.getTime() + 1000));
    await sweep(new Date(reader.remindAt[0]!.getTime() + 2000));
    expect(await reminders()).toMatchObject([
      { recipientId: agency.people.branchOfficer.id, data: { step: 'reminder' } },
    ]);
    await sweep(new Date(reader.remindAt[1]!.getTime() + 1000));
    await sweep(new Date(reader.remindAt[1]!.getTime() + 86_400_000 * 30));
    expect(await reminders()).toHaveLength(2);
  });

  it('S1.2 S1.3 whoever moves into a unit, comes back or whose unit moves is told then; a sweep with nothing to do writes nothing', async () => {
    const sweep = sweepActivities(api.orm);
    const id = await newGuideline({ audienceUnitIds: [agency.branchUnitId] });
    await inForce(id);
    await sweep();
    const { id: versionId } = await versionRow(id, 1);
    const readers = async (): Promise<string[]> =>
      (await api.em().find(GuidelineReader, { versionId }, { orderBy: { employeeId: 1 } })).map(
        ({ employeeId }) => employeeId,
      );
    const before = await readers();
    const mover = await addPerson(api.em(), 'Pegawai Pindah', agency.unitId, agency.people.head.positionId, 71);
    const gone = await addPerson(api.em(), 'Pegawai Keluar', agency.branchUnitId, agency.people.head.positionId, 72);
    await api.em().execute(`update employee set status = 'berhenti' where id = ?`, [gone.id]);
    await sweep();
    expect(await readers()).toEqual(before);
    await api.em().execute(`update employee set unit_id = ? where id = ?`, [agency.branchUnitId, mover.id]);
    await sweep();
    expect(await readers()).toEqual([...before, mover.id].sort());
    await api.em().execute(`update employee set status = 'aktif' where id = ?`, [gone.id]);
    await sweep();
    expect(await readers()).toEqual([...before, mover.id, gone.id].sort());
    const [far] = await api
      .em()
      .execute<{ id: string }[]>(
        `insert into unit (code, name, path, time_zone) values ('09', 'Balai Jauh', '/00/09/', 'Asia/Jakarta') returning id`,
      );
    const moved = await addPerson(api.em(), 'Pegawai Balai Jauh', far!.id, agency.people.head.positionId, 73);
    await sweep();
    await api.em().execute(`update unit set path = '/00/01/09/' where id = ?`, [far!.id]);
    await sweep();
    expect(await readers()).toEqual([...before, mover.id, gone.id, moved.id].sort());
    const count = () =>
      api
        .em()
        .execute(
          `select (select count(*) from guideline_newcomer) as newcomers, (select count(*) from guideline_announcement) as announcements, (select count(*) from outbox) as mails`,
        );
    const quiet = await count();
    expect(quiet).toMatchObject([{ newcomers: '0', announcements: '0' }]);
    await sweep();
    expect(await count()).toEqual(quiet);
    await api.em().execute(`update employee set status = 'berhenti' where id in (?, ?)`, [moved.id, mover.id]);
    await api.em().execute(`update unit set path = '/00/09/' where id = ?`, [far!.id]);
  });

  it('S1.3 an announcement that is killed in between goes on where it was, and nobody gets two mails', async () => {
    const sweep = sweepActivities(api.orm);
    await sweep();
    const id = await newGuideline();
    await inForce(id);
    const { id: versionId } = await versionRow(id, 1);
    // Half of the people were told and the process died: the cursor stands behind them.
    const people = await api.em().find(Employee, {}, { orderBy: { id: 1 } });
    const half = people.slice(0, 4).map((person) => person.id);
    await api.em().transactional(async (inner) => {
      const em = inner as never;
      await announce(
        em,
        half,
        await api
          .em()
          .execute<{ timeZone: string }[]>(`select distinct time_zone as "timeZone" from unit`)
          .then((zones) =>
            zones.map(({ timeZone }) => ({
              versionId,
              guidelineId: id,
              timeZone,
              dueAt: new Date().toISOString(),
              remindAt: [],
              superiorAt: null,
            })),
          ),
        new Date(),
      );
      await moveAnnouncement(em, versionId, half.at(-1)!);
    });
    await Promise.all([sweep(), sweep()]);
    const told = people.filter(({ status }) => status === 'aktif').length;
    expect(await api.em().count(GuidelineReader, { versionId })).toBe(told);
    expect(await api.em().count(Outbox, { dedupeKey: { $like: `guideline:announced:${versionId}:%` } })).toBe(told);
    expect(await api.em().execute(`select 1 from guideline_announcement`)).toEqual([]);
  });

  it('S1.3 after the last reminder the superior hears once who of their people has not read; a vacant post passes it up', async () => {
    const sweep = sweepActivities(api.orm);
    const { colleague, superior, head, secretary } = agency.people;
    const id = await newGuideline({ reading: { dueWorkingDays: 5, reminderOffsets: [0] } });
    await inForce(id);
    await sweep();
    const { id: versionId } = await versionRow(id, 1);
    await employee.post(`/guidelines/${id}/versions/1/acknowledgement`);
    const reader = await api.em().findOneOrFail(GuidelineReader, { versionId, employeeId: colleague.id });
    expect(reader.superiorAt!.getTime()).toBeGreaterThan(reader.dueAt.getTime());
    const told = () => api.em().find(Outbox, { dedupeKey: { $like: `guideline:superior:${versionId}:%` } });
    // It is eight o'clock an hour earlier in the east.
    await sweep(new Date(reader.superiorAt!.getTime() - 2 * 3_600_000));
    expect(await told()).toEqual([]);
    const later = new Date(reader.superiorAt!.getTime() + 3 * 3_600_000);
    await Promise.all([sweep(later), sweep(later)]);
    await sweep(later);
    const mails = await told();
    expect(mails.map(({ recipientId }) => recipientId).sort()).toEqual([superior.id, head.id, secretary.id].sort());
    expect(mails.find(({ recipientId }) => recipientId === superior.id)).toMatchObject({
      template: 'guideline',
      data: { step: 'superior', versionId, guidelineId: id, dueAt: reader.dueAt.toISOString() },
    });
    const unreadOf = async (person: { id: string }): Promise<string[]> => {
      const today = dateOf(Date.now(), 'Asia/Jakarta', CIVIL_CLOCK);
      const about = { versionId, superiorId: person.id, dueAt: reader.dueAt, today };
      return (await readLateReaders(api.em(), about))!.unread;
    };
    expect(await unreadOf(superior)).toEqual([colleague.name]);
    expect(await unreadOf(secretary)).toEqual([head.name]);
    expect(await unreadOf(head)).not.toContain(colleague.name);
    await api
      .em()
      .execute(`update position_assignment set valid_to = ? where employee_id = ?`, [
        addDays(dateOf(Date.now(), 'Asia/Jakarta', CIVIL_CLOCK), -1),
        superior.id,
      ]);
    expect(await unreadOf(head)).toContain(colleague.name);
    // The late person themselves acts for the vacant post between them and the head.
    await api
      .em()
      .execute(
        `insert into position_assignment (position_id, employee_id, kind, valid_from) values (?, ?, 'plt', '2020-01-01')`,
        [superior.positionId, colleague.id],
      );
    expect(await unreadOf(head)).toContain(colleague.name);
    await api.em().execute(`delete from position_assignment where kind = 'plt'`);
    await api.em().execute(`update position_assignment set valid_to = null where employee_id = ?`, [superior.id]);
  });

  it('S1.3 no superior is told when the ladder of the rule set in force names none', async () => {
    const sweep = sweepActivities(api.orm);
    await sweep();
    await api
      .em()
      .execute(
        `update rule_set set data = jsonb_set(data, '{ladder}', '[{"offsetWorkingDays": 0, "action": "remind", "to": ["assignee"]}]') || jsonb_build_object('kept', data -> 'ladder')`,
      );
    const id = await newGuideline();
    await inForce(id);
    await sweep();
    expect(
      await api.em().count(GuidelineReader, { versionId: (await versionRow(id, 1)).id, superiorAt: { $ne: null } }),
    ).toBe(0);
    await api.em().execute(`update rule_set set data = jsonb_set(data, '{ladder}', data -> 'kept') - 'kept'`);
  });

  it('S1.3 acknowledgements of a day that is over lie in the audit chain: whatever is changed, added or taken away later shows', async () => {
    const sweep = sweepActivities(api.orm);
    const id = await newGuideline();
    await inForce(id);
    await sweep();
    const { id: versionId } = await versionRow(id, 1);
    const auditor = await api.as(agency.people.auditor.id);
    const proof = async () => (await auditor.get(`/guidelines/${id}/versions/1/acknowledgement-proof`)).body;
    await employee.post(`/guidelines/${id}/versions/1/acknowledgement`);
    await officer.post(`/guidelines/${id}/versions/1/acknowledgement`);
    expect(await proof()).toEqual({ closedUntil: null, brokenOn: null, count: 0 });
    expect((await employee.get(`/guidelines/${id}/versions/1/acknowledgement-proof`)).status).toBe(403);
    // All that was given lies two and three days back.
    await api
      .em()
      .execute(
        `update guideline_reader set acknowledged_at = now() - interval '3 days' where acknowledged_at is not null`,
      );
    await api
      .em()
      .execute(
        `update guideline_reader set acknowledged_at = now() - interval '2 days' where version_id = ? and employee_id = ?`,
        [versionId, agency.people.employee.id],
      );
    await Promise.all([sweep(), sweep()]);
    const lines = () => api.em().find(AuditEvent, { chain: 'acknowledgements' }, { orderBy: { number: 1 } });
    const closed = await lines();
    expect(closed.map(({ number, kind }) => [number, kind])).toEqual(
      closed.map((_, index) => [index + 1, 'acknowledgementsClosed']),
    );
    const days = closed.map(({ data }) => String(data['day']));
    expect(days).toEqual([...new Set(days)].sort());
    await sweep();
    expect(await lines()).toHaveLength(closed.length);
    expect(await proof()).toEqual({ closedUntil: days.at(-1), brokenOn: null, count: 2 });

    const mine = [versionId, agency.people.employee.id];
    const broken = async (change: string, values: unknown[] = mine): Promise<{ brokenOn: string | null }> => {
      await api.em().execute(`create table kept as select * from guideline_reader where version_id = ?`, [versionId]);
      await api.em().execute(change, values);
      const found = await proof();
      await api.em().execute(`delete from guideline_reader where version_id = ?`, [versionId]);
      await api.em().execute(`insert into guideline_reader select * from kept`);
      await api.em().execute(`drop table kept`);
      return found;
    };
    const dayOfMine = days[1];
    expect(
      await broken(
        `update guideline_reader set acknowledged_at = acknowledged_at + interval '1 millisecond' where version_id = ? and employee_id = ?`,
      ),
    ).toMatchObject({ brokenOn: dayOfMine });
    expect(
      await broken(`update guideline_reader set acknowledged_at = null where version_id = ? and employee_id = ?`),
    ).toMatchObject({ brokenOn: dayOfMine });
    expect(await broken(`delete from guideline_reader where version_id = ? and employee_id = ?`)).toMatchObject({
      brokenOn: dayOfMine,
    });
    expect(
      await broken(
        `update guideline_reader set acknowledged_at = now() - interval '3 days' where version_id = ? and employee_id = ?`,
      ),
    ).toMatchObject({ brokenOn: days[0] });
    expect(
      await broken(
        `update guideline_reader set acknowledged_at = now() - interval '2 days' where version_id = ? and employee_id = ?`,
        [versionId, agency.people.colleague.id],
      ),
    ).toMatchObject({ brokenOn: dayOfMine });
    expect(await proof()).toMatchObject({ brokenOn: null });
    await api
      .em()
      .execute(
        `update audit_event set data = data || '{"versions": {}}' where chain = 'acknowledgements' and number = 1`,
      );
    expect(await proof()).toMatchObject({ brokenOn: days[0] });
    await api
      .em()
      .execute(`update audit_event set data = ?::jsonb where chain = 'acknowledgements' and number = 1`, [
        JSON.stringify(closed[0]!.data),
      ]);
    expect(await proof()).toMatchObject({ brokenOn: null });
  });

  it('S1.3 coverage is counted per unit with all below it, for those who watch over these people only', async () => {
    const sweep = sweepActivities(api.orm);
    const id = await newGuideline();
    await inForce(id);
    await sweep();
    await employee.post(`/guidelines/${id}/versions/1/acknowledgement`);
    expect((await employee.get(`/guidelines/${id}/versions/1/coverage`)).status).toBe(403);
    const all = (await admin.get(`/guidelines/${id}/versions/1/coverage`)).body;
    expect(all.map((row: { unit: { code: string }; depth: number }) => [row.unit.code, row.depth])).toEqual([
      ['00', 0],
      ['01', 1],
    ]);
    expect(all[0]).toMatchObject({ acknowledged: 1, late: 0 });
    expect(all[0].total).toBeGreaterThan(all[1].total);
    const branch = (await branchOfficer.get(`/guidelines/${id}/versions/1/coverage`)).body;
    expect(branch.find((row: { unit: { code: string } }) => row.unit.code === '01')).toMatchObject({
      total: all[1].total,
    });
    const unread = (await branchOfficer.get(`/guidelines/${id}/versions/1/readers?state=unread&limit=1`)).body;
    expect(unread.items).toHaveLength(1);
    expect(unread.nextCursor).not.toBeNull();
    const csv = await (await branchOfficer.fetch(`/guidelines/${id}/versions/1/readers.csv`)).text();
    expect(csv.trim().split('\n')).toHaveLength(all[1].total + 1);
    expect((await employee.fetch(`/guidelines/${id}/versions/1/readers.csv`)).status).toBe(403);
  });
});
