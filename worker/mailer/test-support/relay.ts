import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { simpleParser, type ParsedMail } from 'mailparser';
import { SMTPServer, type SMTPServerSession } from 'smtp-server';

type ReceivedMail = { to: string; messageId: string; raw: string };

/** What the relay says to a mail: nothing is a yes; an error with `responseCode` a refusal; `hangUp` closes the line after the mail came. */
type Answer = { error?: Error & { responseCode?: number }; hangUp?: boolean; delayMs?: number };

export type Relay = {
  url: string;
  port: number;
  received: ReceivedMail[];
  /** Decides about mails from now on; `nth` counts the tries for the same recipient from 1. */
  answer: (to: string, nth: number) => Answer;
  parsed(index: number): Promise<ParsedMail>;
  stop(): Promise<void>;
};

/** A real SMTP server that can be as difficult as real ones are. */
export async function startRelay(port = 0): Promise<Relay> {
  const tries = new Map<string, number>();
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['AUTH', 'STARTTLS'],
    onData(stream, session, callback) {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('end', () => {
        const to = recipientOf(session);
        const nth = (tries.get(to) ?? 0) + 1;
        tries.set(to, nth);
        const { error, hangUp, delayMs = 0 } = relay.answer(to, nth);
        const raw = Buffer.concat(chunks).toString('utf8');
        if (!error) relay.received.push({ to, raw, messageId: /^message-id: *(\S+)/im.exec(raw)?.[1] ?? '' });
        setTimeout(() => {
          if (hangUp) hangUpOn(session);
          else callback(error ?? null);
        }, delayMs);
      });
    },
  });
  const sockets = new Set<{ destroy(): void; remotePort?: number | undefined }>();
  const hangUpOn = (session: SMTPServerSession) => {
    for (const socket of sockets) if (socket.remotePort === session.remotePort) socket.destroy();
  };
  server.on('error', () => undefined);
  server.server.on('connection', (socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  server.listen(port, '127.0.0.1');
  await once(server.server, 'listening');
  const address = server.server.address() as AddressInfo;

  const relay: Relay = {
    url: `smtp://127.0.0.1:${address.port}`,
    port: address.port,
    received: [],
    answer: () => ({}),
    parsed: (index) => simpleParser(relay.received[index]!.raw),
    async stop() {
      for (const socket of sockets) socket.destroy();
      await new Promise<void>((resolve) => {
        server.close(() => resolve());
      });
    },
  };
  return relay;
}

/** A refusal with an SMTP code. */
export const refusal = (responseCode: number, message: string) => Object.assign(new Error(message), { responseCode });

const recipientOf = (session: SMTPServerSession) => session.envelope.rcptTo[0]?.address ?? '';
