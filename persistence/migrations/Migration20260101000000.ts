import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Migration } from '@mikro-orm/migrations';

const SCHEMA = join(import.meta.dirname, 'schema');

/** The whole schema, in the order of its files. */
export class Migration20260101000000 extends Migration {
  override up(): void {
    for (const extension of ['pg_trgm', 'btree_gist']) this.addSql(`create extension if not exists ${extension}`);
    for (const file of readdirSync(SCHEMA).sort()) this.addSql(readFileSync(join(SCHEMA, file), 'utf8'));
  }
}
