import { openOrm } from '#persistence/orm.ts';
import { workOnImport } from '#persistence/organisation/roster-import.work.ts';

/**
 * Works on one roster import and ends: `node worker/jobs/import-process.ts <id>`, with DATABASE_URL. A process of its own keeps
 * a large file out of the memory of everything else, within a limit of its own, and gives the memory back.
 */
const [id] = process.argv.slice(2);
const databaseUrl = process.env['DATABASE_URL'];
if (!id || !databaseUrl) throw new Error('the id of an import and DATABASE_URL are needed');
const orm = await openOrm(databaseUrl, { poolMax: 3 });
try {
  await workOnImport(orm, id, new Date());
} finally {
  await orm.close();
}
