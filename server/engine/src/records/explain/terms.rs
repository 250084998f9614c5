//! A condition taken apart at `and`, `or` and `not`, and what each part comes to for a row.

use std::collections::HashMap;

use tenon_model::{
    Expr, Result, Table, Value,
    explanation::{Seen, Term, TermKind},
    expression::{self, ContextValue, evaluate::Environment, functions::BOOLEAN},
};

use super::rows::Values;
use crate::{
    database::Reader,
    records::{
        block::Context,
        cell::RawRow,
        output,
        policies::row_source,
        run::{self, Sink},
        sql::Builder,
    },
};

/// The most of a value that is shown. Characters.
const SHOWN: usize = 200;

/// A condition, taken apart.
pub(super) struct Taken {
    kind: TermKind,
    /// As it is written.
    expr: Expr,
    /// As it is asked; of single conditions.
    ready: Option<Expr>,
    parts: Vec<Taken>,
}

impl Taken {
    /// Takes a condition apart; `ready` makes of a single one what is asked of the database.
    pub(super) fn apart(expr: &Expr, ready: &dyn Fn(&Expr) -> Result<Expr>) -> Result<Self> {
        let (kind, terms): (_, &[Expr]) = match expr {
            Expr::And(terms) | Expr::Or(terms) if terms.len() == 1 => return Self::apart(&terms[0], ready),
            Expr::And(terms) if !terms.is_empty() => (TermKind::And, terms),
            Expr::Or(terms) if !terms.is_empty() => (TermKind::Or, terms),
            Expr::Not(term) if is_joined(term) => (TermKind::Not, std::slice::from_ref(term)),
            single => {
                return Ok(Self {
                    kind: TermKind::Condition,
                    expr: single.clone(),
                    ready: Some(ready(single)?),
                    parts: Vec::new(),
                });
            }
        };
        let parts = terms.iter().map(|term| Self::apart(term, ready)).collect::<Result<_>>()?;
        Ok(Self { kind, expr: expr.clone(), ready: None, parts })
    }

    fn singles<'t>(&'t self, into: &mut Vec<&'t Expr>) {
        into.extend(&self.ready);
        self.parts.iter().for_each(|part| part.singles(into));
    }
}

/// Whether `not` stands before several conditions: before one it is a part of it, as in `x is not null`.
fn is_joined(term: &Expr) -> bool {
    matches!(term, Expr::And(terms) | Expr::Or(terms) if terms.len() > 1)
}

/// Asks conditions of a row.
pub(super) struct Asker<'a> {
    pub(super) table: &'a Table,
    pub(super) row: &'a Values,
    pub(super) context: Context<'a>,
    pub(super) who: &'a expression::Context,
}

/// What a single condition came to.
type Answer = Result<Option<bool>>;

impl Asker<'_> {
    /// What a condition and its parts come to.
    pub(super) fn ask(&self, taken: &Taken, reader: &mut Reader) -> Result<Term> {
        let mut singles = Vec::new();
        taken.singles(&mut singles);
        let mut answers = match self.values(&singles, reader) {
            Ok(answers) => answers.into_iter().map(Ok).collect::<Vec<Answer>>(),
            // One that fails must not keep the others from being told.
            Err(_) => {
                let one = |single: &&Expr| self.values(&[*single], reader).map(|mut found| found.pop().flatten());
                singles.iter().map(one).collect()
            }
        }
        .into_iter();
        let mut term = self.term(taken, &mut answers);
        term.mark();
        Ok(term)
    }

    fn term(&self, taken: &Taken, answers: &mut dyn Iterator<Item = Answer>) -> Term {
        let terms: Vec<Term> = taken.parts.iter().map(|part| self.term(part, answers)).collect();
        let results = || terms.iter().map(|term| term.result);
        let (result, error) = match taken.kind {
            TermKind::And => (joined(results(), false), None),
            TermKind::Or => (joined(results(), true), None),
            TermKind::Not => (results().next().flatten().map(|flag| !flag), None),
            TermKind::Condition => match answers.next() {
                Some(Ok(result)) => (result, None),
                Some(Err(error)) if error.code == tenon_model::Code::Internal => (None, Some("it failed".to_owned())),
                Some(Err(error)) => (None, Some(error.message)),
                None => (None, None),
            },
        };
        let seen = if taken.kind == TermKind::Condition { self.seen(&taken.expr) } else { Vec::new() };
        Term { kind: taken.kind, sql: taken.expr.to_sql(&self.table.name), result, decides: false, error, seen, terms }
    }

    /// The values of conditions, in one statement.
    fn values(&self, singles: &[&Expr], reader: &mut Reader) -> Result<Vec<Option<bool>>> {
        struct First<'c>(Context<'c>, usize, Vec<Option<bool>>);
        impl Sink for First<'_> {
            fn row<R: RawRow>(&mut self, row: &R) -> Result<()> {
                let flag = |index| {
                    row.cell(index, |cell| output::canonical(self.0.engine, &BOOLEAN, cell))
                        .map(|text| matches!(&*text, "true" | "t"))
                };
                self.2 = (0..self.1).map(flag).collect();
                Ok(())
            }
        }
        if singles.is_empty() {
            return Ok(Vec::new());
        }
        let mut b = Builder::new(self.context.engine, self.context.schema);
        b.uncached();
        let end = if b.is_sqlite() { ")" } else { ")::text" };
        for (index, single) in singles.iter().enumerate() {
            b.push(if index > 0 { ", (" } else { "select (" });
            b.expr(crate::records::sql::Alias::ROOT, single)?;
            b.push(end);
        }
        b.push(" from ");
        row_source(&mut b, self.context, self.table, self.row);
        let mut first = First(self.context, singles.len(), Vec::new());
        run::load(&mut reader.conn, &b.finish()?, &mut first)?;
        Ok(first.2)
    }

    /// What a condition looks at of the row and of who asks, each once.
    fn seen(&self, expr: &Expr) -> Vec<Seen> {
        let row: HashMap<_, _> = self
            .table
            .columns
            .iter()
            .zip(self.row)
            .map(|(column, value)| (column.name.clone(), value.clone().unwrap_or(Value::Null)))
            .collect();
        let memory = Environment { schema: self.context.schema, context: self.who, data: None };
        let mut found: Vec<&Expr> = Vec::new();
        expr.visit(&mut |part| {
            let is_claim = matches!(part, Expr::JsonPath { base, .. } if matches!(**base, Expr::Context(_)));
            if is_claim || matches!(part, Expr::Column { .. } | Expr::Context(_)) {
                found.push(part);
            }
        });
        // A claim says what the condition wants of the token; the whole token says nothing more.
        if found.iter().any(|part| matches!(part, Expr::JsonPath { .. })) {
            found.retain(|part| !matches!(part, Expr::Context(ContextValue::Jwt)));
        }
        let mut seen: Vec<Seen> = Vec::new();
        for part in found {
            let of = part.to_sql(&self.table.name);
            if seen.iter().all(|other| other.of != of) {
                let value = memory.evaluate(part, &row).ok().and_then(|value| value.to_text(&part.data_type()));
                seen.push(Seen { of, value: value.map(shortened) });
            }
        }
        seen
    }
}

/// `or` if `any`, else `and`, of what is true, false or null.
fn joined(results: impl Iterator<Item = Option<bool>>, any: bool) -> Option<bool> {
    let mut whole = Some(!any);
    for result in results {
        match result {
            Some(flag) if flag == any => return Some(any),
            None => whole = None,
            Some(_) => {}
        }
    }
    whole
}

fn shortened(text: String) -> String {
    if text.chars().count() <= SHOWN { text } else { text.chars().take(SHOWN).chain(['…']).collect() }
}
