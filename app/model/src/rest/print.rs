//! The way back: untyped forms to the text that parses into them again.

use std::fmt::{self, Write as _};

use super::{
    ColumnPath, FilterNode, Join, LogicOp, Operand, Operator, OrderTarget, OrderTerm, RestQuery, Scoped, SelectNode,
    parser::is_name_char,
};
use crate::{Nulls, SortDirection, expression::JsonStep, value::array};

/// A text in quotes.
fn quote(f: &mut impl fmt::Write, text: &str) -> fmt::Result {
    f.write_char('"')?;
    for c in text.chars() {
        if matches!(c, '"' | '\\') {
            f.write_char('\\')?;
        }
        f.write_char(c)?;
    }
    f.write_char('"')
}

/// A name, in quotes if it must be. What is a word of the grammar must be.
fn write_name(f: &mut impl fmt::Write, name: &str) -> fmt::Result {
    const WORDS: [&str; 11] = ["and", "or", "not", "order", "limit", "offset", "select", "columns", "on_conflict", "inner", "left"];
    let plain = !name.is_empty() && name.trim() == name && name.chars().all(is_name_char) && !WORDS.contains(&name);
    if plain { f.write_str(name) } else { quote(f, name) }
}

/// A value inside a list or tree, in quotes if it must be.
fn write_value(f: &mut impl fmt::Write, value: &str) -> fmt::Result {
    let plain = !value.is_empty() && value.trim() == value && !value.contains([',', '(', ')', '"', '\\', '{', '}']);
    if plain { f.write_str(value) } else { quote(f, value) }
}

fn write_list<T: fmt::Display>(f: &mut impl fmt::Write, items: &[T]) -> fmt::Result {
    for (i, item) in items.iter().enumerate() {
        if i > 0 {
            f.write_char(',')?;
        }
        write!(f, "{item}")?;
    }
    Ok(())
}

/// The items of a select list as `select=` takes them.
#[must_use]
pub(super) fn join<T: fmt::Display>(items: &[T]) -> String {
    let mut out = String::new();
    let _ = write_list(&mut out, items);
    out
}

impl fmt::Display for ColumnPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_name(f, &self.name)?;
        for (i, step) in self.steps.iter().enumerate() {
            f.write_str(if self.as_text && i + 1 == self.steps.len() { "->>" } else { "->" })?;
            match step {
                JsonStep::Index(index) => write!(f, "{index}")?,
                JsonStep::Key(key) => {
                    let plain = !key.is_empty() && key.chars().all(|c| c.is_alphabetic() || c == '_');
                    if plain { f.write_str(key)? } else { quote(f, key)? }
                }
            }
        }
        Ok(())
    }
}

impl fmt::Display for SelectNode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::All => f.write_char('*'),
            Self::Column { column, alias, cast } => {
                write_alias(f, alias.as_deref())?;
                write!(f, "{column}")?;
                match cast {
                    Some(cast) => write!(f, "::{cast}"),
                    None => Ok(()),
                }
            }
            Self::Embed { relation, alias, hint, join, spread, select } => {
                f.write_str(if *spread { "..." } else { "" })?;
                write_alias(f, alias.as_deref())?;
                write_name(f, relation)?;
                if let Some(hint) = hint {
                    f.write_char('!')?;
                    write_name(f, hint)?;
                }
                f.write_str(if *join == Join::Inner { "!inner(" } else { "(" })?;
                write_list(f, select)?;
                f.write_char(')')
            }
        }
    }
}

fn write_alias(f: &mut fmt::Formatter<'_>, alias: Option<&str>) -> fmt::Result {
    let Some(alias) = alias else { return Ok(()) };
    write_name(f, alias)?;
    f.write_char(':')
}

impl fmt::Display for LogicOp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::And => "and",
            Self::Or => "or",
        })
    }
}

/// As inside a tree: `and(a.eq.1,b.is.null)`, `a.eq.1`.
impl fmt::Display for FilterNode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Group { op, negated, children } => {
                f.write_str(if *negated { "not." } else { "" })?;
                write!(f, "{op}(")?;
                write_list(f, children)?;
                f.write_char(')')
            }
            Self::Condition { column, .. } => {
                write!(f, "{column}.")?;
                self.write_test(f, true)
            }
        }
    }
}

impl FilterNode {
    /// `not.operator(any).value`, or a group's `(…)`.
    fn write_test(&self, f: &mut impl fmt::Write, in_tree: bool) -> fmt::Result {
        let Self::Condition { negated, operator, quantifier, operand, .. } = self else {
            return Ok(());
        };
        f.write_str(if *negated { "not." } else { "" })?;
        f.write_str(operator.as_str())?;
        f.write_str(match quantifier {
            None => "",
            Some(super::Quantifier::Any) => "(any)",
            Some(super::Quantifier::All) => "(all)",
        })?;
        f.write_char('.')?;
        match operand {
            Operand::Value(value) if in_tree && *operator != Operator::Is => write_value(f, value),
            Operand::Value(value) => f.write_str(value),
            Operand::List(values) if *operator == Operator::In => {
                f.write_char('(')?;
                for (i, value) in values.iter().enumerate() {
                    f.write_str(if i > 0 { "," } else { "" })?;
                    write_value(f, value)?;
                }
                f.write_char(')')
            }
            Operand::List(values) => {
                let literal = array::write_literal(values.iter().map(|value| Some(value.into())));
                if in_tree { quote(f, &literal) } else { f.write_str(&literal) }
            }
        }
    }

    /// The parameter that says it: key and value.
    #[must_use]
    pub fn to_param(&self) -> (String, String) {
        let mut value = String::new();
        match self {
            Self::Group { op, negated, children } => {
                (format!("{}{op}", if *negated { "not." } else { "" }), format!("({})", join(children)))
            }
            Self::Condition { column, .. } => {
                let _ = self.write_test(&mut value, false);
                (column.to_string(), value)
            }
        }
    }
}

impl fmt::Display for OrderTerm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.target {
            OrderTarget::Column(column) => write!(f, "{column}")?,
            OrderTarget::Related { relation, column } => {
                write_name(f, relation)?;
                write!(f, "({column})")?;
            }
        }
        f.write_str(match self.direction {
            None => "",
            Some(SortDirection::Ascending) => ".asc",
            Some(SortDirection::Descending) => ".desc",
        })?;
        f.write_str(match self.nulls {
            None => "",
            Some(Nulls::First) => ".nullsfirst",
            Some(Nulls::Last) => ".nullslast",
        })
    }
}

impl SelectNode {
    /// The list as `select=` takes it.
    #[must_use]
    pub fn print_list(items: &[Self]) -> String {
        join(items)
    }
}

impl OrderTerm {
    /// The list as `order=` takes it.
    #[must_use]
    pub fn print_list(terms: &[Self]) -> String {
        join(terms)
    }
}

impl RestQuery {
    /// The parameters that parse into this query again.
    #[must_use]
    pub fn to_params(&self) -> Vec<(String, String)> {
        let mut out = Vec::new();
        if let Some(select) = &self.select {
            out.push(("select".to_owned(), join(select)));
        }
        for Scoped { path, item } in &self.filters {
            let (key, value) = item.to_param();
            out.push((scope(path, &key), value));
        }
        out.extend(self.order.iter().map(|o| (scope(&o.path, "order"), join(&o.item))));
        out.extend(self.limit.iter().map(|l| (scope(&l.path, "limit"), l.item.to_string())));
        out.extend(self.offset.iter().map(|o| (scope(&o.path, "offset"), o.item.to_string())));
        for (key, names) in [("columns", &self.columns), ("on_conflict", &self.on_conflict)] {
            if let Some(names) = names {
                let paths: Vec<ColumnPath> = names.iter().map(ColumnPath::column).collect();
                out.push((key.to_owned(), join(&paths)));
            }
        }
        out
    }
}

fn scope(path: &[String], key: &str) -> String {
    let mut out = String::new();
    for name in path {
        let _ = write_name(&mut out, name);
        out.push('.');
    }
    out + key
}
