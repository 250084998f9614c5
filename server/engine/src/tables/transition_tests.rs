//! Transitions through changes of the schema: dumped, carried, released, refused.

use super::{dump::dump, tests::build};

const BASE: &str = "
    create type state as enum ('draft', 'review', 'live');
    create table teams (id bigint primary key, open boolean);
    create table posts (id bigint primary key, team bigint, state state not null default 'draft', title text, other state);
    create transition start on posts (state) to 'draft' for authenticated with check (title <> '');
    create transition submit on posts (state) from 'draft' to 'review' using (title is not null);
    create transition publish on posts (state) from 'review', 'draft' to 'live' for authenticated
        using (exists (select 1 from teams t where t.id = posts.team and t.open)) with check (state = 'live');
    comment on transition publish on posts is 'Publish it';
";

fn transitions(sql: &str) -> String {
    let schema = build(&format!("{BASE}{sql}")).unwrap_or_else(|error| panic!("{sql}: {error:?}"));
    let text = dump(&schema);
    assert_eq!(dump(&build(&text).unwrap_or_else(|error| panic!("{text}\n{error:?}"))), text, "it reads back");
    text.lines().filter(|line| line.contains("transition")).collect::<Vec<_>>().join("\n")
}

fn refused(sql: &str) -> String {
    let error = build(&format!("{BASE}{sql}")).expect_err(sql);
    format!("{:?}: {}{}", error.code, error.message, error.hint.map(|hint| format!(" ({hint})")).unwrap_or_default())
}

#[test]
fn transitions_are_dumped_and_carried_through_renames() {
    insta::assert_snapshot!(transitions(""), @r#"
    create transition publish on posts (state) from 'review', 'draft' to 'live' for authenticated using (exists (select 1 from teams as t where t.id = posts.team and t.open)) with check (state = 'live');
    comment on transition publish on posts is 'Publish it';
    create transition start on posts (state) to 'draft' for authenticated with check (title <> '');
    create transition submit on posts (state) from 'draft' to 'review' using (title is not null);
    "#);
    insta::assert_snapshot!(
        transitions(
            "alter table teams rename to groups; alter table groups rename column open to is_open; alter type state rename to stage; \
             alter type stage rename value 'live' to 'it''s out'; alter table posts rename to articles; \
             alter table articles rename column state to stage; alter transition submit on articles rename to \"Hand in\"; \
             comment on transition publish on articles is null; drop transition start on articles; \
             drop transition if exists start on articles;"
        ),
        @r#"
        create transition "Hand in" on articles (stage) from 'draft' to 'review' using (title is not null);
        create transition publish on articles (stage) from 'review', 'draft' to 'it''s out' for authenticated using (exists (select 1 from groups as t where t.id = articles.team and t.is_open)) with check (stage = 'it''s out');
        "#
    );
    insta::assert_snapshot!(transitions("drop table teams cascade; alter table posts drop column title cascade;"), @"");
    insta::assert_snapshot!(transitions("alter table posts drop column state cascade; drop type if exists none;"), @"");
}

#[test]
fn what_has_no_meaning_is_refused() {
    let told: Vec<String> = [
        "create transition submit on posts (state) from 'review' to 'draft';",
        "create transition x on posts (state) from 'draft' to 'live';",
        "create transition x on posts (state) from 'draft', 'live' to 'live';",
        "create transition x on posts (state) from 'live', 'live' to 'draft';",
        "create transition x on posts (state) from 'gone' to 'draft';",
        "create transition x on posts (state) to 'draft';",
        "create transition x on posts (state) to 'live' using (true);",
        "create transition x on posts (title) from 'a' to 'b';",
        "create transition x on posts (other) from 'draft' to 'live';",
        "create transition x on posts (nothing) from 'draft' to 'live';",
        "create transition x on posts (state) from 'live' to 'draft' using (titel = '');",
        "create transition x on posts (state) from 'live';",
        "alter transition submit on posts rename to publish;",
        "alter transition nothing on posts rename to x;",
        "alter transition submit on posts to 'live';",
        "drop transition nothing on posts;",
        "comment on transition nothing on posts is 'x';",
        "alter table posts alter column state drop not null;",
        "alter table posts alter column state type text;",
        "alter table posts alter column title type varchar(9) using title::varchar(9);",
        "alter table posts drop column state;",
        "alter table posts drop column title;",
        "drop table teams;",
        "drop type state;",
        "create transition x on posts (state) from 'live' to 'draft' for editor;",
        "create role editor; create transition x on posts (state) from 'live' to 'draft' for editor, anon; drop role editor;",
    ]
    .into_iter()
    .map(refused)
    .collect();
    insta::assert_snapshot!(told.join("\n"), @r#"
    AlreadyExists: transition "submit" on "posts" already exists
    AlreadyExists: transition "publish" leads from "draft" to "live" already (one way has one transition; who may take it when is said by "for" and its conditions)
    InvalidValue: "live" leads from itself to itself: to stay is no transition
    InvalidValue: transition "x" names a state twice
    InvalidValue: type "state" has no value "gone"
    AlreadyExists: by transition "start" rows begin as "draft" already
    InvalidSyntax: a transition without from has with check alone: no row is there yet
    Unsupported: column "title" of "posts" is of type text: states are the values of an enum (create type … as enum ('draft', …), and make the column of that type)
    Unsupported: column "other" of "posts" may be null, which is no state (alter table posts alter column other set not null;)
    UnknownColumn: column posts.nothing does not exist
    UnknownColumn: column posts.titel does not exist
    InvalidSyntax: expected to, found ";"
    AlreadyExists: transition "publish" on "posts" already exists
    NotFound: transition "nothing" on "posts" does not exist
    InvalidSyntax: expected rename to, found "to" (where a transition leads, for whom and when is changed by dropping it and creating it again)
    NotFound: transition "nothing" on "posts" does not exist
    NotFound: transition "nothing" on "posts" does not exist
    Dependent: cannot allow null in column "state" because transition "publish" on "posts" uses it (drop the transition, make the change, and create the transition again)
    Dependent: cannot change the type of column "state" because transition "publish" on "posts" uses it (drop the transition, make the change, and create the transition again)
    Dependent: cannot change the type of column "title" because transition "start" on "posts" uses it (drop the transition, make the change, and create the transition again)
    Dependent: cannot drop column "state" of "posts" because transition "publish" on "posts" depends on it (drop what depends on it first, or add "cascade")
    Dependent: cannot drop column "title" of "posts" because transition "start" on "posts", transition "submit" on "posts" depend on it (drop what depends on it first, or add "cascade")
    Dependent: cannot drop table "teams" because transition "publish" on "posts" depends on it (drop what depends on it first, or add "cascade")
    Dependent: cannot drop type "state" because column "state" of "posts", column "other" of "posts" depend on it (change the type of these columns, or drop them, first)
    UnknownRole: role "editor" does not exist
    Dependent: cannot drop role "editor" because transition "x" on "posts" depends on it (revoke the privileges and drop or change the policies and transitions first)
    "#);
}
