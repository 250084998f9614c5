#!/usr/bin/env bash
# with-postgres.sh COMMAND…: runs it beside a PostgreSQL cluster of its own (temporary directory, free port), whose
# address is in TENON_TEST_POSTGRES, and removes the cluster afterwards. `--check` says by its exit whether that can work.
source "$(dirname "$0")/lib.sh"

bin=
for dir in $(have pg_config && pg_config --bindir) $(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -Vr) \
  $(have initdb && dirname "$(readlink -f "$(command -v initdb)")") /opt/homebrew/bin /usr/local/pgsql/bin; do
  if [ -x "$dir/initdb" ] && [ -x "$dir/postgres" ]; then bin=$dir && break; fi
done
if [ "${1:-}" = --check ]; then [ -n "$bin" ]; exit; fi
[ -n "$bin" ] || die "PostgreSQL's initdb and postgres are missing: run scripts/setup-test.sh"

home=$(mktemp -d "${TMPDIR:-/tmp}/tenon-postgres.XXXXXX")
# PostgreSQL refuses to run as root.
as_postgres() { if [ "$(id -u)" = 0 ]; then runuser -u postgres -- "$@"; else "$@"; fi; }
[ "$(id -u)" != 0 ] || chown postgres "$home"
stop() {
  (cd / && as_postgres "$bin/pg_ctl" -D "$home/data" -m immediate -w stop >/dev/null 2>&1) || true
  rm -rf "$home"
}
trap stop EXIT
trap 'exit 130' INT TERM

port=$(free_port)
(
  cd /
  as_postgres "$bin/initdb" -D "$home/data" -U postgres -A trust -E UTF8 --locale=C --no-sync >"$home/initdb.log" 2>&1 ||
    { cat "$home/initdb.log" >&2; exit 1; }
  # Only a crash of the machine could lose what fsync=off does not write; TENON_POSTGRES_FSYNC=on measures the real thing.
  as_postgres "$bin/pg_ctl" -D "$home/data" -w -t 60 -l "$home/log" -o "-p $port -k $home -c listen_addresses=127.0.0.1 \
    -c fsync=${TENON_POSTGRES_FSYNC:-off} -c max_connections=300 -c shared_buffers=128MB" start >/dev/null ||
    { cat "$home/log" >&2; exit 1; }
)
export TENON_TEST_POSTGRES="postgres://postgres@127.0.0.1:$port/postgres"
export TENON_TEST_POSTGRES_BIN=$bin
"$@"
