#!/usr/bin/env bash
# Measures the release build beside a bare Axum handler (end2end/bench/run.mjs says what and how to tune it).
source "$(dirname "$0")/lib.sh"
scripts/setup.sh
have wrk || apt_install "the load generator wrk" wrk
scripts/build.sh
cargo build --release -p tenon-bench-bare
export TENON_BIN=$ROOT/target/release/tenon
if [ "${BENCH_ENGINE:-sqlite}" = postgres ]; then
  TENON_POSTGRES_FSYNC=on exec scripts/with-postgres.sh node end2end/bench/run.mjs
fi
exec node end2end/bench/run.mjs
