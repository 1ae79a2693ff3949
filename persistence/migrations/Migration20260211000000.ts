import { Migration } from '@mikro-orm/migrations';

/** Receipts of finished uploads: what an upload has written, so that finishing it again writes nothing and answers the same. */
export class Migration20260211000000 extends Migration {
  override up(): void {
    this.addSql(`
create table upload_receipt (
  id uuid primary key,
  purpose text not null,
  employee_id uuid not null references employee(id),
  size_bytes bigint not null,
  answer jsonb not null,
  finished_at timestamptz not null default now()
)`);
    this.addSql(`create index upload_receipt_finished on upload_receipt (finished_at)`);
  }
}
