import { Migration } from '@mikro-orm/migrations';

/** Second factors, resets by mail, known devices, single sign-on; roster imports as durable jobs; acts of the personnel administration. */
export class Migration20260202000000 extends Migration {
  override up(): void {
    for (const statement of STATEMENTS) this.addSql(statement);
  }
}

const SIGN_IN = `
alter table session add column stage text not null default 'full';
alter table session add column device_id uuid;
create table second_factor (
  employee_id uuid primary key references employee(id),
  secret text not null,
  created_at timestamptz not null default now(),
  confirmed_at timestamptz,
  last_step bigint not null default 0
);
create table recovery_code (
  id uuid primary key default uuidv7(),
  employee_id uuid not null references employee(id),
  code_hash bytea not null,
  used_at timestamptz,
  unique (employee_id, code_hash)
);
create table known_device (
  id uuid primary key default uuidv7(),
  employee_id uuid not null references employee(id),
  token_hash bytea not null,
  user_agent text not null default '',
  first_seen_at timestamptz not null default now(),
  last_seen_at timestamptz not null default now(),
  unique (token_hash, employee_id)
);
create index known_device_employee on known_device (employee_id);
create table password_reset (
  id uuid primary key default uuidv7(),
  employee_id uuid references employee(id),
  requested_at timestamptz not null default now(),
  expires_at timestamptz not null,
  used_at timestamptz
);
create index password_reset_employee on password_reset (employee_id, requested_at);
create index password_reset_expiry on password_reset (expires_at);
create table password_reset_token (
  token_hash bytea primary key,
  reset_id uuid not null references password_reset(id) on delete cascade
);
create index password_reset_token_reset on password_reset_token (reset_id);
create table sso_attempt (
  id_hash bytea primary key,
  state text not null,
  nonce text not null,
  code_verifier text not null,
  back text not null,
  link_employee_id uuid references employee(id),
  expires_at timestamptz not null
);
create table sso_identity (
  issuer text not null,
  subject text not null,
  employee_id uuid not null references employee(id),
  linked_at timestamptz not null default now(),
  primary key (issuer, subject),
  unique (issuer, employee_id)
);
`;

const ROSTER = `
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
`;

const PERSONNEL = `
alter table role_assignment add column granted_by_id uuid references employee(id);
alter table role_assignment add column reason text not null default '';
alter table role_assignment add column ended_by_id uuid references employee(id);
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
`;

const STATEMENTS = [SIGN_IN, ROSTER, PERSONNEL].flatMap((block) =>
  block
    .split(';')
    .map((statement) => statement.trim())
    .filter(Boolean),
);
