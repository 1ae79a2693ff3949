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

const GUIDELINES = `
create table guideline (
  id uuid primary key default uuidv7(),
  created_by_id uuid references employee(id),
  created_at timestamptz not null default now()
);
create table guideline_version (
  id uuid primary key default uuidv7(),
  guideline_id uuid not null references guideline(id),
  version int not null,
  status text not null default 'draf',
  content jsonb not null,
  kind text not null generated always as (content ->> 'kind') stored,
  number text not null generated always as (content ->> 'number') stored,
  year int generated always as ((content ->> 'year')::int) stored,
  title text not null generated always as (content ->> 'title') stored,
  edit int not null default 1,
  returned_reason text,
  approved_at timestamptz,
  effective_at timestamptz,
  ended_at timestamptz,
  ended_by_id uuid references guideline_version(id),
  created_by_id uuid references employee(id),
  created_at timestamptz not null default now(),
  updated_by_id uuid references employee(id),
  updated_at timestamptz not null default now(),
  unique (guideline_id, version)
);
create unique index guideline_version_open on guideline_version (guideline_id) where status in ('draf', 'ditinjau', 'ditetapkan');
create unique index guideline_version_in_force on guideline_version (guideline_id) where status = 'berlaku';
create index guideline_version_title on guideline_version using gin (title gin_trgm_ops);
create table guideline_attachment (
  id uuid primary key default uuidv7(),
  version_id uuid not null references guideline_version(id),
  file_name text not null,
  media_type text not null,
  size_bytes bigint not null,
  sha256 text not null,
  storage_key text not null,
  uploaded_by_id uuid not null references employee(id),
  uploaded_at timestamptz not null default now(),
  removed_at timestamptz
);
create index guideline_attachment_version on guideline_attachment (version_id) where removed_at is null;
create table guideline_reader (
  version_id uuid not null references guideline_version(id),
  employee_id uuid not null references employee(id),
  announced_at timestamptz not null,
  due_at timestamptz not null,
  remind_at timestamptz[] not null default '{}',
  level int not null default 0,
  next_step_at timestamptz,
  acknowledged_at timestamptz,
  primary key (version_id, employee_id)
);
create index guideline_reader_employee on guideline_reader (employee_id, announced_at desc);
create index guideline_reader_step on guideline_reader (next_step_at) where next_step_at is not null;
`;

const LIBRARY = `
create table library_indicator (
  id uuid primary key default uuidv7(),
  job text not null,
  indikator text not null,
  aspek text not null,
  satuan text not null,
  measure text not null default '',
  target text not null default '',
  is_retired boolean not null default false,
  updated_by_id uuid references employee(id),
  updated_at timestamptz not null default now()
);
create unique index library_indicator_text on library_indicator (lower(job), lower(indikator), aspek) where not is_retired;
create index library_indicator_job on library_indicator using gin (job gin_trgm_ops);
create table skp_template (
  id uuid primary key default uuidv7(),
  job text not null,
  name text not null,
  content jsonb not null,
  is_retired boolean not null default false,
  updated_by_id uuid references employee(id),
  updated_at timestamptz not null default now(),
  unique (job, name)
);
`;

const STATEMENTS = [RULE_SETS, GUIDELINES, LIBRARY].flatMap((block) =>
  block
    .split(';')
    .map((statement) => statement.trim())
    .filter(Boolean),
);
