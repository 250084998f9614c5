//! What of rows is shown.

use tenon_model::{Expr, Ident, Table, trial::Outcome};

use crate::expressions::PartOf;

/// The most columns.
const COLUMNS: usize = 5;

/// The longest value, in characters.
const LONGEST: usize = 200;

/// The columns that are shown: the key's, those that the expression speaks of, the one by which a person knows the row.
pub(super) fn columns(table: &Table, parts: &[PartOf]) -> Vec<Ident> {
    let mut names: Vec<Ident> = table.key_columns().to_vec();
    for part in parts {
        part.expr.visit(&mut |part| {
            if let Expr::Column { name, .. } = part {
                names.push(name.clone());
            }
        });
    }
    names.extend(table.label_column().map(|column| column.name.clone()));
    names.extend(table.columns.iter().map(|column| column.name.clone()));
    let mut known = std::collections::HashSet::new();
    // What is computed on read is not kept in the row.
    names.retain(|name| table.column(name.as_str()).is_some_and(|column| !column.is_virtual()) && known.insert(name.clone()));
    names.truncate(COLUMNS);
    names
}

pub(super) fn cut(text: String) -> String {
    match text.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text,
    }
}

pub(super) fn outcome(value: Option<String>) -> Outcome {
    value.map_or(Outcome::Null, |text| Outcome::Value(cut(text)))
}
