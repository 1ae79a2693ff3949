import { Migration } from '@mikro-orm/migrations';

/** Finds the few mails that somebody waits for among a hundred thousand others that wait. */
export class Migration20260213000000 extends Migration {
  override up(): void {
    this.addSql(`create index outbox_waiting_template on outbox (template, available_at) where state = 'waiting'`);
  }
}
