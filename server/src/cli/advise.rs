//! `tenon advise [--json]`

use clap::Args;
use tenon_engine::{Caller, Config, Error};
use tenon_model::advice::{Advice, Advised, Severity};

use super::{Failure, open, print};

/// Look for what is probably not as it was meant. The exit code is 1 if there are errors that nobody has dismissed.
#[derive(Args)]
pub(super) struct Advise {
    /// As {"findings": […]}, those that were dismissed among them
    #[arg(long)]
    json: bool,
}

impl Advise {
    pub(super) async fn run(self, config: Config) -> Result<(), Failure> {
        let engine = open(config, "tenon advise").await?;
        let advised = engine.advise(&Caller::Operator).await;
        engine.shutdown().await;
        let advised = advised?;
        print(&if self.json {
            serde_json::to_string(&advised).map(|json| format!("{json}\n")).map_err(Error::internal)?
        } else {
            told(&advised)
        })?;
        match advised.open().filter(|advice| advice.severity == Severity::Error).count() {
            0 => Ok(()),
            1 => Err(Failure::Found("the advisor found an error".to_owned())),
            errors => Err(Failure::Found(format!("the advisor found {errors} errors"))),
        }
    }
}

fn told(advised: &Advised) -> String {
    let mut text: String = advised.open().map(line).collect();
    let count = |severity| advised.open().filter(|advice| advice.severity == severity).count();
    let dismissed = advised.findings.iter().filter(|advice| advice.dismissed.is_some()).count();
    let [errors, warnings, infos] = [Severity::Error, Severity::Warning, Severity::Info].map(count);
    text.push_str(&format!("{errors} errors, {warnings} warnings, {infos} more to know; {dismissed} dismissed\n"));
    if !advised.unread.is_empty() {
        let names: Vec<&str> = advised.unread.iter().map(tenon_model::Ident::as_str).collect();
        text.push_str(&format!("there was no time for the rows of {}\n", names.join(", ")));
    }
    text
}

fn line(advice: &Advice) -> String {
    let mut text =
        format!("{:<8} {}\n         {}\n         {}\n", advice.severity.as_str(), advice.what, advice.why, advice.remedy);
    if advice.wants_index {
        let columns: Vec<String> = advice.columns.iter().map(tenon_model::Ident::to_sql).collect();
        text.push_str(&format!("         create index on {} ({});\n", advice.table.to_sql(), columns.join(", ")));
    }
    text
}
