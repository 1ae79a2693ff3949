import type { EntityManager } from '@mikro-orm/postgresql';
import { v7 as uuidv7 } from 'uuid';
import type { AccountNotice } from '#domain/notifications/account-notices.ts';
import { appendAuditEvent } from '../audit/audit.repository.ts';
import { select, sql } from '../sql.ts';

/** Tells a person by mail what happened to their account, in the caller's transaction. */
export async function writeAccountNotice(
  em: EntityManager,
  employeeId: string,
  notice: AccountNotice,
  { device = '' }: { device?: string } = {},
): Promise<void> {
  const id = uuidv7();
  const data = JSON.stringify({ notice, at: new Date().toISOString(), device: device.slice(0, 100) });
  await select(
    em,
    sql`insert into outbox (id, dedupe_key, template, recipient_id, data, created_at)
        values (${id}, ${`account-notice:${id}`}, 'account-notice', ${employeeId}, ${data}::jsonb, now())`,
  );
  await em.execute(`notify outbox`);
}

/** Writes an act on somebody's account to the audit chain, in the caller's transaction. `actorId` is who did it. */
export const auditAccount = (
  em: EntityManager,
  kind: string,
  actorId: string,
  employeeId: string,
  data: Record<string, unknown> = {},
): Promise<void> => appendAuditEvent(em, { kind, at: new Date(), actorId, data: { employeeId, ...data } });
