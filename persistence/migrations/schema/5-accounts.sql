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
  user_agent text not null default '',
  stage text not null default 'full',
  device_id uuid
);
create index session_employee on session (employee_id) where revoked_at is null;
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
create table registration_claim (
  id uuid primary key default gen_random_uuid(),
  receipt_hash bytea not null unique,
  employee_id uuid references employee(id),
  email text,
  state text not null default 'asked',
  requested_at timestamptz not null default now(),
  expires_at timestamptz not null,
  proved_at timestamptz,
  matter_id uuid references matter(id),
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
create index registration_claim_email on registration_claim (lower(email), requested_at desc) where email is not null;
