import { Migration } from '@mikro-orm/migrations';

/** The first schema: organisation, accounts, rule sets, cycles and their tasks, the command ledger, the audit chain, the outbox. */
export class Migration20260101000000 extends Migration {
  override up(): void {
    this.addSql(`create extension if not exists pg_trgm`);
    for (const statement of STATEMENTS) this.addSql(statement);
  }
}

const ORGANISATION = `
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
  valid_to date
);
create index role_assignment_employee on role_assignment (employee_id);
create index role_assignment_desk on role_assignment (desk_id);
`;

const ACCOUNTS = `
create table account (
  employee_id uuid primary key references employee(id),
  password_hash text not null,
  password_changed_at timestamptz not null default now(),
  is_active boolean not null default true
);
create table session (
  id uuid primary key default uuidv7(),
  token_hash bytea not null unique,
  employee_id uuid not null references employee(id),
  created_at timestamptz not null default now(),
  last_seen_at timestamptz not null default now(),
  expires_at timestamptz not null,
  revoked_at timestamptz,
  user_agent text not null default ''
);
create index session_employee on session (employee_id) where revoked_at is null;
`;

const RULES = `
create table rule_set (
  id uuid primary key default uuidv7(),
  code text not null unique,
  name text not null,
  valid_from date not null,
  valid_to date,
  data jsonb not null
);
create table holiday (
  held_on date not null,
  kind text not null,
  name text not null,
  primary key (held_on, name)
);
`;

const CYCLES = `
create table campaign (
  id uuid primary key default uuidv7(),
  year int not null,
  unit_id uuid not null references unit(id),
  rule_set_id uuid not null references rule_set(id),
  state text not null default 'running',
  rate_per_second int not null default 50,
  total int not null default 0,
  started int not null default 0,
  skipped int not null default 0,
  refused int not null default 0,
  workflow_id text not null unique,
  opened_by_id uuid references employee(id),
  opened_at timestamptz not null default now(),
  finished_at timestamptz
);
create table campaign_refusal (
  campaign_id uuid not null references campaign(id),
  employee_id uuid not null references employee(id),
  code text not null,
  primary key (campaign_id, employee_id)
);
create table cycle (
  id uuid primary key default uuidv7(),
  campaign_id uuid references campaign(id),
  employee_id uuid not null references employee(id),
  position_id uuid not null references position(id),
  superior_position_id uuid references position(id),
  superior_of_superior_position_id uuid references position(id),
  unit_id uuid not null references unit(id),
  year int not null,
  segment int not null default 1,
  starts_on date not null,
  ends_on date not null,
  rule_set_id uuid not null references rule_set(id),
  workflow_id text not null unique,
  time_zone text not null,
  stage text not null default 'skp',
  state text not null default 'starting',
  ending text not null default 'none',
  seq int not null default 0,
  gen int not null default 1,
  workflow_build text,
  audit_number int not null default 0,
  audit_hash text not null default '',
  final_predikat text,
  follow_up text,
  started_at timestamptz,
  finished_at timestamptz,
  unique (employee_id, position_id, year, segment)
);
create index cycle_employee on cycle (employee_id, year desc);
create index cycle_superior on cycle (superior_position_id, year) ;
create index cycle_superior2 on cycle (superior_of_superior_position_id, year);
create index cycle_unit on cycle (unit_id, year, stage, state);
create index cycle_campaign on cycle (campaign_id, state);
create table period (
  id uuid primary key default uuidv7(),
  cycle_id uuid not null references cycle(id),
  number int not null,
  starts_on date not null,
  ends_on date not null,
  opens_at timestamptz not null,
  due_at timestamptz not null,
  state text not null default 'upcoming',
  is_late boolean not null default false,
  unique (cycle_id, number)
);
create table task (
  id uuid primary key default uuidv7(),
  cycle_id uuid not null references cycle(id),
  kind text not null,
  step text not null,
  round int not null,
  stage text not null,
  employee_id uuid not null references employee(id),
  unit_id uuid not null references unit(id),
  rule_set_id uuid not null,
  period_no int,
  assignee_kind text not null,
  assignee_id uuid not null,
  responsible_position_id uuid,
  is_own_task boolean not null default false,
  state text not null default 'open',
  opened_at timestamptz not null,
  due_at timestamptz not null,
  closed_at timestamptz,
  is_late boolean not null default false,
  decision text,
  decided_by_id uuid references employee(id),
  level int not null default 0,
  ladder_at timestamptz[] not null default '{}',
  next_step_at timestamptz,
  reassigned_from_id uuid,
  unique (cycle_id, step, kind, round)
);
create index task_inbox on task (assignee_id, due_at, id) where state = 'open';
create index task_ladder on task (next_step_at) where state = 'open' and next_step_at is not null;
create index task_cycle on task (cycle_id, opened_at);
create index task_unit on task (unit_id, due_at) where state = 'open';
`;

const WORK = `
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
`;

const VERSIONS = `
create table workflow_bundle (
  build_id text primary key,
  code text not null,
  stored_at timestamptz not null default now()
);
`;

const LEDGER = `
create table command (
  id uuid primary key,
  number bigint generated always as identity unique,
  actor_id uuid not null references employee(id),
  on_behalf_of_position_id uuid references position(id),
  cycle_id uuid references cycle(id),
  task_id uuid references task(id),
  workflow_id text not null,
  update_name text not null,
  arguments jsonb not null,
  arguments_hash text not null,
  accepted_at timestamptz not null default clock_timestamp(),
  state text not null default 'accepted',
  outcome jsonb,
  answered_at timestamptz,
  attempts int not null default 0,
  next_attempt_at timestamptz not null default now()
);
create index command_pending on command (next_attempt_at) where state = 'accepted';
create index command_task on command (task_id);
create table effect (
  key text primary key,
  reply jsonb not null,
  done_at timestamptz not null default now()
);
create table audit_event (
  id uuid primary key default uuidv7(),
  chain text not null,
  number int not null,
  cycle_id uuid references cycle(id),
  task_id uuid,
  at timestamptz not null,
  kind text not null,
  actor_id uuid,
  on_behalf_of_position_id uuid,
  data jsonb not null default '{}',
  previous_hash text not null,
  hash text not null,
  unique (chain, number)
);
create index audit_event_cycle on audit_event (cycle_id, number);
create table outbox (
  id uuid primary key default uuidv7(),
  dedupe_key text not null unique,
  template text not null,
  recipient_id uuid not null references employee(id),
  cycle_id uuid references cycle(id),
  task_id uuid,
  data jsonb not null default '{}',
  state text not null default 'waiting',
  attempts int not null default 0,
  created_at timestamptz not null,
  available_at timestamptz not null default now(),
  claimed_at timestamptz,
  sent_at timestamptz,
  message_id text,
  subject text,
  last_error text
);
create index outbox_waiting on outbox (available_at) where state in ('waiting', 'sending');
create index outbox_cycle on outbox (cycle_id, created_at);
create index outbox_created on outbox (created_at desc, id desc);
`;

const STATEMENTS = [ORGANISATION, ACCOUNTS, RULES, CYCLES, WORK, VERSIONS, LEDGER].flatMap((block) =>
  block
    .split(';')
    .map((statement) => statement.trim())
    .filter(Boolean),
);
