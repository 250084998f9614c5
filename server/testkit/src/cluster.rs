//! A PostgreSQL cluster for the life of the test process.

use std::{
    io::{BufRead, BufReader},
    process::{ChildStdin, Command, Stdio},
    sync::OnceLock,
};

/// Starts a cluster that can be reached by a socket in its own directory alone, says where, and removes it when its
/// standard input ends, which it does with the process that holds it.
const SCRIPT: &str = r#"
set -eu
cd /
bin=
for dir in $(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -Vr) /opt/homebrew/bin /usr/local/pgsql/bin /usr/local/bin /usr/bin; do
  if [ -x "$dir/initdb" ] && [ -x "$dir/pg_ctl" ]; then bin=$dir; break; fi
done
[ -n "$bin" ] || { echo "PostgreSQL is not installed (initdb, pg_ctl), and TENON_TEST_POSTGRES is not set" >&2; exit 1; }
home=$(mktemp -d /tmp/tenon-pg.XXXXXX)
as() { if [ "$(id -u)" = 0 ]; then setpriv --reuid=postgres --regid=postgres --init-groups -- "$@"; else "$@"; fi; }
[ "$(id -u)" != 0 ] || chown postgres "$home"
stop() { as "$bin/pg_ctl" -D "$home/data" -m immediate -w stop >/dev/null 2>&1 || true; rm -rf "$home"; }
trap stop EXIT
trap 'exit 1' INT TERM
as "$bin/initdb" -D "$home/data" -U postgres -A trust -E UTF8 --locale=C.UTF-8 --no-sync >/dev/null
as "$bin/pg_ctl" -D "$home/data" -w -t 60 -l "$home/log" -o "-k $home -c listen_addresses='' -c fsync=off -c full_page_writes=off \
  -c synchronous_commit=off -c max_connections=300 -c shared_buffers=32MB -c autovacuum=off" start >/dev/null
echo "$home"
# Who waits for the test's output to end must not wait for the cluster to stop.
exec >/dev/null 2>&1
read -r _ || true
"#;

/// The address of a superuser on a maintenance database: what `TENON_TEST_POSTGRES` says, else a cluster of our own.
pub(crate) fn address() -> &'static str {
    static ADDRESS: OnceLock<(String, Option<ChildStdin>)> = OnceLock::new();
    let (address, _cluster) = ADDRESS.get_or_init(|| match std::env::var("TENON_TEST_POSTGRES") {
        Ok(address) if !address.is_empty() => (address, None),
        _ => {
            let (address, stdin) = start();
            (address, Some(stdin))
        }
    });
    address
}

#[allow(clippy::zombie_processes, reason = "the shell outlives this process, to stop the cluster after it")]
fn start() -> (String, ChildStdin) {
    let mut child =
        Command::new("sh").args(["-c", SCRIPT]).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().expect("a shell starts");
    let stdin = child.stdin.take().expect("its input is a pipe");
    let mut home = String::new();
    BufReader::new(child.stdout.take().expect("its output is a pipe")).read_line(&mut home).expect("it speaks text");
    assert!(!home.is_empty(), "PostgreSQL for the tests did not start: see above");
    (format!("postgres://postgres@{}/postgres", home.trim().replace('/', "%2F")), stdin)
}
