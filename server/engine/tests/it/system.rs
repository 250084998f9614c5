use diesel::{QueryableByName, RunQueryDsl, sql_query, sql_types::Text};
use tenon_engine::database::{Conn, EngineKind, Translate};
use tenon_testkit::for_each_engine;

#[derive(QueryableByName)]
struct Line {
    #[diesel(sql_type = Text)]
    line: String,
}

const SQLITE: &str = "select t.name || '.' || c.name || ' ' || \
     case c.type when 'BIGINT' then 'BigInt' when 'TEXT' then 'Text' else c.type end || iif(c.\"notnull\", '', '?') as line \
     from sqlite_master t, pragma_table_info(t.name) c where t.type = 'table' and t.name like '\\_tenon\\_%' escape '\\'";

const POSTGRES: &str = "select table_name || '.' || column_name || ' ' || \
     case data_type when 'bigint' then 'BigInt' when 'text' then 'Text' else data_type end || \
     case is_nullable when 'YES' then '?' else '' end as line \
     from information_schema.columns where table_name like '\\_tenon\\_%' and is_generated = 'NEVER'";

/// What `schema.rs` says, one line a column: `table.column Type`, with `?` where it may be null.
fn declared() -> Vec<String> {
    let mut lines = Vec::new();
    let mut table = "";
    for line in include_str!("../../src/system/schema.rs").lines().map(str::trim) {
        if let Some((name, _)) = line.strip_suffix(" {").and_then(|l| l.split_once(" (")) {
            table = name;
        } else if let Some((column, kind)) = line.trim_end_matches(',').split_once(" -> ")
            && !line.starts_with("diesel::")
        {
            let (kind, null) = match kind.strip_prefix("Nullable<").and_then(|k| k.strip_suffix('>')) {
                Some(inner) => (inner, "?"),
                None => (kind, ""),
            };
            lines.push(format!("{table}.{column} {kind}{null}"));
        }
    }
    lines.sort();
    lines
}

#[tokio::test(flavor = "multi_thread")]
async fn a_fresh_database_is_what_diesels_schema_says() {
    for_each_engine(async |engine| {
        let sql = if engine.kind() == EngineKind::Sqlite { SQLITE } else { POSTGRES };
        let found = engine.database().read(move |conn: &mut Conn| sql_query(sql).load::<Line>(conn).translate()).await.unwrap();
        let mut found: Vec<String> = found.into_iter().map(|row| row.line).collect();
        found.sort();
        assert_eq!(found, declared());
    })
    .await;
}
