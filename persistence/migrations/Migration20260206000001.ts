import { Migration } from '@mikro-orm/migrations';

/**
 * Guidelines for a hundred thousand readers. Whom an announcement still has to reach is written down instead of being found by comparing everybody with
 * everything: how far each version has got, and who joined, moved or came back since. When a superior hears who has not read, and the days
 * of acknowledgements that lie in the audit chain.
 */
export class Migration20260206000001 extends Migration {
  override up(): void {
    for (const statement of STATEMENTS) this.addSql(statement);
  }
}

const STATEMENTS = [
  `create table guideline_announcement (
    version_id uuid primary key references guideline_version(id),
    upto uuid not null default '00000000-0000-0000-0000-000000000000'
  )`,
  `insert into guideline_announcement (version_id) select id from guideline_version where status = 'berlaku'`,
  `create table guideline_newcomer (employee_id uuid primary key references employee(id) on delete cascade)`,
  // Many acts change people; none of them has to know of guidelines.
  `create function note_guideline_newcomers() returns trigger language plpgsql as $$
  begin
    insert into guideline_newcomer select id from fresh order by id on conflict do nothing;
    return null;
  end $$`,
  `create function note_moved_guideline_readers() returns trigger language plpgsql as $$
  begin
    insert into guideline_newcomer
      select n.id from fresh n join stale o on o.id = n.id where (o.unit_id, o.status) is distinct from (n.unit_id, n.status) order by n.id
      on conflict do nothing;
    return null;
  end $$`,
  `create function note_guideline_readers_of_moved_units() returns trigger language plpgsql as $$
  begin
    insert into guideline_newcomer
      select e.id from fresh n join stale o on o.id = n.id join employee e on e.unit_id = n.id where o.path is distinct from n.path order by e.id
      on conflict do nothing;
    return null;
  end $$`,
  `create trigger guideline_newcomers after insert on employee referencing new table as fresh for each statement execute function note_guideline_newcomers()`,
  `create trigger guideline_movers after update on employee referencing old table as stale new table as fresh for each statement execute function note_moved_guideline_readers()`,
  `create trigger guideline_unit_movers after update on unit referencing old table as stale new table as fresh for each statement execute function note_guideline_readers_of_moved_units()`,
  `alter table guideline_reader add column superior_at timestamptz`,
  `create index guideline_reader_superior on guideline_reader (superior_at) where superior_at is not null`,
  `create index guideline_reader_unread on guideline_reader (version_id, employee_id) where acknowledged_at is null`,
  `create index guideline_reader_acknowledged on guideline_reader (acknowledged_at) where acknowledged_at is not null`,
  `create index employee_by_name on employee (name, id)`,
];
