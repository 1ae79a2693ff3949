import { SMTPServer } from 'smtp-server';

/** An SMTP relay that counts what it takes. It can be switched off and on again on the same port. */
export type MailSink = {
  readonly port: number;
  /** How often each mail arrived, by its Message-ID. */
  readonly received: ReadonlyMap<string, number>;
  switchOn(): Promise<void>;
  switchOff(): Promise<void>;
};

export async function openMailSink(port: number): Promise<MailSink> {
  const received = new Map<string, number>();
  let server: SMTPServer | null = null;

  const sink: MailSink = {
    port,
    received,
    async switchOn() {
      const opened = new SMTPServer({
        authOptional: true,
        disabledCommands: ['STARTTLS', 'AUTH'],
        onData(stream, _session, done) {
          const chunks: Buffer[] = [];
          stream.on('data', (chunk: Buffer) => chunks.push(chunk));
          stream.on('end', () => {
            const id = /^message-id:\s*(<[^>]+>)/im.exec(Buffer.concat(chunks).toString('utf8'))?.[1] ?? 'none';
            received.set(id, (received.get(id) ?? 0) + 1);
            done();
          });
        },
      });
      opened.on('error', () => {
        // A mailer that was killed in the middle of a mail.
      });
      await new Promise<void>((resolve) => opened.listen(port, '127.0.0.1', resolve));
      server = opened;
    },
    async switchOff() {
      const closing = server;
      server = null;
      if (closing) await new Promise<void>((resolve) => closing.close(() => resolve()));
    },
  };
  await sink.switchOn();
  return sink;
}
