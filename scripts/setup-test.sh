#!/usr/bin/env bash
# Installs what testing needs besides: PostgreSQL's server, Chromium and sqlite3, from Debian's packages where apt-get is there,
# and cargo-deny. Python with its venv is for the Python client, whose test is skipped without it.
source "$(dirname "$0")/lib.sh"
scripts/setup.sh
scripts/with-postgres.sh --check || apt_install "PostgreSQL (initdb and postgres)" postgresql
[ -n "${TENON_CHROMIUM:-}" ] || have chromium || have chromium-browser || have google-chrome || apt_install Chromium chromium
python3 -c 'import venv, ensurepip' 2>/dev/null || (apt_install "Python with venv" python3-venv) || say "the Python client will not be tested"
have sqlite3 || apt_install sqlite3 sqlite3
[ -n "$(version_of cargo deny)" ] || install_crate cargo-deny 0.20.2 --locked
