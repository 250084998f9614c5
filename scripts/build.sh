#!/usr/bin/env bash
# Builds target/release/tenon with the site inside it. Does nothing when no source is newer than the binary.
source "$(dirname "$0")/lib.sh"

binary=target/release/tenon
inputs=(app frontend server migrations style Cargo.toml Cargo.lock)
if [ -x "$binary" ] && [ "$(cat target/release/.with-site 2>/dev/null)" = yes ] &&
  [ -z "$(find "${inputs[@]}" -type f -newer target/release/.with-site -print -quit)" ]; then
  exit 0
fi
mkdir -p target/release
touch target/release/.with-site.new
scripts/site.sh release
say "building the server (release)"
cargo build --release -p tenon-server --features embed-site
echo yes >target/release/.with-site
touch -r target/release/.with-site.new target/release/.with-site
