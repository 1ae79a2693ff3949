import type { EntityManager } from '@mikro-orm/postgresql';
import { select, selectOne, sql } from '../sql.ts';
import { writeAccountNotice } from './notices.repository.ts';

/** Whether a browser was used before by whoever has this number. */
export async function isKnownDevice(em: EntityManager, digits: string, tokenHash: Buffer): Promise<boolean> {
  const row = await selectOne(
    em,
    sql`select 1 from employee_number n join known_device d on d.employee_id = n.employee_id where n.number = ${digits} and d.token_hash = ${tokenHash} limit 1`,
  );
  return row !== null;
}

/** Whether a browser was used before by a person. */
export const isDeviceOf = async (em: EntityManager, employeeId: string, tokenHash: Buffer): Promise<boolean> =>
  (await selectOne(
    em,
    sql`select 1 from known_device where employee_id = ${employeeId} and token_hash = ${tokenHash}`,
  )) !== null;

/**
 * Notes that a person signed in with a browser. One that was never used before is told to them by mail, except the very
 * first one, in the caller's transaction.
 *
 * @param device words for the browser, for the mail
 */
export async function rememberDevice(
  em: EntityManager,
  {
    employeeId,
    tokenHash,
    userAgent,
    device,
  }: { employeeId: string; tokenHash: Buffer; userAgent: string; device: string },
): Promise<string> {
  const [row] = await select<{ id: string; isNew: boolean; isFirst: boolean }>(
    em,
    sql`insert into known_device (employee_id, token_hash, user_agent) values (${employeeId}, ${tokenHash}, ${userAgent.slice(0, 300)})
        on conflict (token_hash, employee_id) do update set last_seen_at = now(), user_agent = excluded.user_agent
        returning id, xmax = 0 as "isNew", not exists (select 1 from known_device d where d.employee_id = ${employeeId}) as "isFirst"`,
  );
  if (row!.isNew && !row!.isFirst) await writeAccountNotice(em, employeeId, 'newDevice', { device });
  return row!.id;
}
