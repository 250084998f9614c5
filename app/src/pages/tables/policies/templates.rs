//! Policies to start from, in the words of the table they are for.

use tenon_model::{DataType, Ident, ScalarType, Schema, Table};

use super::data::Template;
use crate::ddl::PolicyForm;

/// What columns are called that hold whose a row is, likeliest first.
const OWNERS: [&str; 8] = ["user_id", "owner_id", "owner", "author_id", "created_by", "person_id", "profile_id", "user"];

/// What columns are called that say whether a row is for everybody.
const PUBLISHED: [&str; 5] = ["published", "is_published", "public", "is_public", "visible"];

/// The templates for a table. Where it lacks the columns, they name likely ones.
pub(super) fn templates(schema: &Schema, table: &Table) -> Vec<Template> {
    vec![own_rows(table), members(schema, table), published(table), nobody()]
}

fn template(key: &str, title: &str, about: &str, form: PolicyForm) -> Template {
    Template { key: key.to_owned(), title: title.to_owned(), about: about.to_owned(), form }
}

fn own_rows(table: &Table) -> Template {
    let column = of_type(table, ScalarType::Uuid, &OWNERS).map_or_else(|| "user_id".to_owned(), Ident::to_sql);
    let form = PolicyForm {
        name: "own rows".to_owned(),
        role: "authenticated".to_owned(),
        using: format!("{column} = auth.uid()"),
        ..PolicyForm::default()
    };
    template("own", "Own rows", "Signed-in users see and write the rows that hold their id in a uuid column.", form)
}

fn members(schema: &Schema, table: &Table) -> Template {
    let using = membership(schema, table).unwrap_or_else(|| {
        let own = table.name.to_sql();
        format!("exists (\n  select 1 from members m\n  where m.team_id = {own}.team_id and m.user_id = auth.uid()\n)")
    });
    let form = PolicyForm { name: "members".to_owned(), role: "authenticated".to_owned(), using, ..PolicyForm::default() };
    template("members", "Members of a team", "Signed-in users reach the rows of teams that a second table lists them in.", form)
}

/// The condition of a table that refers to another, to which members are joined by a third with the id of a user.
fn membership(schema: &Schema, table: &Table) -> Option<String> {
    let single = |key: &tenon_model::ForeignKey| Some((key.columns.first()?.clone(), key.columns.len() == 1));
    table.foreign_keys.iter().filter(|own| !own.is_to_users()).find_map(|own| {
        let (column, true) = single(own)? else { return None };
        schema.references_to(own.references.as_str()).find_map(|(from, key)| {
            let (team, true) = single(key)? else { return None };
            let user = from.columns.iter().find(|c| is(&c.data_type, &ScalarType::Uuid) && c.name != team)?;
            let is_third = from.name != table.name && from.name != own.references;
            is_third.then(|| {
                format!(
                    "exists (\n  select 1 from {} m\n  where m.{} = {}.{} and m.{} = auth.uid()\n)",
                    from.name.to_sql(),
                    team.to_sql(),
                    table.name.to_sql(),
                    column.to_sql(),
                    user.name.to_sql()
                )
            })
        })
    })
}

fn published(table: &Table) -> Template {
    let column = of_type(table, ScalarType::Boolean, &PUBLISHED).map_or_else(|| "published".to_owned(), Ident::to_sql);
    let form = PolicyForm { name: "published".to_owned(), command: "select".to_owned(), using: column, ..PolicyForm::default() };
    template("published", "Published rows", "Everybody sees the rows whose boolean column says so, signed in or not.", form)
}

fn nobody() -> Template {
    let form = PolicyForm {
        name: "nobody deletes".to_owned(),
        command: "delete".to_owned(),
        restrictive: true,
        using: "false".to_owned(),
        ..PolicyForm::default()
    };
    template("nobody", "Nobody", "No row is deleted, whatever other policies allow; choose another command for that one.", form)
}

fn is(data_type: &DataType, wanted: &ScalarType) -> bool {
    data_type.scalar() == Some(wanted)
}

/// The column of that type that is called so, else the first of that type that is not a key of its own.
fn of_type<'t>(table: &'t Table, wanted: ScalarType, names: &[&str]) -> Option<&'t Ident> {
    let fits = |name: &Ident| table.column(name.as_str()).is_some_and(|c| is(&c.data_type, &wanted));
    let mut all = table.columns.iter().map(|column| &column.name).filter(|name| fits(name));
    let named = names.iter().find_map(|wanted| all.clone().find(|name| name.as_str() == *wanted));
    named.or_else(|| all.find(|name| table.key_columns() != [(*name).clone()]))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(sql: &str, name: &str) -> String {
        let schema = tenon_engine::tables::schema_from_sql(sql).unwrap();
        let table = schema.require_table(name).unwrap();
        let conditions = templates(&schema, table).into_iter().map(|template| {
            // Where the columns are there, a template can be taken as it is.
            let made = template.form.policy(&schema, table, None).is_ok();
            format!("{} {}", if made { "ok" } else { "--" }, template.form.using.replace("\n ", "").replace('\n', ""))
        });
        conditions.collect::<Vec<_>>().join("\n")
    }

    #[test]
    fn templates_speak_of_the_tables_own_columns() {
        let sql = "create table teams (id bigint primary key, name text);
            create table members (team bigint references teams (id), person uuid, primary key (team, person));
            create table posts (id uuid primary key, \"Team\" bigint references teams (id), checked boolean, owner uuid, public boolean);";
        insta::assert_snapshot!(shown(sql, "posts"), @r#"
        ok owner = auth.uid()
        ok exists ( select 1 from members m where m.team = posts."Team" and m.person = auth.uid())
        ok public
        ok false
        "#);
        insta::assert_snapshot!(shown(sql, "teams"), @"
        -- user_id = auth.uid()
        -- exists ( select 1 from members m where m.team_id = teams.team_id and m.user_id = auth.uid())
        -- published
        ok false
        ");
    }
}
