#!/usr/bin/env bash
# Feeds every parser of outside text with new random input for SECONDS_EACH (60); TARGET picks one, SEED repeats a run.
source "$(dirname "$0")/lib.sh"
export TENON_FUZZ_SECONDS=${SECONDS_EACH:-60}
[ -z "${SEED:-}" ] || export TENON_FUZZ_SEED=$SEED
cargo test --profile fuzz -p tenon-fuzz -- --nocapture ${TARGET:+--exact "$TARGET"}
