//! What a change of policies and grants would do, before it is done: how many rows each one gains and loses, and what asking
//! for them costs.

mod cost;
mod counts;

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use serde::{Deserialize, Serialize};
use tenon_model::{
    Caller, Code, Command, Error, Ident, Result, Role, Schema, Table,
    view_as::{ViewAs, Whom},
};

pub use self::{cost::Cost, counts::Reached};
use crate::Engine;

/// The most people that are counted for, besides one who is asked for.
const SAMPLE: usize = 5;
/// From then on nothing more is counted.
const PATIENCE: Duration = Duration::from_secs(5);

/// What a change of the schema would do to what is seen and written.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Foreseen {
    /// Rows gained and lost; only where the change makes a difference to what is asked.
    pub reached: Vec<Reached>,
    /// What a page of rows costs, for each table and role.
    pub costs: Vec<Cost>,
    /// For whom it was counted.
    pub counted_for: Vec<String>,
    /// Whether there are more people than these.
    pub sampled: bool,
}

/// Somebody for whom is counted.
struct Subject {
    name: String,
    caller: Caller,
}

impl Engine {
    /// What a change of the schema would do to what roles and people see and may write: all roles, the people who signed in
    /// last, and one who is asked for. Nothing is applied. Changes of anything but policies and grants are not counted.
    ///
    /// # Errors
    /// [`Code::Forbidden`] unless the caller may build; whatever makes the change impossible.
    pub async fn foresee(&self, caller: &Caller, sql: &str, person: Option<&ViewAs>) -> Result<Foreseen> {
        if !caller.may_build() {
            return Err(Error::new(Code::Forbidden, "only builders and owners may work on the schema"));
        }
        let before = self.schema();
        let after = crate::tables::schema_after(&self.definition(), sql)?.readable();
        let tables = changed_tables(&before, &after);
        if tables.is_empty() {
            return Ok(Foreseen::default());
        }
        let (subjects, sampled) = self.subjects(caller, &before, person).await?;
        let counted_for = subjects.iter().map(|subject| subject.name.clone()).collect();
        let mut foreseen = Foreseen { counted_for, sampled, ..Foreseen::default() };
        let started = Instant::now();
        for table in tables {
            for subject in &subjects {
                let seen = self.guard(&before, &subject.caller).seen_all(&before);
                let guards =
                    [&before, &after].map(|schema| (Arc::clone(schema), subject.caller.clone(), self.context(&subject.caller)));
                let rules = counts::rules(&guards, &table)?;
                let changed: Vec<_> = rules.into_iter().filter(|rule| rule.before != rule.after).collect();
                if let Some(read) = changed.iter().find(|rule| rule.command == Command::Select) {
                    let (schema, name, read) = (Arc::clone(&seen), subject.name.clone(), read.clone());
                    let table = table.clone();
                    let cost =
                        self.database().read_with(move |reader| cost::cost(reader, &schema, &table, name.clone(), &read)).await;
                    foreseen.costs.extend(cost.ok());
                }
                for rule in changed {
                    let late = started.elapsed() > PATIENCE;
                    let (schema, name, table) = (Arc::clone(&seen), subject.name.clone(), table.clone());
                    let reached = self
                        .database()
                        .read_with(move |reader| Ok(counts::count(reader, &schema, table.clone(), name.clone(), &rule, late)));
                    foreseen.reached.push(reached.await?);
                }
            }
        }
        Ok(foreseen)
    }

    async fn subjects(&self, caller: &Caller, schema: &Schema, person: Option<&ViewAs>) -> Result<(Vec<Subject>, bool)> {
        let mut subjects: Vec<Subject> = schema
            .all_roles()
            .filter(|role| **role != Role::ServiceRole)
            .map(|role| Subject { name: role.to_string(), caller: Caller::Api { role: role.clone(), user: None, claims: None } })
            .collect();
        let people = self.viewable_people(caller, "").await?;
        let sampled = people.len() > SAMPLE;
        let mut whom: Vec<Whom> = people.iter().take(SAMPLE).map(|person| Whom::User(person.id)).collect();
        whom.extend(
            person.map(|view| view.whom.clone()).filter(|chosen| matches!(chosen, Whom::User(_)) && !whom.contains(chosen)),
        );
        for one in whom {
            let seen = self.seen_caller(caller, &one).await?;
            let name = tenon_model::view_as::SeenAs { by: caller.clone(), seen: seen.clone(), writes: false }.seen_label();
            subjects.push(Subject { name, caller: seen });
        }
        Ok((subjects, sampled))
    }
}

/// The tables of which other rows may be seen or written afterwards, as they are now.
fn changed_tables(before: &Schema, after: &Schema) -> Vec<Ident> {
    let differs = |table: &Table| {
        after.table(table.name.as_str()).is_some_and(|then| {
            then.row_security != table.row_security || then.policies != table.policies || then.access != table.access
        })
    };
    before.tables.values().filter(|table| differs(table)).map(|table| table.name.clone()).collect()
}
