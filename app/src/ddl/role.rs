//! Roles, from forms to schema SQL.

use tenon_model::{Code, Error, Ident, Result, Role, RoleDefinition, Schema};

use super::{
    Params,
    sql::{literal, name},
};

/// The SQL of a change of the roles.
pub(super) fn change_roles(schema: &Schema, params: &Params, change: &str) -> Result<String> {
    let role = name("a name for the role", params.get("role"))?;
    match change {
        "drop-role" => Ok(format!("drop role {role};")),
        "create-role" => create(params, &role),
        _ => alter(schema, params, &role),
    }
}

fn groups(params: &Params) -> Result<Vec<String>> {
    params.all("in").iter().map(|group| name("a role", group)).collect()
}

fn comment_on(role: &str, text: &str) -> String {
    let text = if text.is_empty() { "null".to_owned() } else { literal(text) };
    format!("comment on role {role} is {text};")
}

fn create(params: &Params, role: &str) -> Result<String> {
    let mut sql = format!("create role {role}");
    if !params.is("inherit") {
        sql.push_str(" noinherit");
    }
    let groups = groups(params)?;
    if !groups.is_empty() {
        sql.push_str(&format!(" in role {}", groups.join(", ")));
    }
    sql.push(';');
    let comment = params.get("comment");
    if !comment.is_empty() {
        sql.push_str(&format!("\n{}", comment_on(role, comment)));
    }
    Ok(sql)
}

/// What differs between a role and the form.
fn alter(schema: &Schema, params: &Params, role: &str) -> Result<String> {
    let own = Role::from(Ident::new(params.get("role"))?);
    schema.require_role(&own)?;
    let old = schema.role(&own).cloned().unwrap_or_else(|| RoleDefinition::new(own));
    let wanted = groups(params)?;
    let held: Vec<String> = old.member_of.iter().map(|group| name("a role", group.as_str())).collect::<Result<_>>()?;
    let mut statements = Vec::new();
    if params.is("inherit") != old.inherit {
        statements.push(format!("alter role {role} {};", if old.inherit { "noinherit" } else { "inherit" }));
    }
    for (verb, link, some, others) in [("revoke", "from", &held, &wanted), ("grant", "to", &wanted, &held)] {
        let changed: Vec<&str> = some.iter().filter(|group| !others.contains(group)).map(String::as_str).collect();
        if !changed.is_empty() {
            statements.push(format!("{verb} {} {link} {role};", changed.join(", ")));
        }
    }
    if params.get("comment") != old.comment.as_deref().unwrap_or_default() {
        statements.push(comment_on(role, params.get("comment")));
    }
    if statements.is_empty() {
        return Err(Error::new(Code::InvalidValue, "Nothing is different."));
    }
    Ok(statements.join("\n"))
}

#[cfg(test)]
mod tests {
    use super::*;

    const SCHEMA: &str = "create role author in role authenticated; create role editor noinherit in role author;";

    /// The SQL of a change, which the schema takes.
    fn planned(change: &str, fields: &[(&str, &str)]) -> String {
        let schema = tenon_engine::tables::schema_from_sql(SCHEMA).unwrap();
        let params = fields.iter().fold(Params::default(), |params, pair| params.with(pair.0, pair.1));
        match change_roles(&schema, &params, change) {
            Ok(sql) => {
                tenon_engine::tables::schema_from_sql(&format!("{SCHEMA}{sql}")).unwrap_or_else(|error| panic!("{sql}: {error:?}"));
                sql
            }
            Err(error) => format!("ERROR: {error}"),
        }
    }

    #[test]
    fn roles_are_made_and_changed_by_what_differs() {
        let all = [
            planned(
                "create-role",
                &[
                    ("role", "Night \"shift\""),
                    ("in", "authenticated"),
                    ("in", "editor"),
                    ("inherit", "true"),
                    ("comment", "it's late"),
                ],
            ),
            planned("create-role", &[("role", "guest")]),
            planned("create-role", &[("role", "")]),
            planned("change-role", &[("role", "editor"), ("in", "authenticated"), ("inherit", "true"), ("comment", "x")]),
            planned("change-role", &[("role", "author"), ("in", "authenticated"), ("inherit", "true")]),
            planned("change-role", &[("role", "nobody")]),
        ];
        insta::assert_snapshot!(all.join("\n"), @r#"
        create role "Night ""shift""" in role "authenticated", "editor";
        comment on role "Night ""shift""" is 'it''s late';
        create role "guest" noinherit;
        ERROR: Enter a name for the role.
        alter role "editor" inherit;
        revoke "author" from "editor";
        grant "authenticated" to "editor";
        comment on role "editor" is 'x';
        ERROR: Nothing is different.
        ERROR: role "nobody" does not exist
        "#);
    }

    #[test]
    fn a_name_cannot_leave_its_quotes() {
        let params = Params::default().with("role", "editor\"; drop role author; --");
        let sql = change_roles(&Schema::default(), &params, "drop-role").unwrap();
        assert_eq!(sql, "drop role \"editor\"\"; drop role author; --\";");
    }
}
