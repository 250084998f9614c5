//! Transitions, from forms to schema SQL. As with policies, conditions that were typed are compiled, and what they mean is
//! written anew.

use tenon_engine::{expressions::compile, tables::transition_to_sql};
use tenon_model::{
    Code, Error, Expr, Ident, Result, Role, ScalarType, Schema, StateTransition, Table, expression::functions::BOOLEAN,
};

use super::{
    FieldProblem, Params, TransitionForm,
    sql::{literal, name},
};

impl TransitionForm {
    /// The form that describes a transition of a table.
    #[must_use]
    pub fn of(transition: &StateTransition, table: &Table) -> Self {
        let text = |rule: &Option<Expr>| rule.as_ref().map(|rule| rule.to_sql(&table.name)).unwrap_or_default();
        Self {
            name: transition.name.to_string(),
            column: transition.column.to_string(),
            from: transition.from.clone(),
            to: transition.to.clone(),
            roles: transition.roles.iter().map(ToString::to_string).collect(),
            using: text(&transition.using),
            check: text(&transition.check),
            label: transition.comment.clone().unwrap_or_default(),
        }
    }

    /// The transition that it describes. `old` is the one that it is to replace.
    ///
    /// # Errors
    /// What is wrong with its fields, each with its own failure.
    pub fn transition(&self, schema: &Schema, table: &Table, old: Option<&str>) -> Result<StateTransition, Vec<FieldProblem>> {
        let mut problems = Vec::new();
        let name = keep(&mut problems, "name", own_name(table, &self.name, old));
        let column = keep(&mut problems, "column", state_column(table, &self.column));
        let to = keep(&mut problems, "to", self.states(schema, table));
        let roles = keep(&mut problems, "role", self.roles(schema));
        let using = keep(&mut problems, "using", condition(schema, table, &self.using));
        let check = keep(&mut problems, "check", condition(schema, table, &self.check));
        if self.from.is_empty() && !self.using.is_empty() {
            let text = "A row that begins is not there yet: leave this empty, and say under “with check” how it must be.";
            problems.push(FieldProblem { field: "using".to_owned(), error: Error::new(Code::InvalidValue, text) });
        }
        match (name, column, to, roles, using, check) {
            (Some(name), Some(column), Some(to), Some(roles), Some(using), Some(check)) if problems.is_empty() => {
                let comment = Some(self.label.clone()).filter(|label| !label.is_empty());
                Ok(StateTransition { name, column, from: self.from.clone(), to, roles, using, check, comment })
            }
            _ => Err(problems),
        }
    }

    /// Where it leads, if what it leads from and to are states.
    fn states(&self, schema: &Schema, table: &Table) -> Result<String> {
        let values = match table.column(&self.column).map(|column| column.data_type.element()) {
            Some(ScalarType::Enum(name)) => schema.enum_values(name.as_str()),
            _ => return Ok(self.to.clone()),
        };
        let wrong = |text: &str| Err(Error::new(Code::InvalidValue, text));
        if !values.contains(&self.to) || self.from.iter().any(|from| !values.contains(from)) {
            return wrong("Choose where it leads.");
        }
        if self.from.contains(&self.to) {
            return wrong("It leads from this state already: to stay is no transition.");
        }
        Ok(self.to.clone())
    }

    fn roles(&self, schema: &Schema) -> Result<Vec<Role>> {
        let role = |text: &String| {
            let role = Role::from(Ident::new(text)?);
            schema.require_role(&role)?;
            Ok(role)
        };
        self.roles.iter().map(role).collect()
    }
}

/// What was read, or nothing and one problem more.
fn keep<T>(problems: &mut Vec<FieldProblem>, field: &str, read: Result<T>) -> Option<T> {
    read.map_err(|error| problems.push(FieldProblem { field: field.to_owned(), error })).ok()
}

fn own_name(table: &Table, text: &str, old: Option<&str>) -> Result<Ident> {
    if text.is_empty() {
        return Err(Error::new(Code::InvalidName, "Give it a name, such as what is done: submit, approve."));
    }
    if old != Some(text) && table.transitions.iter().any(|transition| transition.name.as_str() == text) {
        return Err(Error::new(Code::AlreadyExists, "The table has another transition of this name."));
    }
    Ident::new(text)
}

/// Whether a column can be a state: of an enum, never null.
#[must_use]
pub fn can_be_state(column: &tenon_model::Column) -> bool {
    column.not_null && matches!(column.data_type.scalar(), Some(ScalarType::Enum(_)))
}

fn state_column(table: &Table, text: &str) -> Result<Ident> {
    let found = table.column(text).filter(|column| can_be_state(column));
    found
        .map(|column| column.name.clone())
        .ok_or_else(|| Error::new(Code::InvalidValue, "Choose a column of an enum type that is required."))
}

fn condition(schema: &Schema, table: &Table, text: &str) -> Result<Option<Expr>> {
    if text.is_empty() {
        return Ok(None);
    }
    compile(text, schema, &table.name, Some(&BOOLEAN)).map(Some)
}

/// What is wrong with the form for a transition that the fields are of; nothing if they are of none.
///
/// # Errors
/// [`Code::UnknownTable`].
pub fn transition_problems(schema: &Schema, table: &str, params: &Params) -> Result<Vec<FieldProblem>> {
    let old = match params.get("do") {
        "create-transition" => None,
        "change-transition" => Some(params.get("transition")),
        _ => return Ok(Vec::new()),
    };
    let table = schema.require_table(table)?;
    Ok(TransitionForm::read(params).transition(schema, table, old).err().unwrap_or_default())
}

/// The SQL of a change of a table's transitions.
pub(super) fn change_transitions(schema: &Schema, params: &Params, change: &str) -> Result<String> {
    let table = schema.require_table(params.get("table"))?;
    let quoted = table.name.quoted();
    let read = |old| TransitionForm::read(params).transition(schema, table, old).map_err(first);
    match change {
        "drop-transition" => Ok(format!("drop transition {} on {quoted};", name("a transition", params.get("transition"))?)),
        "create-transition" => Ok(create(table, &read(None)?)),
        _ => {
            let old = params.get("transition");
            let found = table.transitions.iter().find(|transition| transition.name.as_str() == old);
            let found = found.ok_or_else(|| Error::new(Code::NotFound, format!("There is no transition \"{old}\" any more.")))?;
            alter(table, found, &read(Some(old))?)
        }
    }
}

fn first(problems: Vec<FieldProblem>) -> Error {
    let problem = problems.into_iter().next().map(|problem| problem.error);
    problem.unwrap_or_else(|| Error::new(Code::InvalidValue, "The transition is not complete."))
}

fn create(table: &Table, new: &StateTransition) -> String {
    let comment = if new.comment.is_some() { format!("\n{}", comment(table, new)) } else { String::new() };
    format!("{};{comment}", transition_to_sql(table, new))
}

fn comment(table: &Table, new: &StateTransition) -> String {
    let text = new.comment.as_deref().map_or_else(|| "null".to_owned(), literal);
    format!("comment on transition {} on {} is {text};", new.name.quoted(), table.name.quoted())
}

/// What differs between a transition and another: a name and a label by themselves, anything else by making it anew.
fn alter(table: &Table, old: &StateTransition, new: &StateTransition) -> Result<String> {
    let (was, is, on) = (old.name.quoted(), new.name.quoted(), table.name.quoted());
    if *old == *new {
        return Err(Error::new(Code::InvalidValue, "Nothing is different."));
    }
    let renamed = StateTransition { name: new.name.clone(), comment: new.comment.clone(), ..old.clone() };
    if renamed != *new {
        return Ok(format!("drop transition {was} on {on};\n{}", create(table, new)));
    }
    let rename = (old.name != new.name).then(|| format!("alter transition {was} on {on} rename to {is};"));
    let label = (old.comment != new.comment).then(|| comment(table, new));
    Ok(rename.into_iter().chain(label).collect::<Vec<_>>().join("\n"))
}

#[cfg(test)]
mod tests {
    use super::*;

    const SCHEMA: &str = "create type s as enum ('a', 'b', 'it''s');
        create table t (id bigint primary key, s s not null default 'a', owner uuid, maybe s);
        create transition go on t (s) from 'a' to 'b' for authenticated using (owner = auth.uid());";

    fn schema() -> Schema {
        tenon_engine::tables::schema_from_sql(SCHEMA).unwrap()
    }

    /// The SQL of a change, of which both the SQL and the schema that comes of it are valid.
    fn planned<const N: usize>(pairs: [(&str, &str); N]) -> String {
        let params = Params::from(pairs);
        let sql = match change_transitions(&schema(), &params, params.get("do")) {
            Ok(sql) => sql,
            Err(error) => return format!("ERROR: {error}"),
        };
        tenon_engine::tables::schema_from_sql(&format!("{SCHEMA}{sql}")).unwrap_or_else(|error| panic!("{sql}: {error:?}"));
        sql
    }

    #[test]
    fn forms_become_statements() {
        assert_eq!(
            planned([
                ("do", "create-transition"),
                ("table", "t"),
                ("name", "over; drop"),
                ("column", "s"),
                ("from", "a"),
                ("from", "b"),
                ("to", "it's"),
                ("role", "anon"),
                ("role", "authenticated"),
                ("check", "id > 1) or (true"),
                ("label", "It's over"),
            ]),
            "ERROR: expected the end of the expression, found \")\""
        );
        assert_eq!(
            planned([
                ("do", "create-transition"),
                ("table", "t"),
                ("name", "over; drop"),
                ("column", "s"),
                ("from", "a"),
                ("from", "b"),
                ("to", "it's"),
                ("role", "anon"),
                ("role", "authenticated"),
                ("check", "id > 1"),
                ("label", "It's over"),
            ]),
            "create transition \"over; drop\" on t (s) from 'a', 'b' to 'it''s' for anon, authenticated with check (id > 1);\n\
             comment on transition \"over; drop\" on \"t\" is 'It''s over';"
        );
        let same = [("do", "change-transition"), ("table", "t"), ("transition", "go"), ("column", "s"), ("from", "a"), ("to", "b")];
        let change = |name: &'static str, using: &'static str, label: &'static str| {
            let rest = [("role", "authenticated"), ("name", name), ("using", using), ("label", label)];
            let pairs: Vec<_> = same.into_iter().chain(rest).collect();
            planned(<[_; 10]>::try_from(pairs).unwrap())
        };
        assert_eq!(change("go", "owner = auth.uid()", ""), "ERROR: Nothing is different.");
        assert_eq!(
            change("went", "owner = auth.uid()", "Go"),
            "alter transition \"go\" on \"t\" rename to \"went\";\ncomment on transition \"went\" on \"t\" is 'Go';"
        );
        assert_eq!(
            change("go", "", ""),
            "drop transition \"go\" on \"t\";\ncreate transition go on t (s) from 'a' to 'b' for authenticated;"
        );
        assert_eq!(planned([("do", "drop-transition"), ("table", "t"), ("transition", "go")]), "drop transition \"go\" on \"t\";");
    }

    #[test]
    fn what_is_wrong_stands_at_its_field() {
        let form = TransitionForm {
            name: "go".to_owned(),
            column: "maybe".to_owned(),
            to: "zzz".to_owned(),
            roles: vec!["nobody".to_owned()],
            using: "own = 1".to_owned(),
            ..TransitionForm::default()
        };
        let schema = schema();
        let problems = form.transition(&schema, schema.table("t").unwrap(), None).unwrap_err();
        let fields: Vec<_> = problems.iter().map(|problem| problem.field.as_str()).collect();
        assert_eq!(fields, ["name", "column", "to", "role", "using", "using"]);
    }
}
