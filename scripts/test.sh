#!/usr/bin/env bash
# Every check and every test. Goes on after a failure, so that one run tells all; the last line is the sum.
# `scripts/test.sh STEP…` runs only those steps (see the bottom of this file for their names).
source "$(dirname "$0")/lib.sh"

logs=target/test-logs
mkdir -p "$logs"
passed=0 failed=0 broken=()
only=("$@")

# A step's status that means: not on this machine. It says why itself.
SKIPPED=77

wanted() { [ ${#only[@]} = 0 ] || [[ " ${only[*]} " == *" $1 "* ]]; }

# Sums the last thing that a test runner said: "N passed" and "N failed" of its closing lines.
sum_of() { { grep -aoE "[0-9]+ $1" || true; } | awk '{sum += $1} END {print sum + 0}'; }
closing_lines() { sed 's/\x1b\[[0-9;]*m//g' "$1" | grep -aE '^ *(Summary \[|test result:|# (pass|fail)|[0-9]+ (passed|failed))'; }

# step NAME COMMAND…: one step. Counts the tests that its output sums up, or else itself as one.
step() {
  local name=$1 log=$logs/$1.log started=$SECONDS ok=0 yes=0 no=0 status=0
  shift
  wanted "$name" || return 0
  say "$name"
  "$@" > >(tee "$log") 2>&1 || status=$?
  wait
  # What cannot be checked on this machine has not passed.
  if [ $status = $SKIPPED ]; then say "$name: skipped" && return 0; fi
  if [ $status = 0 ]; then ok=1; fi
  if closing_lines "$log" >"$log.sum"; then
    yes=$(sum_of passed <"$log.sum") no=$(sum_of failed <"$log.sum")
  fi
  if [ $((yes + no)) = 0 ]; then yes=$ok no=$((1 - ok)); fi
  # A runner that died after its last passing test has failed all the same.
  if [ $ok = 0 ] && [ "$no" = 0 ]; then no=1; fi
  passed=$((passed + yes)) failed=$((failed + no))
  [ "$no" = 0 ] || broken+=("$name")
  say "$name: $yes passed, $no failed, $((SECONDS - started)) s"
}

clippy() { cargo clippy --workspace --exclude tenon-frontend --all-targets --locked -- -D warnings; }
clippy_wasm() {
  cargo clippy -p tenon-frontend --target wasm32-unknown-unknown --target-dir target/front --profile wasm-dev --features split --locked -- -D warnings
}
# Tests and the server in one build: apart, their dependencies would be compiled with two sets of features.
build() { cargo build --tests --bins --locked; }
rust() {
  if cargo nextest --version >/dev/null 2>&1; then cargo nextest run --locked --no-fail-fast; else cargo test --locked --no-fail-fast; fi
}
model_wasm() {
  CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUNNER=wasm-bindgen-test-runner \
    cargo test -p tenon-model --lib --locked --target wasm32-unknown-unknown --target-dir target/front
}
browser() { (cd end2end && TENON_BIN="$ROOT/target/debug/tenon" npx playwright test); }
conformance() { TENON_BIN="$ROOT/target/debug/tenon" node end2end/client/run.mjs; }
policies() { TENON_BIN="$ROOT/target/debug/tenon" node --no-warnings end2end/client/policies.mjs; }
roles() { TENON_BIN="$ROOT/target/debug/tenon" node --no-warnings end2end/client/roles.mjs; }
attacks() { TENON_BIN="$ROOT/target/debug/tenon" node --no-warnings end2end/client/attacks.mjs; }
auth_clients() { TENON_BIN="$ROOT/target/debug/tenon" node --no-warnings end2end/client/auth.mjs; }
auth_python() { TENON_BIN="$ROOT/target/debug/tenon" node --no-warnings end2end/client/python.mjs; }
login_storm() { TENON_BIN="$ROOT/target/debug/tenon" node end2end/faults/login-storm.mjs --attempts 1000 --accounts 20; }
kill9() { TENON_BIN="$ROOT/target/debug/tenon" node end2end/faults/kill9.mjs --rounds 3 --engine both; }
disk_full() {
  if ! as_root true; then echo "a small file system needs root" && return $SKIPPED; fi
  TENON_BIN="$ROOT/target/debug/tenon" node end2end/faults/disk-full.mjs
}
licences() { cargo deny --locked check --hide-inclusion-graph bans licenses sources; }
# The list of advisories comes from the net.
advisories() {
  if ! cargo deny --locked fetch db >/dev/null 2>&1; then echo "the list of advisories cannot be reached" && return $SKIPPED; fi
  cargo deny --locked check --disable-fetch --hide-inclusion-graph advisories
}

steps() {
  step format cargo fmt --all --check
  step structure scripts/check-structure.sh
  step licences licences
  step advisories advisories
  step clippy clippy
  step build build
  step rust rust
  step clippy-wasm clippy_wasm
  step model-wasm model_wasm
  step site scripts/site.sh dev
  step conformance conformance
  step policies policies
  step roles roles
  step attacks attacks
  step auth-clients auth_clients
  step auth-python auth_python
  step login-storm login_storm
  step browser browser
  step kill9 kill9
  step disk-full disk_full
}

scripts/setup-test.sh
if [ -z "${TENON_TEST_POSTGRES:-}" ]; then exec scripts/with-postgres.sh "$0" "$@"; fi
steps
[ ${#broken[@]} = 0 ] || say "failed: ${broken[*]} (logs in $logs)"
echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
