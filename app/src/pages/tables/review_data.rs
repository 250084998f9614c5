//! What the review of a change shows.

use leptos::{prelude::*, server_fn::codec::Json};
use serde::{Deserialize, Serialize};
use tenon_model::Error;

use crate::{ddl::Params, errors::Result, numbers::counted};

/// One statement's effect.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Effect {
    pub(super) summary: String,
    pub(super) rows_rewritten: u64,
    pub(super) values_lost: u64,
    /// Whether whole rows are lost, not values.
    pub(super) whole_rows: bool,
}

/// Rows that a new check would refuse.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Failing {
    pub(super) table: String,
    pub(super) check: String,
    pub(super) count: u64,
    /// The first of them: their keys, and where they are.
    pub(super) rows: Vec<(String, String)>,
}

/// A change before it is made, or why it cannot be made. Empty without a change.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct ReviewPage {
    /// Whether a form made the SQL.
    pub(super) by_form: bool,
    pub(super) sql: String,
    pub(super) effects: Vec<Effect>,
    /// What the data that is there has against it.
    pub(super) obstacles: Vec<Error>,
    /// Rows that a new check would refuse.
    pub(super) failing: Vec<Failing>,
    /// Why there is nothing to review.
    pub(super) problem: Option<Error>,
    pub(super) next: String,
    pub(super) back: String,
    /// What it does to whom: a row for each one and command that it makes a difference to.
    pub(super) reached: Vec<ReachedRow>,
    /// What reading by it costs.
    pub(super) costs: Vec<CostRow>,
    /// For whom it was counted.
    pub(super) counted_for: Vec<String>,
    /// Whether there are more people than these.
    pub(super) sampled: bool,
}

/// Rows that somebody gains and loses by a change.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct ReachedRow {
    pub(super) table: String,
    pub(super) who: String,
    pub(super) command: String,
    pub(super) before: u64,
    pub(super) gained: u64,
    pub(super) lost: u64,
    pub(super) problem: Option<String>,
}

/// What reading a page costs somebody.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct CostRow {
    pub(super) table: String,
    pub(super) who: String,
    /// Over reading without any rule, in hundredths, before and after.
    pub(super) before: u64,
    pub(super) after: u64,
    pub(super) indexes: Vec<String>,
}

/// What is lost for good, with its verb: `3 rows are`, `1 row and 2 values are`.
pub(super) fn lost(effects: &[Effect]) -> Option<String> {
    let sum = |whole| effects.iter().filter(|effect| effect.whole_rows == whole).map(|effect| effect.values_lost).sum::<u64>();
    let (rows, values) = (sum(true), sum(false));
    let verb = if rows + values == 1 { "is" } else { "are" };
    match (rows, values) {
        (0, 0) => None,
        (rows, 0) => Some(format!("{} {verb}", counted(rows, "row"))),
        (0, values) => Some(format!("{} {verb}", counted(values, "value"))),
        _ => Some(format!("{} and {} {verb}", counted(rows, "row"), counted(values, "value"))),
    }
}

// Not form-encoded: that has no way to write fields of fields, and drops empty ones.
#[server(input = Json)]
pub(super) async fn load_review(params: Params) -> Result<ReviewPage> {
    let (engine, caller) = crate::context::builder().await?;
    if params.get("do").is_empty() && params.get("sql").is_empty() {
        return Ok(ReviewPage::default());
    }
    let by_form = !matches!(params.get("do"), "" | "sql");
    let mut page = ReviewPage { by_form, back: crate::ddl::back(&params), ..ReviewPage::default() };
    match fill(&mut page, &engine, &caller, &params).await {
        Ok(()) => {}
        // The page stays, so that the person can go back and mend what was typed.
        Err(error) if may_be_mended(error.code) => page.problem = Some(error),
        Err(error) => return Err(error.into()),
    }
    if by_form {
        page.problem = page.problem.map(crate::ddl::for_form);
        page.obstacles = page.obstacles.into_iter().map(crate::ddl::for_form).collect();
    }
    Ok(page)
}

#[cfg(feature = "ssr")]
async fn fill(
    page: &mut ReviewPage,
    engine: &tenon_engine::Engine,
    caller: &tenon_model::Caller,
    params: &Params,
) -> tenon_model::Result<()> {
    let planned = crate::ddl::plan(&engine.schema(), params)?;
    page.next = planned.next;
    page.sql.clone_from(&planned.sql);
    let plan = engine.plan_schema(caller, planned.sql).await?;
    let effect = |effect: tenon_engine::tables::Effect| Effect {
        summary: effect.summary,
        rows_rewritten: effect.rows_rewritten,
        values_lost: effect.values_lost,
        whole_rows: effect.whole_rows,
    };
    let person = params.get("person").parse().ok();
    let foreseen = engine.foresee(caller, &plan.sql, person.as_ref()).await?;
    let reached = |r: tenon_engine::records::foresee::Reached| ReachedRow {
        table: r.table.to_string(),
        who: r.who,
        command: r.command.as_str().to_owned(),
        before: r.before,
        gained: r.gained,
        lost: r.lost,
        problem: r.problem,
    };
    let cost = |c: tenon_engine::records::foresee::Cost| CostRow {
        table: c.table.to_string(),
        before: c.before.saturating_mul(100) / c.plain.max(1),
        after: c.ratio(),
        who: c.who,
        indexes: c.indexes,
    };
    page.reached = foreseen.reached.into_iter().map(reached).collect();
    page.costs = foreseen.costs.into_iter().map(cost).collect();
    (page.counted_for, page.sampled) = (foreseen.counted_for, foreseen.sampled);
    page.sql = plan.sql;
    page.effects = plan.effects.into_iter().map(effect).collect();
    page.obstacles = plan.obstacles;
    page.failing = plan.failing.into_iter().map(failing).collect();
    Ok(())
}

#[cfg(feature = "ssr")]
fn failing(rows: tenon_engine::tables::FailingRows) -> Failing {
    use crate::data::{key, urls};
    let table = rows.table.to_string();
    let link = |key: &Vec<String>| (key.join(", "), urls::record(&table, &key::encode(key)));
    Failing { check: rows.check.to_string(), count: rows.count, rows: rows.keys.iter().map(link).collect(), table: table.clone() }
}

/// Whether another entry, or another try, would help.
#[cfg(feature = "ssr")]
fn may_be_mended(code: tenon_model::Code) -> bool {
    use tenon_model::Code;
    !matches!(code, Code::Internal | Code::Forbidden | Code::Unauthenticated | Code::NewerDatabase | Code::Configuration)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_and_values_are_counted_apart() {
        let effect = |values_lost, whole_rows| Effect { summary: String::new(), rows_rewritten: 0, values_lost, whole_rows };
        assert_eq!(lost(&[effect(0, true), effect(0, false)]), None);
        assert_eq!(lost(&[effect(1, true)]).as_deref(), Some("1 row is"));
        assert_eq!(lost(&[effect(26_000, true), effect(115, true)]).as_deref(), Some("26,115 rows are"));
        assert_eq!(lost(&[effect(2, true), effect(1, false)]).as_deref(), Some("2 rows and 1 value are"));
    }
}
