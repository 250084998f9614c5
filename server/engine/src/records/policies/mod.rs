//! Row level security: what of a table's rows a caller may see and write, as conditions put into every statement.
//!
//! The meaning is PostgreSQL's (`create policy`, "Policies Applied by Command Type"), on both engines. A caller without the
//! privilege on a table is refused before policies are asked; policies then say which rows.

pub(crate) mod computed;
mod guard;
mod messages;
mod seen;
mod write;

pub(crate) use self::write::{EXISTING, PROPOSED, Rules, chunks, fails, proposed_as, row_source, said_of};

use tenon_model::{
    Caller, Code, Command, Error, Expr, Ident, Policy, Result, Role, Schema, Table,
    expression::{Context, Join},
};

/// Sees the database with the eyes of one who asks.
pub(crate) struct Guard<'s> {
    schema: &'s Schema,
    context: Context,
    /// The roles that the caller holds, for whom policies speak; none for those who are past them.
    held: Option<Vec<Role>>,
    caller: Caller,
    /// Whether there are computed columns anywhere.
    computed: bool,
}

impl<'s> Guard<'s> {
    /// For a caller.
    pub(crate) fn new(schema: &'s Schema, caller: &Caller, context: Context) -> Self {
        let held = caller.bound_by().map(|role| schema.held_by(role));
        Self { schema, context, held, caller: caller.clone(), computed: computed::any(schema) }
    }

    /// The schema that is seen.
    pub(crate) fn schema(&self) -> &'s Schema {
        self.schema
    }

    /// Whether the caller is one whom policies bind.
    pub(crate) fn is_bound(&self) -> bool {
        self.held.is_some()
    }

    /// Whether the caller holds one of these roles; none are everybody's.
    pub(crate) fn holds_any(&self, roles: &[Role]) -> bool {
        let Some(held) = &self.held else { return true };
        // A role that does not exist: not even what is open to everybody.
        !held.is_empty() && (roles.is_empty() || held.iter().any(|role| roles.contains(role)))
    }

    /// A condition over a table's row, with what it reads of others seen by the caller, ready for a statement.
    ///
    /// # Errors
    /// As [`Guard::using`].
    pub(crate) fn condition(&self, table: &Ident, expr: &Expr) -> Result<Expr> {
        let expr = self.protect(self.with_computed(table, expr.clone()), &mut Vec::new())?;
        Ok(self.context.fill(&expr))
    }

    /// Whether policies bind the caller on that table.
    pub(crate) fn binds(&self, table: &Ident) -> bool {
        self.held.is_some() && self.schema.table(table.as_str()).is_some_and(|t| t.row_security)
    }

    /// Which rows that are there the caller may select, update or delete; over the table's own columns, ready for a
    /// statement.
    ///
    /// # Errors
    /// [`Code::TooComplex`] for policies that lead back to their own table.
    pub(crate) fn using(&self, table: &Ident, command: Command) -> Result<Expr> {
        let expr = self.rule(table, command, false, &mut Vec::new())?;
        Ok(self.context.fill(&expr))
    }

    /// What must hold of rows that an insert or an update makes.
    ///
    /// # Errors
    /// As [`Guard::using`].
    pub(crate) fn check(&self, table: &Ident, command: Command) -> Result<Expr> {
        let expr = self.rule(table, command, true, &mut Vec::new())?;
        Ok(self.context.fill(&expr))
    }

    /// A condition as it would be asked of the table's rows if it stood in a policy of the table: with what other tables'
    /// policies hide, and who asks and when filled in.
    ///
    /// # Errors
    /// As [`Guard::using`].
    pub(crate) fn foresee(&self, table: &Ident, expr: Expr) -> Result<Expr> {
        let expr = self.with_computed(table, expr);
        let protected = if self.held.is_some() { self.protect(expr, &mut vec![table.clone()])? } else { expr };
        Ok(self.context.fill(&protected))
    }

    /// The policies of a table that are about the caller and a command.
    pub(crate) fn policies<'t>(&self, table: &'t Table, command: Command) -> impl Iterator<Item = &'t Policy> {
        table.policies.iter().filter(move |policy| self.held.as_ref().is_some_and(|held| policy.is_for(command, held)))
    }

    /// A part of a table's policy, ready for a statement: what it looks into seen by the caller, who asks filled in.
    ///
    /// # Errors
    /// As [`Guard::using`].
    pub(crate) fn ready(&self, table: &Ident, part: Expr) -> Result<Expr> {
        let part = self.with_computed(table, part);
        let part = if part.reads_tables() { self.protect(part, &mut vec![table.clone()])? } else { part };
        Ok(self.context.fill(&self.of_proposed(table, part)))
    }

    /// The policies of a table as one condition. `inside` are the tables whose policies are being put together.
    fn rule(&self, name: &Ident, command: Command, check: bool, inside: &mut Vec<Ident>) -> Result<Expr> {
        let Some(held) = &self.held else { return Ok(Expr::always()) };
        let table = self.schema.require_table(name.as_str())?;
        if !table.row_security {
            return Ok(Expr::always());
        }
        if held.is_empty() {
            // A role that does not exist: not even what is open to everybody.
            return Ok(Expr::Or(Vec::new()));
        }
        let joined = self.with_computed(name, join(table, command, held, check));
        if !joined.reads_tables() {
            return Ok(joined);
        }
        if inside.contains(name) {
            return Err(Error::new(Code::TooComplex, format!("infinite recursion detected in policy for relation \"{name}\""))
                .with_hint("a policy must not look into its own table by way of policies that look into others"));
        }
        inside.push(name.clone());
        let protected = self.protect(joined, inside);
        inside.pop();
        protected
    }

    /// The expression with the tables that its subqueries read seen through their own policies.
    fn protect(&self, expr: Expr, inside: &mut Vec<Ident>) -> Result<Expr> {
        let mut next = expr.next_source();
        let mut failure = None;
        let protected = expr.map(&mut |part| match part {
            Expr::Subquery(mut query) => {
                for source in query.from.iter_mut().filter(|source| !source.owner) {
                    match self.rule(&source.table.clone(), Command::Select, false, inside) {
                        Ok(rule) if rule.is_always() => {}
                        Ok(rule) => {
                            let rule = rule.rebased(source.id, &mut next);
                            let rest = restrict(&mut source.join, rule);
                            let filter = std::mem::replace(&mut query.filter, Expr::always());
                            query.filter = filter.and(rest);
                        }
                        Err(error) => drop(failure.get_or_insert(error)),
                    }
                }
                Expr::Subquery(query)
            }
            other => other,
        });
        failure.map_or(Ok(protected), Err)
    }
}

/// What a policy asks of rows that are there, or (`check`) of rows as they will be.
pub(crate) fn clause_of(policy: &Policy, check: bool) -> Option<&Expr> {
    match (check, &policy.check) {
        (true, Some(check)) => Some(check),
        _ => policy.using.as_ref(),
    }
}

/// Permissive policies add to each other, without any nothing is open; restrictive ones all have to hold.
fn join(table: &Table, command: Command, held: &[Role], check: bool) -> Expr {
    let of = |permissive: bool| {
        let policies = table.policies.iter().filter(move |p| p.permissive == permissive && p.is_for(command, held));
        policies.filter_map(|policy| clause_of(policy, check).cloned()).collect::<Vec<_>>()
    };
    let (mut permissive, restrictive) = (of(true), of(false));
    let open = if permissive.len() == 1 { permissive.remove(0) } else { Expr::Or(permissive) };
    restrictive.into_iter().fold(open, Expr::and)
}

/// Puts a condition where a table joins; what is left for the filter.
fn restrict(own: &mut Join, rule: Expr) -> Expr {
    match std::mem::replace(own, Join::Cross) {
        // Rows that may not be seen are not there: the others keep their nulls.
        Join::Left(on) => {
            *own = Join::Left(on.and(rule));
            Expr::always()
        }
        join => {
            *own = join;
            rule
        }
    }
}
