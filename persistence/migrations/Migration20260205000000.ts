import { Migration } from '@mikro-orm/migrations';

/**
 * Which way the measure of a library indicator is better; those that were there count as before: the more the better. And who was
 * missing from an uploaded roster when it was checked.
 */
export class Migration20260205000000 extends Migration {
  override up(): void {
    this.addSql(
      "alter table library_indicator add column polarity text not null default 'higherIsBetter' check (polarity in ('higherIsBetter', 'lowerIsBetter'))",
    );
    this.addSql(`create table roster_import_missing (
      import_id uuid not null references roster_import(id) on delete cascade,
      employee_id uuid not null references employee(id) on delete cascade,
      primary key (import_id, employee_id)
    )`);
  }
}
