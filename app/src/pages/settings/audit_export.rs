//! The audit log as a file.

use axum::body::Body;
use bytes::Bytes;
use futures::Stream;
use tenon_engine::{
    Engine,
    audit::{AuditEntry, AuditFilter},
};
use tenon_model::{Caller, Error, Result};

use super::audit_state::AuditState;

const HEAD: &str =
    "number,at,actor_kind,actor_id,actor,action,target_kind,target_id,target,address,user_agent,details,previous_hash,hash\n";

/// The entries that a query asks for, newest first, as CSV or as lines of JSON.
///
/// # Errors
/// Unless the caller may read the log.
pub(crate) async fn export(engine: Engine, caller: Caller, query: &str, as_csv: bool) -> Result<Body> {
    let filter = AuditFilter { limit: 1000, ..AuditState::parse(query).filter() };
    engine.audit(&caller, AuditFilter { limit: 1, ..filter.clone() }).await?;
    Ok(Body::from_stream(pieces(engine, caller, filter, as_csv)))
}

fn pieces(engine: Engine, caller: Caller, filter: AuditFilter, as_csv: bool) -> impl Stream<Item = Result<Bytes>> {
    let head = if as_csv { HEAD } else { "" };
    futures::stream::try_unfold(Some((filter, head)), move |state| {
        let (engine, caller) = (engine.clone(), caller.clone());
        async move {
            let Some((filter, head)) = state else { return Ok(None) };
            let page = engine.audit(&caller, filter.clone()).await?;
            let mut text = head.to_owned();
            for entry in &page.entries {
                if as_csv { csv(entry, &mut text) } else { json(entry, &mut text)? }
            }
            let last = page.entries.last().filter(|_| page.more).map(|entry| entry.number);
            Ok(Some((Bytes::from(text), last.map(|number| (AuditFilter { before: Some(number), ..filter }, "")))))
        }
    })
}

fn json(entry: &AuditEntry, out: &mut String) -> Result<()> {
    out.push_str(&serde_json::to_string(entry).map_err(Error::internal)?);
    out.push('\n');
    Ok(())
}

fn csv(entry: &AuditEntry, out: &mut String) {
    let text = |text: &Option<String>| text.clone().unwrap_or_default();
    let fields = [
        entry.number.to_string(),
        entry.at.clone(),
        entry.actor_kind.clone(),
        text(&entry.actor_id),
        entry.actor.clone(),
        entry.action.clone(),
        text(&entry.target_kind),
        text(&entry.target_id),
        text(&entry.target),
        text(&entry.address),
        text(&entry.user_agent),
        entry.details.clone(),
        entry.previous_hash.clone(),
        entry.hash.clone(),
    ];
    let fields: Vec<String> = fields.iter().map(|field| quoted(field)).collect();
    out.push_str(&fields.join(","));
    out.push('\n');
}

/// A field in quotes; what a spreadsheet would take for a formula begins with an apostrophe.
fn quoted(field: &str) -> String {
    let guard = if field.starts_with(['=', '+', '-', '@', '\t', '\r']) { "'" } else { "" };
    format!("\"{guard}{}\"", field.replace('"', "\"\""))
}

#[cfg(test)]
mod tests {
    use super::quoted;

    #[test]
    fn fields_are_no_formulas() {
        assert_eq!(quoted("a \"b\", c"), r#""a ""b"", c""#);
        assert_eq!(quoted("=cmd|' /C calc'!A0"), r#""'=cmd|' /C calc'!A0""#);
    }
}
