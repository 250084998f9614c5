//! Who writes, told to the triggers that write down where states go.

use diesel::{RunQueryDsl, sql_query, sql_types};
use serde::Serialize;
use tenon_model::{Caller, Ident, Result, Schema};

use crate::{
    Engine,
    audit::Actor,
    database::{Conn, Translate},
};

/// Who writes, and when.
#[derive(Clone, Debug, Serialize)]
struct Writer {
    who: String,
    who_id: Option<String>,
    at: String,
}

/// Who writes, where the triggers have to know it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Attribution(Option<Writer>);

impl Engine {
    /// Of a write to a table by a caller.
    pub(crate) fn attribution(&self, schema: &Schema, table: &Ident, caller: &Caller) -> Attribution {
        Attribution::new(schema, table, caller, self.now())
    }
}

impl Attribution {
    pub(crate) fn new(schema: &Schema, table: &Ident, caller: &Caller, now: jiff::Timestamp) -> Self {
        if !moves_states(schema, table) {
            return Self(None);
        }
        let actor = Actor::of(caller);
        Self(Some(Writer { who: actor.label, who_id: actor.id, at: crate::identity::precise(now) }))
    }

    /// Does a write that triggers know the writer of. PostgreSQL forgets it with the transaction; SQLite's writer, whose
    /// transaction others share, must.
    ///
    /// # Errors
    /// The work's own; whatever the database answers.
    pub(crate) fn of<T>(&self, conn: &mut Conn, work: impl FnOnce(&mut Conn) -> Result<T>) -> Result<T> {
        let Some(writer) = &self.0 else { return work(conn) };
        writer.enter(conn)?;
        let answer = work(conn)?;
        if let Conn::Sqlite(conn) = conn {
            sql_query("DELETE FROM _tenon_actor").execute(conn).translate()?;
        }
        Ok(answer)
    }
}

impl Writer {
    fn enter(&self, conn: &mut Conn) -> Result<()> {
        match conn {
            Conn::Sqlite(conn) => sql_query("INSERT INTO _tenon_actor (who, who_id, at) VALUES (?, ?, ?)")
                .bind::<sql_types::Text, _>(&self.who)
                .bind::<sql_types::Nullable<sql_types::Text>, _>(&self.who_id)
                .bind::<sql_types::Text, _>(&self.at)
                .execute(conn),
            Conn::Postgres(conn) => sql_query("SELECT set_config('tenon.actor', $1, true)")
                .bind::<sql_types::Text, _>(serde_json::to_string(self).map_err(tenon_model::Error::internal)?)
                .execute(conn),
        }
        .map(drop)
        .translate()
    }
}

/// Whether a write to the table may change a state: its own, or by a reference that includes one.
fn moves_states(schema: &Schema, name: &Ident) -> bool {
    let own = schema.table(name.as_str()).is_some_and(|table| !table.transitions.is_empty());
    own || schema.tables.values().any(|t| t.foreign_keys.iter().any(|key| key.columns.iter().any(|c| t.is_state(c))))
}
