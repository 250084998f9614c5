#!/usr/bin/env bash
# The rules of the workspace's shape: which way dependencies run, and that both migration trees go in step.
source "$(dirname "$0")/lib.sh"

cargo fetch --locked --quiet
bad=0
fail() { echo "structure: $*" >&2; bad=1; }

# Every crate that $1 pulls in, one name a line; the rest are cargo's own arguments.
tree_of() { cargo tree --offline --quiet --edges normal --prefix none --format '{p}' --package "$@" | awk '{print $1}' | sort -u; }

for package in tenon-frontend tenon-model; do
  tree=$(tree_of "$package" --target wasm32-unknown-unknown)
  for crate in diesel axum tokio tenon-engine libsqlite3-sys pq-sys; do
    ! grep -qx "$crate" <<<"$tree" || fail "the wasm tree of $package holds $crate"
  done
done
engine=$(tree_of tenon-engine)
for crate in axum leptos tenon-app; do
  ! grep -qx "$crate" <<<"$engine" || fail "tenon-engine depends on $crate"
done
[ "$(tree_of tenon-model | grep '^tenon-')" = tenon-model ] || fail "tenon-model depends on another crate of the workspace"

versions() { find "migrations/$1" -mindepth 1 -maxdepth 1 -type d -exec basename {} \; | sort; }
[ -n "$(versions sqlite)" ] || fail "there are no migrations for SQLite"
diff <(versions sqlite) <(versions postgres) >&2 || fail "migrations/sqlite and migrations/postgres have different versions"

exit $bad
