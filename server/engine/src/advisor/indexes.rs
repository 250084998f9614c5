//! Columns that are looked for and that no index finds.

use std::collections::BTreeMap;

use tenon_model::{
    CompareOp, Expr, ForeignKey, Ident, Schema, Table,
    advice::{Advice, AdviceKind, Severity},
    expression::{ContextValue, Join, SourceId, Subquery, SubqueryKind},
};

use super::finding::{Told, finding, listed};

pub(super) fn check(schema: &Schema, table: &Table, found: &mut Vec<Advice>) {
    if table.row_security {
        for policy in &table.policies {
            // What is added is at hand: no index is asked for it.
            let Some(using) = &policy.using else { continue };
            let mut looks = Looks { schema, table, sources: BTreeMap::new(), wanted: Vec::new(), computed: Vec::new() };
            looks.expr(using);
            let (wanted, computed) = (looks.wanted, looks.computed);
            for (name, columns) in wanted {
                let Some(other) = schema.table(name.as_str()) else { continue };
                found.push(missing(table, other, &policy.name, columns));
            }
            found.extend(computed.into_iter().map(|column| unindexable(table, &policy.name, &column)));
        }
    }
    found.extend(table.foreign_keys.iter().filter(|key| !is_found(table, key)).map(|key| unindexed_key(table, key)));
}

fn missing(table: &Table, other: &Table, policy: &Ident, columns: Vec<Ident>) -> Advice {
    let names = listed(&columns.iter().map(|name| format!("\"{name}\"")).collect::<Vec<_>>());
    let of = if table.name == other.name { String::new() } else { format!(" of \"{}\"", other.name) };
    let what = format!("The policy \"{policy}\" of \"{}\" looks for rows by {names}{of}, and no index finds them.", table.name);
    let mut advice = finding(AdviceKind::PolicyIndex, Severity::Info, other, what)
        .columns(columns)
        .why("Every query of everybody whom the policy binds reads the whole table.")
        .remedy("Make the index.");
    advice.policy = Some(policy.clone());
    advice.wants_index = true;
    advice
}

fn unindexable(table: &Table, policy: &Ident, column: &Ident) -> Advice {
    let what =
        format!("The policy \"{policy}\" of \"{}\" compares what it makes of \"{column}\", which no index can find.", table.name);
    finding(AdviceKind::Unindexable, Severity::Info, table, what)
        .policy(policy)
        .part(column.as_str())
        .why("Indexes hold columns as they are. With a function, a cast or an arrow around it, each row has to be read and computed.")
        .remedy(format!("Compare \"{column}\" as it is and convert the other side, or keep what is compared in a column of its own."))
}

fn unindexed_key(table: &Table, key: &ForeignKey) -> Advice {
    let names = listed(&key.columns.iter().map(|name| format!("\"{name}\"")).collect::<Vec<_>>());
    let what = format!("No index finds the rows of \"{}\" by {names}, which refer to \"{}\".", table.name, key.references);
    let mut advice = finding(AdviceKind::ForeignKeyIndex, Severity::Info, table, what)
        .columns(key.columns.clone())
        .why("Deleting a row there, and showing related rows, reads this whole table.")
        .remedy("Make the index.");
    advice.wants_index = true;
    advice
}

fn is_found(table: &Table, key: &ForeignKey) -> bool {
    let begins = |columns: &[&Ident]| {
        let first: Vec<_> = columns.iter().take(key.columns.len()).collect();
        first.len() == key.columns.len() && key.columns.iter().all(|column| first.contains(&&column))
    };
    keys(table).iter().any(|columns| begins(columns))
}

/// The columns of every index of the table, those of its constraints among them.
fn keys(table: &Table) -> Vec<Vec<&Ident>> {
    let constraints = table.primary_key.iter().chain(&table.uniques).map(|key| key.columns.iter().collect());
    let indexes = table.indexes.iter().map(|index| index.columns.iter().map(|column| &column.column).collect());
    constraints.chain(indexes).collect()
}

fn leads(table: &Table, column: &Ident) -> bool {
    keys(table).iter().any(|columns| columns.first() == Some(&column))
}

/// What a policy looks for.
struct Looks<'s> {
    schema: &'s Schema,
    table: &'s Table,
    /// The tables of the queries that were gone into.
    sources: BTreeMap<SourceId, Ident>,
    /// Columns of tables that no index begins with.
    wanted: Vec<(Ident, Vec<Ident>)>,
    /// Columns of the policy's own table inside of something that is compared with who asks.
    computed: Vec<Ident>,
}

impl Looks<'_> {
    fn expr(&mut self, expr: &Expr) {
        expr.visit(&mut |part| match part {
            Expr::Compare { op: CompareOp::Eq, left, right } => {
                for (side, other) in [(left, right), (right, left)] {
                    self.own(side, other);
                }
            }
            Expr::Subquery(query) => self.query(query),
            Expr::Quantified { expr, array, all: false, op: CompareOp::Eq } if asks_who(expr) => {
                if let Expr::Column { name, .. } = &**array {
                    self.computed(name);
                }
            }
            _ => {}
        });
    }

    /// A column of the own table that is compared with who asks.
    fn own(&mut self, side: &Expr, other: &Expr) {
        if !asks_who(other) || speaks_of_rows(other) {
            return;
        }
        match side {
            Expr::Column { name, .. } => self.want(&self.table.name.clone(), vec![name.clone()]),
            Expr::Cast { .. } | Expr::Call { .. } | Expr::JsonPath { .. } => {
                side.visit(&mut |part| {
                    if let Expr::Column { name, .. } = part {
                        self.computed(name);
                    }
                });
            }
            _ => {}
        }
    }

    fn query(&mut self, query: &Subquery) {
        if let SubqueryKind::Any { op: CompareOp::Eq, expr: Expr::Column { name, .. }, all: false, .. } = &query.kind {
            self.want(&self.table.name.clone(), vec![name.clone()]);
        }
        for source in &query.from {
            self.sources.insert(source.id, source.table.clone());
        }
        let mut looked: BTreeMap<SourceId, Vec<(bool, Ident)>> = BTreeMap::new();
        let joins = query.from.iter().filter_map(|source| match &source.join {
            Join::Cross => None,
            Join::Inner(on) | Join::Left(on) => Some(on),
        });
        for condition in joins.chain([&query.filter]) {
            conjuncts(condition, &mut |term| {
                let Expr::Compare { op: CompareOp::Eq, left, right } = term else { return };
                for (side, other) in [(left, right), (right, left)] {
                    if let Expr::Of { source, name, .. } = &**side
                        && speaks_of_other(other, *source)
                    {
                        looked.entry(*source).or_default().push((!asks_who(other), name.clone()));
                    }
                }
            });
        }
        for (source, mut columns) in looked {
            let Some(name) = self.sources.get(&source).cloned() else { continue };
            let Some(table) = self.schema.table(name.as_str()) else { continue };
            if columns.iter().any(|(_, column)| leads(table, column)) {
                continue;
            }
            // What is compared with who asks comes first: it is the same for every row.
            columns.sort();
            columns.dedup();
            self.want(&name, columns.into_iter().map(|(_, column)| column).collect());
        }
    }

    fn want(&mut self, table: &Ident, columns: Vec<Ident>) {
        let Some(found) = self.schema.table(table.as_str()) else { return };
        // What is computed on read, no index holds.
        let kept = |name: &Ident| found.column(name.as_str()).is_some_and(|column| !column.is_virtual());
        let columns: Vec<Ident> = columns.into_iter().filter(kept).collect();
        if columns.is_empty() {
            return;
        }
        let wanted = (table.clone(), columns);
        let has_index = wanted.1.first().is_some_and(|column| leads(found, column));
        if !has_index && !self.wanted.contains(&wanted) {
            self.wanted.push(wanted);
        }
    }

    fn computed(&mut self, name: &Ident) {
        if !self.computed.contains(name) {
            self.computed.push(name.clone());
        }
    }
}

/// Calls `visit` for what all has to hold.
fn conjuncts<'a>(expr: &'a Expr, visit: &mut dyn FnMut(&'a Expr)) {
    match expr {
        Expr::And(terms) => terms.iter().for_each(|term| conjuncts(term, visit)),
        term => visit(term),
    }
}

fn asks_who(expr: &Expr) -> bool {
    let mut found = false;
    expr.visit(&mut |part| {
        found |= matches!(part, Expr::Context(ContextValue::Uid | ContextValue::Email | ContextValue::Jwt));
    });
    found
}

fn speaks_of_rows(expr: &Expr) -> bool {
    let mut found = false;
    expr.visit(&mut |part| found |= matches!(part, Expr::Column { .. } | Expr::Of { .. }));
    found
}

/// Whether it is known before a row of the source is: of who asks, of the row outside, of another table.
fn speaks_of_other(expr: &Expr, source: SourceId) -> bool {
    let (mut own, mut other) = (false, false);
    expr.visit(&mut |part| match part {
        Expr::Of { source: of, .. } if *of == source => own = true,
        Expr::Of { .. } | Expr::Column { .. } | Expr::Context(_) => other = true,
        _ => {}
    });
    other && !own
}
