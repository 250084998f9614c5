//! Writes.

use super::library::{Api, fill, on_both, shown, told};
use serde_json::json;
use tenon_engine::{
    Caller,
    records::{Format, Insert, OnConflict, RecordChange, Resolution, Returning, Update},
};
use tenon_model::{Ident, Value};

fn on_conflict(columns: &[&str], resolution: Resolution) -> OnConflict {
    OnConflict { columns: columns.iter().map(|name| Ident::new(name).unwrap()).collect(), resolution }
}

#[tokio::test(flavor = "multi_thread")]
async fn inserts() {
    let seen = on_both(async |engine| {
        fill(&engine).await;
        let api = Api(&engine);
        let mut lines: Vec<String> = Vec::new();
        let mut out = vec![
            api.post(
                "books?select=id,title,price,authors(name)",
                json!([
                    { "id": 20, "title": "A", "price": 1, "author_id": 1 }, { "id": 21, "title": "B" },
                ]),
            )
            .await,
            api.post("books?select=id", json!({ "id": 20, "title": "again" })).await,
            api.post("books?select=id", json!([{ "id": 22, "title": "x" }, { "id": 23, "title": "y", "author_id": 77 }])).await,
            api.post("books?select=id", json!({ "title": null, "sold": null })).await,
            api.post("authors?select=name", json!({ "name": "Ada" })).await,
            api.post("notes?select=state,body,raw", json!({ "body": "hi", "raw": "\\x00ff" })).await,
            api.post("book_tags", json!({ "book_id": 10, "tag": "maths" })).await,
            api.get("books?select=id&order=id").await,
        ];
        let rolled = Insert {
            rollback: true,
            returning: Returning::Rows(api.query("tags").unwrap().select, Format::Json),
            ..api.insert("tags", &json!({ "name": "gone" }))
        };
        out.push(shown(engine.insert(&Caller::service(), rolled).await));
        let single = Insert {
            returning: Returning::Rows(api.query("tags").unwrap().select, Format::JsonObject),
            ..api.insert("tags", &json!([{ "name": "a" }, { "name": "b" }]))
        };
        out.push(shown(engine.insert(&Caller::service(), single).await));
        out.push(api.get("tags").await);
        out.push(shown(engine.insert(&Caller::anon(), api.insert("tags", &json!({ "name": "a" }))).await));
        lines.push(out.join("\n"));
        lines.join("\n")
    })
    .await;
    insta::assert_snapshot!(seen, @r#"
[{"id":20,"title":"A","price":1.00,"authors":{"name":"Ada"}},{"id":21,"title":"B","price":null,"authors":null}]
UniqueViolation: duplicate key value violates unique constraint "books_pkey" (Key (id)=(20) already exists.)
ForeignKeyViolation: insert or update on table "books" violates foreign key constraint "books_author_id_fkey" (Key (author_id)=(77) is not present in table "authors".)
InvalidRecord: 3 columns of the record are wrong (null value in column "id" of relation "books" violates not-null constraint; null value in column "title" of relation "books" violates not-null constraint; null value in column "sold" of relation "books" violates not-null constraint)
UniqueViolation: duplicate key value violates unique constraint "authors_name_key" (Key (name)=(Ada) already exists.)
[{"state":"new","body":"hi","raw":"\\x00ff"}]
UniqueViolation: duplicate key value violates unique constraint "book_tags_pkey" (Key (book_id, tag)=(10, maths) already exists.)
[{"id":10},{"id":11},{"id":12},{"id":13},{"id":20},{"id":21}]
[{"name":"gone"}]
NotSingular: Cannot coerce the result to a single JSON object (The result contains 2 rows)
[{"name":"fiction"},{"name":"maths"},{"name":"short"}]
Forbidden: permission denied for table tags
"#);
}

#[tokio::test(flavor = "multi_thread")]
async fn upserts() {
    let seen = on_both(async |engine| {
        fill(&engine).await;
        let api = Api(&engine);
        let mut lines: Vec<String> = Vec::new();
        let merge = || on_conflict(&[], Resolution::Merge);
        let out = [
            api.put("books?select=id,title,price", json!([{ "id": 10, "title": "New" }, { "id": 30, "title": "C" }]), merge())
                .await,
            api.put("books?select=id", json!([{ "id": 31, "title": "x" }, { "id": 31, "title": "y" }]), merge()).await,
            api.put(
                "books?select=id",
                json!([{ "id": 10, "title": "no" }, { "id": 32, "title": "D" }]),
                on_conflict(&[], Resolution::Ignore),
            )
            .await,
            api.put(
                "authors?select=id,born",
                json!({ "name": "Ada", "born": "1815-12-11" }),
                on_conflict(&["name"], Resolution::Merge),
            )
            .await,
            api.put("authors?select=id", json!({ "name": "Ada" }), on_conflict(&["born"], Resolution::Merge)).await,
            api.get("books?select=id,title&order=id").await,
        ];
        lines.push(out.join("\n"));
        lines.join("\n")
    })
    .await;
    insta::assert_snapshot!(seen, @r#"
[{"id":10,"title":"New","price":9.50},{"id":30,"title":"C","price":null}]
InvalidRecord: ON CONFLICT DO UPDATE command cannot affect row a second time
[{"id":32}]
[{"id":1,"born":"1815-12-11"}]
Unsupported: there is no unique or exclusion constraint matching the ON CONFLICT specification
[{"id":10,"title":"New"},{"id":11,"title":"Ficciones"},{"id":12,"title":"El Aleph"},{"id":13,"title":"100% *true*"},{"id":30,"title":"C"},{"id":32,"title":"D"}]
"#);
}

#[tokio::test(flavor = "multi_thread")]
async fn updates_and_deletes() {
    let seen = on_both(async |engine| {
        fill(&engine).await;
        let api = Api(&engine);
        let mut lines: Vec<String> = Vec::new();
        let out = [
            api.patch("books?id=eq.10&select=id,title,authors(name)", json!({ "title": "T", "author_id": 2 })).await,
            api.patch("books?author_id=eq.2&select=id,price", json!({ "price": 3 })).await,
            api.patch("books?author_id=eq.2&select=id&order=id.desc&limit=1", json!({ "rating": 1.5 })).await,
            api.patch("books?id=eq.999", json!({ "title": "T" })).await,
            api.patch("books", json!({ "title": "T" })).await,
            api.patch("books?id=eq.10", json!({ "author_id": 55 })).await,
            api.patch("books?id=in.(10,11)", json!({ "id": 12 })).await,
            api.patch("authors?id=eq.2", json!({ "id": 9 })).await,
            api.patch("books?id=eq.10", json!({ "title": "x".repeat(10), "sold": null })).await,
            api.delete("authors?id=eq.2&select=id").await,
            api.delete("tags?name=eq.maths&select=name").await,
            api.delete("books?id=gt.10&select=id,tags(name)").await,
            api.delete("books").await,
            api.get("book_tags").await,
        ];
        lines.push(out.join("\n"));
        let update = Update { max_affected: Some(0), ..api.update("books?id=eq.10", &json!({ "title": "?" })).unwrap() };
        lines.push(shown(engine.update(&Caller::service(), update).await));
        lines.join("\n")
    })
    .await;
    insta::assert_snapshot!(seen, @r#"
[{"id":10,"title":"T","authors":{"name":"Borges"}}]
[{"id":10,"price":3.00},{"id":11,"price":3.00},{"id":12,"price":3.00}]
[{"id":12}]
[]
UnfilteredWrite: UPDATE requires a WHERE clause
ForeignKeyViolation: insert or update on table "books" violates foreign key constraint "books_author_id_fkey" (Key (author_id)=(55) is not present in table "authors".)
UniqueViolation: duplicate key value violates unique constraint "books_pkey" (Key (id)=(12) already exists.)
ForeignKeyViolation: update or delete on table "authors" violates foreign key constraint "books_author_id_fkey" on table "books" (Key (id)=(2) is still referenced from table "books".)
NotNullViolation: null value in column "sold" of relation "books" violates not-null constraint
ForeignKeyViolation: update or delete on table "authors" violates foreign key constraint "books_author_id_fkey" on table "books" (Key (id)=(2) is still referenced from table "books".)
ForeignKeyViolation: update or delete on table "tags" violates foreign key constraint "book_tags_tag_fkey" on table "book_tags" (Key (name)=(maths) is still referenced from table "book_tags".)
[{"id":11,"tags":[]},{"id":12,"tags":[]},{"id":13,"tags":[]}]
UnfilteredWrite: DELETE requires a WHERE clause
[{"book_id":10,"tag":"maths"}]
TooLarge: Query result exceeds max-affected preference constraint (The query affects 1 rows)
"#);
}

#[tokio::test(flavor = "multi_thread")]
async fn edits_one_record_without_losing_anybodys_work() {
    let seen = on_both(async |engine| {
        fill(&engine).await;
        let mut lines: Vec<String> = Vec::new();
        let books = Ident::new("books").unwrap();
        let change = |title: &str, version: Option<String>| RecordChange {
            table: books.clone(),
            key: vec![Value::Int(10)],
            set: [(Ident::new("title").unwrap(), Value::Text(title.to_owned()))].into_iter().collect(),
            version,
        };
        let caller = Caller::Operator;
        let seen = engine.record(&caller, books.clone(), vec![Value::Int(10)]).await.unwrap().unwrap();
        let mine = engine.change_record(&caller, change("mine", Some(seen.version.clone()))).await.unwrap();
        lines.push(mine.body.clone());
        let lost = engine.change_record(&caller, change("yours", Some(seen.version))).await.unwrap_err();
        lines.push(told(&lost));
        engine.change_record(&caller, change("again", Some(mine.version))).await.unwrap();
        assert_eq!(engine.record(&caller, books.clone(), vec![Value::Int(1)]).await.unwrap(), None);
        lines.join("\n")
    })
    .await;
    insta::assert_snapshot!(seen, @r#"
{"id":10,"title":"mine","author_id":1,"price":9.50,"rating":4.5,"sold":true,"added":"2020-01-02T02:04:05+00:00","meta":{"lang": "en", "pages": 66},"marks":[1,2]}
Conflict: the record was changed by someone else ({"id":10,"title":"mine","author_id":1,"price":9.50,"rating":4.5,"sold":true,"added":"2020-01-02T02:04:05+00:00","meta":{"lang": "en", "pages": 66},"marks":[1,2]})
"#);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_violation_names_the_columns_it_is_about() {
    let seen = on_both(async |engine| {
        fill(&engine).await;
        let api = Api(&engine);
        let mut lines: Vec<String> = Vec::new();
        let inserts = [
            api.insert("authors", &json!({ "name": "Ada" })),
            api.insert("book_tags", &json!({ "book_id": 10, "tag": "maths" })),
            api.insert("books", &json!({ "id": 30, "title": "T", "author_id": 77 })),
        ];
        for insert in inserts {
            lines.push(marked(&engine.insert(&Caller::service(), insert).await.unwrap_err()));
        }
        let moved = api.update("books?id=eq.10", &json!({ "author_id": 77 })).unwrap();
        lines.push(marked(&engine.update(&Caller::service(), moved).await.unwrap_err()));
        let referred = api.deletion("authors?id=eq.2").unwrap();
        lines.push(marked(&engine.delete(&Caller::service(), referred).await.unwrap_err()));
        lines.join("\n")
    })
    .await;
    insta::assert_snapshot!(seen, @r#"
UniqueViolation name: Another record has this value already.
UniqueViolation book_id: Another record has the same book_id, tag already. tag: Another record has the same book_id, tag already.
ForeignKeyViolation author_id: There is no such record in “authors”.
ForeignKeyViolation author_id: There is no such record in “authors”.
ForeignKeyViolation
"#);
}

fn marked(error: &tenon_engine::Error) -> String {
    let fields = error.fields.iter().map(|field| format!(" {}: {}", field.column, field.message));
    format!("{:?}{}", error.code, fields.collect::<String>())
}
