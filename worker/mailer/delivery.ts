import type { EntityManager } from '@mikro-orm/postgresql';
import type { Logger } from 'pino';
import { setTimeout as sleep } from 'node:timers/promises';
import { CIVIL_CLOCK, dateOf } from '#domain/calendar/clock.ts';
import { readMailRows, type MailRow } from '#persistence/notifications/mail-rows.queries.ts';
import {
  claimBatch,
  findRecipient,
  markDropped,
  markFailed,
  markRetry,
  markSent,
  renewClaims,
  type ClaimedRow,
  type Recipient,
} from '#persistence/notifications/outbox.repository.ts';
import type { Orm } from '#persistence/orm.ts';
import { inTransaction } from '#persistence/transaction.ts';
import { AddressError, addressOf, type Address } from './addresses.ts';
import type { CalendarFile } from './calendar-file.ts';
import { MailDataError, type Context, type ReadMail } from './define-mail.ts';
import { mailOf, MAIL_POLICY } from './mails/registry.ts';
import { renderDigest, renderMail, type RenderedMail } from './render.ts';
import { delayAfter, type RetryPolicy } from './retry-policy.ts';
import { failureOf, type MailTransport } from './transport.ts';

export type DeliveryOptions = {
  orm: Orm;
  transport: MailTransport;
  /** Who sends the mails; calendar entries name them as organiser. */
  from: Address;
  publicUrl: string;
  retry: RetryPolicy;
  log: Logger;
};

export type Delivery = {
  /** Claims a waiting mail with all that belongs to it, sends it and writes down what became of it. Rejects only when the database fails. */
  deliver(outboxId: string): Promise<void>;
  /** Tells the outbox which mails are still being sent. */
  renew(): Promise<void>;
};

/** Most lines of a digest; mail programs cut off larger mails. */
const longestDigest = 150;

/** A claimed row: read and ready to be worded, or why it cannot be. */
type Read = { row: MailRow; mail: ReadMail } | { row: MailRow; error: string };
type Batch = { claims: ClaimedRow[]; recipient: Recipient | null; rows: Read[] };

/** The way of one mail from the outbox to the relay. */
export function createDelivery({ orm, transport, from, publicUrl, retry, log }: DeliveryOptions): Delivery {
  const host = new URL(publicUrl).hostname;
  const inFlight = new Set<ClaimedRow[]>();

  /** Claim and reading are one transaction: when the database fails between them, the mail simply waits. */
  const claim = (outboxId: string): Promise<Batch | null> =>
    inTransaction(orm.em, async (em) => {
      const claims = await claimBatch(em, { outboxId, policy: MAIL_POLICY, messageIdHost: host, limit: longestDigest });
      const [first] = claims;
      if (!first) return null;
      const rows: Read[] = [];
      const found = await readMailRows(
        em,
        claims.map(({ id }) => id),
      );
      for (const row of found) rows.push(await readRow(em, row));
      return {
        claims,
        rows,
        recipient: first.recipientId === null ? unknownReader(found[0]) : await findRecipient(em, first.recipientId),
      };
    });

  const send = async (em: EntityManager, { claims, recipient, rows }: Batch): Promise<void> => {
    const to = await checkedAddress(em, claims, recipient, rows[0]?.row.address ?? null);
    if (!recipient || !to) return;
    const context = { reader: recipient, publicUrl };
    const mails = await mailsToSend(em, claims, rows, context);
    const sent = claims.filter(({ id }) => mails.some(({ row }) => row.id === id));
    const [first] = sent;
    if (!first) return;

    const mail = await writeOrFail(em, sent, () => writeMail(mails, context, from));
    if (!mail) return;
    try {
      await transport.send({ ...mail, to, messageId: first.messageId, threadId: threadOf(rows, host) });
    } catch (error) {
      await putBack(em, sent, error);
      return;
    }
    await rememberSent(em, sent, mail);
  };

  const putBack = async (em: EntityManager, rows: ClaimedRow[], error: unknown): Promise<void> => {
    const { isPermanent, isCertainlyUnsent, message } = failureOf(error);
    const delayMs = isPermanent ? null : delayAfter(retry, Math.max(...rows.map(({ attempts }) => attempts)));
    log.warn(
      { outboxId: rows[0]?.id, rows: rows.length, isPermanent, delayMs, code: (error as { code?: string }).code },
      'mail not sent',
    );
    if (delayMs === null) await markFailed(em, rows, message);
    else await markRetry(em, rows, { error: message, delayMs, isCertainlyUnsent });
  };

  /** A mail that went out must not be sent again because the database was away for a moment. */
  const rememberSent = async (em: EntityManager, rows: ClaimedRow[], mail: RenderedMail): Promise<void> => {
    const ids = rows.map(({ id }) => id);
    for (let waitMs = 250; ; waitMs *= 2) {
      try {
        return await markSent(em, ids, mail.subject);
      } catch (error) {
        if (waitMs > 32_000) throw error;
        log.warn({ err: error, outboxId: ids[0] }, 'mail sent, but not yet written down');
        await sleep(waitMs);
      }
    }
  };

  return {
    async deliver(outboxId) {
      const batch = await claim(outboxId);
      if (!batch) return;
      inFlight.add(batch.claims);
      try {
        await send(orm.em.fork(), batch);
      } finally {
        inFlight.delete(batch.claims);
      }
    },
    async renew() {
      const claims = [...inFlight].flat();
      if (claims.length > 0) await renewClaims(orm.em.fork(), claims);
    },
  };
}

/** Who reads a mail that goes to an address of which nobody knows yet whose it is: no name, no unit, the language of the page it was asked on. */
const unknownReader = (row: MailRow | undefined): Recipient => ({
  id: '',
  name: '',
  email: row?.address ?? '',
  locale: row?.data.locale === 'en' ? 'en' : 'id',
  timeZone: 'Asia/Jakarta',
});

async function readRow(em: EntityManager, row: MailRow): Promise<Read> {
  try {
    const kind = mailOf(row.template);
    if (!kind) throw new MailDataError(`no such mail: ${row.template}`);
    return { row, mail: await kind.read(em, row, dateOf(Date.now(), 'Asia/Jakarta', CIVIL_CLOCK)) };
  } catch (error) {
    if (!(error instanceof MailDataError)) throw error;
    return { row, error: error.message };
  }
}

/** The recipient's address, or the other one that the mail is for, or null after the rows were failed because it cannot be used. */
async function checkedAddress(
  em: EntityManager,
  claims: ClaimedRow[],
  recipient: Recipient | null,
  other: string | null,
): Promise<Address | null> {
  try {
    if (!recipient) throw new AddressError('the recipient is unknown');
    return addressOf(recipient.name, other ?? recipient.email);
  } catch (error) {
    if (!(error instanceof AddressError)) throw error;
    await markFailed(em, claims, error.message);
    return null;
  }
}

/** The rows that go out. One that cannot be worded fails alone; one that need not be said any more, such as a reminder of a task that was done, is dropped. */
async function mailsToSend(
  em: EntityManager,
  claims: ClaimedRow[],
  rows: readonly Read[],
  context: Context,
): Promise<ReadMail[]> {
  const mails: ReadMail[] = [];
  for (const read of rows) {
    const rowClaims = claims.filter(({ id }) => id === read.row.id);
    if ('error' in read) {
      await markFailed(em, rowClaims, read.error);
      continue;
    }
    const why = read.mail.drop(context);
    if (why === null) mails.push(read.mail);
    else await markDropped(em, rowClaims, why);
  }
  return mails;
}

type WrittenMail = RenderedMail & { calendar: CalendarFile | null };

/** Writes the mail of these rows: one alone says all it has to say, several are listed. */
function writeMail(mails: readonly ReadMail[], context: Context, from: Address): WrittenMail {
  const [first] = mails;
  if (!first) throw new RangeError('a mail is about one row at least');
  const head = mails.length > 1 ? mailOf(first.row.template)?.digestHead(mails.length, context.reader.locale) : null;
  if (!head) return { ...renderMail(first.word(context), context), calendar: first.calendar(context, from) };
  const lines = mails.flatMap((mail) => mail.line(context) ?? []);
  return { ...renderDigest(head, lines, context), calendar: null };
}

/** A mail that cannot be written, by a mistake of the program, is not tried again and again. */
async function writeOrFail(
  em: EntityManager,
  rows: readonly ClaimedRow[],
  write: () => WrittenMail,
): Promise<WrittenMail | null> {
  try {
    return write();
  } catch (error) {
    await markFailed(em, rows, error instanceof Error ? error.message : String(error));
    return null;
  }
}

/** An invented first message of a matter: mail programs show all mails that refer to it together. */
function threadOf(rows: readonly Read[], host: string): string | null {
  const threads = new Set(rows.map(({ row: { matter } }) => matter && `matter-${matter.id}`));
  const [thread] = threads;
  return threads.size === 1 && thread ? `<${thread}@${host}>` : null;
}
