//! Asking PostgreSQL, with arguments bound and in a time zone that nothing may depend on.

use diesel::{
    Connection as _, PgConnection, QueryableByName, RunQueryDsl as _,
    connection::SimpleConnection as _,
    result::{DatabaseErrorKind, Error as DieselError},
    sql_query,
    sql_types::{Nullable, Text},
};
use tenon_engine::database::errors;
use tenon_model::{
    DataType, ScalarType,
    expression::functions::{self, Function, Parameter},
    value::canonical_from_pg,
};
use tenon_testkit::TestDatabase;

use super::{Answer, Case};

/// Runs a query with arguments and says what came of it: `V` and the value's text, `E` and the message, or null.
const ATTEMPT: &str = "create function attempt(query text, a text[]) returns text language plpgsql as $$
    declare answer text;
    begin
        execute query into answer using a;
        return 'V' || answer;
    exception when others then
        return 'E' || sqlerrm;
    end $$";

pub(super) struct Postgres {
    conn: PgConnection,
    _database: TestDatabase,
}

#[derive(QueryableByName)]
struct Row {
    #[diesel(sql_type = Nullable<Text>)]
    answer: Option<String>,
}

impl Postgres {
    pub(super) fn start() -> Self {
        let database = TestDatabase::postgres();
        let mut conn = PgConnection::establish(database.config.database_url.as_ref().unwrap()).unwrap();
        conn.batch_execute(ATTEMPT).unwrap();
        conn.batch_execute("set extra_float_digits to 1; set bytea_output to 'hex'; set statement_timeout to 60000").unwrap();
        Self { conn, _database: database }
    }

    /// What PostgreSQL answers to calls whose arguments are of the same types.
    pub(super) fn ask(&mut self, function: &Function, cases: &[Case]) -> Vec<Answer> {
        let Some(first) = cases.first() else { return Vec::new() };
        // Texts of any type are written as the session says; a connection of Tenon's says UTC.
        let of_any = function.parameters.contains(&Parameter::Any)
            || first.types.contains(&DataType::Array(ScalarType::Timestamptz))
            || (function.name == "||" && first.types.contains(&DataType::Scalar(ScalarType::Timestamptz)));
        let zone = if of_any { "UTC" } else { "Pacific/Auckland" };
        self.conn.batch_execute(&format!("set time zone '{zone}'")).unwrap();
        let result = function.result_type(&first.types);
        let arguments: Vec<String> =
            first.types.iter().enumerate().map(|(index, t)| format!("cast(($1)[{}] as {t})", index + 1)).collect();
        let call = functions::postgres(function, &arguments);
        let query = if result == DataType::Scalar(ScalarType::Timestamptz) {
            format!("select (({call}) at time zone 'UTC')::text || '+00'")
        } else {
            format!("select ({call})::text")
        };
        let json: Vec<Vec<Option<String>>> = cases
            .iter()
            .map(|case| case.values.iter().zip(&case.types).map(|(value, data_type)| value.to_pg_text(data_type)).collect())
            .collect();
        let rows: Vec<Row> = sql_query(
            "select attempt($1, array(select jsonb_array_elements_text(c))) as answer \
             from jsonb_array_elements(cast($2 as jsonb)) with ordinality as t(c, n) order by n",
        )
        .bind::<Text, _>(&query)
        .bind::<Text, _>(serde_json::to_string(&json).unwrap())
        .load(&mut self.conn)
        .unwrap_or_else(|error| panic!("{function}: {error}\n{query}"));
        assert_eq!(rows.len(), cases.len());
        rows.into_iter().map(|row| read(row.answer, &result)).collect()
    }
}

fn read(answer: Option<String>, result: &DataType) -> Answer {
    let Some(answer) = answer else { return Ok(None) };
    let (kind, text) = answer.split_at(1);
    if kind == "V" {
        return Ok(Some(canonical_from_pg(text, result).into_owned()));
    }
    let failure = DieselError::DatabaseError(DatabaseErrorKind::Unknown, Box::new(text.to_owned()));
    Err((errors::translate(failure).code, text.to_owned()))
}
