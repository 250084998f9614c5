//! Which rows a stored column rests on: those of another table that equal its row in some columns.

use std::collections::BTreeSet;

use sha2::{Digest, Sha256};
use tenon_model::{
    CompareOp, Error, Expr, Ident, Result, Schema, Table,
    expression::{Join, SourceId, Subquery},
};

use super::{base, kept};
use crate::{
    database::EngineKind,
    tables::{dump::text, sql::list},
};

/// The most columns by which two tables are linked.
const MAX_PAIRS: usize = 4;

/// Rows of one table that columns of another are kept from.
#[derive(Clone, Debug)]
pub(crate) struct Link {
    /// The table with the computed columns.
    pub(super) parent: Ident,
    /// The table that they look into.
    pub(super) child: Ident,
    /// The child's columns and the parent's that they equal.
    pub(super) pairs: Vec<(Ident, Ident)>,
    /// The child's columns that matter, those of the pairs among them.
    pub(super) used: BTreeSet<Ident>,
    /// The computed columns.
    pub(super) columns: BTreeSet<Ident>,
}

impl Link {
    /// The links of one expression over what is kept of a row of `table`, without the column that it is for.
    ///
    /// # Errors
    /// Why it is not known which rows it rests on, in words that follow "cannot be stored: ".
    pub(crate) fn all(schema: &Schema, table: &Ident, base: &Expr) -> Result<Vec<Self>, String> {
        outermost(base).into_iter().map(|query| Self::of(schema, table, query)).collect()
    }

    fn of(schema: &Schema, parent: &Ident, query: &Subquery) -> Result<Self, String> {
        let [source] = query.from.as_slice() else { return Err("it looks into several tables at once".to_owned()) };
        if query.parts().into_iter().any(Expr::reads_tables) || source.join != Join::Cross {
            return Err("a query stands inside its query".to_owned());
        }
        let mut pairs = Vec::new();
        equalities(&query.filter, source.id, &mut pairs);
        pairs.sort();
        pairs.dedup();
        if pairs.is_empty() {
            let name = &source.table;
            return Err(format!(
                "its query must say by = between columns which rows of \"{name}\" belong to a row of \"{parent}\""
            ));
        }
        pairs.truncate(MAX_PAIRS);
        let mut used = BTreeSet::new();
        Expr::Subquery(Box::new(query.clone())).visit(&mut |part| {
            if let Expr::Of { name, .. } = part {
                used.insert(name.clone());
            }
        });
        let child = schema.require_table(source.table.as_str()).map_err(|e| e.message)?.name.clone();
        Ok(Self { parent: parent.clone(), child, pairs, used, columns: BTreeSet::new() })
    }

    /// What a condition over the rows of the query says beside the link.
    pub(super) fn rest(&self, filter: Expr, source: SourceId) -> Expr {
        let is_link = |term: &Expr| {
            let mut pairs = Vec::new();
            equalities(term, source, &mut pairs);
            matches!(pairs.as_slice(), [pair] if self.pairs.contains(pair)) && matches!(term, Expr::Compare { .. })
        };
        match filter {
            Expr::And(terms) => terms.into_iter().map(|term| self.rest(term, source)).fold(Expr::always(), Expr::and),
            term if is_link(&term) => Expr::always(),
            term => term,
        }
    }

    /// What the link is called in the table of touched rows.
    pub(super) fn target(&self) -> String {
        let side = |table: &Ident, columns: Vec<&Ident>| format!("{} ({})", table.quoted(), list(columns));
        let (of, to) = (self.pairs.iter().map(|(child, _)| child).collect(), self.pairs.iter().map(|(_, parent)| parent).collect());
        text(&format!("{} <- {}", side(&self.parent, to), side(&self.child, of)))
    }
}

/// The queries that stand in no other.
fn outermost(expr: &Expr) -> Vec<&Subquery> {
    let mut all = Vec::new();
    expr.visit(&mut |part| {
        if let Expr::Subquery(query) = part {
            all.push(&**query);
        }
    });
    let inner: Vec<*const Subquery> = all
        .iter()
        .flat_map(|query| query.parts())
        .flat_map(|part| {
            let mut inside = Vec::new();
            part.visit(&mut |part| {
                if let Expr::Subquery(query) = part {
                    inside.push(std::ptr::from_ref(&**query));
                }
            });
            inside
        })
        .collect();
    all.retain(|query| !inner.contains(&std::ptr::from_ref(*query)));
    all
}

/// The pairs of the query's columns and the row's that a condition says to be equal.
fn equalities(filter: &Expr, source: SourceId, pairs: &mut Vec<(Ident, Ident)>) {
    match filter {
        Expr::And(terms) => terms.iter().for_each(|term| equalities(term, source, pairs)),
        Expr::Compare { op: CompareOp::Eq, left, right } => match (&**left, &**right) {
            (Expr::Of { source: id, name, data_type: a }, Expr::Column { name: own, data_type: b })
            | (Expr::Column { name: own, data_type: b }, Expr::Of { source: id, name, data_type: a })
                if *id == source && crate::tables::apply::compatible(a, b) =>
            {
                pairs.push((name.clone(), own.clone()));
            }
            _ => {}
        },
        _ => {}
    }
}

/// All links of a schema: one for all columns of a table that rest on the same rows.
///
/// # Errors
/// An internal one: links were found when the columns were made.
pub(super) fn links(schema: &Schema) -> Result<Vec<Link>> {
    let mut all: Vec<Link> = Vec::new();
    for (table, column) in kept(EngineKind::Sqlite, schema) {
        let Some(generated) = &column.generated else { continue };
        let base = base(schema, &table.name, generated.expr.clone());
        for mut link in Link::all(schema, &table.name, &base).map_err(Error::internal)? {
            link.columns.insert(column.name.clone());
            let same = |other: &&mut Link| (&other.parent, &other.child, &other.pairs) == (&link.parent, &link.child, &link.pairs);
            match all.iter_mut().find(same) {
                Some(known) => {
                    known.used.append(&mut link.used);
                    known.columns.append(&mut link.columns);
                }
                None => all.push(link),
            }
        }
    }
    Ok(all)
}

/// The columns of a row that its columns kept from other rows rest on.
pub(super) fn own_columns(schema: &Schema, table: &Table) -> BTreeSet<Ident> {
    let mut own = BTreeSet::new();
    for generated in table.columns.iter().filter(|c| c.is_stored_from_others()).filter_map(|c| c.generated.as_ref()) {
        base(schema, &table.name, generated.expr.clone()).visit(&mut |part| {
            if let Expr::Column { name, .. } = part {
                own.insert(name.clone());
            }
        });
    }
    own
}

/// The indexes by which linked rows are found, where the table has none that begins with these columns: name and statement.
///
/// # Errors
/// As [`links`].
pub(super) fn indexes(schema: &Schema) -> Result<Vec<(Ident, String)>> {
    let mut all: Vec<(Ident, String)> = Vec::new();
    for link in links(schema)? {
        let Some(child) = schema.table(link.child.as_str()) else { continue };
        let columns: Vec<&Ident> = link.pairs.iter().map(|(child, _)| child).collect();
        if has_index(child, &columns) {
            continue;
        }
        let what = format!("{} ({})", link.child.quoted(), list(columns));
        let name = Ident::new(format!("_tenon_link_{}", hex::encode(&Sha256::digest(what.as_bytes())[..8])))?;
        if !all.iter().any(|(other, _)| *other == name) {
            all.push((name.clone(), format!("create index if not exists {} on {what}", name.quoted())));
        }
    }
    Ok(all)
}

fn has_index(table: &Table, columns: &[&Ident]) -> bool {
    let keys = table.primary_key.iter().chain(&table.uniques).map(|key| key.columns.iter().collect::<Vec<_>>());
    let indexes = table.indexes.iter().map(|index| index.columns.iter().map(|c| &c.column).collect::<Vec<_>>());
    keys.chain(indexes).any(|key| key.len() >= columns.len() && key[..columns.len()].iter().all(|c| columns.contains(c)))
}
