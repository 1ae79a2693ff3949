import { Migration } from '@mikro-orm/migrations';

/** What a version of a guideline said when it was returned, to show what has been mended since. */
export class Migration20260212000000 extends Migration {
  override up(): void {
    this.addSql('alter table guideline_version add column returned_content jsonb');
  }
}
