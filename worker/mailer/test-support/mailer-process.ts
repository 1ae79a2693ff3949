import pino from 'pino';
import { openOrm } from '#persistence/orm.ts';
import { startMailer } from '../mailer.ts';

/* A mailer in a process of its own that tests can kill. Its settings come as JSON in the first argument. */

type Settings = { databaseUrl: string; smtpUrl: string; concurrency: number; staleAfterMs: number };

const settings = JSON.parse(process.argv[2]!) as Settings;
const orm = await openOrm(settings.databaseUrl, { poolMax: 4 });
const mailer = await startMailer({
  ...settings,
  orm,
  mailFrom: 'E-Kinerja ASN <no-reply@kinerja.example.go.id>',
  publicUrl: 'https://kinerja.example.go.id',
  log: pino({ level: 'error' }, pino.destination(2)),
  pollMs: 300,
  mailsPerSecond: 1_000,
});
process.once('SIGTERM', () => {
  void mailer
    .stop()
    .then(() => orm.close())
    .then(() => process.exit(0));
});
console.log('ready');
