//! The rows on which an expression is tried.

use std::sync::Arc;

use tenon_model::{DataType, Expr, Ident, Result};

use super::{Asked, ROWS, Tried};
use crate::{
    database::EngineKind,
    records::{
        cell::RawRow,
        output,
        run::{self, Sink},
        sql::{Alias, Builder, Shown},
        verdicts::decided,
    },
};

/// Which rows, and which of their columns.
pub(super) struct Page {
    pub(super) columns: Vec<Ident>,
    pub(super) filter: Option<Expr>,
    pub(super) offset: u64,
}

struct Cells {
    engine: EngineKind,
    types: Vec<DataType>,
    rows: Vec<Asked>,
}

impl Sink for Cells {
    fn row<R: RawRow>(&mut self, row: &R) -> Result<()> {
        let cell = |(index, data_type)| row.cell(index, |cell| output::canonical(self.engine, data_type, cell));
        self.rows.push(Asked::Whole(self.types.iter().enumerate().map(cell).collect()));
        Ok(())
    }
}

impl Tried<'_> {
    /// The page's columns and what expressions come to, as canonical texts.
    pub(super) async fn page(&self, page: &Page, exprs: &[Expr], most: u64) -> Result<Vec<Asked>> {
        let (schema, table) = (Arc::clone(&self.schema), self.table.clone());
        let (columns, filter, offset, exprs) = (page.columns.clone(), page.filter.clone(), page.offset, exprs.to_vec());
        let read = self.engine.database().with_timeout(super::PATIENCE);
        read.read_with(move |reader| {
            let own = schema.require_table(table.as_str())?;
            let engine = reader.conn.kind();
            let mut b = Builder::new(engine, &schema);
            b.uncached();
            let mut types = Vec::new();
            b.push("select ");
            for name in &columns {
                let data_type = &own.require_column(name.as_str())?.data_type;
                b.push(if types.is_empty() { "" } else { ", " });
                b.select_column(Some(Alias::ROOT), &Shown::column(name, data_type))?;
                types.push(data_type.clone());
            }
            for expr in &exprs {
                b.push(if types.is_empty() { "" } else { ", " });
                b.select_column(Some(Alias::ROOT), &Shown::computed(&decided(engine, expr.clone())))?;
                types.push(expr.data_type());
            }
            if types.is_empty() {
                return Ok(Vec::new());
            }
            // The rows are chosen first, and the expression is asked of no other.
            b.push(" from (select * from ").table(&table, Alias::ROOT);
            if let Some(filter) = &filter {
                b.where_filter(Alias::ROOT, filter)?;
            }
            order(&mut b, &table)?;
            b.limit(Some(most), offset).push(") as ").alias(Alias::ROOT);
            order(&mut b, &table)?;
            let mut cells = Cells { engine, types, rows: Vec::new() };
            run::load(&mut reader.conn, &b.finish()?, &mut cells)?;
            Ok(cells.rows)
        })
        .await
    }

    /// The rows of a page, each asked by itself, so that one for which the expression fails does not hide the others.
    pub(super) async fn one_by_one(&self, page: &Page) -> Result<Vec<Asked>> {
        let plain = self.page(page, &[], ROWS + 1).await?;
        let mut rows = Vec::with_capacity(plain.len());
        for (index, row) in plain.into_iter().enumerate() {
            let Asked::Whole(cells) = row else { continue };
            let one = Page { columns: Vec::new(), filter: None, offset: page.offset + index as u64 };
            rows.push(match super::tolerated(self.page(&one, std::slice::from_ref(&self.expr), 1).await)? {
                Ok(found) => {
                    let value = found.into_iter().next().and_then(|asked| match asked {
                        Asked::Whole(values) => values.into_iter().next().flatten(),
                        Asked::Failed(..) => None,
                    });
                    Asked::Whole([cells, vec![value]].concat())
                }
                Err(message) => Asked::Failed(cells, message),
            });
        }
        Ok(rows)
    }
}

/// By the key, if there is one.
fn order(b: &mut Builder<'_>, table: &Ident) -> Result<()> {
    if !b.require_table(table)?.key_columns().is_empty() {
        b.push(" order by ");
        b.order(table, Alias::ROOT, &[], true)?;
    }
    Ok(())
}
