import { randomUUID } from 'node:crypto';
import type { MailTemplate } from '#domain/notifications/mail.ts';
import { Outbox } from '#persistence/notifications/notifications.entities.ts';
import type { Orm } from '#persistence/orm.ts';
import { DUE_AT, SAMPLE_CLAIM_ID, SAMPLE_GUIDELINE, SAMPLE_RESET_ID, SAMPLE_TRAINING, SAMPLES } from './samples.ts';

export type Agency = {
  unitId: string;
  positionId: string;
  superiorId: string;
  cycleIds: string[];
  taskIds: string[];
  subordinateIds: string[];
};

/** A unit in WIB with a superior, and subordinates each with a cycle, a third period and an open task. */
export async function createAgency(orm: Orm, subordinates = 1): Promise<Agency> {
  const em = orm.em.fork();
  const unitId = randomUUID();
  const positionId = randomUUID();
  const ruleSetId = randomUUID();
  await em.execute(
    `insert into unit (id, code, name, path, time_zone) values (?, ?, 'Dinas Komunikasi', ?, 'Asia/Jakarta')`,
    [unitId, unitId, `/${unitId}/`],
  );
  await em.execute(
    `insert into position (id, unit_id, title, kind, grade_level) values (?, ?, 'Pranata Komputer Ahli Muda', 'JF', 'muda')`,
    [positionId, unitId],
  );
  await em.execute(
    `insert into rule_set (id, code, name, valid_from, data) values (?, ?, 'Aturan', '2026-01-01', '{}')`,
    [ruleSetId, ruleSetId],
  );
  const superiorId = await createEmployee(orm, unitId, { name: 'Bambang Wicaksono' });
  await em.execute(
    `insert into training_event (id, workflow_id, unit_id, kind, title, agenda, place, starts_at, ends_at, time_zone, organiser, code_secret)
     values (?, ?, ?, 'bimtek', ?, ?, ?, ?, ?, ?, ?, '\\x00') on conflict do nothing`,
    [
      SAMPLE_TRAINING.id,
      'training-sample',
      unitId,
      SAMPLE_TRAINING.title,
      SAMPLE_TRAINING.agenda,
      SAMPLE_TRAINING.place,
      SAMPLE_TRAINING.startsAt,
      SAMPLE_TRAINING.endsAt,
      SAMPLE_TRAINING.timeZone,
      SAMPLE_TRAINING.organiser,
    ],
  );
  await em.execute(
    `insert into password_reset (id, employee_id, expires_at) values (?, ?, now() + interval '1 hour') on conflict do nothing`,
    [SAMPLE_RESET_ID, superiorId],
  );
  await em.execute(
    `insert into registration_claim (id, receipt_hash, employee_id, expires_at) values (?, '\\x00', ?, now() + interval '1 hour') on conflict do nothing`,
    [SAMPLE_CLAIM_ID, superiorId],
  );
  const { guidelineId, versionId } = SAMPLES.guideline.data;
  await em.execute(`insert into guideline (id) values (?) on conflict do nothing`, [guidelineId]);
  await em.execute(
    `insert into guideline_version (id, guideline_id, version, status, content) values (?, ?, ?, 'berlaku', ?::jsonb) on conflict do nothing`,
    [
      versionId,
      guidelineId,
      SAMPLE_GUIDELINE.version,
      JSON.stringify({ ...SAMPLE_GUIDELINE, links: [], articles: [] }),
    ],
  );
  await em.execute(
    `insert into guideline_reader (version_id, employee_id, announced_at, due_at) values (?, ?, now(), now())`,
    [versionId, superiorId],
  );
  const agency: Agency = { unitId, positionId, superiorId, cycleIds: [], taskIds: [], subordinateIds: [] };
  for (let index = 0; index < subordinates; index += 1) {
    const employeeId = await createEmployee(orm, unitId, { name: `Siti Rahmawati ${index + 1}` });
    const cycleId = randomUUID();
    const taskId = randomUUID();
    await em.execute(
      `insert into matter (id, kind, employee_id, unit_id, rule_set_id, workflow_id, time_zone, process)
       values (?, 'performanceCycle', ?, ?, ?, ?, 'Asia/Jakarta', '{}')`,
      [cycleId, employeeId, unitId, ruleSetId, cycleId],
    );
    await em.execute(
      `insert into cycle (id, employee_id, position_id, year, starts_on, ends_on)
       values (?, ?, ?, 2026, '2026-01-01', '2026-12-31')`,
      [cycleId, employeeId, positionId],
    );
    await em.execute(
      `insert into period (cycle_id, number, starts_on, ends_on, opens_at, due_at) values (?, 3, '2026-03-01', '2026-03-31', now(), now())`,
      [cycleId],
    );
    await em.execute(
      `insert into task (id, matter_id, kind, strand, slot, round, stage, employee_id, unit_id, rule_set_id, assignee_kind, assignee_id, opened_at, due_at)
       values (?, ?, 'reviewReport', 'report:3', 'report:3', 1, 'reporting', ?, ?, ?, 'employee', ?, now(), ?)`,
      [taskId, cycleId, employeeId, unitId, ruleSetId, superiorId, DUE_AT],
    );
    agency.cycleIds.push(cycleId);
    agency.taskIds.push(taskId);
    agency.subordinateIds.push(employeeId);
  }
  return agency;
}

/** An employee; the address is made from the id. */
export async function createEmployee(
  orm: Orm,
  unitId: string,
  { name = 'Rudi Hartono', email, locale = 'id' }: { name?: string; email?: string; locale?: 'id' | 'en' } = {},
): Promise<string> {
  const id = randomUUID();
  await orm.em
    .fork()
    .execute(
      `insert into employee (id, name, born_on, sex, email, employment, grade, unit_id, locale) values (?, ?, '1985-05-05', 'L', ?, 'PNS', 'III/c', ?, ?)`,
      [id, name, email ?? addressFor(id), unitId, locale],
    );
  return id;
}

export const addressFor = (employeeId: string) => `${employeeId}@instansi.example.go.id`;

export type MailToWrite = {
  template: MailTemplate;
  recipientId: string;
  matterId?: string | null;
  taskId?: string | null;
  data?: Record<string, unknown>;
};

/** Writes mails into the outbox in one transaction, with a notice, as a decision does. */
export async function writeMails(orm: Orm, mails: readonly MailToWrite[]): Promise<string[]> {
  return orm.em.fork().transactional(async (em) => {
    const ids = mails.map(() => randomUUID());
    await em.insertMany(
      Outbox,
      mails.map(({ template, recipientId, matterId = null, taskId = null, data }, index) => ({
        id: ids[index]!,
        dedupeKey: ids[index]!,
        template,
        recipientId,
        matterId,
        taskId,
        data: data ?? SAMPLES[template].data,
        createdAt: new Date(),
      })),
    );
    await em.execute(`select pg_notify('outbox', '')`);
    return ids;
  });
}

/** How many rows of the outbox are in each state. */
export async function countStates(orm: Orm): Promise<Record<string, number>> {
  const rows = await orm.em
    .fork()
    .execute<{ state: string; count: number }[]>(`select state, count(*)::int as count from outbox group by state`);
  return Object.fromEntries(rows.map(({ state, count }) => [state, count]));
}
