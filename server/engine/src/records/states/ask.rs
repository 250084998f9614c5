//! Whether rows may go or begin as a write would have them.

use tenon_model::{CompareOp, DataType, Expr, Ident, Result, Table, Value, expression::SourceId};

use super::{Moves, Way, words};
use crate::{
    database::Conn,
    records::{
        Update,
        block::Context,
        policies::{EXISTING, PROPOSED, chunks, fails, proposed_as, said_of},
        run,
        sql::{Alias, Builder},
    },
};

impl Moves {
    /// Passes an update whose rows may go where it takes them; on PostgreSQL they are locked until it has happened.
    ///
    /// # Errors
    /// [`tenon_model::Code::CheckViolation`], [`tenon_model::Code::Forbidden`].
    pub(crate) fn updated(&self, conn: &mut Conn, context: Context<'_>, table: &Table, update: &Update) -> Result<()> {
        for column in table.state_columns() {
            let Some(Value::Text(to)) = update.set.get(&column.name) else { continue };
            let state = Expr::Column { name: column.name.clone(), data_type: column.data_type.clone() };
            let after = |rule: &Expr| after(rule, &|name| update.set.get(name));
            let ways = self.of(&column.name).filter(|way| way.may && way.transition.to == *to && !way.transition.is_beginning());
            let open = ways.map(|way| leaves(way, state.clone()).and(way.using.clone()).and(after(&way.check)));
            let stays = equals(state.clone(), literal(to, &column.data_type));
            let bad = fails(Expr::Or(open.chain([stays]).collect()));
            let mut b = Builder::new(context.engine, context.schema);
            b.push("select s.state from (select ");
            state_text(&mut b, Alias::ROOT, &column.name);
            b.push(" as state, (");
            b.expr(Alias::ROOT, &bad)?;
            b.push(") as bad from ").table(&table.name, Alias::ROOT);
            b.where_rows(table, &update.filter, &update.order, update.limit)?;
            b.push(if context.is_sqlite() { "" } else { " for update of t0" });
            b.push(") as s where s.bad limit 1");
            if let Some(from) = first(conn, b, 1)? {
                return Err(self.refusal(table, &column.name, text(&from, 0), to));
            }
        }
        Ok(())
    }

    /// Passes rows that may begin as they are; with a conflict's target, those that meet no row that is there.
    ///
    /// # Errors
    /// As [`Moves::updated`].
    pub(crate) fn inserted(
        &self,
        conn: &mut Conn,
        context: Context<'_>,
        table: &Table,
        rows: &[Vec<Option<Value>>],
        target: Option<&[Ident]>,
    ) -> Result<()> {
        for (at, column) in table.columns.iter().enumerate().filter(|(_, column)| table.is_state(&column.name)) {
            let Some(states) = table.beginnings(&column.name) else { continue };
            let ways: Vec<&Way> = self.of(&column.name).filter(|way| way.transition.is_beginning()).collect();
            if target.is_none() && ways.iter().all(|way| way.check.is_always()) {
                let given =
                    rows.iter().filter_map(|row| if let Some(Some(Value::Text(state))) = row.get(at) { Some(state) } else { None });
                given.into_iter().try_for_each(|state| begins(table, &column.name, state, &states, &ways))?;
                continue;
            }
            let state = || Expr::Column { name: column.name.clone(), data_type: column.data_type.clone() };
            let is = |to: &str| equals(state(), literal(to, &column.data_type));
            let open: Vec<Expr> = if ways.is_empty() {
                states.iter().map(|to| is(to)).collect()
            } else {
                ways.iter().filter(|way| way.may).map(|way| is(&way.transition.to).and(way.check.clone())).collect()
            };
            let bad = fails(Expr::Or(open));
            for chunk in chunks(context, rows) {
                let what = |b: &mut Builder<'_>| state_text(b, Alias::ROOT, &column.name);
                let b = proposed_as(context, table, chunk, what, |b| {
                    let existing = b.fresh_alias();
                    if let Some(target) = target {
                        b.push(" left join ").table(&table.name, existing).push(" on ");
                        b.join_columns(existing, target, Alias::ROOT, target);
                    }
                    b.where_filter(Alias::ROOT, &bad)?;
                    if let Some(first) = target.and_then(<[Ident]>::first) {
                        b.push(" and ").column(existing, first).push(" is null");
                    }
                    Ok(())
                })?;
                if let Some(found) = first(conn, b, 1)? {
                    let state = text(&found, 0);
                    begins(table, &column.name, state, &states, &ways)?;
                    let way = ways.iter().find(|way| way.transition.to == state);
                    return Err(
                        way.map_or_else(|| words::cannot_begin(table, &column.name, state, &states), |way| way.refusal(table))
                    );
                }
            }
        }
        Ok(())
    }

    /// Passes an upsert whose rows meet others that may go where it takes them.
    ///
    /// # Errors
    /// As [`Moves::updated`].
    pub(crate) fn merged(
        &self,
        conn: &mut Conn,
        context: Context<'_>,
        table: &Table,
        rows: &[Vec<Option<Value>>],
        (target, set): (&[Ident], &[Ident]),
    ) -> Result<()> {
        let changed = |name: &Ident| if set.contains(name) { PROPOSED } else { EXISTING };
        for column in table.state_columns().filter(|column| set.contains(&column.name)) {
            let of = |source: SourceId| Expr::Of { source, name: column.name.clone(), data_type: column.data_type.clone() };
            let ways = self.of(&column.name).filter(|way| way.may && !way.transition.is_beginning());
            let open = ways.map(|way| {
                let to = equals(of(PROPOSED), literal(&way.transition.to, &column.data_type));
                let using = said_of(way.using.clone(), |_| EXISTING);
                leaves(way, of(EXISTING)).and(to).and(using).and(said_of(way.check.clone(), changed))
            });
            let bad = fails(Expr::Or(open.chain([equals(of(EXISTING), of(PROPOSED))]).collect()));
            for chunk in chunks(context, rows) {
                let existing = Alias(1);
                let what = |b: &mut Builder<'_>| {
                    state_text(b, existing, &column.name);
                    b.push(", ");
                    state_text(b, Alias::ROOT, &column.name);
                };
                let b = proposed_as(context, table, chunk, what, |b| {
                    let joined = b.fresh_alias();
                    debug_assert_eq!(joined, existing);
                    b.push(" join ").table(&table.name, joined).push(" on ");
                    b.join_columns(joined, target, Alias::ROOT, target);
                    b.sources.extend([(PROPOSED, Alias::ROOT), (EXISTING, joined)]);
                    b.where_filter(Alias::ROOT, &bad)
                })?;
                if let Some(found) = first(conn, b, 2)? {
                    return Err(self.refusal(table, &column.name, text(&found, 0), text(&found, 1)));
                }
            }
        }
        Ok(())
    }
}

/// Whether a row may begin so, as far as the graph and the transition's roles tell.
fn begins(table: &Table, column: &Ident, state: &str, states: &[&str], ways: &[&Way]) -> Result<()> {
    if !states.contains(&state) {
        return Err(words::cannot_begin(table, column, state, states));
    }
    match ways.iter().find(|way| way.transition.to == state) {
        Some(way) if !way.may => Err(way.refusal(table)),
        _ => Ok(()),
    }
}

/// A row's state as text.
pub(super) fn state_text(b: &mut Builder<'_>, alias: Alias, column: &Ident) {
    b.column(alias, column);
    if !b.is_sqlite() {
        b.push("::text");
    }
}

/// The row's state is one that the transition leads from.
pub(super) fn leaves(way: &Way, state: Expr) -> Expr {
    let data_type = state.data_type();
    let values = way.transition.from.iter().map(|state| Value::Text(state.clone())).collect();
    Expr::In { expr: Box::new(state), values, data_type }
}

/// The condition, said of the row with other values.
pub(super) fn after<'v>(rule: &Expr, value: &dyn Fn(&Ident) -> Option<&'v Value>) -> Expr {
    rule.clone().map(&mut |part| match part {
        Expr::Column { name, data_type } => match value(&name) {
            Some(value) => Expr::Literal { value: value.clone(), data_type },
            None => Expr::Column { name, data_type },
        },
        other => other,
    })
}

fn literal(state: &str, data_type: &DataType) -> Expr {
    Expr::Literal { value: Value::Text(state.to_owned()), data_type: data_type.clone() }
}

fn equals(left: Expr, right: Expr) -> Expr {
    Expr::Compare { op: CompareOp::Eq, left: Box::new(left), right: Box::new(right) }
}

fn first(conn: &mut Conn, b: Builder<'_>, width: usize) -> Result<Option<Vec<Option<String>>>> {
    run::texts(conn, &b.finish()?, width)
}

fn text(row: &[Option<String>], at: usize) -> &str {
    row.get(at).and_then(Option::as_deref).unwrap_or_default()
}
