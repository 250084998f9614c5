#!/usr/bin/env bash
# Prints the compressed size of the first wasm that a browser loads, beside its budget.
source "$(dirname "$0")/lib.sh"
budget=$((350 * 1024))
wasm=$(find target/site/pkg -maxdepth 1 -name 'tenon*.wasm' | head -1)
[ -f "$wasm" ] || die "no wasm in target/site/pkg: build the site first"
size=$(node -e '
  const fs = require("fs"), zlib = require("zlib"), file = process.argv[1]
  const brotli = fs.existsSync(file + ".br") ? fs.readFileSync(file + ".br") : zlib.brotliCompressSync(fs.readFileSync(file))
  console.log(brotli.length)' "$wasm")
printf 'initial wasm: %d KB compressed (brotli), budget %d KB\n' $((size / 1024)) $((budget / 1024))
[ "$size" -le "$budget" ] || say "the initial wasm is over its budget"
