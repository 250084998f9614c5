#!/usr/bin/env bash
# Prints the compressed size of the wasm that a browser loads, beside its budget.
source "$(dirname "$0")/lib.sh"
node end2end/lib/site-size.mjs target/site 350
