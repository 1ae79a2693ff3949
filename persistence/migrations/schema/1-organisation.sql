create table unit (
  id uuid primary key default uuidv7(),
  code text not null unique,
  name text not null,
  parent_id uuid references unit(id),
  path text not null unique,
  time_zone text not null
);
create table position (
  id uuid primary key default uuidv7(),
  unit_id uuid not null references unit(id),
  title text not null,
  kind text not null,
  grade_level text not null,
  superior_position_id uuid references position(id),
  is_unit_head boolean not null default false
);
create index position_superior on position (superior_position_id);
create index position_unit on position (unit_id);
create table employee (
  id uuid primary key default uuidv7(),
  name text not null,
  born_on date not null,
  sex text not null,
  email text not null,
  employment text not null,
  grade text not null,
  status text not null default 'aktif',
  unit_id uuid not null references unit(id),
  notes text not null default '',
  locale text not null default 'id'
);
create index employee_unit on employee (unit_id);
create index employee_name on employee using gin (name gin_trgm_ops);
create index employee_by_name on employee (name, id);
create table employee_number (
  number text primary key,
  employee_id uuid not null references employee(id),
  kind text not null,
  valid_from date not null,
  valid_to date
);
create index employee_number_employee on employee_number (employee_id);
create table position_assignment (
  id uuid primary key default uuidv7(),
  position_id uuid not null references position(id),
  employee_id uuid not null references employee(id),
  kind text not null default 'definitif',
  valid_from date not null,
  valid_to date,
  order_number text
);
create index position_assignment_position on position_assignment (position_id);
create index position_assignment_employee on position_assignment (employee_id);
create table desk (
  id uuid primary key default uuidv7(),
  role text not null,
  unit_id uuid not null references unit(id),
  unique (role, unit_id)
);
create table role_assignment (
  id uuid primary key default uuidv7(),
  employee_id uuid not null references employee(id),
  desk_id uuid not null references desk(id),
  valid_from date not null,
  valid_to date,
  granted_by_id uuid references employee(id),
  reason text not null default '',
  ended_by_id uuid references employee(id)
);
create index role_assignment_employee on role_assignment (employee_id);
create index role_assignment_desk on role_assignment (desk_id);
create table personnel_act (
  id uuid primary key default uuidv7(),
  employee_id uuid not null references employee(id),
  unit_id uuid not null references unit(id),
  kind text not null,
  effective_on date not null,
  until_on date,
  order_number text,
  reason text not null,
  data jsonb not null default '{}',
  state text not null default 'scheduled',
  recorded_by_id uuid not null references employee(id),
  recorded_at timestamptz not null default now(),
  applied_at timestamptz,
  closed_by_id uuid references employee(id),
  failure text
);
create index personnel_act_employee on personnel_act (employee_id, effective_on desc);
create index personnel_act_due on personnel_act (effective_on) where state = 'scheduled';
create table roster_import (
  id uuid primary key default uuidv7(),
  file_name text not null,
  format text not null,
  size_bytes bigint not null,
  uploaded_by_id uuid not null references employee(id),
  uploaded_at timestamptz not null default now(),
  unit_ids uuid[],
  posts_from date not null,
  state text not null default 'waiting',
  want text not null default 'check',
  phase text not null default 'reading',
  parsed_at timestamptz,
  total_rows int not null default 0,
  done_rows int not null default 0,
  failure text,
  failure_detail jsonb,
  checked_at timestamptz,
  applied_at timestamptz,
  applied_by_id uuid references employee(id),
  claimed_until timestamptz,
  attempts int not null default 0
);
create index roster_import_waiting on roster_import (uploaded_at) where state in ('waiting', 'working');
create table roster_import_chunk (
  import_id uuid not null references roster_import(id) on delete cascade,
  number int not null,
  bytes bytea not null,
  primary key (import_id, number)
);
create table roster_import_row (
  import_id uuid not null references roster_import(id) on delete cascade,
  number int not null,
  cells jsonb not null,
  original_cells jsonb,
  state text not null default 'new',
  problems jsonb not null default '[]',
  unit_id uuid,
  confirmed_by_id uuid references employee(id),
  confirmed_at timestamptz,
  corrected_by_id uuid references employee(id),
  corrected_at timestamptz,
  change text,
  changes jsonb,
  employee_id uuid,
  position_id uuid,
  is_new_position boolean,
  has_new_superior boolean,
  facts jsonb,
  applied_at timestamptz,
  primary key (import_id, number)
);
create index roster_import_row_open on roster_import_row (import_id, number) where state in ('refused', 'held');
create index roster_import_row_unit on roster_import_row (unit_id) where state in ('refused', 'held');
create table roster_import_missing (
  import_id uuid not null references roster_import(id) on delete cascade,
  employee_id uuid not null references employee(id) on delete cascade,
  primary key (import_id, employee_id)
);
