import type { Logger } from 'pino';
import type { Orm } from '#persistence/orm.ts';
import { parseSender } from './addresses.ts';
import { createDelivery } from './delivery.ts';
import { startEnqueuer } from './enqueuer.ts';
import { openMailQueue } from './queue.ts';
import { RETRY_POLICY, type RetryPolicy } from './retry-policy.ts';
import { openTransport } from './transport.ts';

export type MailerOptions = {
  orm: Orm;
  databaseUrl: string;
  smtpUrl: string;
  /** `E-Kinerja ASN <no-reply@example.go.id>` or an address. */
  mailFrom: string;
  /** Where links lead; its host is also the right side of each Message-ID. */
  publicUrl: string;
  log: Logger;
  /** Mails sent at the same time by this process, each on its own SMTP connection. */
  concurrency?: number;
  /** Looks into the outbox this often when no notice comes. */
  pollMs?: number;
  /** The most mails per second that this process gives to the relay. */
  mailsPerSecond?: number;
  /** A digest waits this long for more lines. */
  digestHoldMs?: number;
  /** A mail that is being sent and was not heard of for so long belongs to a mailer that died. */
  staleAfterMs?: number;
  retry?: RetryPolicy;
};

export type Mailer = {
  /** Finishes the mails in work and stops; those not begun wait in the outbox. */
  stop(): Promise<void>;
};

/**
 * Sends the mails of the outbox, each at least once when it must arrive and at most once otherwise; each mail says which. Any number of
 * mailers may run at the same time.
 *
 * @throws AddressError when `mailFrom` is not an address, and when the database cannot be reached
 */
export async function startMailer(options: MailerOptions): Promise<Mailer> {
  const { orm, databaseUrl, smtpUrl, publicUrl, log, concurrency = 5, pollMs = 3_000, mailsPerSecond = 20 } = options;
  const { digestHoldMs = 10_000, staleAfterMs = 120_000, retry = RETRY_POLICY } = options;

  const from = parseSender(options.mailFrom);
  const transport = openTransport({ smtpUrl, from, maxConnections: concurrency, mailsPerSecond });
  const delivery = createDelivery({ orm, transport, from, publicUrl, retry, log });
  let onDrained = () => {};
  const queue = await openMailQueue({
    databaseUrl,
    concurrency,
    deliver: delivery.deliver,
    onDrained: () => onDrained(),
    log,
  });
  const enqueuer = startEnqueuer({
    orm,
    databaseUrl,
    queue,
    renewClaims: delivery.renew,
    log,
    pollMs,
    digestHoldMs,
    staleAfterMs,
  });
  onDrained = enqueuer.onDrained;
  const renewal = setInterval(() => {
    delivery.renew().catch((error: unknown) => log.warn({ err: error }, 'cannot renew claims'));
  }, staleAfterMs / 4);

  return {
    async stop() {
      await enqueuer.stop();
      await queue.close();
      clearInterval(renewal);
      transport.close();
    },
  };
}
