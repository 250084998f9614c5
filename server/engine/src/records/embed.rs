//! Related rows: one query for each embed, whatever the number of rows above.

use tenon_model::Result;

use super::{
    block::{Block, Context},
    plan::{Item, effective_filter},
    run,
    sql::{self, select},
};
use crate::database::Conn;

/// Reads the related rows of a block, and theirs.
///
/// # Errors
/// Whatever the database answers.
pub(crate) fn fill<'q>(conn: &mut Conn, context: Context<'q>, block: &mut Block<'_, 'q>) -> Result<()> {
    let level = block.level;
    let plans = level.items.iter().filter_map(|item| if let Item::Embed(plan) = item { Some(plan) } else { None });
    for (index, plan) in plans.enumerate() {
        let keys = &block.keys[index];
        let mut child = Block::new(&plan.level, context, block.form_of(plan), Some(keys.len()));
        if keys.len() > 0 {
            let query = &plan.embed.query;
            let filter = effective_filter(query);
            let rows =
                sql::Rows { table: &query.table, filter: &filter, order: &query.order, limit: query.limit, offset: query.offset };
            let statement =
                select::related(context.engine, context.schema, &plan.level.columns, &plan.embed.relation, keys, &rows)?;
            run::load(conn, &statement, &mut child)?;
            fill(conn, context, &mut child)?;
        }
        block.children.push(child);
    }
    Ok(())
}
