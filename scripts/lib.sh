# Sourced by every script: the project's root, the tools' PATH, and three words to speak with.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
ROOT=$PWD
export PATH="$ROOT/.tools/bin:$ROOT/end2end/node_modules/.bin:$HOME/.cargo/bin:$PATH"
export CARGO_TERM_COLOR="${CARGO_TERM_COLOR:-auto}"

say() { printf '\033[1m==> %s\033[0m\n' "$*" >&2; }
die() { printf 'error: %s\n' "$*" >&2; exit 1; }
have() { command -v "$1" >/dev/null 2>&1; }

# The version of a crate in Cargo.lock.
locked_version() { awk -v name="name = \"$1\"" '$0 == name { getline; gsub(/version = |"/, ""); print; exit }' Cargo.lock; }

# The version that the program says it has, or nothing: `version_of cargo leptos`.
version_of() { "$@" --version 2>/dev/null | awk '{print $2}' | head -1; }

# Installs a program of crates.io into .tools/bin: prebuilt where cargo-binstall is there and finds it, else from source.
install_crate() {
  local crate=$1 version=$2
  shift 2
  if have cargo-binstall && cargo binstall --no-confirm --disable-strategies compile --root .tools "$crate@$version" >&2; then return; fi
  say "building $crate $version (once, some minutes)"
  # Its own target directory, so that no build of ours is thrown away; outside the project, whose flags are not for it.
  # Without link-time optimization, which would take longer than all that the program does for us.
  (cd / && CARGO_PROFILE_RELEASE_LTO=false CARGO_PROFILE_RELEASE_CODEGEN_UNITS=16 CARGO_TARGET_DIR="$ROOT/.tools/build" \
    cargo install "$crate" --version "$version" --root "$ROOT/.tools" "$@" >&2)
  rm -rf .tools/build
}

# Runs a command as root, by sudo where that asks no password; fails where neither is possible.
as_root() {
  if [ "$(id -u)" = 0 ]; then "$@"; elif have sudo && sudo -n true 2>/dev/null; then sudo "$@"; else return 1; fi
}

# Installs Debian packages where apt-get is there; elsewhere says what to install.
apt_install() {
  local what=$1
  shift
  if have apt-get && as_root true; then
    say "installing $*"
    as_root apt-get update -qq || true
    as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@" >&2 && return
  fi
  die "$what is missing: please install it (Debian: apt-get install $*)"
}

# A TCP port of the loopback interface that nobody listens on.
free_port() {
  node -e 'const s = require("net").createServer().listen(0, "127.0.0.1", () => { console.log(s.address().port); s.close() })'
}
