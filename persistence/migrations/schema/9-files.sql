create table upload_receipt (
  id uuid primary key,
  purpose text not null,
  employee_id uuid not null references employee(id),
  size_bytes bigint not null,
  answer jsonb not null,
  finished_at timestamptz not null default now()
);
create index upload_receipt_finished on upload_receipt (finished_at);
