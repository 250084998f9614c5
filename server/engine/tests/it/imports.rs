//! CSV files into tables, on both engines.

use std::{path::PathBuf, time::Duration};

use tenon_engine::{
    Caller, Code,
    imports::{CsvOptions, CsvPreview, ImportId, ImportMode, ImportProgress, ImportRequest, ImportState},
    records::{Format, ReadOptions},
};
use tenon_model::{Ident, ReadQuery, StudioRole, UserId};
use tenon_testkit::{TestEngine, for_each_engine};

const SCHEMA: &str = "
create table airlines (carrier text, name text not null, constraint airlines_pkey primary key (carrier));
create table flights (
  id integer,
  carrier text,
  delay numeric(6,1),
  at timestamptz,
  parent integer,
  tags text[],
  constraint flights_pkey primary key (id),
  constraint flights_carrier_fkey foreign key (carrier) references airlines (carrier),
  constraint flights_parent_fkey foreign key (parent) references flights (id)
);";

struct Import<'a> {
    engine: &'a TestEngine,
    files: tempfile::TempDir,
}

impl<'a> Import<'a> {
    async fn new(engine: &'a TestEngine) -> Self {
        engine.schema(SCHEMA).await;
        engine
            .rows("airlines", serde_json::json!([{"carrier": "AA", "name": "American"}, {"carrier": "UA", "name": "United"}]))
            .await;
        Self { engine, files: tempfile::tempdir().unwrap() }
    }

    fn file(&self, bytes: &[u8]) -> PathBuf {
        let path = self.files.path().join("file.csv");
        std::fs::write(&path, bytes).unwrap();
        path
    }

    async fn preview(&self, bytes: &[u8]) -> CsvPreview {
        self.engine.preview_csv(&Caller::Operator, self.file(bytes), CsvOptions::default()).await.unwrap()
    }

    fn request(&self, text: &str, columns: &[&str], mode: ImportMode) -> ImportRequest {
        let mapping = columns.iter().map(|name| (!name.is_empty()).then(|| Ident::new(name).unwrap())).collect();
        let options = CsvOptions { null: vec!["NA".into()], ..CsvOptions::default() };
        let (file, table) = (self.file(text.as_bytes()), Ident::new("flights").unwrap());
        ImportRequest { file, table, create: None, options, mapping, mode, note: String::new() }
    }

    async fn run(&self, request: ImportRequest) -> (ImportId, ImportProgress) {
        let id = self.engine.start_import(&Caller::Operator, request).await.unwrap();
        (id, finished(self.engine, id).await)
    }

    async fn flights(&self) -> String {
        let query = ReadQuery::all(tenon_engine::Engine::schema(self.engine).table("flights").unwrap());
        let options = ReadOptions { format: Format::Csv, ..ReadOptions::default() };
        String::from_utf8(self.engine.read(&Caller::Operator, query, options).await.unwrap().body).unwrap()
    }
}

const FILE: &str = "id,carrier,delay,at,parent,tags\n\
    1,AA,2.25,2013-01-01 05:00:00,,\"{a,\"\"b c\"\"}\"\n\
    2,XX,1,2013-01-01,,\n\
    3,UA,NA,2013-01-01T05:00:00Z,1,\n\
    x,UA,oops,NA,NA,\n\
    4,UA\n\
    1,AA,0,NA,NA,NA\n\
    6,AA,0,NA,99,NA\n";
const COLUMNS: [&str; 6] = ["id", "carrier", "delay", "at", "parent", "tags"];

/// An import's progress when it is over.
pub(crate) async fn finished(engine: &TestEngine, id: ImportId) -> ImportProgress {
    loop {
        let progress = engine.import_progress(&Caller::Operator, id).unwrap();
        if progress.state != ImportState::Running {
            return progress;
        }
        // There is nothing to wait for: whoever imports asks again and again, as the page and the command line do.
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

#[tokio::test]
async fn what_fits_goes_in_and_the_rest_is_reported() {
    for_each_engine(async |engine| {
        let import = Import::new(&engine).await;
        let (id, progress) = import.run(import.request(FILE, &COLUMNS, ImportMode::WhatFits)).await;
        assert_eq!(progress.state, ImportState::Done);
        assert_eq!((progress.rows_done, progress.rows_failed), (2, 5));
        let flights = import.flights().await;
        insta::allow_duplicates! {
            insta::assert_snapshot!(flights, @r#"
    id,carrier,delay,at,parent,tags
    1,AA,2.3,2013-01-01T05:00:00+00:00,,"[""a"",""b c""]"
    3,UA,,2013-01-01T05:00:00+00:00,1,
    "#);
            insta::assert_debug_snapshot!(progress.broken_references, @r#"
    [
        (
            "flights_carrier_fkey",
            1,
        ),
        (
            "flights_parent_fkey",
            1,
        ),
    ]
    "#);
            let report = engine.import_report(&Caller::Operator, id).unwrap();
            insta::assert_snapshot!(std::fs::read_to_string(report).unwrap(), @r#"
    id,carrier,delay,at,parent,tags,error
    2,XX,1,2013-01-01,,,"""flights_carrier_fkey"": nothing is there for (XX)"
    x,UA,oops,NA,NA,,"""id"": invalid input syntax for type integer: ""x""; ""delay"": invalid input syntax for type numeric: ""oops"""
    4,UA,,,,,"6 fields were expected, 2 found"
    6,AA,0,NA,99,NA,"""flights_parent_fkey"": nothing is there for (99)"
    1,AA,0,NA,NA,NA,"duplicate key value violates unique constraint ""flights_pkey"" (Key (id)=(1) already exists.)"
    "#);
        }
    })
    .await;
}

#[tokio::test]
async fn one_bad_row_and_nothing_goes_in() {
    for_each_engine(async |engine| {
        let import = Import::new(&engine).await;
        let (_, progress) = import.run(import.request(FILE, &COLUMNS, ImportMode::AllOrNothing)).await;
        assert!(matches!(&progress.state, ImportState::Failed(error) if error.code == Code::InvalidRecord), "{progress:?}");
        assert_eq!(import.flights().await.lines().count(), 1);
        let good: String = FILE.lines().take(2).map(|line| line.to_owned() + "\n").collect();
        let (id, progress) = import.run(import.request(&good, &COLUMNS, ImportMode::AllOrNothing)).await;
        assert_eq!((progress.state, progress.rows_done), (ImportState::Done, 1));
        assert_eq!(engine.import_report(&Caller::Operator, id).unwrap_err().code, Code::NotFound);
        // Again: the key is taken now.
        let (_, progress) = import.run(import.request(&good, &COLUMNS, ImportMode::AllOrNothing)).await;
        assert_eq!(progress.rows_failed, 1);
    })
    .await;
}

#[tokio::test]
async fn broken_references_are_counted_beforehand() {
    for_each_engine(async |engine| {
        let import = Import::new(&engine).await;
        let found = engine.check_references(&Caller::Operator, import.request(FILE, &COLUMNS, ImportMode::WhatFits)).await.unwrap();
        let found: Vec<_> = found.iter().map(|(name, count)| (name.as_str(), *count)).collect();
        assert_eq!(found, [("flights_carrier_fkey", 1), ("flights_parent_fkey", 1)]);
    })
    .await;
}

#[tokio::test]
async fn a_mapping_must_make_sense() {
    let engine = TestEngine::on(tenon_engine::database::EngineKind::Sqlite).await;
    let import = Import::new(&engine).await;
    let refuse = async |columns: &[&str]| {
        engine.start_import(&Caller::Operator, import.request(FILE, columns, ImportMode::WhatFits)).await.unwrap_err().code
    };
    assert_eq!(refuse(&["nope"]).await, Code::UnknownColumn);
    assert_eq!(refuse(&["id", "id"]).await, Code::InvalidValue);
    assert_eq!(refuse(&["", ""]).await, Code::InvalidValue);
    let request = import.request(FILE, &COLUMNS, ImportMode::WhatFits);
    assert_eq!(engine.start_import(&Caller::service(), request).await.unwrap_err().code, Code::Forbidden);
    let member = Caller::Studio {
        user: UserId(Default::default()),
        role: StudioRole::Member,
        email: String::new(),
        acts_as: tenon_model::Role::Authenticated,
    };
    for caller in [Caller::anon(), member] {
        assert_eq!(engine.upload_path(&caller).await.unwrap_err().code, Code::Forbidden);
    }
    let (id, path) = engine.upload_path(&Caller::Operator).await.unwrap();
    assert_eq!(engine.upload(&Caller::Operator, id).await.unwrap_err().code, Code::NotFound);
    std::fs::write(&path, "a\n1\n").unwrap();
    assert_eq!(engine.upload(&Caller::Operator, id).await.unwrap(), path);
}

#[tokio::test]
async fn a_look_at_a_file_guesses_everything() {
    let engine = TestEngine::on(tenon_engine::database::EngineKind::Sqlite).await;
    let import = Import::new(&engine).await;
    let show = |preview: CsvPreview| {
        let columns: Vec<_> = preview.columns.iter().map(|c| format!("{} {} {}", c.header, c.data_type, c.missing)).collect();
        format!(
            "{} | {:?} {:?} | null {:?} | key {:?} | {} rows",
            columns.join(", "),
            preview.options.separator.unwrap(),
            preview.options.encoding.unwrap(),
            preview.suggested_null,
            preview.key_candidates,
            preview.rows_seen
        )
    };
    let mut all = Vec::new();
    for bytes in [
        b"id,code,when,day,delay,ok,note\n1,007,2013-01-01T05:00:00Z,2013-01-01,2.5,true,a\n2,008,2013-01-01T06:00:00Z,2013-01-02,NA,false,NA\n".as_slice(),
        b"\xef\xbb\xbfname;price\n\"M\xc3\xbcller; S\xc3\xb6hne\";1.50\n",
        b"name;town\nM\xfcller;K\xf6ln\nGr\xfc\xdfe;D\xfcsseldorf\n",
        b"\xff\xfea\x00\t\x00b\x00\n\x001\x00\t\x002\x00\n\x00",
        b"a,a,,b\n\"x\ny\",1,2,3\n",
        b"only\n",
        b"n|m\n1|99999999999\n2|1e5\n",
        b"t,u\n12:30,a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11\n",
    ] {
        all.push(show(import.preview(bytes).await));
    }
    insta::assert_snapshot!(all.join("\n"), @r#"
    id integer 0, code text 0, when timestamptz 0, day date 0, delay numeric 1, ok boolean 0, note text 1 | ',' "utf-8" | null ["NA"] | key ["id", "code", "when", "day", "ok"] | 2 rows
    name text 0, price numeric 0 | ';' "utf-8" | null [] | key ["name", "price"] | 1 rows
    name text 0, town text 0 | ';' "windows-1252" | null [] | key ["name", "town"] | 2 rows
    a integer 0, b integer 0 | '\t' "utf-16le" | null [] | key ["a", "b"] | 1 rows
    a text 0, a_2 integer 0, column_3 integer 0, b integer 0 | ',' "utf-8" | null [] | key ["a", "a_2", "column_3", "b"] | 1 rows
    only text 0 | ',' "utf-8" | null [] | key [] | 0 rows
    n integer 0, m double precision 0 | '|' "utf-8" | null [] | key ["n", "m"] | 2 rows
    t time 0, u uuid 0 | ',' "utf-8" | null [] | key ["t", "u"] | 1 rows
    "#);
    let empty = engine.preview_csv(&Caller::Operator, import.file(b""), CsvOptions::default()).await.unwrap_err();
    assert_eq!(empty.code, Code::InvalidSyntax);
}

#[tokio::test]
async fn broken_text_stays_with_its_row() {
    let engine = TestEngine::on(tenon_engine::database::EngineKind::Sqlite).await;
    let import = Import::new(&engine).await;
    let mut request = import.request("", &["id", "carrier"], ImportMode::WhatFits);
    std::fs::write(&request.file, b"id,carrier\n1,AA\n2,\xff\n3,a\0b\n4,UA\n").unwrap();
    request.options.encoding = Some("utf-8".into());
    let (_, progress) = import.run(request).await;
    assert_eq!((progress.rows_done, progress.rows_failed), (2, 2), "{progress:?}");
    assert_eq!(progress.failures.iter().map(|(line, _)| *line).collect::<Vec<_>>(), [3, 4]);
}

const BIRDS: &str = "create table birds (id integer primary key, name text)";

impl Import<'_> {
    /// An import that makes its table.
    fn birds(&self, text: &str, mode: ImportMode) -> ImportRequest {
        let (table, create) = (Ident::new("birds").unwrap(), Some(BIRDS.to_owned()));
        ImportRequest { table, create, note: "again".into(), ..self.request(text, &["id", "name"], mode) }
    }

    fn has_birds(&self) -> bool {
        tenon_engine::Engine::schema(self.engine).table("birds").is_some()
    }
}

#[tokio::test]
async fn a_table_made_for_nothing_goes_again() {
    for_each_engine(async |engine| {
        let import = Import::new(&engine).await;
        for mode in [ImportMode::AllOrNothing, ImportMode::WhatFits] {
            let (_, progress) = import.run(import.birds("id,name\nx,Auk\n", mode)).await;
            assert!(matches!(&progress.state, ImportState::Failed(error) if error.code == Code::InvalidRecord), "{progress:?}");
            assert_eq!((progress.rows_done, progress.rows_failed, progress.note.as_str()), (0, 1, "again"));
            assert!(!import.has_birds(), "{mode:?}");
        }
        // Also where it cannot begin.
        let request = import.birds("id,name\n1,Auk\n", ImportMode::AllOrNothing);
        let wrong = ImportRequest { mapping: vec![Some(Ident::new("nope").unwrap())], ..request.clone() };
        assert_eq!(engine.start_import(&Caller::Operator, wrong).await.unwrap_err().code, Code::UnknownColumn);
        assert!(!import.has_birds());
        // What has rows stays, and what was there before is nothing to take back.
        let (_, progress) = import.run(request.clone()).await;
        assert_eq!((progress.state, progress.rows_done), (ImportState::Done, 1));
        assert_eq!(engine.start_import(&Caller::Operator, request).await.unwrap_err().code, Code::AlreadyExists);
        assert!(import.has_birds());
    })
    .await;
}

#[tokio::test]
async fn rows_count_while_they_go_in_and_a_cancelled_import_leaves_nothing() {
    for_each_engine(async |engine| {
        let import = Import::new(&engine).await;
        let rows: String = (0..150_000).map(|n| format!("{n},Auk\n")).collect();
        let request = import.birds(&format!("id,name\n{rows}"), ImportMode::AllOrNothing);
        let id = engine.start_import(&Caller::Operator, request).await.unwrap();
        let mut cancelled = false;
        let progress = loop {
            let progress = engine.import_progress(&Caller::Operator, id).unwrap();
            if progress.state != ImportState::Running {
                break progress;
            }
            if progress.rows_done > 0 && !cancelled {
                engine.cancel_import(&Caller::Operator, id).unwrap();
                cancelled = true;
            }
            tokio::time::sleep(Duration::from_millis(1)).await;
        };
        assert!(cancelled, "rows were counted only at the end: {progress:?}");
        assert_eq!((progress.state, progress.rows_done), (ImportState::Cancelled, 0));
        assert!(!import.has_birds());
    })
    .await;
}

/// On PostgreSQL, where others write while an import runs.
#[tokio::test]
async fn a_table_that_others_filled_stays() {
    let engine = TestEngine::on(tenon_engine::database::EngineKind::Postgres).await;
    let import = Import::new(&engine).await;
    let rows: String = (0..150_000).map(|n| format!("{n},Auk\n")).collect();
    let request = import.birds(&format!("id,name\n{rows}"), ImportMode::AllOrNothing);
    let id = engine.start_import(&Caller::Operator, request).await.unwrap();
    engine.rows("birds", serde_json::json!([{"id": -1, "name": "Owl"}])).await;
    engine.cancel_import(&Caller::Operator, id).unwrap();
    while engine.import_progress(&Caller::Operator, id).unwrap().state == ImportState::Running {
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    assert_eq!(engine.import_progress(&Caller::Operator, id).unwrap().state, ImportState::Cancelled);
    assert!(import.has_birds());
}

#[tokio::test]
async fn an_empty_field_is_missing_except_where_a_text_must_be_there() {
    for_each_engine(async |engine| {
        let import = Import::new(&engine).await;
        let request = ImportRequest {
            table: Ident::new("notes").unwrap(),
            create: Some("create table notes (code text primary key, body text not null, hint text)".to_owned()),
            ..import.request("code,body,hint\na,,\n,b,c\nd,\"\",\"\"\n", &["code", "body", "hint"], ImportMode::WhatFits)
        };
        let (_, progress) = import.run(request).await;
        assert_eq!(progress.failures, [(3, "\"code\" must not be missing".to_owned())]);
        let query = ReadQuery::all(tenon_engine::Engine::schema(&engine).table("notes").unwrap());
        let notes = engine.read(&Caller::Operator, query, ReadOptions::default()).await.unwrap().body;
        let expected = serde_json::json!([{"code": "a", "body": "", "hint": null}, {"code": "d", "body": "", "hint": null}]);
        assert_eq!(serde_json::from_slice::<serde_json::Value>(&notes).unwrap(), expected);
        let look = import.preview(b"a,b\n,1\nNA,2\nx,NA\n").await;
        assert_eq!(look.columns.iter().map(|c| (c.missing, c.empty)).collect::<Vec<_>>(), [(2, 1), (1, 0)]);
    })
    .await;
}

#[tokio::test]
async fn what_is_no_text_is_refused() {
    let engine = TestEngine::on(tenon_engine::database::EngineKind::Sqlite).await;
    let import = Import::new(&engine).await;
    let mut all = Vec::new();
    for bytes in
        [b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR".as_slice(), b"PK\x03\x04\x14\0", b"%PDF-1.7\n", b"a,b\0\n1,2\n", b"a\n\x01\x02\x03\x04\n"]
    {
        let error = engine.preview_csv(&Caller::Operator, import.file(bytes), CsvOptions::default()).await.unwrap_err();
        all.push(format!("{:?}: {}", error.code, error.message));
    }
    insta::assert_snapshot!(all.join("\n"), @"
    InvalidSyntax: this is not a CSV file: it is a PNG picture
    InvalidSyntax: this is not a CSV file: it is a ZIP archive or an office document (save a spreadsheet as CSV)
    InvalidSyntax: this is not a CSV file: it is a PDF document
    InvalidSyntax: this is not a CSV file: it is no text
    InvalidSyntax: this is not a CSV file: it is no text
    ");
    let look = import.preview(b"id,name\n1,a\0b\n2,\0\n3,plain words\n4,more plain words\n").await;
    assert_eq!(look.rows[..2], [["1", "a\u{fffd}b"], ["2", "\u{fffd}"]]);
    let (_, progress) = import.run(import.request("id,carrier,delay\n1\0,AA,1\n", &["id"], ImportMode::WhatFits)).await;
    assert_eq!(progress.failures, [(2, "\"id\": a text must not contain the character NUL".to_owned())]);
}
