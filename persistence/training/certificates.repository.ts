import type { EntityManager } from '@mikro-orm/postgresql';
import { instantOf, instantOrNull, select, selectOne, sql } from '../sql.ts';
import { COMPLETED } from './participants.repository.ts';
import type { TrainingEvent } from './training.entities.ts';

/**
 * Issues the certificates of everybody who completed an event and has none yet, in the caller's transaction; returns whose they are.
 * Numbers run through the year without a gap: one issuer at a time.
 */
export async function issueCertificates(
  em: EntityManager,
  event: TrainingEvent,
  {
    at,
    year,
    dates,
    newToken,
    numberOf,
  }: {
    at: Date;
    year: number;
    dates: { from: string; to: string };
    newToken: () => string;
    numberOf: (serial: number) => string;
  },
): Promise<string[]> {
  await select(em, sql`select pg_advisory_xact_lock(hashtext('training-certificate'))`);
  const people = await select<{ employeeId: string; name: string; number: string }>(
    em,
    sql`select e.id as "employeeId", e.name, coalesce(n.number, '') as number from training_participant p join employee e on e.id = p.employee_id
        left join lateral (select number from employee_number where employee_id = e.id order by valid_from desc limit 1) n on true
        where p.event_id = ${event.id} and ${COMPLETED} and not exists (select 1 from training_certificate c where c.event_id = p.event_id and c.employee_id = p.employee_id)
        order by e.name, e.id`,
  );
  if (people.length === 0) return [];
  const last = await selectOne<{ serial: number }>(
    em,
    sql`select coalesce(max(serial), 0)::int as serial from training_certificate where year = ${year}`,
  );
  const rows = people.map((person, index) => ({
    ...person,
    serial: last!.serial + index + 1,
    token: newToken(),
    certificateNumber: numberOf(last!.serial + index + 1),
  }));
  await select(
    em,
    sql`insert into training_certificate (event_id, employee_id, token, year, serial, number, holder_name, holder_number, title, kind, topic, organiser, held_from, held_to, jp,
          signer_name, signer_title, issued_at)
        select ${event.id}::uuid, r."employeeId", r.token, ${year}::int, r.serial, r."certificateNumber", r.name, r.number, ${event.title}, ${event.kind}, ${event.topic}, ${event.organiser},
          ${dates.from}::date, ${dates.to}::date, ${event.jp}::numeric, ${event.signerName}, ${event.signerTitle}, ${at}
        from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as r("employeeId" uuid, token text, serial int, "certificateNumber" text, name text, number text)`,
  );
  return people.map(({ employeeId }) => employeeId);
}

export type CertificateRow = {
  id: string;
  eventId: string;
  employeeId: string;
  unitId: string;
  token: string;
  number: string;
  holderName: string;
  holderNumber: string;
  title: string;
  kind: string;
  organiser: string;
  heldFrom: string;
  heldTo: string;
  jp: number;
  signerName: string;
  signerTitle: string;
  issuedAt: string;
  revokedAt: string | null;
  revokedReason: string | null;
};
type Raw = Omit<CertificateRow, 'jp'> & { jp: string };

const COLUMNS = sql`c.id, c.event_id as "eventId", c.employee_id as "employeeId", v.unit_id as "unitId", c.token, c.number, c.holder_name as "holderName", c.holder_number as "holderNumber",
  c.title, c.kind, c.organiser, c.held_from as "heldFrom", c.held_to as "heldTo", c.jp, c.signer_name as "signerName", c.signer_title as "signerTitle",
  c.issued_at as "issuedAt", c.revoked_at as "revokedAt", c.revoked_reason as "revokedReason"`;
const present = (row: Raw): CertificateRow => ({
  ...row,
  jp: Number(row.jp),
  issuedAt: instantOf(row.issuedAt),
  revokedAt: instantOrNull(row.revokedAt),
});

/** A certificate with the unit of its event; null when there is none. */
export async function findCertificate(
  em: EntityManager,
  by: { id: string } | { token: string },
): Promise<CertificateRow | null> {
  const condition = 'id' in by ? sql`c.id = ${by.id}` : sql`c.token = ${by.token}`;
  const row = await selectOne<Raw>(
    em,
    sql`select ${COLUMNS} from training_certificate c join training_event v on v.id = c.event_id where ${condition}`,
  );
  return row && present(row);
}

/** Certificates of a person or of an event. */
export async function listCertificates(
  em: EntityManager,
  of: { employeeId: string } | { eventId: string },
): Promise<CertificateRow[]> {
  const condition = 'employeeId' in of ? sql`c.employee_id = ${of.employeeId}` : sql`c.event_id = ${of.eventId}`;
  const rows = await select<Raw>(
    em,
    sql`select ${COLUMNS} from training_certificate c join training_event v on v.id = c.event_id where ${condition} order by c.held_to desc, c.number limit 2000`,
  );
  return rows.map(present);
}

/** Revokes a certificate; false when it is revoked already. */
export async function revokeCertificate(
  em: EntityManager,
  id: string,
  by: { byId: string; reason: string },
): Promise<boolean> {
  const rows = await select(
    em,
    sql`update training_certificate set revoked_at = now(), revoked_by_id = ${by.byId}, revoked_reason = ${by.reason} where id = ${id} and revoked_at is null returning id`,
  );
  return rows.length > 0;
}
