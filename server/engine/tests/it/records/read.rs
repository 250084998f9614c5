//! Reads.

use super::library::{Api, fill, on_both, shown};
use tenon_engine::{
    Caller,
    records::{Count, Format, ReadOptions},
};

#[tokio::test(flavor = "multi_thread")]
async fn shows_every_type() {
    let seen = on_both(async |engine| {
        fill(&engine).await;
        let api = Api(&engine);
        let mut lines: Vec<String> = Vec::new();
        lines.push(api.get("books?order=id").await);
        lines.push(api.get("authors?id=eq.2").await);
        lines.push(api.csv("books?order=id&select=id,title,price,rating,meta,marks").await);
        lines.push(api.get("books?select=n:title,pages:meta->pages,meta->>lang,meta->in->1->>a,id::text&order=id&limit=2").await);
        lines.join("\n")
    })
    .await;
    insta::assert_snapshot!(seen, @r#"
[{"id":10,"title":"Notes","author_id":1,"price":9.50,"rating":4.5,"sold":true,"added":"2020-01-02T02:04:05+00:00","meta":{"lang": "en", "pages": 66},"marks":[1,2]},{"id":11,"title":"Ficciones","author_id":2,"price":12.00,"rating":4.9,"sold":false,"added":"2020-01-02T02:04:05.5+00:00","meta":{"in": [1, {"a": null}], "lang": "es", "pages": 174},"marks":[3,null]},{"id":12,"title":"El Aleph","author_id":2,"price":100.25,"rating":null,"sold":false,"added":null,"meta":null,"marks":null},{"id":13,"title":"100% *true*","author_id":null,"price":null,"rating":1e+20,"sold":false,"added":null,"meta":null,"marks":[]}]
[{"id":2,"name":"Borges","born":"1899-08-24","mood":"sad"}]
id,title,price,rating,meta,marks
10,Notes,9.50,4.5,"{""lang"": ""en"", ""pages"": 66}","[1,2]"
11,Ficciones,12.00,4.9,"{""in"": [1, {""a"": null}], ""lang"": ""es"", ""pages"": 174}","[3,null]"
12,El Aleph,100.25,,,
13,100% *true*,,1e+20,,[]
[{"n":"Notes","pages":66,"lang":"en","a":null,"id":"10"},{"n":"Ficciones","pages":174,"lang":"es","a":null,"id":"11"}]
"#);
}

#[tokio::test(flavor = "multi_thread")]
async fn filters_as_postgresql_does() {
    let seen = on_both(async |engine| {
        fill(&engine).await;
        let api = Api(&engine);
        let mut lines: Vec<String> = Vec::new();
        let mut shown = String::new();
        for filter in [
            "price=gt.9.6",
            "price=eq.12",
            "price=in.(12,9.5)",
            "price=lt.100",
            "rating=gte.4.5",
            "rating=is.null",
            "sold=is.true",
            "sold=eq.false",
            "title=like.*e*",
            "title=like.f*",
            "title=ilike.f*",
            "title=like.100\\%*",
            "added=lt.2020-01-02T02:04:05.2Z",
            "author_id=not.eq.2",
            "not.and=(author_id.eq.2)",
            "or=(price.gt.50,rating.gt.4.6)",
            "meta->>lang=eq.es",
            "meta->pages=gt.100",
            "meta->pages=lt.100",
            "meta->pages=eq.66.0",
            "meta->pages=in.(66.0,5)",
            "meta->>pages=gt.100",
            "marks=cs.{1}",
            "marks=ov.{2,3}",
            "marks=cd.{1,2,3}",
            "marks=eq.{1,2}",
            "author_id=isdistinct.2",
            "author_id=in.()",
            "id=not.in.(10,11)",
        ] {
            shown += &format!("{filter}: {}\n", api.get(&format!("books?select=id&{filter}&order=id")).await);
        }
        lines.push(shown);
        let mut shown = String::new();
        for order in
            ["price", "price.desc", "rating.nullsfirst", "rating.desc.nullslast", "meta->>lang", "title", "sold.desc,id.desc"]
        {
            shown += &format!("{order}: {}\n", api.get(&format!("books?select=id&order={order}")).await);
        }
        for order in ["mood", "mood.desc", "born", "born.desc"] {
            shown += &format!("{order}: {}\n", api.get(&format!("authors?select=id&order={order}")).await);
        }
        shown += &api.get("authors?select=id&mood=gt.sad&order=id").await;
        lines.push(shown);
        lines.join("\n")
    })
    .await;
    insta::assert_snapshot!(seen, @r#"
price=gt.9.6: [{"id":11},{"id":12}]
price=eq.12: [{"id":11}]
price=in.(12,9.5): [{"id":10},{"id":11}]
price=lt.100: [{"id":10},{"id":11}]
rating=gte.4.5: [{"id":10},{"id":11},{"id":13}]
rating=is.null: [{"id":12}]
sold=is.true: [{"id":10}]
sold=eq.false: [{"id":11},{"id":12},{"id":13}]
title=like.*e*: [{"id":10},{"id":11},{"id":12},{"id":13}]
title=like.f*: []
title=ilike.f*: [{"id":11}]
title=like.100\%*: [{"id":13}]
added=lt.2020-01-02T02:04:05.2Z: [{"id":10}]
author_id=not.eq.2: [{"id":10}]
not.and=(author_id.eq.2): [{"id":10}]
or=(price.gt.50,rating.gt.4.6): [{"id":11},{"id":12},{"id":13}]
meta->>lang=eq.es: [{"id":11}]
meta->pages=gt.100: [{"id":11}]
meta->pages=lt.100: [{"id":10}]
meta->pages=eq.66.0: [{"id":10}]
meta->pages=in.(66.0,5): [{"id":10}]
meta->>pages=gt.100: [{"id":10},{"id":11}]
marks=cs.{1}: [{"id":10}]
marks=ov.{2,3}: [{"id":10},{"id":11}]
marks=cd.{1,2,3}: [{"id":10},{"id":13}]
marks=eq.{1,2}: [{"id":10}]
author_id=isdistinct.2: [{"id":10},{"id":13}]
author_id=in.(): []
id=not.in.(10,11): [{"id":12},{"id":13}]

price: [{"id":10},{"id":11},{"id":12},{"id":13}]
price.desc: [{"id":13},{"id":12},{"id":11},{"id":10}]
rating.nullsfirst: [{"id":12},{"id":10},{"id":11},{"id":13}]
rating.desc.nullslast: [{"id":13},{"id":11},{"id":10},{"id":12}]
meta->>lang: [{"id":10},{"id":11},{"id":12},{"id":13}]
title: [{"id":13},{"id":12},{"id":11},{"id":10}]
sold.desc,id.desc: [{"id":10},{"id":13},{"id":12},{"id":11}]
mood: [{"id":2},{"id":3},{"id":1}]
mood.desc: [{"id":1},{"id":3},{"id":2}]
born: [{"id":1},{"id":2},{"id":3}]
born.desc: [{"id":3},{"id":2},{"id":1}]
[{"id":1},{"id":3}]
"#);
}

#[tokio::test(flavor = "multi_thread")]
async fn embeds_related_rows() {
    let seen = on_both(async |engine| {
        fill(&engine).await;
        let api = Api(&engine);
        let mut lines: Vec<String> = Vec::new();
        let mut shown = String::new();
        for path in [
            "books?select=id,authors(name)&order=id",
            "books?select=id,...authors(author:name,born)&order=id",
            "authors?select=name,books(title,tags(name))&order=id",
            "authors?select=name,books!inner(id)&order=id",
            "authors?select=name,books(id)&books.price=gt.20&order=id",
            "authors?select=name,books!inner(id)&books.price=gt.20&order=id",
            "authors?select=name,books(id)&books.order=id.desc&books.limit=1&order=id",
            "authors?select=name,books(id)&books.order=id.desc&books.offset=1&order=id",
            "tags?select=name,books(id,authors(name))&order=name.desc",
            "books?select=id&order=authors(name).desc,id",
            "book_tags?select=books(title,authors(name)),tags(name)&order=book_id,tag",
        ] {
            shown += &format!("{path}\n  {}\n", api.get(path).await);
        }
        shown += &api.csv("books?select=id,...authors(author:name),tags(name)&order=id").await;
        lines.push(shown);
        lines.join("\n")
    })
    .await;
    insta::assert_snapshot!(seen, @r#"
books?select=id,authors(name)&order=id
  [{"id":10,"authors":{"name":"Ada"}},{"id":11,"authors":{"name":"Borges"}},{"id":12,"authors":{"name":"Borges"}},{"id":13,"authors":null}]
books?select=id,...authors(author:name,born)&order=id
  [{"id":10,"author":"Ada","born":"1815-12-10"},{"id":11,"author":"Borges","born":"1899-08-24"},{"id":12,"author":"Borges","born":"1899-08-24"},{"id":13,"author":null,"born":null}]
authors?select=name,books(title,tags(name))&order=id
  [{"name":"Ada","books":[{"title":"Notes","tags":[{"name":"maths"}]}]},{"name":"Borges","books":[{"title":"Ficciones","tags":[{"name":"fiction"},{"name":"short"}]},{"title":"El Aleph","tags":[{"name":"fiction"}]}]},{"name":"Ça va","books":[]}]
authors?select=name,books!inner(id)&order=id
  [{"name":"Ada","books":[{"id":10}]},{"name":"Borges","books":[{"id":11},{"id":12}]}]
authors?select=name,books(id)&books.price=gt.20&order=id
  [{"name":"Ada","books":[]},{"name":"Borges","books":[{"id":12}]},{"name":"Ça va","books":[]}]
authors?select=name,books!inner(id)&books.price=gt.20&order=id
  [{"name":"Borges","books":[{"id":12}]}]
authors?select=name,books(id)&books.order=id.desc&books.limit=1&order=id
  [{"name":"Ada","books":[{"id":10}]},{"name":"Borges","books":[{"id":12}]},{"name":"Ça va","books":[]}]
authors?select=name,books(id)&books.order=id.desc&books.offset=1&order=id
  [{"name":"Ada","books":[]},{"name":"Borges","books":[{"id":11}]},{"name":"Ça va","books":[]}]
tags?select=name,books(id,authors(name))&order=name.desc
  [{"name":"short","books":[{"id":11,"authors":{"name":"Borges"}}]},{"name":"maths","books":[{"id":10,"authors":{"name":"Ada"}}]},{"name":"fiction","books":[{"id":11,"authors":{"name":"Borges"}},{"id":12,"authors":{"name":"Borges"}}]}]
books?select=id&order=authors(name).desc,id
  NotEmbedded: 'authors' is not an embedded resource in this request
book_tags?select=books(title,authors(name)),tags(name)&order=book_id,tag
  [{"books":{"title":"Notes","authors":{"name":"Ada"}},"tags":{"name":"maths"}},{"books":{"title":"Ficciones","authors":{"name":"Borges"}},"tags":{"name":"fiction"}},{"books":{"title":"Ficciones","authors":{"name":"Borges"}},"tags":{"name":"short"}},{"books":{"title":"El Aleph","authors":{"name":"Borges"}},"tags":{"name":"fiction"}}]
id,author,tags
10,Ada,"[{""name"":""maths""}]"
11,Borges,"[{""name"":""fiction""},{""name"":""short""}]"
12,Borges,"[{""name"":""fiction""}]"
13,,[]
"#);
}

#[tokio::test(flavor = "multi_thread")]
async fn counts_and_pages() {
    let seen = on_both(async |engine| {
        fill(&engine).await;
        let api = Api(&engine);
        let mut lines: Vec<String> = Vec::new();
        let mut told = String::new();
        for (path, how) in [
            ("books?limit=2", Count::Exact),
            ("books?limit=2&offset=3", Count::Exact),
            ("books?limit=2&offset=4", Count::Exact),
            ("books?limit=2&offset=5", Count::Exact),
            ("books?author_id=eq.2", Count::Exact),
            ("authors?select=id,books!inner(id)&limit=1", Count::Exact),
            ("books?limit=0", Count::Exact),
            ("books?limit=2", Count::Estimated),
        ] {
            told += &format!("{path} {how:?}: {}\n", api.count(path, how).await);
        }
        let one = ReadOptions { format: Format::JsonObject, ..ReadOptions::default() };
        told += &format!("{}\n", shown(api.read("books?id=eq.10&select=id", one).await));
        told += &format!("{}\n", shown(api.read("books?id=eq.99&select=id", one).await));
        told += &format!("{}\n", shown(api.read("books?select=id", one).await));
        let head = ReadOptions { head: true, count: Some(Count::Exact), ..ReadOptions::default() };
        told += &format!("{:?}\n", api.read("books?limit=3&offset=2", head).await.unwrap());
        lines.push(told);
        lines.join("\n")
    })
    .await;
    insta::assert_snapshot!(seen, @r#"
books?limit=2 Exact: 2/4
books?limit=2&offset=3 Exact: 1/4
books?limit=2&offset=4 Exact: 0/4
books?limit=2&offset=5 Exact: RangeNotSatisfiable: Requested range not satisfiable (An offset of 5 was requested, but there are only 4 rows.)
books?author_id=eq.2 Exact: 2/2
authors?select=id,books!inner(id)&limit=1 Exact: 1/2
books?limit=0 Exact: 0/4
books?limit=2 Estimated: 2/4
{"id":10}
NotSingular: Cannot coerce the result to a single JSON object (The result contains 0 rows)
NotSingular: Cannot coerce the result to a single JSON object (The result contains 4 rows)
Rows { body: [], rows: 2, total: Some(4) }
"#);
}

#[tokio::test(flavor = "multi_thread")]
async fn streams_what_a_read_answers() {
    on_both(async |engine| {
        fill(&engine).await;
        let api = Api(&engine);
        for (path, format) in [
            ("books?order=id", Format::Json),
            ("books?order=id", Format::Csv),
            ("authors?select=name,books(id,tags(name))&order=id", Format::Json),
            ("books?id=eq.0", Format::Json),
        ] {
            let whole = api.read(path, ReadOptions { format, ..ReadOptions::default() }).await.unwrap();
            let mut stream = engine.read_stream(&Caller::service(), api.query(path).unwrap(), format).await.unwrap();
            let mut pieces = Vec::new();
            while let Some(piece) = std::future::poll_fn(|task| stream.as_mut().poll_next(task)).await {
                pieces.extend(piece.unwrap());
            }
            assert_eq!(String::from_utf8(pieces).unwrap(), String::from_utf8(whole.body).unwrap(), "{path}");
        }
        String::new()
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn shows_nobody_what_is_closed() {
    let seen = on_both(async |engine| {
        fill(&engine).await;
        engine.schema("grant select on books to anon").await;
        let api = Api(&engine);
        let mut lines = Vec::new();
        for path in [
            "authors",
            "books?select=id&id=eq.10",
            "books?select=id,authors(name)",
            "books?select=id,authors!inner()&authors.name=eq.Ada",
        ] {
            let answer = match api.query(path) {
                Ok(query) => shown(engine.read(&Caller::anon(), query, ReadOptions::default()).await),
                Err(error) => error.to_string(),
            };
            lines.push(format!("{path}: {answer}"));
        }
        lines.push(shown(api.read("_tenon_accounts", ReadOptions::default()).await));
        lines.join("\n")
    })
    .await;
    insta::assert_snapshot!(seen, @r#"
authors: Forbidden: permission denied for table authors
books?select=id&id=eq.10: [{"id":10}]
books?select=id,authors(name): Forbidden: permission denied for table authors
books?select=id,authors!inner()&authors.name=eq.Ada: Forbidden: permission denied for table authors
UnknownTable: there is no table "_tenon_accounts" (_tenon_accounts)
"#);
}
