import { Migration } from '@mikro-orm/migrations';

/** Procedures (administrative matters beside cycles), self-registration and correction requests. */
export class Migration20260201000000 extends Migration {
  override up(): void {
    for (const statement of [PROCEDURES, LINKS, REGISTRATIONS]) this.addSql(statement);
  }
}

const PROCEDURES = `
create table procedure (
  id uuid primary key,
  kind text not null,
  subject text not null,
  subject_id uuid,
  unit_id uuid not null references unit(id),
  employee_id uuid not null references employee(id),
  opened_by_id uuid not null references employee(id),
  workflow_id text not null unique,
  workflow_build text,
  time_zone text not null,
  rule_set_id uuid not null references rule_set(id),
  stage text not null default 'new',
  state text not null default 'starting',
  outcome text,
  seq int not null default 0,
  gen int not null default 1,
  audit_number int not null default 0,
  audit_hash text not null default '',
  data jsonb not null default '{}',
  opened_at timestamptz not null default clock_timestamp(),
  effective_at timestamptz,
  expires_at timestamptz,
  started_at timestamptz,
  finished_at timestamptz
);
create index procedure_employee on procedure (employee_id, opened_at desc);
create index procedure_opener on procedure (opened_by_id, opened_at desc);
create index procedure_unit on procedure (unit_id, opened_at desc);
create index procedure_subject on procedure (subject_id) where subject_id is not null;
create index procedure_running on procedure (workflow_build) where state <> 'finished';
`;

const LINKS = `
alter table task alter column cycle_id drop not null;
alter table task add column procedure_id uuid references procedure(id);
alter table task add column barred_ids uuid[] not null default '{}';
alter table task add constraint task_matter check (num_nonnulls(cycle_id, procedure_id) = 1);
create unique index task_procedure on task (procedure_id, step, kind, round) where procedure_id is not null;
create index task_procedure_ladder on task (next_step_at) where state = 'open' and next_step_at is not null and procedure_id is not null;
alter table command add column procedure_id uuid references procedure(id);
create index command_procedure on command (procedure_id) where procedure_id is not null;
alter table audit_event add column procedure_id uuid references procedure(id);
create index audit_event_procedure on audit_event (procedure_id, number) where procedure_id is not null;
alter table outbox add column procedure_id uuid references procedure(id);
alter table outbox add column address text;
`;

const REGISTRATIONS = `
create table registration_claim (
  id uuid primary key default gen_random_uuid(),
  receipt_hash bytea not null unique,
  employee_id uuid references employee(id),
  email text,
  state text not null default 'asked',
  requested_at timestamptz not null default now(),
  expires_at timestamptz not null,
  proved_at timestamptz,
  procedure_id uuid references procedure(id),
  decided_at timestamptz,
  reason text
);
create index registration_claim_employee on registration_claim (employee_id, requested_at desc) where employee_id is not null;
create table registration_token (
  token_hash bytea primary key,
  claim_id uuid not null references registration_claim(id) on delete cascade,
  purpose text not null
);
create index registration_token_claim on registration_token (claim_id);
`;
