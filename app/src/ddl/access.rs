//! Who may do what with a table and its columns, from the form to grants and revokes.

use crate::paths::encode;
#[cfg(feature = "ssr")]
pub(super) use server::access;

/// The name of the box of a right on the table.
#[must_use]
pub fn table_box(role: &str, right: &str) -> String {
    format!("{}.{right}", encode(role))
}

/// The name of the box of a right on a column.
#[must_use]
pub fn column_box(role: &str, right: &str, column: &str) -> String {
    format!("{right}:{}/{}", encode(role), encode(column))
}

#[cfg(feature = "ssr")]
mod server {
    use tenon_model::{Code, Command, Error, Grants, Ident, Result, Role, Schema, Table};

    use super::{column_box, table_box};
    use crate::ddl::Params;

    /// The grants and revokes between what is open and what shall be, for the roles that the form has boxes of.
    pub(in crate::ddl) fn access(schema: &Schema, params: &Params) -> Result<String> {
        let table = schema.require_table(params.get("table"))?;
        let shown = params.all("roles");
        let roles = if shown.is_empty() { vec!["anon", "authenticated"] } else { shown };
        let mut statements = Vec::new();
        for role in roles {
            schema.require_role(&Role::from(Ident::new(role)?))?;
            statements.extend(between(table, params, role)?);
        }
        if statements.is_empty() {
            return Err(Error::new(Code::InvalidValue, "Nothing is different."));
        }
        Ok(statements.join("\n"))
    }

    /// What a role gains and loses.
    fn between(table: &Table, params: &Params, role: &str) -> Result<Vec<String>> {
        let is = table.access.granted(role).cloned().unwrap_or_default();
        let (quoted, to) = (table.name.quoted(), Role::from(Ident::new(role)?).to_sql());
        let statement = |give: bool, rights: &[String]| {
            let (verb, link) = if give { ("grant", "to") } else { ("revoke", "from") };
            (!rights.is_empty()).then(|| format!("{verb} {} on {quoted} {link} {to};", rights.join(", ")))
        };
        let changed = |give: bool| -> Vec<String> {
            let differs = |command: &Command| {
                let wants = params.is(&table_box(role, command.as_str()));
                wants == give && wants != is.table.has(*command)
            };
            Command::ALL.into_iter().filter(differs).map(|command| command.as_str().to_owned()).collect()
        };
        let columns = |give: bool| -> Vec<String> {
            [Command::Select, Command::Insert, Command::Update]
                .into_iter()
                .filter_map(|command| on_columns(table, params, (role, command), &is, give))
                .collect()
        };
        let all = [statement(true, &changed(true)), statement(false, &changed(false))];
        let on_columns = [statement(true, &columns(true)), statement(false, &columns(false))];
        Ok(all.into_iter().chain(on_columns).flatten().collect())
    }

    /// `select (a, b)`: the columns on which a right is gained or lost. What is revoked on the table is lost on its columns, too.
    fn on_columns(table: &Table, params: &Params, (role, command): (&str, Command), is: &Grants, give: bool) -> Option<String> {
        let right = command.as_str();
        let revoked = is.table.has(command) && !params.is(&table_box(role, right));
        let names: Vec<String> = table
            .columns
            .iter()
            .filter(|column| {
                let wants = params.is(&column_box(role, right, column.name.as_str()));
                let has = !revoked && is.columns.get(&column.name).is_some_and(|held| held.has(command));
                wants == give && wants != has
            })
            .map(|column| column.name.quoted())
            .collect();
        (!names.is_empty()).then(|| format!("{right} ({})", names.join(", ")))
    }

    #[cfg(test)]
    mod tests {
        use super::*;

        const SCHEMA: &str = "create role editor; create table t (a bigint primary key, \"B/c\" text, d text);
            grant select, delete on t to anon; grant select (a, d), update (d) on t to editor; grant select on t to authenticated;";

        fn planned(fields: &[&str]) -> String {
            let schema = tenon_engine::tables::schema_from_sql(SCHEMA).unwrap();
            let params = Params::from([("table", "t"), ("roles", "anon"), ("roles", "editor")]);
            let params = fields.iter().fold(params, |params, field| params.with(field, "true"));
            match access(&schema, &params) {
                Ok(sql) => {
                    tenon_engine::tables::schema_from_sql(&format!("{SCHEMA}{sql}"))
                        .unwrap_or_else(|error| panic!("{sql}: {error:?}"));
                    sql
                }
                Err(error) => format!("ERROR: {error}"),
            }
        }

        #[test]
        fn what_differs_is_granted_and_revoked() {
            let box_of = |right: &str, column: &str| column_box("editor", right, column);
            let [a, d, bc, update] = [box_of("select", "a"), box_of("select", "d"), box_of("select", "B/c"), box_of("update", "d")];
            let all = [
                planned(&["anon.select", "anon.delete", &a, &d, &update]),
                planned(&["anon.select", "anon.insert", &a, &bc, &update]),
                planned(&["anon.delete", &column_box("anon", "select", "a"), "editor.select", &a, &d, &update]),
                planned(&[]),
            ];
            insta::assert_snapshot!(all.join("\n--\n"), @r#"
            ERROR: Nothing is different.
            --
            grant insert on "t" to anon;
            revoke delete on "t" from anon;
            grant select ("B/c") on "t" to editor;
            revoke select ("d") on "t" from editor;
            --
            revoke select on "t" from anon;
            grant select ("a") on "t" to anon;
            grant select on "t" to editor;
            --
            revoke select, delete on "t" from anon;
            revoke select ("a", "d"), update ("d") on "t" from editor;
            "#);
        }
    }
}
