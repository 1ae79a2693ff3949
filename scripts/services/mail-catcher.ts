import { fileURLToPath } from 'node:url';
import { isListening } from './ports.ts';
import { type Service, startProcess, startService, waitUntilReady } from './process.ts';

const program = fileURLToPath(new URL('./bin/maildev.js', import.meta.resolve('maildev')));

export type MailCatcherOptions = {
  smtpPort: number;
  /** Port of the page that shows the mails. */
  webPort: number;
  /** Keeps the mails over a restart. */
  dir: string;
  logFile: string;
};

/** Starts an SMTP server that keeps every mail and shows it on a page; both on 127.0.0.1, nothing is sent on. */
export async function startMailCatcher({ smtpPort, webPort, dir, logFile }: MailCatcherOptions): Promise<Service> {
  const options = {
    '--ip': '127.0.0.1',
    '--smtp': String(smtpPort),
    '--web-ip': '127.0.0.1',
    '--web': String(webPort),
    '--mail-directory': dir,
    '--max-emails': '2000',
  };
  return startService(async () => {
    const args = [program, ...Object.entries(options).flat()];
    const catcher = await startProcess({ name: 'mail-catcher', command: process.execPath, args, logFile });
    const isAnswering = async () => (await isListening(smtpPort)) && (await isListening(webPort));
    return waitUntilReady(catcher, isAnswering, 60_000);
  });
}
