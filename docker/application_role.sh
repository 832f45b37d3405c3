#!/bin/sh
# Once, when the database is made: the role as which web and workers work (its rights come with every migration).
set -eu
psql --username "$POSTGRES_USER" --dbname "$POSTGRES_DB" --set password="$APPLICATION_PASSWORD" <<'SQL'
CREATE ROLE kcr_app LOGIN PASSWORD :'password';
SQL
