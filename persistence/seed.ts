import { argon2Sync, randomBytes } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { loadConfig } from '#config/config.ts';
import { civilDate } from '#domain/calendar/clock.ts';
import { openOrm } from './orm.ts';
import { chooseDemoAccounts, DEMO_PASSWORD } from './seeders/demo-accounts.ts';
import { isEmpty } from './seeders/demo-agency.ts';
import { seedDemo } from './seeders/demo.ts';

/**
 * Fills an empty database with the demo agency and the opening of the current year, in one transaction: `node persistence/seed.ts`.
 * A database that holds units is left alone. The list of demo accounts is written to DATA_DIR/demo-accounts.json.
 */
const config = loadConfig();
if (config.nodeEnv === 'production') throw new Error('the demo agency is not for production');
const orm = await openOrm(config.databaseUrl, { poolMax: 1 });
try {
  const em = orm.em.fork();
  if (await isEmpty(em)) {
    const result = await seedDemo(em, hashOnce(DEMO_PASSWORD), civilDate(Date.now(), config.agencyTimeZone));
    console.log(`demo agency: ${result.added} employees from ${result.rows} rows, ${result.refused} refused`);
    console.table(
      result.problems.map(({ row, severity, column, code, owner }) => ({
        row,
        what: severity === 'error' ? 'refused' : 'held',
        column,
        code,
        owner,
      })),
    );
  } else {
    console.log('the database is in use already: nothing was added');
  }
  const accounts = await chooseDemoAccounts(em);
  await mkdir(config.dataDir, { recursive: true });
  await writeFile(join(config.dataDir, 'demo-accounts.json'), `${JSON.stringify(accounts, null, 2)}\n`);
  console.log(`password of every demo account: ${DEMO_PASSWORD}`);
  console.table(accounts.map(({ role, name, nip }) => ({ role, name, nip })));
} finally {
  await orm.close();
}

/** One argon2id hash for all demo accounts, so that seeding takes a moment and not a minute. */
function hashOnce(password: string): string {
  const nonce = randomBytes(16);
  const tag = argon2Sync('argon2id', {
    message: password,
    nonce,
    memory: 19_456,
    passes: 2,
    parallelism: 1,
    tagLength: 32,
  });
  const text = (bytes: Buffer): string => bytes.toString('base64').replace(/=+$/, '');
  return `$argon2id$v=19$m=19456,t=2,p=1$${text(nonce)}$${text(tag)}`;
}
