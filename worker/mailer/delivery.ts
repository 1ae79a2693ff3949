import type { EntityManager } from '@mikro-orm/postgresql';
import type { Logger } from 'pino';
import { setTimeout as sleep } from 'node:timers/promises';
import { MUST_ARRIVE } from '#domain/notifications/mail.ts';
import {
  claimBatch,
  findRecipient,
  markDropped,
  markFailed,
  markRetry,
  markSent,
  readMailFacts,
  renewClaims,
  type ClaimedRow,
  type MailFacts,
  type Recipient,
} from '#persistence/notifications/outbox.repository.ts';
import { issueResetToken } from '#persistence/accounts/password-reset.repository.ts';
import { issueRegistrationToken } from '#persistence/accounts/registrations.repository.ts';
import type { Orm } from '#persistence/orm.ts';
import { AddressError, addressOf, type Address } from './addresses.ts';
import { mailLine, mailView, type MailLine } from './mail-view.ts';
import { calendarOf } from './training-mail.ts';
import { renderMail, type RenderedMail } from './render.ts';
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

type Batch = { claims: ClaimedRow[]; recipient: Recipient | null; facts: MailFacts[] };

/** The way of one mail from the outbox to the relay. */
export function createDelivery({ orm, transport, from, publicUrl, retry, log }: DeliveryOptions): Delivery {
  const host = new URL(publicUrl).hostname;
  const inFlight = new Set<ClaimedRow[]>();

  /** Claim and reading are one transaction: when the database fails between them, the mail simply waits. */
  const claim = (outboxId: string): Promise<Batch | null> =>
    orm.em.fork().transactional(async (em) => {
      const claims = await claimBatch(em, { outboxId, messageIdHost: host, limit: longestDigest });
      const [first] = claims;
      if (!first) return null;
      const facts = await withLinkTokens(
        em as EntityManager,
        await readMailFacts(
          em,
          claims.map(({ id }) => id),
        ),
      );
      return {
        claims,
        facts,
        recipient: first.recipientId === null ? unknownReader(facts[0]) : await findRecipient(em, first.recipientId),
      };
    });

  const send = async (em: EntityManager, { claims, recipient, facts }: Batch): Promise<void> => {
    const to = await checkedAddress(em, claims, recipient, facts[0]?.address ?? null);
    if (!recipient || !to) return;
    const lines = await wordedLines(em, claims, facts, { recipient, publicUrl });
    const printed = new Set(lines.map((line) => line.outboxId));
    const rows = claims.filter(({ id }) => printed.has(id));
    const [first] = rows;
    if (!first) return;

    const mail = renderMail(first.template, mailView(lines, { recipient, publicUrl }));
    const matter = facts.find(({ id }) => id === first.id)!;
    const calendar = calendarOf(matter, { recipient, publicUrl, from });
    try {
      await transport.send({ ...mail, calendar, to, messageId: first.messageId, threadId: threadOf(facts, host) });
    } catch (error) {
      await putBack(em, rows, error);
      return;
    }
    await rememberSent(em, rows, mail);
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
const unknownReader = (facts: MailFacts | undefined): Recipient => ({
  id: '',
  name: '',
  email: facts?.address ?? '',
  locale: facts?.data.locale === 'en' ? 'en' : 'id',
  timeZone: 'Asia/Jakarta',
});

/** The secret of a link is made when its mail is written: no table ever holds it, the mails' own included. */
const withLinkTokens = (em: EntityManager, facts: MailFacts[]): Promise<MailFacts[]> =>
  Promise.all(
    facts.map(async (fact) => {
      const token = await issueToken(em, fact);
      return token === null ? fact : { ...fact, data: { ...fact.data, token } };
    }),
  );

async function issueToken(em: EntityManager, { template, data }: MailFacts): Promise<string | null> {
  if (template === 'password-reset' && typeof data.resetId === 'string') return issueResetToken(em, data.resetId);
  if (template === 'registration-proof' && typeof data.claimId === 'string')
    return issueRegistrationToken(em, data.claimId, 'proof');
  if (template === 'registration-granted' && typeof data.claimId === 'string')
    return issueRegistrationToken(em, data.claimId, 'password');
  return null;
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

/** The lines of a mail. A row that cannot be worded fails alone; a reminder whose task was done meanwhile is dropped. */
async function wordedLines(
  em: EntityManager,
  claims: ClaimedRow[],
  facts: MailFacts[],
  context: { recipient: Recipient; publicUrl: string },
): Promise<MailLine[]> {
  const lines: MailLine[] = [];
  for (const row of facts) {
    const rowClaims = claims.filter(({ id }) => id === row.id);
    if (!MUST_ARRIVE.has(row.template) && row.taskState !== null && row.taskState !== 'open') {
      await markDropped(em, rowClaims, 'the task is no longer open');
      continue;
    }
    if (row.guideline && !row.guideline.isToRead) {
      await markDropped(em, rowClaims, 'the guideline was read or is no longer in force');
      continue;
    }
    try {
      lines.push(mailLine(row, context));
    } catch (error) {
      await markFailed(em, rowClaims, error instanceof Error ? error.message : String(error));
    }
  }
  return lines;
}

/** An invented first message of a cycle or a procedure: mail programs show all mails that refer to it together. */
function threadOf(facts: MailFacts[], host: string): string | null {
  const threads = new Set(
    facts.map(({ cycleId, procedure }) => (cycleId ? `cycle-${cycleId}` : procedure && `procedure-${procedure.id}`)),
  );
  const [thread] = threads;
  return threads.size === 1 && thread ? `<${thread}@${host}>` : null;
}
