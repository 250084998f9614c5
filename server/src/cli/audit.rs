//! `tenon audit verify [--expect HASH]`, `tenon audit export`

use std::io::{self, BufWriter, Write as _};

use clap::{Args, Subcommand};
use tenon_engine::{
    Caller, Code, Config, Engine, Error,
    audit::{AuditEntry, AuditFilter},
};

use super::{Failure, open, print};

/// Prove and export the log of who did what.
#[derive(Args)]
pub(super) struct Audit {
    #[command(subcommand)]
    action: Action,
}

#[derive(Subcommand)]
enum Action {
    /// Look at every entry: none may be missing or changed.
    Verify {
        /// The hash of an entry that was kept elsewhere: it must be in the log, or its end was cut off
        #[arg(long, value_name = "HASH")]
        expect: Option<String>,
    },
    /// Write every entry to the standard output, oldest first, as a line of JSON each.
    Export,
}

impl Audit {
    pub(super) async fn run(self, config: Config) -> Result<(), Failure> {
        let engine = open(config, "tenon audit").await?;
        let done = match self.action {
            Action::Verify { expect } => verify(&engine, expect).await,
            Action::Export => export(&engine).await,
        };
        engine.shutdown().await;
        done
    }
}

async fn verify(engine: &Engine, expect: Option<String>) -> Result<(), Failure> {
    let verified = engine.verify_audit(&Caller::Operator).await?;
    if let Some(hash) = expect {
        let hash = hash.trim().to_lowercase();
        if hash != verified.head && !is_there(engine, &hash).await? {
            let error = Error::new(Code::Conflict, format!("no entry of the audit log has the hash {hash}"));
            return Err(error.with_hint("entries were taken from its end, or it was written anew").into());
        }
    }
    print(&format!("{} entries, whole\nhead {}\n", verified.entries, verified.head))
}

async fn is_there(engine: &Engine, hash: &str) -> Result<bool, Failure> {
    let mut found = false;
    each(engine, |entry| {
        found |= entry.hash == hash;
        Ok(())
    })
    .await?;
    Ok(found)
}

async fn export(engine: &Engine) -> Result<(), Failure> {
    let mut out = BufWriter::new(io::stdout().lock());
    each(engine, |entry| {
        serde_json::to_writer(&mut out, entry).map_err(io::Error::from)?;
        Ok(out.write_all(b"\n")?)
    })
    .await?;
    Ok(out.flush()?)
}

/// Every entry, oldest first.
async fn each(engine: &Engine, mut visit: impl FnMut(&AuditEntry) -> Result<(), Failure>) -> Result<(), Failure> {
    const BATCH: i64 = 1000;
    let mut after = 0;
    loop {
        let filter = AuditFilter { before: Some(after + BATCH + 1), limit: BATCH, ..AuditFilter::default() };
        let page = engine.audit(&Caller::Operator, filter).await?;
        let new: Vec<_> = page.entries.iter().rev().filter(|entry| entry.number > after).collect();
        let Some(last) = new.last() else { return Ok(()) };
        for entry in &new {
            visit(entry)?;
        }
        after = last.number;
    }
}
