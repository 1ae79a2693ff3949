-- Whatever people decide step by step. Only its workflow changes it, through its activities: `seq` counts its steps, `gen` fences off a run that
-- was replaced, `process` and `agenda` are what a run goes on from. A year has its own columns in `cycle`, under the same id.
create table matter (
  id uuid primary key,
  kind text not null,
  subject text,
  subject_id uuid,
  employee_id uuid not null references employee(id),
  unit_id uuid not null references unit(id),
  opened_by_id uuid references employee(id),
  -- The matter that waits for the outcome of this one.
  reports_to_id uuid references matter(id),
  rule_set_id uuid not null references rule_set(id),
  time_zone text not null,
  workflow_id text not null unique,
  workflow_build text,
  stage text not null default 'new',
  state text not null default 'starting',
  outcome text,
  seq int not null default 0,
  gen int not null default 1,
  process jsonb not null,
  agenda jsonb not null default '[]',
  audit_number int not null default 0,
  audit_hash text not null default '',
  data jsonb not null default '{}',
  opened_at timestamptz not null default clock_timestamp(),
  effective_at timestamptz,
  expires_at timestamptz,
  started_at timestamptz,
  finished_at timestamptz
);
create index matter_employee on matter (employee_id, opened_at desc);
create index matter_opener on matter (opened_by_id, opened_at desc) where opened_by_id is not null;
create index matter_unit on matter (unit_id, kind, stage, state);
create index matter_subject on matter (subject_id) where subject_id is not null;
create index matter_running on matter (workflow_build) where state <> 'finished';
create index matter_reports_to on matter (reports_to_id) where reports_to_id is not null;
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
-- `employee_id` is the matter's, here again for the key: one cycle per person, post, year and segment.
create table cycle (
  id uuid primary key references matter(id),
  campaign_id uuid references campaign(id),
  employee_id uuid not null references employee(id),
  position_id uuid not null references position(id),
  superior_position_id uuid references position(id),
  superior_of_superior_position_id uuid references position(id),
  year int not null,
  segment int not null default 1,
  starts_on date not null,
  ends_on date not null,
  final_predikat text,
  follow_up text,
  unique (employee_id, position_id, year, segment)
);
create index cycle_employee on cycle (employee_id, year desc);
create index cycle_superior on cycle (superior_position_id, year);
create index cycle_superior2 on cycle (superior_of_superior_position_id, year);
create index cycle_position on cycle (position_id, year);
create index cycle_campaign on cycle (campaign_id);
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
-- A question to one addressee. `slot` is its place in the matter's process, `strand` the line it belongs to. `sender_id` is whose decision opened it.
create table task (
  id uuid primary key default uuidv7(),
  matter_id uuid not null references matter(id),
  kind text not null,
  strand text not null,
  slot text not null,
  round int not null,
  stage text not null,
  employee_id uuid not null references employee(id),
  unit_id uuid not null references unit(id),
  rule_set_id uuid not null,
  period_no int,
  sender_id uuid references employee(id),
  assignee_kind text not null,
  assignee_id uuid not null,
  responsible_position_id uuid,
  is_own_task boolean not null default false,
  barred_ids uuid[] not null default '{}',
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
  unique (matter_id, slot, kind, round)
);
create index task_inbox on task (assignee_id, due_at, id) where state = 'open';
create index task_ladder on task (next_step_at) where state = 'open' and next_step_at is not null;
create index task_matter on task (matter_id, opened_at);
create index task_unit on task (unit_id, due_at) where state = 'open';
create table command (
  id uuid primary key,
  number bigint generated always as identity unique,
  actor_id uuid references employee(id),
  on_behalf_of_position_id uuid references position(id),
  matter_id uuid references matter(id),
  task_id uuid references task(id),
  workflow_id text not null,
  -- 'update', 'fact' or 'start'; `name` is the update's, the fact's kind or the workflow's type.
  form text not null default 'update',
  name text not null,
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
create index command_matter on command (matter_id) where matter_id is not null;
create index command_workflow on command (workflow_id) where matter_id is null;
create table effect (
  key text primary key,
  reply jsonb not null,
  done_at timestamptz not null default now()
);
create table audit_event (
  id uuid primary key default uuidv7(),
  chain text not null,
  number int not null,
  matter_id uuid references matter(id),
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
create index audit_event_matter on audit_event (matter_id, number) where matter_id is not null;
-- The event, opening or move that a line of the agency's chain is about.
create index audit_event_operation on audit_event ((coalesce(data ->> 'eventId', data ->> 'campaignId', data ->> 'moveId'))) where matter_id is null;
create table outbox (
  id uuid primary key default uuidv7(),
  dedupe_key text not null unique,
  template text not null,
  recipient_id uuid references employee(id),
  address text,
  matter_id uuid references matter(id),
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
  last_error text,
  constraint outbox_goes_somewhere check (recipient_id is not null or address is not null)
);
create index outbox_waiting on outbox (available_at) where state in ('waiting', 'sending');
create index outbox_matter on outbox (matter_id, created_at) where matter_id is not null;
create index outbox_waiting_template on outbox (template, available_at) where state = 'waiting';
create index outbox_created on outbox (created_at desc, id desc);
create table workflow_bundle (
  build_id text primary key,
  code text not null,
  stored_at timestamptz not null default now()
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
