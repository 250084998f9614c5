//! Computed columns through changes of the schema: dumped, carried, refused.

use super::{dump::dump, tests::build};

const BASE: &str = "
    create type state as enum ('draft', 'live');
    create table a_lines (
        id bigint primary key, item bigint, price numeric, quantity integer, state state,
        total numeric(10,2) generated always as (price * quantity) stored,
        shown text generated always as (case when state = 'live' then 'yes' end)
    );
    create table items (id bigint primary key, name text);
    alter table a_lines add column item_name text generated always as ((select i.name from items i where i.id = item)) virtual,
        add column note text;
    alter table items
        add column lines bigint generated always as ((select count(*) from a_lines l where l.item = items.id)) stored,
        add column half numeric generated always as (lines / 2.0) virtual;
    create index on items (lines);
    comment on column items.lines is 'how many';
";

fn schema(sql: &str) -> String {
    let schema = build(&format!("{BASE}{sql}")).unwrap_or_else(|error| panic!("{sql}: {error:?}"));
    let text = dump(&schema);
    assert_eq!(dump(&build(&text).unwrap_or_else(|error| panic!("{text}\n{error:?}"))), text, "it reads back");
    text.trim_end().to_owned()
}

fn refused(sql: &str) -> String {
    let error = build(&format!("{BASE}{sql}")).expect_err(sql);
    format!("{:?}: {}{}", error.code, error.message, error.hint.map(|hint| format!(" ({hint})")).unwrap_or_default())
}

#[test]
fn they_are_dumped_behind_what_they_rest_on() {
    insta::assert_snapshot!(schema(""), @r#"
    create type state as enum ('draft', 'live');

    create table a_lines (
      id bigint not null,
      item bigint,
      price numeric,
      quantity integer,
      state state,
      total numeric(10,2) generated always as ((price * quantity::numeric)::numeric(10,2)) stored,
      shown text generated always as (case when state = 'live' then 'yes' end) virtual,
      note text,
      constraint a_lines_pkey primary key (id)
    );

    create table items (
      id bigint not null,
      name text,
      constraint items_pkey primary key (id)
    );

    alter table a_lines add column item_name text generated always as ((select i.name from items as i where i.id = a_lines.item)) virtual;
    alter table items add column lines bigint generated always as ((select count(*) from a_lines as l where l.item = items.id)) stored;
    comment on column items.lines is 'how many';
    alter table items add column half numeric generated always as (lines::numeric / 2.0) virtual;
    create index items_lines_idx on items (lines);
    "#);
}

#[test]
fn renames_are_carried_through() {
    let all = "alter table a_lines rename column price to amount; alter table a_lines rename to z_lines; \
               alter type state rename value 'live' to 'public'; alter table items rename column id to number; \
               alter table items rename column lines to count; alter table z_lines alter column total set expression as (amount);";
    insta::assert_snapshot!(schema(all), @r#"
    create type state as enum ('draft', 'public');

    create table items (
      number bigint not null,
      name text,
      constraint items_pkey primary key (number)
    );

    create table z_lines (
      id bigint not null,
      item bigint,
      amount numeric,
      quantity integer,
      state state,
      total numeric(10,2) generated always as (amount::numeric(10,2)) stored,
      shown text generated always as (case when state = 'public' then 'yes' end) virtual,
      note text,
      constraint a_lines_pkey primary key (id)
    );

    alter table items add column count bigint generated always as ((select count(*) from z_lines as l where l.item = items.number)) stored;
    comment on column items.count is 'how many';
    alter table items add column half numeric generated always as (count::numeric / 2.0) virtual;
    alter table z_lines add column item_name text generated always as ((select i.name from items as i where i.number = z_lines.item)) virtual;
    create index items_lines_idx on items (count);
    "#);
    insta::assert_snapshot!(schema("alter table a_lines drop column item cascade; alter table a_lines alter total drop expression;"), @r#"
    create type state as enum ('draft', 'live');

    create table a_lines (
      id bigint not null,
      price numeric,
      quantity integer,
      state state,
      total numeric(10,2),
      shown text generated always as (case when state = 'live' then 'yes' end) virtual,
      note text,
      constraint a_lines_pkey primary key (id)
    );

    create table items (
      id bigint not null,
      name text,
      constraint items_pkey primary key (id)
    );
    "#);
}

#[test]
fn what_they_rest_on_stays() {
    let all = [
        "alter table a_lines drop column price",
        "drop table items",
        "alter table a_lines alter column quantity type bigint",
        "alter table items drop column lines",
        "drop type state",
    ];
    insta::assert_snapshot!(all.map(refused).join("\n"), @r#"
    Dependent: cannot drop column "price" of "a_lines" because column "total" of "a_lines" depends on it (drop what depends on it first, or add "cascade")
    Dependent: cannot drop table "items" because column "item_name" of "a_lines" depends on it (drop what depends on it first, or add "cascade")
    Dependent: cannot change the type of column "quantity" because column "total" of "a_lines" uses it (drop that column, change the type, and add the column again)
    Dependent: cannot drop column "lines" of "items" because column "half" of "items" depends on it (drop what depends on it first, or add "cascade")
    Dependent: cannot drop type "state" because column "state" of "a_lines" depends on it (change the type of these columns, or drop them, first)
    "#);
}

#[test]
fn what_cannot_be_computed_is_refused() {
    let all = [
        "alter table items add column x text generated always as (nam) stored",
        "alter table items add column x integer generated always as (name)",
        "alter table items add column x text default 'a' generated always as (name) stored",
        "alter table items add column x timestamptz generated always as (now()) stored",
        "alter table items add column x uuid generated always as (auth.uid()) stored",
        "alter table items add column x bigint generated always as ((select count(*) from a_lines)) stored",
        "alter table items add column x bigint generated always as \
         ((select count(*) from a_lines l join a_lines m on m.id = l.id where l.item = items.id)) stored",
        "alter table items add column x text not null generated always as (name) virtual",
        "alter table items add column x bigint generated always as (1) primary key",
        "alter table items add column x bigint generated always as (1) references items (id)",
        "create index on items (half)",
        "create unique index on items (lines)",
        "alter table items alter column half set default 1",
        "alter table items alter column half type text",
        "alter table items alter column half set not null",
        "alter table items alter column half drop expression",
        "alter table items alter column name set expression as ('a')",
        "alter table items alter column half set expression as (half)",
        "alter table items add column x numeric generated always as (half) virtual; \
         alter table items alter column half set expression as (x)",
        &format!(
            "create table t (a0 integer{});",
            (1..30).map(|n| format!(", a{n} integer generated always as (a{0} + a{0})", n - 1)).collect::<String>()
        ),
        "create table t (a integer generated always as identity, b integer generated by default as (a))",
    ];
    insta::assert_snapshot!(all.map(refused).join("\n"), @r#"
    UnknownColumn: column "nam" does not exist (did you mean "name"?)
    InvalidValue: column "x" is of type integer but its expression is of type text (add a cast: (…)::integer)
    InvalidSyntax: column "x" is computed and cannot have a default
    Unsupported: column "x" is stored and cannot rest on now(), which differs from request to request (make it virtual: it is then computed on read)
    Unsupported: column "x" is stored and cannot rest on auth.uid(), which differs from request to request (make it virtual: it is then computed on read)
    Unsupported: column "x" cannot be stored: its query must say by = between columns which rows of "a_lines" belong to a row of "items" (make it virtual: it is then computed on read)
    Unsupported: column "x" cannot be stored: it looks into several tables at once (make it virtual: it is then computed on read)
    Unsupported: column "x" is computed on read and cannot be not null (make it stored)
    AlreadyExists: table "items" has a primary key already
    Unsupported: column "x" is computed and cannot be in a reference
    Unsupported: column "half" is computed and cannot be in an index (make it stored)
    Unsupported: column "lines" is computed and cannot be in a unique constraint
    InvalidValue: column "half" of "items" is a computed column and has no default
    Unsupported: the type of the computed column "half" cannot be changed to text (drop the column and add it with another expression)
    Unsupported: column "half" of "items" is computed and may be null
    Unsupported: column "half" of "items" is computed on read: there are no values to keep (drop the column and add another)
    NotFound: column "name" of "items" is no computed column
    UnknownColumn: column items.half does not exist
    InvalidValue: column "half" of "items" would be computed from itself
    TooComplex: column "a12" would be computed from too many others, which are computed themselves
    InvalidSyntax: expected identity, found "("
    "#);
}
