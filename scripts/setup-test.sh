#!/usr/bin/env bash
# Installs what testing needs besides: PostgreSQL's server and Chromium, from Debian's packages where apt-get is there.
source "$(dirname "$0")/lib.sh"
scripts/setup.sh
scripts/with-postgres.sh --check || apt_install "PostgreSQL (initdb and postgres)" postgresql
[ -n "${TENON_CHROMIUM:-}" ] || have chromium || have chromium-browser || have google-chrome || apt_install Chromium chromium
