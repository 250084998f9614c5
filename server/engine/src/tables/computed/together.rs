//! Several rollups over the same rows as one query: the rows are gone through once.

use tenon_model::{
    Column, Expr, Ident, Result, Schema, Table,
    expression::{Aggregate, Selected, SourceId, Subquery, SubqueryKind},
};

use super::{Link, base, value::value};
use crate::{
    database::EngineKind,
    records::sql::{Alias, Builder, Root},
};

/// The one source that a merged query has.
const SOURCE: SourceId = SourceId(0);

/// Columns and the query that gives their values, in their order.
pub(super) struct Group<'c> {
    pub(super) columns: Vec<&'c Column>,
    /// Without parentheses: an expression if it is of one column, else `select …`.
    pub(super) sql: String,
}

/// The values of columns of a table, those together that are rolled up from the same rows.
pub(super) fn groups<'c>(
    kind: EngineKind,
    schema: &Schema,
    table: &Table,
    columns: &[&'c Column],
    root: &Root,
) -> Result<Vec<Group<'c>>> {
    let mut merged: Vec<(Link, Vec<(&'c Column, Expr)>)> = Vec::new();
    let mut all = Vec::new();
    for column in columns {
        match rollup(schema, table, column) {
            Some((link, expr)) => match merged.iter_mut().find(|(l, _)| l.child == link.child && l.pairs == link.pairs) {
                Some((_, found)) => found.push((column, expr)),
                None => merged.push((link, vec![(column, expr)])),
            },
            None => all.extend(single(kind, schema, table, column, root)?),
        }
    }
    for (link, found) in merged {
        if let [(column, _)] = found.as_slice() {
            all.extend(single(kind, schema, table, column, root)?);
            continue;
        }
        let sql = query(kind, schema, &link, &found, root)?;
        all.push(Group { columns: found.into_iter().map(|(column, _)| column).collect(), sql });
    }
    Ok(all)
}

fn single<'c>(kind: EngineKind, schema: &Schema, table: &Table, column: &'c Column, root: &Root) -> Result<Option<Group<'c>>> {
    let sql = value(kind, schema, &table.name, column, root.clone())?;
    Ok(sql.map(|sql| Group { columns: vec![column], sql }))
}

/// A column that is an aggregate over linked rows: its link, and what it is over these rows alone.
fn rollup(schema: &Schema, table: &Table, column: &Column) -> Option<(Link, Expr)> {
    let expr = base(schema, &table.name, column.generated.as_ref()?.expr.clone());
    let (query, to) = match expr {
        Expr::Subquery(query) => (query, None),
        Expr::Cast { expr, to } => match *expr {
            Expr::Subquery(query) => (query, Some(to)),
            _ => return None,
        },
        _ => return None,
    };
    let link = Link::all(schema, &table.name, &Expr::Subquery(query.clone())).ok()?.pop()?;
    let Subquery { kind: SubqueryKind::Scalar(Selected::Rows(value)), from, filter, limit: None, .. } = *query else { return None };
    let [source] = from.as_slice() else { return None };
    // The row's own columns stand as they are; those of the other table get the one source.
    let id = source.id;
    let rebase = |expr: Expr| {
        expr.map(&mut |part| match part {
            Expr::Of { source, name, data_type } if source == id => Expr::Of { source: SOURCE, name, data_type },
            other => other,
        })
    };
    let rest = rebase(link.rest(filter, id));
    let value = rebase(value).map(&mut |part| match part {
        Expr::Aggregate(aggregate) => {
            let Aggregate { filter, .. } = &*aggregate;
            let filter = rest.clone().and(filter.clone().unwrap_or_else(Expr::always));
            let filter = (!filter.is_always()).then_some(filter);
            Expr::Aggregate(Box::new(Aggregate { filter, ..*aggregate }))
        }
        other => other,
    });
    let value = match to {
        Some(to) => Expr::Cast { expr: Box::new(value), to },
        None => value,
    };
    Some((link, value))
}

fn query(kind: EngineKind, schema: &Schema, link: &Link, values: &[(&Column, Expr)], root: &Root) -> Result<String> {
    let mut b = Builder::new(kind, schema);
    b.root = root.clone();
    let target = b.fresh_alias();
    b.sources.push((SOURCE, target));
    b.push("select ");
    for (index, (_, value)) in values.iter().enumerate() {
        b.push(if index > 0 { ", " } else { "" });
        b.expr(Alias::ROOT, value)?;
    }
    if kind == EngineKind::Postgres {
        // In the language of triggers, the query says where its values go.
        b.push(" into ");
        for (index, (column, _)) in values.iter().enumerate() {
            b.push(if index > 0 { ", " } else { "" }).column(Alias::ROOT, &column.name);
        }
    }
    b.push(" from ").table(&link.child, target).push(" where ");
    let (theirs, ours): (Vec<Ident>, Vec<Ident>) = link.pairs.iter().cloned().unzip();
    b.join_columns(target, &theirs, Alias::ROOT, &ours);
    Ok(b.finish()?.inlined(kind))
}
