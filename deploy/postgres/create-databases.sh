#!/bin/sh
# Runs once, when the data volume is new: one role and its databases for each program.
set -eu

psql --set=ON_ERROR_STOP=1 --username "$POSTGRES_USER" --dbname postgres \
  --set=app_password="$EKINERJA_DB_PASSWORD" --set=temporal_password="$TEMPORAL_DB_PASSWORD" <<'SQL'
create role ekinerja login password :'app_password';
create role temporal login password :'temporal_password';
create database ekinerja owner ekinerja;
create database temporal owner temporal;
create database temporal_visibility owner temporal;
revoke connect on database ekinerja, temporal, temporal_visibility from public;
SQL
