//! Computed columns that a form asks for: by an expression, as a lookup, as a rollup.

use tenon_model::{
    Code, Column, DataType, Error, ForeignKey, Ident, Result, ScalarType, Schema, Table, expression::AggregateFunction,
};

use super::{
    ColumnForm, Params,
    sql::{data_type, literal, name},
};

/// The SQL of a change of computed columns; `table` is quoted.
///
/// # Errors
/// What the form lacks.
pub(super) fn change_computed(schema: &Schema, params: &Params, table: &str) -> Result<String> {
    match params.get("do") {
        "add-computed" => {
            let value = expression(params)?;
            add(params, table, &data_type(&ColumnForm::read(params, ""))?, value)
        }
        "add-lookup" => add_lookup(schema, params, table),
        "add-rollup" => add_rollup(schema, params, table),
        _ => change(schema, params, table),
    }
}

fn expression(params: &Params) -> Result<&str> {
    match params.get("expression") {
        "" => Err(Error::new(Code::InvalidValue, "Enter what the column is computed from.")),
        expression => Ok(expression),
    }
}

fn add(params: &Params, table: &str, data_type: &str, value: &str) -> Result<String> {
    let kind = if params.is("stored") { "stored" } else { "virtual" };
    let column = name("a name for the column", params.get("name"))?;
    Ok(format!("alter table {table} add column {column} {data_type} generated always as ({value}) {kind};"))
}

/// A column of the row that a reference of this table leads to; `from` is `constraint|column`.
fn add_lookup(schema: &Schema, params: &Params, quoted: &str) -> Result<String> {
    let table = schema.require_table(params.get("table"))?;
    let (key, column) = chosen(params.get("from"))?;
    let key = table.foreign_keys.iter().find(|k| k.name == *key).ok_or_else(choose_relation)?;
    let target = schema.require_table(key.references.as_str())?;
    let column = target.require_column(column)?;
    let other = Other::new(&key.references, &table.name);
    let joined = other.joined(&table.name, key.referenced_columns.iter().zip(&key.columns));
    let value = format!("(select {}.{} from {} where {joined})", other.name, column.name.quoted(), other.source);
    add(params, quoted, &column.data_type.to_string(), &value)
}

/// An aggregate over the rows of another table that refer to this one; `from` is `table|constraint`, `of` the column.
fn add_rollup(schema: &Schema, params: &Params, quoted: &str) -> Result<String> {
    let table = schema.require_table(params.get("table"))?;
    let (from, key) = chosen(params.get("from"))?;
    let from = schema.require_table(from)?;
    let is_chosen = |k: &&ForeignKey| k.name == *key && k.references == table.name;
    let key = from.foreign_keys.iter().find(is_chosen).ok_or_else(choose_relation)?;
    let other = Other::new(&from.name, &table.name);
    let (value, data_type) = aggregate(params, from, &other)?;
    let mut joined = other.joined(&table.name, key.columns.iter().zip(&key.referenced_columns));
    match params.get("condition") {
        "" => {}
        condition => joined.push_str(&format!(" and ({condition})")),
    }
    let value = format!("(select {value} from {} where {joined})", other.source);
    add(params, quoted, &data_type, &value)
}

fn aggregate(params: &Params, from: &Table, other: &Other) -> Result<(String, String)> {
    let function = params.get("function");
    if function == "count" {
        return Ok(("count(*)".to_owned(), "bigint".to_owned()));
    }
    let function = AggregateFunction::ALL
        .into_iter()
        .find(|known| known.name() == function)
        .ok_or_else(|| Error::new(Code::InvalidValue, "Choose what to compute."))?;
    let Some(column) = params.get("of").split_once('|').filter(|(table, _)| *table == from.name.as_str()) else {
        return Err(Error::new(Code::InvalidValue, format!("Choose a column of \"{}\" to compute from.", from.name)));
    };
    let column = from.require_column(column.1)?;
    let argument = format!("{}.{}", other.name, column.name.quoted());
    let data_type = function.result_type(Some(&column.data_type)).ok_or_else(|| no_such(function, column))?;
    let call = match function {
        AggregateFunction::StringAgg => format!("{}({argument}, ', ')", function.name()),
        _ => format!("{}({argument})", function.name()),
    };
    Ok((call, type_sql(&data_type)))
}

fn no_such(function: AggregateFunction, column: &Column) -> Error {
    let message = format!("There is no {} of \"{}\", which is {}.", function.name(), column.name, column.data_type);
    Error::new(Code::InvalidValue, message)
}

fn type_sql(data_type: &DataType) -> String {
    match data_type.element() {
        ScalarType::Enum(name) => format!("{}{}", name.quoted(), if data_type.scalar().is_none() { "[]" } else { "" }),
        _ => data_type.to_string(),
    }
}

fn chosen(text: &str) -> Result<(&str, &str)> {
    text.split_once('|').ok_or_else(choose_relation)
}

fn choose_relation() -> Error {
    Error::new(Code::UnknownRelation, "Choose a relation.")
}

/// The other table as the query calls it: by its name, unless it is the table itself.
struct Other {
    source: String,
    name: String,
}

impl Other {
    fn new(table: &Ident, own: &Ident) -> Self {
        let quoted = table.quoted();
        if table == own {
            return Self { source: format!("{quoted} as other"), name: "other".to_owned() };
        }
        Self { source: quoted.clone(), name: quoted }
    }

    fn joined<'k>(&self, own: &Ident, pairs: impl Iterator<Item = (&'k Ident, &'k Ident)>) -> String {
        let pairs = pairs.map(|(theirs, ours)| format!("{}.{} = {}.{}", self.name, theirs.quoted(), own.quoted(), ours.quoted()));
        pairs.collect::<Vec<_>>().join(" and ")
    }
}

/// What differs between a computed column and the form.
fn change(schema: &Schema, params: &Params, table: &str) -> Result<String> {
    let known = schema.require_table(params.get("table"))?;
    let old = known.require_column(params.get("column"))?;
    let quoted = old.name.quoted();
    let mut statements = Vec::new();
    let value = expression(params)?;
    if old.generated.as_ref().is_some_and(|generated| generated.expr.to_sql(&known.name) != value) {
        statements.push(format!("alter table {table} alter column {quoted} set expression as ({value});"));
    }
    if params.get("comment") != old.comment.as_deref().unwrap_or_default() {
        let comment = if params.get("comment").is_empty() { "null".to_owned() } else { literal(params.get("comment")) };
        statements.push(format!("comment on column {table}.{quoted} is {comment};"));
    }
    if params.get("name") != old.name.as_str() {
        statements.push(format!("alter table {table} rename column {quoted} to {};", name("a name", params.get("name"))?));
    }
    if statements.is_empty() {
        return Err(Error::new(Code::InvalidValue, "Nothing is different."));
    }
    Ok(statements.join("\n"))
}

#[cfg(test)]
mod tests {
    const MADE: &str = "
        create table teams (id bigint primary key, name varchar(20), lead bigint references teams (id));
        create table people (id bigint primary key, team bigint references teams (id), age integer, born date);";

    fn sql(params: &[(&str, &str)]) -> String {
        let schema = tenon_engine::tables::schema_from_sql(MADE).unwrap();
        let mut all = [("", ""); 8];
        all[..params.len()].copy_from_slice(params);
        match super::super::plan(&schema, &all.into()) {
            Ok(planned) => {
                // What a form writes is understood.
                tenon_engine::tables::schema_from_sql(&format!("{MADE}{}", planned.sql)).unwrap();
                planned.sql
            }
            Err(error) => format!("ERROR: {error}"),
        }
    }

    #[test]
    fn forms_become_sql() {
        let all = [
            sql(&[
                ("do", "add-computed"),
                ("table", "people"),
                ("name", "next"),
                ("type", "integer"),
                ("expression", "age + 1"),
                ("stored", "true"),
            ]),
            sql(&[("do", "add-lookup"), ("table", "people"), ("name", "team_name"), ("from", "people_team_fkey|name")]),
            sql(&[
                ("do", "add-lookup"),
                ("table", "teams"),
                ("name", "above"),
                ("from", "teams_lead_fkey|name"),
                ("stored", "true"),
            ]),
            sql(&[
                ("do", "add-rollup"),
                ("table", "teams"),
                ("name", "size"),
                ("from", "people|people_team_fkey"),
                ("function", "count"),
                ("condition", "age > 17"),
            ]),
            sql(&[
                ("do", "add-rollup"),
                ("table", "teams"),
                ("name", "years"),
                ("from", "people|people_team_fkey"),
                ("function", "sum"),
                ("of", "people|age"),
            ]),
            sql(&[
                ("do", "add-rollup"),
                ("table", "teams"),
                ("name", "x"),
                ("from", "people|people_team_fkey"),
                ("function", "sum"),
                ("of", "people|born"),
            ]),
            sql(&[
                ("do", "add-rollup"),
                ("table", "teams"),
                ("name", "x"),
                ("from", "people|people_team_fkey"),
                ("function", "sum"),
                ("of", "teams|id"),
            ]),
            sql(&[("do", "add-computed"), ("table", "people"), ("name", "x"), ("type", "integer")]),
        ];
        insta::assert_snapshot!(all.join("\n"), @r#"
        alter table "people" add column "next" integer generated always as (age + 1) stored;
        alter table "people" add column "team_name" varchar(20) generated always as ((select "teams"."name" from "teams" where "teams"."id" = "people"."team")) virtual;
        alter table "teams" add column "above" varchar(20) generated always as ((select other."name" from "teams" as other where other."id" = "teams"."lead")) stored;
        alter table "teams" add column "size" bigint generated always as ((select count(*) from "people" where "people"."team" = "teams"."id" and (age > 17))) virtual;
        alter table "teams" add column "years" bigint generated always as ((select sum("people"."age") from "people" where "people"."team" = "teams"."id")) virtual;
        ERROR: There is no sum of "born", which is date.
        ERROR: Choose a column of "people" to compute from.
        ERROR: Enter what the column is computed from.
        "#);
    }
}
