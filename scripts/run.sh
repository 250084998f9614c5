#!/usr/bin/env bash
# Builds what changed and starts Tenon on SQLite under ./data. TENON_DATA, TENON_LISTEN and DATABASE_URL are heard.
source "$(dirname "$0")/lib.sh"
scripts/setup.sh
scripts/build.sh
export TENON_DATA=${TENON_DATA:-data} TENON_LISTEN=${TENON_LISTEN:-127.0.0.1:3000}
cat <<TEXT

  Tenon:   http://$TENON_LISTEN
  Data:    ${DATABASE_URL:-$TENON_DATA}

  Next:    open the address and make the first owner; the Studio then offers to import a CSV.
  Clients: target/release/tenon keys     prints the two keys for @supabase/supabase-js
  Stop:    Ctrl-C

TEXT
exec target/release/tenon serve
