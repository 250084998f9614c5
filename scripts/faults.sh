#!/usr/bin/env bash
# faults.sh kill9|disk-full: the runs of end2end/faults with the release binary. ROUNDS and ENGINE tune the first.
source "$(dirname "$0")/lib.sh"
scripts/setup-test.sh
scripts/build.sh
export TENON_BIN=${TENON_BIN:-$ROOT/target/release/tenon}
case ${1:-} in
  kill9) TENON_POSTGRES_FSYNC=on scripts/with-postgres.sh node end2end/faults/kill9.mjs --rounds "${ROUNDS:-100}" --engine "${ENGINE:-both}" ;;
  disk-full) node end2end/faults/disk-full.mjs ;;
  *) die "kill9 or disk-full" ;;
esac
