import { loadConfig } from '#config/config.ts';
import { openOrm } from './orm.ts';

/** Brings the application database up to date: `node persistence/migrate.ts`. */
const orm = await openOrm(loadConfig().databaseUrl, { poolMax: 1 });
try {
  const applied = await orm.migrator.up();
  console.log(
    applied.length ? `applied ${applied.map((migration) => migration.name).join(', ')}` : 'schema is up to date',
  );
} finally {
  await orm.close();
}
