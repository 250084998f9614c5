//! What policies, computed columns, checks and calculated defaults rest on: it goes with them, is carried through them, or
//! stays.

use tenon_model::{DataType, Default, Error, Expr, Ident, Result, ScalarType, Table, Value, expression::Uses};

use super::{Draft, dependent, policy};
use crate::tables::step::Step;

/// A table's expressions, to be changed in place.
fn rules_mut(table: &mut Table) -> impl Iterator<Item = &mut Expr> {
    let policies = table.policies.iter_mut().flat_map(|policy| policy.using.iter_mut().chain(&mut policy.check));
    let transitions = table.transitions.iter_mut().flat_map(|transition| transition.using.iter_mut().chain(&mut transition.check));
    let of_columns = table.columns.iter_mut().flat_map(|column| {
        let default = match &mut column.default {
            Some(Default::Expression(expr)) => Some(expr.as_mut()),
            _ => None,
        };
        default.into_iter().chain(column.generated.as_mut().map(|generated| &mut generated.expr))
    });
    policies.chain(transitions).chain(table.checks.iter_mut().map(|check| &mut check.expr)).chain(of_columns)
}

/// Carries a change of names through the table's expressions.
pub(super) fn carry(table: &mut Table, mut change: impl FnMut(&Expr) -> Expr) {
    rules_mut(table).for_each(|rule| *rule = change(rule));
}

/// The expression after a value of an enum got another name.
pub(super) fn renamed_value(expr: &Expr, name: &Ident, from: &str, to: &str) -> Expr {
    let of_enum = DataType::Scalar(ScalarType::Enum(name.clone()));
    let array = DataType::Array(ScalarType::Enum(name.clone()));
    let rename = |value: Value| match value {
        Value::Text(text) if text == from => Value::Text(to.to_owned()),
        other => other,
    };
    let rename_all = |value: Value| match value {
        Value::Array(values) => Value::Array(values.into_iter().map(rename).collect()),
        other => rename(other),
    };
    expr.clone().map(&mut |part| match part {
        Expr::Literal { value, data_type } if data_type == of_enum || data_type == array => {
            Expr::Literal { value: rename_all(value), data_type }
        }
        Expr::In { expr, values, data_type } if data_type == of_enum => {
            Expr::In { expr, values: values.into_iter().map(rename).collect(), data_type }
        }
        other => other,
    })
}

/// `column "…" of "…"`.
fn described(table: &Ident, column: &Ident) -> String {
    format!("column \"{column}\" of \"{table}\"")
}

/// Whether a policy of the table calls a function.
pub(super) fn policies_call(table: &Table, name: &Ident) -> bool {
    table.policies.iter().flat_map(|policy| policy.using.iter().chain(&policy.check)).any(|rule| rule.calls(name))
}

/// What of the table is calculated by a function: its text is in the database, or in rows already.
fn calculated_by(table: &Table, name: &Ident) -> Option<String> {
    let of_column = table.columns.iter().find_map(|column| match (&column.generated, &column.default) {
        (Some(generated), _) if generated.expr.calls(name) => Some(described(&table.name, &column.name)),
        (_, Some(Default::Expression(expr))) if expr.calls(name) => {
            Some(format!("the default of {}", described(&table.name, &column.name)))
        }
        _ => None,
    });
    let check = || table.checks.iter().find(|check| check.expr.calls(name));
    of_column.or_else(|| check().map(|check| format!("check \"{}\" on \"{}\"", check.name, table.name)))
}

impl Draft {
    /// The policies, each with its table, one of whose conditions is such.
    pub(super) fn policies_where(&self, such: impl Fn(&Expr) -> bool) -> Vec<(Ident, Ident)> {
        let tables = self.schema.tables.values();
        let all = tables.flat_map(|table| table.policies.iter().map(move |policy| (table, policy)));
        let found = all.filter(|(_, policy)| policy.using.iter().chain(&policy.check).any(&such));
        found.map(|(table, policy)| (table.name.clone(), policy.name.clone())).collect()
    }

    /// A computed column, default or check that calls a function.
    pub(super) fn calculated_by(&self, name: &Ident) -> Option<String> {
        self.schema.tables.values().find_map(|table| calculated_by(table, name))
    }

    /// The computed columns, each with its table, that use something.
    fn computed_using(&self, uses: impl Fn(&Uses) -> bool) -> Vec<(Ident, Ident)> {
        let of = |table: &Table| {
            let computed = table.columns.iter().filter_map(|column| column.generated.as_ref().map(|g| (column, g)));
            let using = computed.filter(|(_, generated)| uses(&generated.expr.uses(&table.name)));
            using.map(|(column, _)| (table.name.clone(), column.name.clone())).collect::<Vec<_>>()
        };
        self.schema.tables.values().flat_map(|table| of(table)).collect()
    }

    /// The policies, each with its table, that use something.
    fn policies_using(&self, uses: impl Fn(&Uses) -> bool) -> Vec<(Ident, Ident)> {
        let of = |table: &Table| {
            let policies = table.policies.iter().filter(|policy| {
                let mut rules = policy.using.iter().chain(&policy.check);
                rules.any(|rule| uses(&rule.uses(&table.name)))
            });
            policies.map(|policy| (table.name.clone(), policy.name.clone())).collect::<Vec<_>>()
        };
        self.schema.tables.values().flat_map(|table| of(table)).collect()
    }

    /// Drops the policies that use something that is to go, or refuses because of them. Policies of `except` go anyway.
    ///
    /// # Errors
    /// [`tenon_model::Code::Dependent`].
    pub(super) fn release_policies(
        &mut self,
        what: &str,
        cascade: bool,
        except: &[Ident],
        uses: impl Fn(&Uses) -> bool,
    ) -> Result<()> {
        self.release_transitions(what, cascade, except, &uses)?;
        let mut found = self.policies_using(&uses);
        found.retain(|(table, _)| !except.contains(table));
        let mut columns = self.computed_using(&uses);
        columns.retain(|(table, _)| !except.contains(table));
        if !(cascade || (found.is_empty() && columns.is_empty())) {
            let policies = found.iter().map(|(table, name)| policy::described(name, table));
            let names: Vec<String> = policies.chain(columns.iter().map(|(table, name)| described(table, name))).collect();
            return Err(dependent(what, &names));
        }
        for (table, name) in columns {
            // One may have gone with another.
            let table = self.table(&table)?;
            self.drop_column(&table, &name, true, true)?;
        }
        found.retain(|(table, name)| self.schema.table(table.as_str()).is_some_and(|t| t.policies.iter().any(|p| p.name == *name)));
        for (table, name) in found {
            let step = Step::SetPolicies(table.clone());
            self.table_step(&table, step, |t| t.policies.retain(|p| p.name != name));
        }
        Ok(())
    }

    /// Drops the checks and calculated defaults that use an enum type that is to go, or refuses because of them.
    ///
    /// # Errors
    /// [`tenon_model::Code::Dependent`].
    pub(super) fn release_calculations(&mut self, name: &Ident, cascade: bool) -> Result<()> {
        let (mut checks, mut defaults) = (Vec::new(), Vec::new());
        for table in self.schema.tables.values() {
            let uses = |expr: &Expr| expr.uses(&table.name).enums.contains(name);
            let using = table.checks.iter().filter(|check| uses(&check.expr));
            checks.extend(using.map(|check| (table.name.clone(), check.name.clone())));
            let using = table.columns.iter().filter(|c| matches!(&c.default, Some(Default::Expression(expr)) if uses(expr)));
            defaults.extend(using.map(|column| (table.name.clone(), column.name.clone())));
        }
        let mut names = super::drop::constraint_names(&checks);
        names.extend(defaults.iter().map(|(table, column)| format!("the default of \"{column}\" of \"{table}\"")));
        if !cascade && !names.is_empty() {
            return Err(dependent(&format!("type \"{name}\""), &names));
        }
        for (table, check) in checks {
            self.drop_check(&table, &check);
        }
        for (table, column) in defaults {
            let step = Step::SetDefault { table: table.clone(), column: column.clone() };
            self.table_step(&table, step, |t| {
                t.columns.iter_mut().filter(|c| c.name == column).for_each(|c| c.default = None);
            });
        }
        Ok(())
    }

    /// Refuses a new type for a column that a policy uses, as PostgreSQL does.
    ///
    /// # Errors
    /// [`tenon_model::Code::Dependent`].
    pub(super) fn check_policies_of_type(&self, table: &Ident, column: &Ident) -> Result<()> {
        let used = |uses: &Uses| uses.columns.contains(&(table.clone(), column.clone()));
        if let Some((holder, name)) = self.computed_using(used).into_iter().next() {
            let what = described(&holder, &name);
            let message = format!("cannot change the type of column \"{column}\" because {what} uses it");
            let hint = "drop that column, change the type, and add the column again";
            return Err(Error::new(tenon_model::Code::Dependent, message).with_details(what).with_hint(hint));
        }
        let Some((holder, name)) = self.policies_using(used).into_iter().next() else { return Ok(()) };
        let what = policy::described(&name, &holder);
        Err(Error::new(
            tenon_model::Code::Dependent,
            format!("cannot change the type of column \"{column}\" because {what} uses it"),
        )
        .with_details(what)
        .with_hint("drop the policy, change the type, and create the policy again"))
    }
}
