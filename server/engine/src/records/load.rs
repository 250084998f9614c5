//! Rows of a table with their related rows, over a connection.

use tenon_model::Result;

use super::{
    Format, Rows,
    answer::Answer,
    block::{Block, Context},
    embed,
    plan::Level,
    run,
    sql::{self, select},
};
use crate::database::Conn;

/// Reads rows and what they embed.
///
/// # Errors
/// [`tenon_model::Code::NotSingular`], and whatever the database answers.
pub(crate) fn load<'q>(
    conn: &mut Conn,
    context: Context<'q>,
    level: &Level<'q>,
    rows: &sql::Rows<'_>,
    format: Format,
) -> Result<Rows> {
    let mut answer = Answer::new(level, context, format);
    add(conn, context, level, rows, format, &mut answer)?;
    answer.finish()
}

/// Adds rows and what they embed to an answer; tells how many.
///
/// # Errors
/// Whatever the database answers.
pub(crate) fn add<'q>(
    conn: &mut Conn,
    context: Context<'q>,
    level: &Level<'q>,
    rows: &sql::Rows<'_>,
    format: Format,
    answer: &mut Answer<'_, 'q>,
) -> Result<u64> {
    let before = answer.rows;
    let statement = select::select(context.engine, context.schema, &level.columns, rows)?;
    if level.embeds == 0 {
        run::load(conn, &statement, answer)?;
    } else {
        let mut block = Block::new(level, context, format.form(), None);
        run::load(conn, &statement, &mut block)?;
        embed::fill(conn, context, &mut block)?;
        answer.add_block(&block, None)?;
    }
    Ok(answer.rows - before)
}
