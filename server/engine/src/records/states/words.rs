//! What is said where a state may not go.

use tenon_model::{Code, Error, FieldError, Ident, StateTransition, Table};

/// What the database itself says of a new row that may not begin as it would.
pub(crate) fn begins_only(table: &Table, column: &Ident, states: &[&str]) -> String {
    format!("{} may begin only as {}", subject(table, column), any_of(states))
}

/// What the database itself says of a row that may not leave a state as it would: SQLite can't say for which.
pub(crate) fn goes_only(table: &Table, column: &Ident, from: &str) -> String {
    let states: Vec<&str> = table.states_after(column, from).map(|t| t.to.as_str()).collect();
    match states.as_slice() {
        [] => format!("{} may not go anywhere from \"{from}\"", subject(table, column)),
        states => format!("{} may not go there from \"{from}\", only to {}", subject(table, column), any_of(states)),
    }
}

/// Whether a failure is what the database itself says.
pub(crate) fn is_of_database(message: &str) -> bool {
    [" may not go there from ", " may not go anywhere from ", " may begin only as "].iter().any(|piece| message.contains(piece))
}

/// No transition leads there. `from` is absent where the caller may not know it.
pub(super) fn cannot_go(table: &Table, column: &Ident, from: Option<&str>, to: &str) -> Error {
    let Some(from) = from else {
        return violation(column, format!("{} may not go to \"{to}\" from where it is", subject(table, column)));
    };
    let states: Vec<&str> = table.states_after(column, from).map(|t| t.to.as_str()).collect();
    let hint = match states.as_slice() {
        [] => format!("\"{from}\" is a last state: it may not go anywhere."),
        states => format!("From \"{from}\" it may go to {}.", any_of(states)),
    };
    violation(column, format!("{} may not go from \"{from}\" to \"{to}\"", subject(table, column))).with_hint(hint)
}

/// No row may begin so.
pub(super) fn cannot_begin(table: &Table, column: &Ident, state: &str, states: &[&str]) -> Error {
    let error = violation(column, format!("{} may not begin as \"{state}\"", subject(table, column)));
    error.with_hint(format!("It may begin as {}.", any_of(states)))
}

/// The transition is for others.
pub(super) fn not_for_you(table: &Table, transition: &StateTransition) -> Error {
    let message = format!("you may not take transition \"{}\" of \"{}\"", transition.name, table.name);
    Error::new(Code::Forbidden, message.clone()).with_fields(vec![field(&transition.column, Code::Forbidden, message)])
}

/// The transition's condition does not hold.
pub(super) fn not_now(table: &Table, transition: &StateTransition) -> Error {
    let message = format!("the condition of transition \"{}\" of \"{}\" does not hold", transition.name, table.name);
    violation(&transition.column, message)
}

/// The row went on since the transition was offered.
pub(super) fn went_on(table: &Table, transition: &StateTransition, state: Option<&str>) -> Error {
    let now = state.map(|state| format!(": it is \"{state}\" now")).unwrap_or_default();
    Error::new(Code::Conflict, format!("transition \"{}\" of \"{}\" does not lead on from here{now}", transition.name, table.name))
        .with_hint("Somebody else may have changed the record: look at it again.")
}

/// There is no such transition of rows that are there.
pub(super) fn unknown(table: &Table, name: &Ident) -> Error {
    Error::new(Code::NotFound, format!("\"{}\" has no transition \"{name}\"", table.name))
}

fn violation(column: &Ident, message: String) -> Error {
    let field = field(column, Code::CheckViolation, message.clone());
    Error::new(Code::CheckViolation, message).with_fields(vec![field])
}

fn field(column: &Ident, code: Code, message: String) -> FieldError {
    FieldError { column: column.to_string(), code, message }
}

fn subject(table: &Table, column: &Ident) -> String {
    format!("\"{column}\" of \"{}\"", table.name)
}

/// `"a", "b" or "c"`.
fn any_of(states: &[&str]) -> String {
    let quoted: Vec<String> = states.iter().map(|state| format!("\"{state}\"")).collect();
    match quoted.as_slice() {
        [] => "nothing".to_owned(),
        [one] => one.clone(),
        [rest @ .., last] => format!("{} or {last}", rest.join(", ")),
    }
}
