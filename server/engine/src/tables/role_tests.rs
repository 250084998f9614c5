//! Roles and grants through changes of the schema: dumped, carried, refused.

use super::{dump::dump, tests::build};

const BASE: &str = "
    create table posts (id bigint primary key, title text, secret text, team bigint);
    create role author in role authenticated;
    create role editor with nologin in role author;
    create role \"Chief Editor\" noinherit in role editor, anon;
    create policy own on posts to editor, \"Chief Editor\" using (auth.role() = 'editor');
";

fn dumped(sql: &str) -> String {
    let schema = build(&format!("{BASE}{sql}")).unwrap_or_else(|error| panic!("{sql}: {error:?}"));
    let text = dump(&schema);
    assert_eq!(dump(&build(&text).unwrap_or_else(|error| panic!("{text}\n{error:?}"))), text, "it reads back");
    let wanted = ["role", "grant", "policy"];
    let lines = text.lines().filter(|line| wanted.iter().any(|word| line.contains(word)));
    lines.collect::<Vec<_>>().join("\n")
}

fn refused(sql: &str) -> String {
    let error = build(&format!("{BASE}{sql}")).expect_err(sql);
    format!("{:?}: {}{}", error.code, error.message, error.hint.map(|hint| format!(" ({hint})")).unwrap_or_default())
}

#[test]
fn roles_are_dumped_before_what_names_them() {
    insta::assert_snapshot!(dumped(""), @r#"
    create role "Chief Editor" noinherit;
    create role author;
    create role editor;
    grant anon, editor to "Chief Editor";
    grant authenticated to author;
    grant author to editor;
    create policy own on posts to editor, "Chief Editor" using (auth.role() = 'editor');
    "#);
    insta::assert_snapshot!(
        dumped(
            "comment on role author is 'writes'; create role guest role anon; alter role \"Chief Editor\" inherit;
             revoke anon from \"Chief Editor\"; grant editor to authenticator; grant editor to service_role;
             alter policy own on posts to public; grant select on posts to author; revoke select on posts from author cascade;
             grant all privileges on table posts to service_role, public;"
        ),
        @r#"
        create role "Chief Editor";
        create role author;
        comment on role author is 'writes';
        create role editor;
        create role guest;
        grant editor to "Chief Editor";
        grant guest to anon;
        grant authenticated to author;
        grant author to editor;
        grant editor to service_role;
        grant select, insert, update, delete on posts to public;
        create policy own on posts using (auth.role() = 'editor');
        "#
    );
    insta::assert_snapshot!(dumped("drop policy own on posts; drop role author, \"Chief Editor\", editor; drop role if exists x;"), @"");
}

#[test]
fn a_role_that_is_named_stays() {
    let all = [
        "drop role editor;",
        "drop policy own on posts; grant select (title), update (team) on posts to editor; drop role editor;",
        "drop role nobody;",
        "drop role anon;",
        "create role author;",
        "create role public;",
        "create role service_role;",
        "create role pg_read_all_data;",
        "create role x superuser;",
        "create role x login password 'p';",
        "create role x in role nobody;",
        "create user x;",
        "grant editor to author;",
        "grant authenticated to authenticated;",
        "grant service_role to author;",
        "grant author to public;",
        "grant editr to anon;",
        "grant select on posts to editr;",
        "grant delete (title) on posts to anon;",
        "grant select (titel) on posts to anon;",
        "create policy a on posts to editr using (true);",
        "comment on role x is 'x';",
        "alter role editor rename to x;",
    ];
    insta::assert_snapshot!(all.map(|sql| format!("{sql}\n  {}", refused(sql))).join("\n"), @r#"
    drop role editor;
      Dependent: cannot drop role "editor" because policy "own" for table "posts" depends on it (revoke the privileges and drop or change the policies and transitions first)
    drop policy own on posts; grant select (title), update (team) on posts to editor; drop role editor;
      Dependent: cannot drop role "editor" because a grant on table "posts" depends on it (revoke the privileges and drop or change the policies and transitions first)
    drop role nobody;
      UnknownRole: role "nobody" does not exist
    drop role anon;
      Unsupported: role "anon" cannot be dropped: every instance has it
    create role author;
      AlreadyExists: role "author" already exists
    create role public;
      InvalidName: role name "public" is reserved
    create role service_role;
      AlreadyExists: role "service_role" already exists
    create role pg_read_all_data;
      InvalidName: "pg_read_all_data" cannot be used: names that begin with "sqlite_" or "pg_" are the database's own
    create role x superuser;
      Unsupported: the options of a role are inherit, noinherit, in role and role (roles are the application's: users get them, and nobody signs in to the database by them)
    create role x login password 'p';
      Unsupported: the options of a role are inherit, noinherit, in role and role (roles are the application's: users get them, and nobody signs in to the database by them)
    create role x in role nobody;
      UnknownRole: role "nobody" does not exist
    create user x;
      Unsupported: only tables, indexes, enum types, policies, transitions, roles, views and functions can be created
    grant editor to author;
      InvalidValue: role "editor" is a member of role "author" (roles cannot be members of each other in a circle)
    grant authenticated to authenticated;
      InvalidValue: role "authenticated" is a member of role "authenticated" (roles cannot be members of each other in a circle)
    grant service_role to author;
      Unsupported: service_role is past every rule: no role can be a member of it (grant what the role is to do)
    grant author to public;
      UnknownRole: role "public" does not exist
    grant editr to anon;
      UnknownRole: role "editr" does not exist (did you mean "editor"?)
    grant select on posts to editr;
      UnknownRole: role "editr" does not exist (did you mean "editor"?)
    grant delete (title) on posts to anon;
      Unsupported: rows are removed as a whole: delete is not for columns
    grant select (titel) on posts to anon;
      UnknownColumn: column posts.titel does not exist
    create policy a on posts to editr using (true);
      UnknownRole: role "editr" does not exist (did you mean "editor"?)
    comment on role x is 'x';
      UnknownRole: role "x" does not exist
    alter role editor rename to x;
      Unsupported: the options of a role are inherit, noinherit, in role and role (roles are the application's: users get them, and nobody signs in to the database by them)
    "#);
}

#[test]
fn grants_follow_columns() {
    insta::assert_snapshot!(
        dumped(
            "grant select (title, id), insert (title), update (secret, title) on posts to author;
             alter table posts rename column title to name; alter table posts drop column secret;"
        ),
        @r#"
        create role "Chief Editor" noinherit;
        create role author;
        create role editor;
        grant anon, editor to "Chief Editor";
        grant authenticated to author;
        grant author to editor;
        grant select (id, name), insert (name), update (name) on posts to author;
        create policy own on posts to editor, "Chief Editor" using (auth.role() = 'editor');
        "#
    );
    // As in PostgreSQL: what is taken on the table is taken on its columns, and not the other way round.
    insta::assert_snapshot!(
        dumped(
            "grant select on posts to anon; revoke select (secret) on posts from anon;
             grant select (id), update (id) on posts to author; revoke select on posts from author;
             grant all (title) on posts to editor; revoke insert (title) on posts from editor;"
        ),
        @r#"
        create role "Chief Editor" noinherit;
        create role author;
        create role editor;
        grant anon, editor to "Chief Editor";
        grant authenticated to author;
        grant author to editor;
        grant select on posts to anon;
        grant update (id) on posts to author;
        grant select (title), update (title) on posts to editor;
        create policy own on posts to editor, "Chief Editor" using (auth.role() = 'editor');
        "#
    );
}
