//! What the page shows of a table's states.

use leptos::{prelude::*, server_fn::codec::Json};
use serde::{Deserialize, Serialize};

use crate::{
    ddl::{FieldProblem, Params, TransitionForm},
    errors::Result,
};

/// What the page shows of a table's states.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct StatesData {
    pub(super) name: String,
    pub(super) comment: String,
    /// The columns that are states or can be.
    pub(super) columns: Vec<StateColumn>,
    pub(super) transitions: Vec<TransitionForm>,
    /// The roles that a transition can be for.
    pub(super) roles: Vec<String>,
    /// What is wrong with what was typed.
    pub(super) problems: Vec<FieldProblem>,
}

/// A column that is a state or can be.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct StateColumn {
    pub(super) name: String,
    /// All its values, with their rows.
    pub(super) states: Vec<(String, u64)>,
    /// Those that lead nowhere, if it is a state.
    pub(super) last: Vec<String>,
    /// As what a new row may begin.
    pub(super) begin: Vec<String>,
    /// The drawing, if it is a state, and the same in words.
    pub(super) svg: Option<String>,
    pub(super) words: Vec<String>,
}

// Not form-encoded: that has no way to write fields of fields, and drops empty ones.
#[server(input = Json)]
pub(super) async fn load_states(table: String, typed: Params) -> Result<StatesData> {
    let (engine, caller) = crate::context::builder().await?;
    let schema = engine.schema();
    let mut data = server::describe(&engine, &caller, &schema, &table).await?;
    if typed.is("review") {
        data.problems = crate::ddl::transition_problems(&schema, &table, &typed)?;
        if data.problems.is_empty() {
            let typed = typed.query_without(&["review", "table"]);
            crate::context::redirect(&format!("/schema?{typed}&table={}", crate::paths::encode(&table)));
        }
    }
    Ok(data)
}

#[cfg(feature = "ssr")]
mod server {
    use tenon_engine::Engine;
    use tenon_model::{Caller, Column, Result, Role, ScalarType, Schema, Table};

    use super::{StateColumn, StatesData, TransitionForm};
    use crate::{
        data::states::{drawing, in_words},
        ddl::can_be_state,
    };

    pub(super) async fn describe(engine: &Engine, caller: &Caller, schema: &Schema, name: &str) -> Result<StatesData> {
        let table = schema.require_table(name)?;
        let mut columns = Vec::new();
        for found in table.columns.iter().filter(|column| can_be_state(column)) {
            let counts = engine.state_counts(caller, &table.name, &found.name).await?;
            columns.push(column(schema, table, found, &counts));
        }
        let own = schema.roles.values().map(|definition| &definition.role).filter(|role| !role.is_built_in());
        Ok(StatesData {
            name: table.name.to_string(),
            comment: table.comment.clone().unwrap_or_default(),
            columns,
            transitions: table.transitions.iter().map(|transition| TransitionForm::of(transition, table)).collect(),
            roles: [&Role::Authenticated, &Role::Anon].into_iter().chain(own).map(ToString::to_string).collect(),
            problems: Vec::new(),
        })
    }

    fn column(schema: &Schema, table: &Table, column: &Column, counts: &[(String, u64)]) -> StateColumn {
        let values = match column.data_type.element() {
            ScalarType::Enum(name) => schema.enum_values(name.as_str()),
            _ => &[],
        };
        let rows = |state: &str| counts.iter().find(|(found, _)| found == state).map_or(0, |(_, rows)| *rows);
        let is_state = table.is_state(&column.name);
        let leads_nowhere = |state: &&String| table.states_after(&column.name, state).next().is_none();
        let begin = table.beginnings(&column.name);
        StateColumn {
            name: column.name.to_string(),
            states: values.iter().map(|state| (state.clone(), rows(state))).collect(),
            last: values.iter().filter(|state| is_state && leads_nowhere(state)).cloned().collect(),
            begin: values.iter().filter(|s| begin.as_ref().is_none_or(|all| all.contains(&s.as_str()))).cloned().collect(),
            svg: is_state.then(|| drawing(schema, table, &column.name, None)),
            words: if is_state { in_words(schema, table, &column.name, None) } else { Vec::new() },
        }
    }
}
