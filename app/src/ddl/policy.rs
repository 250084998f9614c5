//! Policies, from forms to schema SQL. A condition that was typed never stands in a statement as it is: it is compiled, and
//! what it means is written anew, so that nothing in it can end its parentheses.

use tenon_engine::{expressions::compile, tables::policy_to_sql};
use tenon_model::{Code, Command, Error, Expr, Ident, Policy, Result, Role, Schema, Table, expression::functions::BOOLEAN};

use super::{FieldProblem, Params, PolicyForm, sql::name};

impl PolicyForm {
    /// The form that describes a policy of a table.
    #[must_use]
    pub fn of(policy: &Policy, table: &Table) -> Self {
        let text = |rule: &Option<Expr>| rule.as_ref().map(|rule| rule.to_sql(&table.name)).unwrap_or_default();
        Self {
            name: policy.name.to_string(),
            command: policy.command.map(Command::as_str).unwrap_or_default().to_owned(),
            role: list(&policy.roles),
            restrictive: !policy.permissive,
            using: text(&policy.using),
            check: text(&policy.check),
        }
    }

    /// The policy that it describes. `old` is the one that it is to replace.
    ///
    /// # Errors
    /// What is wrong with its fields, each with its own failure.
    pub fn policy(&self, schema: &Schema, table: &Table, old: Option<&str>) -> Result<Policy, Vec<FieldProblem>> {
        let mut problems = Vec::new();
        let name = keep(&mut problems, "name", own_name(table, &self.name, old));
        let command = keep(&mut problems, "command", command(&self.command));
        let roles = keep(&mut problems, "role", roles(schema, &self.role));
        let using = keep(&mut problems, "using", condition(schema, table, &self.using));
        let check = keep(&mut problems, "check", condition(schema, table, &self.check));
        if let (Some(name), Some(command), Some(roles), Some(using), Some(check)) = (name, command, roles, using, check) {
            let policy = Policy { name, permissive: !self.restrictive, command, roles, using, check, comment: None };
            match misplaced(&policy) {
                None => return Ok(policy),
                Some(problem) => problems.push(problem),
            }
        }
        Err(problems)
    }
}

/// What was read, or nothing and one problem more.
fn keep<T>(problems: &mut Vec<FieldProblem>, field: &str, read: Result<T>) -> Option<T> {
    read.map_err(|error| problems.push(FieldProblem { field: field.to_owned(), error })).ok()
}

/// The roles as SQL lists them; nothing for everybody.
fn list(roles: &[Role]) -> String {
    roles.iter().map(Role::to_sql).collect::<Vec<_>>().join(", ")
}

fn own_name(table: &Table, text: &str, old: Option<&str>) -> Result<Ident> {
    if text.is_empty() {
        return Err(Error::new(Code::InvalidName, "Give the policy a name, such as what it allows."));
    }
    if old != Some(text) && table.policies.iter().any(|policy| policy.name.as_str() == text) {
        return Err(Error::new(Code::AlreadyExists, "The table has another policy of this name."));
    }
    Ident::new(text)
}

fn command(text: &str) -> Result<Option<Command>> {
    if text.is_empty() {
        return Ok(None);
    }
    let found = Command::ALL.into_iter().find(|command| command.as_str() == text);
    found.map(Some).ok_or_else(|| Error::new(Code::InvalidValue, "Choose one of the commands."))
}

fn roles(schema: &Schema, text: &str) -> Result<Vec<Role>> {
    let found = tenon_engine::tables::parse::roles(text)?;
    if found.iter().any(|role| !schema.has_role(role)) {
        return Err(Error::new(Code::InvalidValue, "Choose among the roles that there are."));
    }
    Ok(found)
}

fn condition(schema: &Schema, table: &Table, text: &str) -> Result<Option<Expr>> {
    if text.is_empty() {
        return Ok(None);
    }
    compile(text, schema, &table.name, Some(&BOOLEAN)).map(Some)
}

/// A condition where there can be none, or none where there must be one.
fn misplaced(policy: &Policy) -> Option<FieldProblem> {
    let (field, text) = match (policy.command, policy.using.is_some(), policy.check.is_some()) {
        (Some(Command::Insert), true, _) => {
            ("using", "A row that is added is not there yet: leave this empty, and say under “with check” how it must be.")
        }
        (Some(Command::Insert), false, false) => ("check", "Say which rows may be added: true is any of them."),
        (Some(Command::Select | Command::Delete), _, true) => ("check", "Nothing is written here: leave this empty."),
        (_, false, false) => ("using", "Say which rows: true is all of them, false is none."),
        _ => return None,
    };
    Some(FieldProblem { field: field.to_owned(), error: Error::new(Code::InvalidValue, text) })
}

/// What is wrong with the form for a policy that the fields are of; nothing if they are of none.
///
/// # Errors
/// [`Code::UnknownTable`].
pub fn policy_problems(schema: &Schema, table: &str, params: &Params) -> Result<Vec<FieldProblem>> {
    let old = match params.get("do") {
        "create-policy" => None,
        "change-policy" => Some(params.get("policy")),
        _ => return Ok(Vec::new()),
    };
    let table = schema.require_table(table)?;
    Ok(PolicyForm::read(params).policy(schema, table, old).err().unwrap_or_default())
}

/// The SQL of a change of a table's policies.
pub(super) fn change_policies(schema: &Schema, params: &Params, change: &str) -> Result<String> {
    let table = schema.require_table(params.get("table"))?;
    let quoted = table.name.quoted();
    let read = |old| PolicyForm::read(params).policy(schema, table, old).map_err(first);
    match change {
        "row-security" => {
            let verb = if params.is("on") { "enable" } else { "disable" };
            Ok(format!("alter table {quoted} {verb} row level security;"))
        }
        "drop-policy" => Ok(format!("drop policy {} on {quoted};", name("a policy", params.get("policy"))?)),
        "create-policy" => Ok(format!("{};", policy_to_sql(table, &read(None)?))),
        _ => {
            let old = params.get("policy");
            let found = table.policies.iter().find(|policy| policy.name.as_str() == old);
            let found = found.ok_or_else(|| Error::new(Code::NotFound, format!("There is no policy \"{old}\" any more.")))?;
            alter(table, found, &read(Some(old))?)
        }
    }
}

fn first(problems: Vec<FieldProblem>) -> Error {
    let problem = problems.into_iter().next().map(|problem| problem.error);
    problem.unwrap_or_else(|| Error::new(Code::InvalidValue, "The policy is not complete."))
}

/// What differs between a policy and another, as `alter policy` where that can say it.
fn alter(table: &Table, old: &Policy, new: &Policy) -> Result<String> {
    let lost = |was: &Option<Expr>, is: &Option<Expr>| was.is_some() && is.is_none();
    let on = table.name.quoted();
    if old.permissive != new.permissive
        || old.command != new.command
        || lost(&old.using, &new.using)
        || lost(&old.check, &new.check)
    {
        return Ok(format!("drop policy {} on {on};\n{};", old.name.quoted(), policy_to_sql(table, new)));
    }
    let mut clauses = String::new();
    if old.roles != new.roles {
        clauses.push_str(" to ");
        clauses.push_str(&if new.roles.is_empty() { Role::PUBLIC.to_owned() } else { list(&new.roles) });
    }
    for (words, was, is) in [("using", &old.using, &new.using), ("with check", &old.check, &new.check)] {
        if let Some(rule) = is.as_ref().filter(|_| was != is) {
            clauses.push_str(&format!(" {words} ({})", rule.to_sql(&table.name)));
        }
    }
    let mut statements = Vec::new();
    if !clauses.is_empty() {
        statements.push(format!("alter policy {} on {on}{clauses};", old.name.quoted()));
    }
    if old.name != new.name {
        statements.push(format!("alter policy {} on {on} rename to {};", old.name.quoted(), new.name.quoted()));
    }
    if statements.is_empty() {
        return Err(Error::new(Code::InvalidValue, "Nothing is different."));
    }
    Ok(statements.join("\n"))
}

#[cfg(test)]
mod tests {
    use super::*;

    const SCHEMA: &str = "create table notes (id bigint primary key, owner uuid, title text);
        create policy own on notes for update to authenticated using (owner = auth.uid()) with check (title <> '');";

    fn schema() -> Schema {
        tenon_engine::tables::schema_from_sql(SCHEMA).unwrap()
    }

    /// The SQL of a change, of which both the SQL and the schema that comes of it are valid.
    fn planned<const N: usize>(pairs: [(&str, &str); N]) -> String {
        let params = Params::from(pairs);
        let sql = match change_policies(&schema(), &params, params.get("do")) {
            Ok(sql) => sql,
            Err(error) => return format!("ERROR: {error}"),
        };
        tenon_engine::tables::schema_from_sql(&format!("{SCHEMA}{sql}")).unwrap_or_else(|error| panic!("{sql}: {error:?}"));
        sql
    }

    fn problems(form: &PolicyForm) -> Vec<String> {
        let schema = schema();
        let found = form.policy(&schema, schema.require_table("notes").unwrap(), None).unwrap_err();
        let line = |problem: FieldProblem| {
            let FieldProblem { field, error } = problem;
            format!("{field}: {} [{}] {}", error.message, error.details.unwrap_or_default(), error.hint.unwrap_or_default())
        };
        found.into_iter().map(line).collect()
    }

    #[test]
    fn a_policy_is_written_from_what_its_conditions_mean() {
        let sql = planned([
            ("do", "create-policy"),
            ("table", "notes"),
            ("name", "It's \"mine\""),
            ("role", "authenticated"),
            ("using", "OWNER=auth.uid() -- mine\r\n and (title is not null)"),
        ]);
        assert_eq!(
            sql,
            "create policy \"It's \"\"mine\"\"\" on notes to authenticated using (owner = auth.uid() and title is not null);"
        );
    }

    #[test]
    fn a_condition_cannot_leave_its_parentheses() {
        for typed in [
            "true) with check (true",
            "true); drop table notes; --",
            "true) to anon using (true",
            "true;",
            "true /* ) */ )",
            "(true",
        ] {
            let form = PolicyForm { name: "x".to_owned(), using: typed.to_owned(), ..PolicyForm::default() };
            assert_eq!(problems(&form).len(), 1, "{typed}");
        }
        let name = [("do", "drop-policy"), ("table", "notes"), ("policy", "own\" on notes; drop table notes; --")];
        let params = Params::from(name);
        let sql = change_policies(&schema(), &params, "drop-policy").unwrap();
        assert_eq!(sql, "drop policy \"own\"\" on notes; drop table notes; --\" on \"notes\";");
    }

    #[test]
    fn every_field_has_its_own_problem() {
        let form = PolicyForm {
            name: "own".to_owned(),
            command: "truncate".to_owned(),
            role: "editr".to_owned(),
            using: "titl = 'x'".to_owned(),
            check: "true and\n  lenght(title) > 1".to_owned(),
            ..PolicyForm::default()
        };
        insta::assert_snapshot!(problems(&form).join("\n"), @r#"
        name: The table has another policy of this name. [] 
        command: Choose one of the commands. [] 
        role: Choose among the roles that there are. [] 
        using: column "titl" does not exist [line 1, column 1] did you mean "title"?
        check: function lenght(text) does not exist [line 2, column 3] did you mean "length"?
        "#);
        for (command, using, check, field) in [
            ("insert", "true", "", "using"),
            ("insert", "", "", "check"),
            ("select", "true", "true", "check"),
            ("", "", "", "using"),
        ] {
            let [command, using, check] = [command, using, check].map(str::to_owned);
            let form = PolicyForm { name: "x".to_owned(), command, using, check, ..PolicyForm::default() };
            assert!(problems(&form)[0].starts_with(&format!("{field}: ")), "{form:?}");
        }
    }

    #[test]
    fn what_differs_is_altered_and_made_anew_only_where_it_must_be() {
        let change = |field: &'static str, value: &'static str| {
            let mut fields = [
                ("do", "change-policy"),
                ("table", "notes"),
                ("policy", "own"),
                ("name", "own"),
                ("command", "update"),
                ("role", "authenticated"),
                ("using", "owner = auth.uid()"),
                ("check", "title <> ''"),
                ("kind", "permissive"),
            ];
            fields.iter_mut().filter(|(name, _)| *name == field).for_each(|pair| pair.1 = value);
            planned(fields)
        };
        let all = [
            change("name", "mine"),
            change("role", ""),
            change("using", "owner is null"),
            change("check", ""),
            change("command", ""),
            change("kind", "restrictive"),
            change("policy", "gone"),
            change("", ""),
        ];
        insta::assert_snapshot!(all.join("\n"), @r#"
        alter policy "own" on "notes" rename to "mine";
        alter policy "own" on "notes" to public;
        alter policy "own" on "notes" using (owner is null);
        drop policy "own" on "notes";
        create policy own on notes for update to authenticated using (owner = auth.uid());
        drop policy "own" on "notes";
        create policy own on notes to authenticated using (owner = auth.uid()) with check (title <> '');
        drop policy "own" on "notes";
        create policy own on notes as restrictive for update to authenticated using (owner = auth.uid()) with check (title <> '');
        ERROR: There is no policy "gone" any more.
        ERROR: Nothing is different.
        "#);
    }

    #[test]
    fn a_form_of_a_policy_reads_back_as_the_same() {
        let schema = schema();
        let table = schema.require_table("notes").unwrap();
        let form = PolicyForm::of(&table.policies[0], table);
        assert_eq!(form.policy(&schema, table, Some("own")).unwrap(), table.policies[0]);
    }

    #[test]
    fn row_security_is_switched() {
        let switch = |on| planned([("do", "row-security"), ("table", "notes"), ("on", on)]);
        assert_eq!(switch("true"), "alter table \"notes\" enable row level security;");
        assert_eq!(switch("false"), "alter table \"notes\" disable row level security;");
    }
}
