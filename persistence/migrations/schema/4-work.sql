create table draft (
  id uuid primary key default uuidv7(),
  cycle_id uuid not null references cycle(id),
  employee_id uuid not null references employee(id),
  kind text not null,
  period_no int not null default 0,
  version int not null default 1,
  content jsonb not null,
  updated_at timestamptz not null default now(),
  updated_by_id uuid not null references employee(id),
  unique (cycle_id, kind, period_no)
);
create table skp (
  id uuid primary key default uuidv7(),
  cycle_id uuid not null references cycle(id),
  round int not null,
  state text not null,
  content jsonb not null,
  submitted_at timestamptz not null,
  submitted_by_id uuid not null references employee(id),
  is_late boolean not null default false,
  decided_at timestamptz,
  decided_by_id uuid references employee(id),
  on_behalf_of_position_id uuid references position(id),
  reason text,
  unique (cycle_id, round)
);
create table report (
  id uuid primary key default uuidv7(),
  cycle_id uuid not null references cycle(id),
  period_no int not null,
  round int not null,
  state text not null,
  content jsonb not null,
  submitted_at timestamptz not null,
  submitted_by_id uuid not null references employee(id),
  is_late boolean not null default false,
  decided_at timestamptz,
  decided_by_id uuid references employee(id),
  on_behalf_of_position_id uuid references position(id),
  reason text,
  unique (cycle_id, period_no, round)
);
create table evidence (
  id uuid primary key default uuidv7(),
  cycle_id uuid not null references cycle(id),
  employee_id uuid not null references employee(id),
  period_no int not null,
  indicator_id text,
  file_name text not null,
  media_type text not null,
  size_bytes bigint not null,
  sha256 text not null,
  storage_key text not null,
  uploaded_at timestamptz not null default now(),
  removed_at timestamptz
);
create index evidence_cycle on evidence (cycle_id, period_no) where removed_at is null;
create table appraisal (
  id uuid primary key default uuidv7(),
  cycle_id uuid not null unique references cycle(id),
  self_assessment jsonb,
  self_assessed_at timestamptz,
  is_self_assessment_late boolean not null default false,
  delivered_at timestamptz,
  objection_until timestamptz,
  acknowledged_at timestamptz,
  objection jsonb,
  objected_at timestamptz,
  is_final boolean not null default false
);
create table appraisal_result (
  id uuid primary key default uuidv7(),
  cycle_id uuid not null references cycle(id),
  number int not null,
  origin text not null,
  hasil_kerja text not null,
  perilaku text not null,
  predikat text not null,
  notes text not null default '',
  decided_at timestamptz not null,
  decided_by_id uuid not null references employee(id),
  on_behalf_of_position_id uuid references position(id),
  unique (cycle_id, number)
);
create table evaluation (
  id uuid primary key default uuidv7(),
  cycle_id uuid not null unique references cycle(id),
  strengths text[] not null default '{}',
  weaknesses text[] not null default '{}',
  improvements text[] not null default '{}',
  recorded_at timestamptz not null,
  recorded_by_id uuid not null references employee(id),
  on_behalf_of_position_id uuid references position(id)
);
create table follow_up (
  id uuid primary key default uuidv7(),
  cycle_id uuid not null references cycle(id),
  kind text not null,
  content jsonb not null,
  outcome text,
  recorded_at timestamptz not null,
  recorded_by_id uuid not null references employee(id),
  on_behalf_of_position_id uuid references position(id),
  review_at timestamptz
);
create index follow_up_cycle on follow_up (cycle_id);
