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
  returned_content jsonb,
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
  superior_at timestamptz,
  primary key (version_id, employee_id)
);
create index guideline_reader_employee on guideline_reader (employee_id, announced_at desc);
create index guideline_reader_step on guideline_reader (next_step_at) where next_step_at is not null;
create table guideline_announcement (
  version_id uuid primary key references guideline_version(id),
  upto uuid not null default '00000000-0000-0000-0000-000000000000'
);
create table guideline_newcomer (employee_id uuid primary key references employee(id) on delete cascade);
-- Many acts change people; none of them has to know of guidelines.
create function note_guideline_newcomers() returns trigger language plpgsql as $$
begin
  insert into guideline_newcomer select id from fresh order by id on conflict do nothing;
  return null;
end $$;
create function note_moved_guideline_readers() returns trigger language plpgsql as $$
begin
  insert into guideline_newcomer
    select n.id from fresh n join stale o on o.id = n.id where (o.unit_id, o.status) is distinct from (n.unit_id, n.status) order by n.id
    on conflict do nothing;
  return null;
end $$;
create function note_guideline_readers_of_moved_units() returns trigger language plpgsql as $$
begin
  insert into guideline_newcomer
    select e.id from fresh n join stale o on o.id = n.id join employee e on e.unit_id = n.id where o.path is distinct from n.path order by e.id
    on conflict do nothing;
  return null;
end $$;
create trigger guideline_newcomers after insert on employee referencing new table as fresh for each statement execute function note_guideline_newcomers();
create trigger guideline_movers after update on employee referencing old table as stale new table as fresh for each statement execute function note_moved_guideline_readers();
create trigger guideline_unit_movers after update on unit referencing old table as stale new table as fresh for each statement execute function note_guideline_readers_of_moved_units();
create index guideline_reader_superior on guideline_reader (superior_at) where superior_at is not null;
create index guideline_reader_unread on guideline_reader (version_id, employee_id) where acknowledged_at is null;
create index guideline_reader_acknowledged on guideline_reader (acknowledged_at) where acknowledged_at is not null;
