import { Migration } from '@mikro-orm/migrations';

/** Rule sets as versions of a series, their drafts, and the moves of running cycles; guidelines; the indicator library. */
export class Migration20260203000000 extends Migration {
  override up(): void {
    this.addSql(`create extension if not exists btree_gist`);
    for (const statement of STATEMENTS) this.addSql(statement);
  }
}

const RULE_SETS = `
alter table rule_set
  add column series text,
  add column based_on_id uuid references rule_set(id),
  add column published_at timestamptz,
  add column published_by_id uuid references employee(id);
alter table rule_set add constraint rule_set_validity exclude using gist (coalesce(series, code) with =, daterange(valid_from, valid_to, '[]') with &&);
create table rule_set_draft (
  id uuid primary key default uuidv7(),
  based_on_id uuid not null references rule_set(id),
  series text not null,
  code text not null unique,
  data jsonb not null,
  version int not null default 1,
  state text not null default 'draft',
  workflow_id text,
  returned_reason text,
  rule_set_id uuid references rule_set(id),
  created_by_id uuid not null references employee(id),
  created_at timestamptz not null default now(),
  updated_by_id uuid not null references employee(id),
  updated_at timestamptz not null default now()
);
create table rule_set_move (
  id uuid primary key default uuidv7(),
  rule_set_id uuid not null references rule_set(id),
  from_rule_set_id uuid references rule_set(id),
  unit_id uuid not null references unit(id),
  stage text,
  reason text not null,
  state text not null default 'running',
  rate_per_second int not null default 20,
  is_planned boolean not null default false,
  workflow_id text not null unique,
  opened_by_id uuid not null references employee(id),
  opened_at timestamptz not null default now(),
  finished_at timestamptz
);
create table rule_set_move_item (
  move_id uuid not null references rule_set_move(id),
  cycle_id uuid not null references cycle(id),
  fact_id uuid not null unique,
  from_rule_set_id uuid not null references rule_set(id),
  state text not null default 'planned',
  code text,
  dates int,
  sent_at timestamptz,
  settled_at timestamptz,
  primary key (move_id, cycle_id)
);
create index rule_set_move_item_state on rule_set_move_item (move_id, state, cycle_id);
`;

const STATEMENTS = [RULE_SETS].flatMap((block) =>
  block
    .split(';')
    .map((statement) => statement.trim())
    .filter(Boolean),
);
