import { Migration } from '@mikro-orm/migrations';

/**
 * Mails to an address of which nobody knows yet whose it is: they name nobody and have no recipient. Claims by the address they were given,
 * to count its mails.
 */
export class Migration20260206000000 extends Migration {
  override up(): void {
    this.addSql('alter table outbox alter column recipient_id drop not null');
    this.addSql(
      'alter table outbox add constraint outbox_goes_somewhere check (recipient_id is not null or address is not null)',
    );
    this.addSql(
      'create index registration_claim_email on registration_claim (lower(email), requested_at desc) where email is not null',
    );
    // The status of a claim reads its end from the claim alone, whether there is a procedure or not.
    this.addSql(
      "update registration_claim c set expires_at = p.expires_at from procedure p where p.id = c.procedure_id and c.state = 'proved' and p.expires_at is not null",
    );
  }
}
