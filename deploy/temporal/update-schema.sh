#!/bin/sh
# Brings both databases of Temporal to the version of this image; safe to run again.
set -eu

export SQL_PLUGIN=postgres12 SQL_HOST="${POSTGRES_HOST:-postgres}" SQL_PORT="${POSTGRES_PORT:-5432}"
export SQL_USER=temporal SQL_PASSWORD="$TEMPORAL_DB_PASSWORD"

update_schema() {
  export SQL_DATABASE="$1"
  temporal-sql-tool update-schema --schema-name "postgresql/v12/$2" || {
    temporal-sql-tool setup-schema --version 0.0
    temporal-sql-tool update-schema --schema-name "postgresql/v12/$2"
  }
}

update_schema temporal temporal
update_schema temporal_visibility visibility
