//! Reads.

use super::library::{Api, fill, on_both, shown};
use tenon_engine::records::{Count, Format, ReadOptions};

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
    insta::assert_snapshot!(seen, @"");
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
    insta::assert_snapshot!(seen, @"");
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
    insta::assert_snapshot!(seen, @"");
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
    insta::assert_snapshot!(seen, @"");
}
