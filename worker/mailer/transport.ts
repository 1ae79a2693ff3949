import { createTransport } from 'nodemailer';
import type { Address } from './addresses.ts';
import type { CalendarFile } from './calendar-file.ts';
import type { RenderedMail } from './render.ts';

/** One mail for the relay. `threadId` joins the mails of one cycle in the recipient's mail program; null for mails about several. */
type OutgoingMail = RenderedMail & {
  to: Address;
  messageId: string;
  threadId: string | null;
  calendar?: CalendarFile | null;
};

/** What to do after a failed attempt. `isCertainlyUnsent` is false when the connection broke in between. */
export type Failure = { isPermanent: boolean; isCertainlyUnsent: boolean; message: string };

export type MailTransport = {
  /** Resolves when the relay has taken the mail; rejects with what `failureOf` explains. */
  send(mail: OutgoingMail): Promise<void>;
  close(): void;
};

export type TransportOptions = { smtpUrl: string; from: Address; maxConnections: number; mailsPerSecond: number };

/** One delivery may take this long, however slowly the relay answers. It must stay below the age at which a claim counts as lost. */
const deliveryTimeoutMs = 90_000;

/** Opens a pool of SMTP connections. Nothing in a mail can make it read a file or fetch an address. */
export function openTransport({ smtpUrl, from, maxConnections, mailsPerSecond }: TransportOptions): MailTransport {
  const transporter = createTransport({
    url: smtpUrl,
    pool: true,
    maxConnections,
    maxMessages: 100,
    // A broken connection is for the outbox to settle: it knows the Message-ID and waits longer each time.
    maxRequeues: 0,
    rateDelta: 1_000,
    rateLimit: mailsPerSecond,
    connectionTimeout: 10_000,
    greetingTimeout: 10_000,
    socketTimeout: 30_000,
    idleTimeout: 30_000,
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  return {
    async send({ to, messageId, threadId, subject, html, text, calendar }) {
      await transporter.sendMail({
        from,
        to: [to],
        envelope: { from: from.address, to: [to.address] },
        messageId,
        ...(threadId && { references: threadId }),
        subject,
        html,
        text,
        ...(calendar && {
          icalEvent: { method: calendar.method, filename: calendar.fileName, content: calendar.content },
        }),
        headers: { 'Auto-Submitted': 'auto-generated', 'X-Auto-Response-Suppress': 'All' },
        signal: AbortSignal.timeout(deliveryTimeoutMs),
      });
    },
    close: () => transporter.close(),
  };
}

type SmtpError = Error & { code?: string; responseCode?: number; permanent?: boolean; syscall?: string };

const settingsAtFault = new Set([530, 534, 535, 538]);

/**
 * Explains an error of `send`. Only the relay's 5xx about this very mail is final; a wrong password, a relay that greets with 554 or is
 * away will be repaired by somebody, so the mail waits.
 */
export function failureOf(error: unknown): Failure {
  const { message = String(error), code, responseCode, permanent, syscall } = error as SmtpError;
  const isAnswered = typeof responseCode === 'number';
  const isAboutMail = code === 'EENVELOPE' || code === 'EMESSAGE';
  return {
    isPermanent: isAboutMail && (isAnswered ? permanent === true && !settingsAtFault.has(responseCode) : true),
    isCertainlyUnsent: isAnswered || isAboutMail || syscall === 'connect' || code === 'EDNS' || code === 'EAUTH',
    message,
  };
}
