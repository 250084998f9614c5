#!/usr/bin/env bash
# Takes the screenshots in docs/ from the release build: the grid and the diagram, light, at desktop size.
source "$(dirname "$0")/lib.sh"
scripts/setup-test.sh
scripts/build.sh
TENON_BIN=${TENON_BIN:-$ROOT/target/release/tenon} exec node end2end/pictures.mjs
