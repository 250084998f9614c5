//! What was written down follows its tables, columns and states through changes of the schema, and goes with them.

use tenon_model::{Ident, Result, ScalarType, Schema};

use crate::{
    database::Conn,
    tables::{
        dump::text,
        sql,
        step::{Step, Transition},
    },
};

/// Carries it through the steps.
///
/// # Errors
/// Whatever the database answers.
pub(crate) fn carry(conn: &mut Conn, transitions: &[Transition]) -> Result<()> {
    transitions.iter().flat_map(statements).try_for_each(|statement| sql::run(conn, &statement))
}

fn statements(transition: &Transition) -> Vec<String> {
    let of = |table: &Ident| format!("table_name = {}", text(table.as_str()));
    let of_column = |table: &Ident, column: &Ident| format!("{} and column_name = {}", of(table), text(column.as_str()));
    match &transition.step {
        Step::RenameTable { from, to } => {
            vec![format!("update _tenon_transitions set table_name = {} where {}", text(to.as_str()), of(from))]
        }
        Step::RenameColumn { table, from, to } => {
            let to = text(to.as_str());
            vec![format!("update _tenon_transitions set column_name = {to} where {}", of_column(table, from))]
        }
        Step::DropTable(table) => vec![format!("delete from _tenon_transitions where {}", of(table))],
        Step::DropColumn { table, column } => vec![format!("delete from _tenon_transitions where {}", of_column(table, column))],
        Step::RenameEnumValue { name, from, to } => {
            let (from, to) = (text(from), text(to));
            let columns = columns_of(&transition.after, name);
            columns
                .into_iter()
                .flat_map(|(table, column)| {
                    let rows = of_column(&table, &column);
                    ["from_state", "to_state"]
                        .map(|state| format!("update _tenon_transitions set {state} = {to} where {rows} and {state} = {from}"))
                })
                .collect()
        }
        _ => Vec::new(),
    }
}

fn columns_of(schema: &Schema, name: &Ident) -> Vec<(Ident, Ident)> {
    let of_enum = ScalarType::Enum(name.clone());
    let columns = schema.tables.values().flat_map(|table| table.columns.iter().map(move |column| (table, column)));
    let found = columns.filter(|(_, column)| column.data_type.scalar() == Some(&of_enum));
    found.map(|(table, column)| (table.name.clone(), column.name.clone())).collect()
}
