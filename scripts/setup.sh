#!/usr/bin/env bash
# Installs what building needs and the machine lacks: the wasm target, cargo-leptos, wasm-bindgen, the node parts.
# Prebuilt where the network offers it, else from source into .tools/bin. Says nothing when all is there.
source "$(dirname "$0")/lib.sh"

CARGO_LEPTOS=0.3.10
WASM_BINDGEN=$(locked_version wasm-bindgen)

have cargo || die "Rust is missing: install it from https://rustup.rs"
have node && have npm || die "Node.js 20 or newer is missing: install it from https://nodejs.org"

if have rustup; then
  rustup target list --installed | grep -qx wasm32-unknown-unknown || rustup target add wasm32-unknown-unknown
fi

[ "$(version_of cargo-leptos leptos)" = "$CARGO_LEPTOS" ] || install_crate cargo-leptos "$CARGO_LEPTOS" --locked
# Its published lock file does not resolve with the registry of today: hence without --locked.
[ "$(version_of wasm-bindgen)" = "$WASM_BINDGEN" ] || install_crate wasm-bindgen-cli "$WASM_BINDGEN"

# wasm-opt, the browser tests' driver, the clients that the conformance run uses. Their browsers are not downloaded.
if ! cmp -s end2end/package-lock.json end2end/node_modules/.installed-lock; then
  say "installing the node parts"
  PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD=1 npm ci --prefix end2end --no-audit --no-fund --loglevel=error >&2
  cp end2end/package-lock.json end2end/node_modules/.installed-lock
fi
