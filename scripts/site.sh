#!/usr/bin/env bash
# Builds the browser's side into target/site: `site.sh dev` or `site.sh release` (optimised and precompressed).
source "$(dirname "$0")/lib.sh"
mode=${1:-release}
scripts/setup.sh

inputs=(app frontend style Cargo.toml Cargo.lock)
stamp=target/site.$mode.stamp
current() {
  [ -f "$stamp" ] && [ "$(cat target/site.mode 2>/dev/null)" = "$mode" ] && [ -d target/site/pkg ] &&
    [ -z "$(find "${inputs[@]}" -type f -newer "$stamp" -print -quit)" ]
}
if current; then exit 0; fi

say "building the site ($mode)"
mkdir -p target
rm -f target/site.mode
touch "$stamp.new"
case $mode in
  dev) cargo leptos build --frontend-only --split --lib-features split ;;
  release) cargo leptos build --frontend-only --split --lib-features split --release --precompress ;;
  *) die "dev or release, not $mode" ;;
esac
# The TypeScript declarations are for programmers of the wasm, not for browsers.
find target/site -name "*.d.*.ts*" -delete
mv "$stamp.new" "$stamp"
echo "$mode" >target/site.mode
[ "$mode" = dev ] || scripts/site-size.sh
