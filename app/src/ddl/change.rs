//! A change that a form asks for, as SQL.

use tenon_model::{Code, Error, Result, Schema};

use super::{
    ColumnForm, Params,
    sql::{column, data_type, default, literal, name, names, references},
};
use crate::paths;

/// A change of the schema before it is made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Planned {
    /// The statements.
    pub sql: String,
    /// Where to go when it is made.
    pub next: String,
}

/// The SQL of what a form asks for in its field `do`.
///
/// # Errors
/// [`Code::InvalidName`], [`Code::InvalidValue`], [`Code::UnknownTable`] …: what the form lacks.
pub fn plan(schema: &Schema, params: &Params) -> Result<Planned> {
    match params.get("do") {
        "" | "sql" => free(params),
        "create-table" => create_table(schema, params),
        "create-type" | "add-value" | "drop-type" => change_type(params),
        "rename-table" => {
            let to = params.get("to");
            let sql = format!("alter table {} rename to {};", table(params)?, name("the new name", to)?);
            Ok(Planned { sql, next: paths::structure(to) })
        }
        change @ ("row-security" | "create-policy" | "change-policy" | "drop-policy") => {
            let sql = super::policy::change_policies(schema, params, change)?;
            Ok(Planned { sql, next: paths::policies(params.get("table")) })
        }
        change @ ("create-transition" | "change-transition" | "drop-transition") => {
            let sql = super::transition::change_transitions(schema, params, change)?;
            Ok(Planned { sql, next: paths::states(params.get("table")) })
        }
        change @ ("create-role" | "change-role" | "drop-role") => {
            Ok(Planned { sql: super::role::change_roles(schema, params, change)?, next: "/roles".to_owned() })
        }
        "drop-table" => Ok(Planned { sql: format!("drop table {};", table(params)?), next: "/tables".to_owned() }),
        change => Ok(Planned { sql: change_table(schema, params, change)?, next: paths::structure(params.get("table")) }),
    }
}

fn table(params: &Params) -> Result<String> {
    name("a table", params.get("table"))
}

fn free(params: &Params) -> Result<Planned> {
    let sql = params.get("sql");
    if sql.is_empty() {
        return Err(Error::new(Code::InvalidSyntax, "Enter a statement."));
    }
    let back = super::back(params);
    let next = if back == "/schema" { "/tables".to_owned() } else { back };
    Ok(Planned { sql: sql.to_owned(), next })
}

fn create_table(schema: &Schema, params: &Params) -> Result<Planned> {
    let table_name = params.get("name");
    let quoted = name("a name for the table", table_name)?;
    let columns: Vec<_> = ColumnForm::read_all(params).into_iter().filter(|column| !column.name.is_empty()).collect();
    if columns.is_empty() {
        return Err(Error::new(Code::InvalidValue, "A table needs at least one column."));
    }
    let mut parts = columns.iter().map(|c| column(schema, c)).collect::<Result<Vec<_>>>()?;
    let key: Vec<&str> = columns.iter().filter(|c| c.key).map(|c| c.name.as_str()).collect();
    if !key.is_empty() {
        parts.push(format!("primary key {}", names("the key's columns", &key)?));
    }
    let mut sql = format!("create table {quoted} (\n  {}\n);", parts.join(",\n  "));
    let comment = params.get("comment");
    if !comment.is_empty() {
        sql.push_str(&format!("\ncomment on table {quoted} is {};", literal(comment)));
    }
    Ok(Planned { sql, next: paths::table(table_name) })
}

fn change_type(params: &Params) -> Result<Planned> {
    let type_name = name("a name for the type", params.get("name"))?;
    let values: Vec<&str> = params.get("values").lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    let sql = match params.get("do") {
        "drop-type" => format!("drop type {type_name};"),
        _ if values.is_empty() => return Err(Error::new(Code::InvalidValue, "Enter at least one value.")),
        "create-type" => {
            let list: Vec<_> = values.iter().map(|value| literal(value)).collect();
            format!("create type {type_name} as enum ({});", list.join(", "))
        }
        _ => {
            let add = |value: &&str| format!("alter type {type_name} add value {};", literal(value));
            values.iter().map(add).collect::<Vec<_>>().join("\n")
        }
    };
    Ok(Planned { sql, next: "/types".to_owned() })
}

fn change_table(schema: &Schema, params: &Params, change: &str) -> Result<String> {
    let table = table(params)?;
    let alter = |action: String| format!("alter table {table} {action};");
    let own = || name("a column", params.get("column"));
    Ok(match change {
        "add-column" => alter(format!("add column {}", column(schema, &ColumnForm::read(params, ""))?)),
        "add-computed" | "add-lookup" | "add-rollup" | "change-computed" => {
            super::computed::change_computed(schema, params, &table)?
        }
        "change-column" => change_column(schema, params, &table)?,
        "drop-column" => alter(format!("drop column {}", own()?)),
        "add-relation" => {
            let target = references(schema, params.get("references"), params.get("ondelete"))?;
            alter(format!("add foreign key ({}) {target}", own()?))
        }
        "add-check" | "change-check" | "validate-check" => super::check::change_checks(schema, params, change)?,
        "drop-constraint" => alter(format!("drop constraint {}", name("a constraint", params.get("name"))?)),
        "add-unique" => alter(format!("add unique {}", names("at least one column", &params.all("columns"))?)),
        "set-key" => alter(format!("add primary key {}", names("at least one column", &params.all("columns"))?)),
        "add-index" => add_index(params, &table)?,
        "drop-index" => format!("drop index {};", name("an index", params.get("name"))?),
        "comment-table" => format!("comment on table {table} is {};", comment(params.get("table_comment"))),
        "access" => super::access::access(schema, params)?,
        _ => return Err(Error::new(Code::Unsupported, "There is no such change.")),
    })
}

fn comment(text: &str) -> String {
    match text {
        "" => "null".to_owned(),
        text => literal(text),
    }
}

fn add_index(params: &Params, table: &str) -> Result<String> {
    let unique = if params.is("unique") { "unique " } else { "" };
    Ok(format!("create {unique}index on {table} {};", names("at least one column", &params.all("columns"))?))
}

/// What differs between a column and the form, one statement each.
fn change_column(schema: &Schema, params: &Params, table: &str) -> Result<String> {
    let old = schema.require_table(params.get("table"))?.require_column(params.get("column"))?;
    let form = ColumnForm::read(params, "");
    let quoted = old.name.quoted();
    let mut actions = Vec::new();
    let new_type = data_type(&form)?;
    if new_type != old.data_type.to_string() {
        let using = if params.is("convert") { format!(" using {quoted}::{new_type}") } else { String::new() };
        actions.push(format!("alter column {quoted} type {new_type}{using}"));
    }
    if form.not_null != old.not_null {
        actions.push(format!("alter column {quoted} {} not null", if form.not_null { "set" } else { "drop" }));
    }
    actions.extend(change_default(schema, &form, old, &quoted)?);
    let mut statements: Vec<_> = actions.iter().map(|action| format!("alter table {table} {action};")).collect();
    if params.get("comment") != old.comment.as_deref().unwrap_or_default() {
        statements.push(format!("comment on column {table}.{quoted} is {};", comment(params.get("comment"))));
    }
    if form.name != old.name.as_str() {
        statements.push(format!("alter table {table} rename column {quoted} to {};", name("a name", &form.name)?));
    }
    if statements.is_empty() {
        return Err(Error::new(Code::InvalidValue, "Nothing is different."));
    }
    Ok(statements.join("\n"))
}

fn change_default(schema: &Schema, form: &ColumnForm, old: &tenon_model::Column, quoted: &str) -> Result<Vec<String>> {
    let mut actions = Vec::new();
    let was = default(schema, &ColumnForm::of(old))?;
    let (is, was_identity, is_identity) = (default(schema, form)?, old.identity.is_some(), form.fill == "identity");
    if was_identity && !is_identity {
        actions.push(format!("alter column {quoted} drop identity"));
    }
    match is {
        _ if is == was => {}
        Some(default) => actions.push(format!("alter column {quoted} set default {default}")),
        None => actions.push(format!("alter column {quoted} drop default")),
    }
    if is_identity && !was_identity {
        actions.push(format!("alter column {quoted} add generated by default as identity"));
    }
    Ok(actions)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sql(params: impl Into<Params>) -> String {
        plan(&Schema::default(), &params.into()).map_or_else(|error| format!("ERROR: {error}"), |planned| planned.sql)
    }

    #[test]
    fn a_new_table_is_written_whole() {
        let params = [
            ("do", "create-table"),
            ("name", "my \"books\""),
            ("comment", "it's ours"),
            ("count", "3"),
            ("c0.name", "id"),
            ("c0.type", "bigint"),
            ("c0.fill", "identity"),
            ("c0.key", "true"),
            ("c1.name", "price"),
            ("c1.type", "numeric"),
            ("c1.size", "10, 2"),
            ("c1.notnull", "true"),
            ("c1.fill", "value"),
            ("c1.value", "0.00"),
        ];
        assert_eq!(
            sql(params),
            "create table \"my \"\"books\"\"\" (\n  \"id\" bigint generated by default as identity,\n  \
             \"price\" numeric(10,2) default '0.00' not null,\n  primary key (\"id\")\n);\n\
             comment on table \"my \"\"books\"\"\" is 'it''s ours';"
        );
    }

    #[test]
    fn names_and_values_cannot_leave_their_quotes() {
        let drop = sql([("do", "drop-table"), ("table", "a\"; drop table b; --")]);
        assert_eq!(drop, "drop table \"a\"\"; drop table b; --\";");
        let create = sql([("do", "create-type"), ("name", "mood"), ("values", "it's\nfine'); drop table b; --")]);
        assert_eq!(create, "create type \"mood\" as enum ('it''s', 'fine''); drop table b; --');");
    }

    #[test]
    fn values_are_converted_when_that_is_asked_for() {
        let made = "create type mood as enum ('ok'); create table t (a text, b text[])";
        let schema = tenon_engine::tables::schema_from_sql(made).unwrap();
        let sql = |column, data_type, list, convert| {
            let params = [("do", "change-column"), ("table", "t"), ("column", column), ("name", column), ("type", data_type)];
            let rest = [("size", "6,2"), ("list", list), ("convert", convert)];
            let params: Vec<_> = params.into_iter().chain(rest).collect();
            let sql = plan(&schema, &<[_; 8]>::try_from(params).unwrap().into()).unwrap().sql;
            tenon_engine::tables::parse::parse(&sql).unwrap();
            sql
        };
        assert_eq!(sql("a", "integer", "", ""), "alter table \"t\" alter column \"a\" type integer;");
        for (column, data_type, list, using) in [
            ("a", "numeric", "", "type numeric(6,2) using \"a\"::numeric(6,2)"),
            ("a", "enum:mood", "", "type \"mood\" using \"a\"::\"mood\""),
            ("b", "double precision", "true", "type double precision[] using \"b\"::double precision[]"),
        ] {
            let expected = format!("alter table \"t\" alter column \"{column}\" {using};");
            assert_eq!(sql(column, data_type, list, "true"), expected);
        }
    }

    #[test]
    fn what_the_form_lacks_is_said() {
        assert_eq!(sql([("do", "create-table")]), "ERROR: Enter a name for the table.");
        assert_eq!(sql([("do", "create-table"), ("name", "a")]), "ERROR: A table needs at least one column.");
        let varchar = [("do", "create-table"), ("name", "a"), ("count", "1"), ("c0.name", "x"), ("c0.type", "varchar")];
        assert_eq!(sql(varchar), "ERROR: Give \"x\" a length such as 80.");
    }
}
