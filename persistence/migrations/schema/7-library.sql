create table library_indicator (
  id uuid primary key default uuidv7(),
  job text not null,
  indikator text not null,
  aspek text not null,
  satuan text not null,
  measure text not null default '',
  target text not null default '',
  is_retired boolean not null default false,
  polarity text not null default 'higherIsBetter' check (polarity in ('higherIsBetter', 'lowerIsBetter')),
  updated_by_id uuid references employee(id),
  updated_at timestamptz not null default now()
);
create unique index library_indicator_text on library_indicator (lower(job), lower(indikator), aspek) where not is_retired;
create index library_indicator_job on library_indicator using gin (job gin_trgm_ops);
create table skp_template (
  id uuid primary key default uuidv7(),
  job text not null,
  name text not null,
  content jsonb not null,
  is_retired boolean not null default false,
  updated_by_id uuid references employee(id),
  updated_at timestamptz not null default now(),
  unique (job, name)
);
