create table training_event (
  id uuid primary key default uuidv7(),
  workflow_id text not null unique,
  unit_id uuid not null references unit(id),
  kind text not null,
  title text not null,
  topic text not null default '',
  agenda text not null default '',
  place text not null default '',
  link text not null default '',
  starts_at timestamptz not null,
  ends_at timestamptz not null,
  time_zone text not null,
  organiser text not null,
  speakers text[] not null default '{}',
  quota int,
  jp numeric(5,1) not null default 0,
  signer_name text not null default '',
  signer_title text not null default '',
  check_in_minutes_before int not null default 30,
  check_in_minutes_after int not null default 30,
  remind_hours_before int not null default 24,
  test_until timestamptz,
  invitations jsonb not null default '[]',
  state text not null default 'draft',
  steps_done text[] not null default '{}',
  version int not null default 1,
  invitation_sequence int not null default 0,
  code_secret bytea not null,
  invited_at timestamptz,
  cancelled_reason text,
  created_by_id uuid references employee(id),
  created_at timestamptz not null default now(),
  check (ends_at > starts_at)
);
create index training_event_unit on training_event (unit_id, starts_at desc);
create index training_event_state on training_event (state) where state not in ('draft', 'finished', 'cancelled');
create index training_event_topic on training_event (topic, ends_at) where topic <> '';
create table training_participant (
  event_id uuid not null references training_event(id),
  employee_id uuid not null references employee(id),
  is_invited boolean not null default true,
  answer text,
  answered_at timestamptz,
  place text,
  waiting_since timestamptz,
  attended_at timestamptz,
  attendance_method text,
  attendance_by_id uuid references employee(id),
  primary key (event_id, employee_id)
);
create index training_participant_employee on training_participant (employee_id);
create table training_material (
  id uuid primary key default uuidv7(),
  event_id uuid not null references training_event(id),
  file_name text not null,
  media_type text not null,
  size_bytes bigint not null,
  sha256 text not null,
  storage_key text not null,
  uploaded_by_id uuid not null references employee(id),
  uploaded_at timestamptz not null default now(),
  removed_at timestamptz
);
create index training_material_event on training_material (event_id) where removed_at is null;
create table training_test (
  id uuid primary key default uuidv7(),
  event_id uuid not null references training_event(id),
  moment text not null,
  pass_mark_percent int not null default 70,
  attempts int not null default 2,
  is_shuffled boolean not null default true,
  questions jsonb not null,
  unique (event_id, moment)
);
create table training_attempt (
  id uuid primary key default uuidv7(),
  test_id uuid not null references training_test(id),
  employee_id uuid not null references employee(id),
  number int not null,
  seed int not null,
  answers jsonb not null default '{}',
  version int not null default 1,
  started_at timestamptz not null default now(),
  saved_at timestamptz not null default now(),
  submitted_at timestamptz,
  score_percent numeric(4,1),
  is_passed boolean,
  unique (test_id, employee_id, number)
);
create index training_attempt_employee on training_attempt (employee_id);
create table training_certificate (
  id uuid primary key default uuidv7(),
  event_id uuid not null references training_event(id),
  employee_id uuid not null references employee(id),
  token text not null unique,
  year int not null,
  serial int not null,
  number text not null unique,
  holder_name text not null,
  holder_number text not null,
  title text not null,
  kind text not null,
  topic text not null,
  organiser text not null,
  held_from date not null,
  held_to date not null,
  jp numeric(5,1) not null,
  signer_name text not null,
  signer_title text not null,
  issued_at timestamptz not null,
  revoked_at timestamptz,
  revoked_by_id uuid references employee(id),
  revoked_reason text,
  unique (event_id, employee_id),
  unique (year, serial)
);
create index training_certificate_employee on training_certificate (employee_id, held_to);
create table jp_entry (
  id uuid primary key default uuidv7(),
  employee_id uuid not null references employee(id),
  kind text not null,
  title text not null,
  organiser text not null,
  held_from date not null,
  held_to date not null,
  jp numeric(5,1) not null,
  state text not null default 'proposed',
  file_name text,
  media_type text,
  size_bytes bigint,
  sha256 text,
  storage_key text,
  recorded_at timestamptz not null default now(),
  decided_by_id uuid references employee(id),
  decided_at timestamptz,
  decision_reason text,
  check (held_to >= held_from and jp > 0)
);
create index jp_entry_employee on jp_entry (employee_id, held_to);
create index jp_entry_proposed on jp_entry (recorded_at) where state = 'proposed';
create table training_waiver (
  id uuid primary key default uuidv7(),
  employee_id uuid not null references employee(id),
  year int not null,
  topic text not null,
  reason text not null,
  granted_by_id uuid not null references employee(id),
  granted_at timestamptz not null default now(),
  unique (employee_id, year, topic)
);
