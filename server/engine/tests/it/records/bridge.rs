use std::sync::Arc;
use serde_json::json;
use tenon_model::*;
use tenon_testkit::TestEngine;
fn id(n: &str) -> Ident { Ident::new(n).unwrap() }
fn table(name: &str, cols: &str, pk: &str, uniques: &[&str], fks: &[(&str, &str, &str, ReferentialAction)]) -> Table {
    let idents = |s: &str| s.split(',').map(id).collect::<Vec<_>>();
    Table {
        name: id(name),
        columns: cols.split(';').map(|c| {
            let mut p = c.trim().splitn(2, ' ');
            let n = p.next().unwrap();
            let rest = p.next().unwrap().trim();
            let (ty, not_null) = rest.strip_suffix('!').map_or((rest, false), |t| (t, true));
            let (ty, d) = ty.split_once('=').map_or((ty, None), |(a, b)| (a, Some(b)));
            let identity = (d == Some("identity")).then_some(Identity::ByDefault);
            let data_type: DataType = match ty { "text" => ScalarType::Text.into(), "varchar" => ScalarType::Varchar(40).into(), "integer" => ScalarType::Integer.into(), "numeric" => ScalarType::Numeric(Some((10,2))).into(),
              "double" => ScalarType::Double.into(), "boolean" => ScalarType::Boolean.into(), "date" => ScalarType::Date.into(), "timestamptz" => ScalarType::Timestamptz.into(), "jsonb" => ScalarType::Jsonb.into(), "uuid" => ScalarType::Uuid.into(), "bytea" => ScalarType::Bytea.into(), "mood" => ScalarType::Enum(id("mood")).into(), "integer[]" => DataType::Array(ScalarType::Integer), x => panic!("{x}") };
            let default = match d { Some("now") => Some(tenon_model::Default::Now), Some("uuid") => Some(tenon_model::Default::RandomUuid), Some("false") => Some(tenon_model::Default::Literal(Value::Bool(false))), Some("new") => Some(tenon_model::Default::Literal(Value::Text("new".into()))), _ => None };
            Column { name: id(n), data_type, not_null, default, identity, comment: None }
        }).collect(),
        primary_key: Some(Unique { name: id(&format!("{name}_pkey")), columns: idents(pk) }),
        uniques: uniques.iter().map(|u| Unique { name: id(&format!("{name}_{u}_key")), columns: idents(u) }).collect(),
        foreign_keys: fks.iter().map(|(c, t, r, a)| ForeignKey { name: id(&format!("{name}_{c}_fkey")), columns: idents(c), references: id(t), referenced_columns: idents(r), on_delete: *a, on_update: ReferentialAction::NoAction }).collect(),
        indexes: vec![], comment: None, access: Access::default(),
    }
}
pub async fn bridge(engine: &TestEngine, sql: &str) {
    use ReferentialAction::*;
    let tables = [
        table("authors", "id integer=identity!;name text!;born date;mood mood", "id", &["name"], &[]),
        table("books", "id integer!;title varchar!;author_id integer;price numeric;rating double;sold boolean=false!;added timestamptz;meta jsonb;marks integer[]", "id", &[], &[("author_id", "authors", "id", NoAction)]),
        table("tags", "name text!", "name", &[], &[]),
        table("book_tags", "book_id integer!;tag text!", "book_id,tag", &[], &[("book_id", "books", "id", Cascade), ("tag", "tags", "name", NoAction)]),
        table("notes", "id uuid=uuid!;body text;made timestamptz=now!;state text=new!;raw bytea", "id", &[], &[]),
    ];
    if engine.kind() == tenon_engine::database::EngineKind::Postgres {
        engine.database.sql(&sql.replace(" text", " text collate \"C\"").replace("varchar(40)", "varchar(40) collate \"C\""));
    } else {
        engine.database.sql(r#"
    create table authors (id integer primary key, name text not null, born text, mood text, unique (name)) strict;
    create table books (id integer primary key, title text not null, author_id integer references authors (id), price text collate tenon_numeric, rating real, sold integer not null default 0, added text, meta text, marks text) strict;
    create index books_rating on books (rating);
    create table tags (name text not null primary key) strict;
    create table book_tags (book_id integer not null references books (id) on delete cascade, tag text not null references tags (name), primary key (book_id, tag)) strict;
    create table notes (id text not null primary key, body text, made text not null, state text not null, raw blob) strict;"#);
    }
    let mut ins = String::new();
    for t in &tables { ins += &format!("insert into _tenon_tables(name, definition) values ('{}', '{}');", t.name, serde_json::to_string(&Arc::new(t)).unwrap()); }
    let e = EnumType { name: id("mood"), values: vec!["sad".into(), "ok".into(), "happy".into()], comment: None };
    ins += &format!("insert into _tenon_enums(name, definition) values ('mood', '{}'); update _tenon_meta set value = 1 where name = 'schema_version';", serde_json::to_string(&e).unwrap());
    let _ = json!({});
    engine.database.sql(&ins);
    engine.refresh_schema().await.unwrap();
}
