create table rule_set (
  id uuid primary key default uuidv7(),
  code text not null unique,
  name text not null,
  valid_from date not null,
  valid_to date,
  data jsonb not null,
  series text,
  based_on_id uuid references rule_set(id),
  published_at timestamptz,
  published_by_id uuid references employee(id),
  constraint rule_set_validity exclude using gist (coalesce(series, code) with =, daterange(valid_from, valid_to, '[]') with &&)
);
create table holiday (
  held_on date not null,
  kind text not null,
  name text not null,
  primary key (held_on, name)
);
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
