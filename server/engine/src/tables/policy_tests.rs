//! Policies through changes of the schema: dumped, carried, released, refused.

use super::{dump::dump, tests::build};

const BASE: &str = "
    create type state as enum ('draft', 'live');
    create table teams (id bigint primary key, name text);
    create table members (team bigint references teams (id), person uuid, role text, primary key (team, person));
    create table posts (id bigint primary key, team bigint references teams (id), state state, title text);
    alter table posts enable row level security;
    create policy team on posts for select to authenticated
        using (exists (select 1 from members m where m.team = posts.team and m.person = auth.uid()));
    create policy live on posts as restrictive using (state = 'live' or state is null) with check (title <> '');
";

fn policies(sql: &str) -> String {
    let schema = build(&format!("{BASE}{sql}")).unwrap_or_else(|error| panic!("{sql}: {error:?}"));
    let text = dump(&schema);
    assert_eq!(dump(&build(&text).unwrap_or_else(|error| panic!("{text}\n{error:?}"))), text, "it reads back");
    let lines = text.lines().filter(|line| line.contains("policy") || line.contains("row level"));
    lines.collect::<Vec<_>>().join("\n")
}

fn refused(sql: &str) -> String {
    let error = build(&format!("{BASE}{sql}")).expect_err(sql);
    format!("{:?}: {}{}", error.code, error.message, error.hint.map(|hint| format!(" ({hint})")).unwrap_or_default())
}

#[test]
fn policies_are_dumped_and_carried_through_renames() {
    insta::assert_snapshot!(policies(""), @r#"
    alter table posts enable row level security;
    create policy live on posts as restrictive using (state = 'live' or state is null) with check (title <> '');
    create policy team on posts for select to authenticated using (exists (select 1 from members as m where m.team = posts.team and m.person = auth.uid()));
    "#);
    insta::assert_snapshot!(
        policies(
            "alter table members rename to people; alter table people rename column person to who; alter type state rename to \
             \"Status\"; alter type \"Status\" rename value 'live' to 'public'; alter table posts rename to articles; \
             alter table articles rename column team to owner; alter policy live on articles rename to shown;
             alter policy team on articles to public;"
        ),
        @r#"
        alter table articles enable row level security;
        create policy shown on articles as restrictive using (state = 'public' or state is null) with check (title <> '');
        create policy team on articles for select using (exists (select 1 from people as m where m.team = articles.owner and m.who = auth.uid()));
        "#
    );
    insta::assert_snapshot!(policies("drop policy live on posts; drop policy if exists x on posts;"), @r#"
    alter table posts enable row level security;
    create policy team on posts for select to authenticated using (exists (select 1 from members as m where m.team = posts.team and m.person = auth.uid()));
    "#);
    insta::assert_snapshot!(policies("drop table members cascade; alter table posts disable row level security;"), @r#"
    create policy live on posts as restrictive using (state = 'live' or state is null) with check (title <> '');
    "#);
    insta::assert_snapshot!(policies("alter table posts drop column title cascade;"), @r#"
    alter table posts enable row level security;
    create policy team on posts for select to authenticated using (exists (select 1 from members as m where m.team = posts.team and m.person = auth.uid()));
    "#);
}

#[test]
fn what_a_policy_rests_on_stays() {
    let all = [
        "drop table members;",
        "alter table members drop column role; alter table members drop column person;",
        "alter table posts drop column state;",
        "alter table posts alter column title type varchar(9);",
        "drop policy x on posts;",
        "create policy live on posts;",
        "create policy a on nowhere;",
        "create policy a on posts for insert using (true);",
        "create policy a on posts for select with check (true);",
        "create policy a on posts to nobody;",
        "create policy a on posts using (titel = 'x');",
        "create policy a on posts using (title);",
        "create policy a on posts using (exists (select 1 from member));",
        "create policy a on posts using (lenght(title) > 1);",
        "alter policy live on posts;",
        "alter table posts enable trigger x;",
    ];
    insta::assert_snapshot!(all.map(|sql| format!("{sql}\n  {}", refused(sql))).join("\n"), @r#"
    drop table members;
      Dependent: cannot drop table "members" because policy "team" for table "posts" depends on it (drop what depends on it first, or add "cascade")
    alter table members drop column role; alter table members drop column person;
      Dependent: cannot drop column "person" of "members" because policy "team" for table "posts" depends on it (drop what depends on it first, or add "cascade")
    alter table posts drop column state;
      Dependent: cannot drop column "state" of "posts" because policy "live" for table "posts" depends on it (drop what depends on it first, or add "cascade")
    alter table posts alter column title type varchar(9);
      Dependent: cannot change the type of column "title" because policy "live" for table "posts" uses it (drop the policy, change the type, and create the policy again)
    drop policy x on posts;
      NotFound: policy "x" for table "posts" does not exist
    create policy live on posts;
      AlreadyExists: policy "live" for table "posts" already exists
    create policy a on nowhere;
      UnknownTable: there is no table "nowhere"
    create policy a on posts for insert using (true);
      InvalidSyntax: a policy for insert has with check alone: no row is there yet
    create policy a on posts for select with check (true);
      InvalidSyntax: a policy for select or delete has using alone: no row is written
    create policy a on posts to nobody;
      UnknownRole: role "nobody" does not exist
    create policy a on posts using (titel = 'x');
      UnknownColumn: column posts.titel does not exist
    create policy a on posts using (title);
      InvalidValue: a condition must be boolean, this is text
    create policy a on posts using (exists (select 1 from member));
      UnknownTable: there is no table "member" (did you mean "members"?)
    create policy a on posts using (lenght(title) > 1);
      UnknownFunction: function lenght(text) does not exist (did you mean "length"?)
    alter policy live on posts;
      InvalidSyntax: expected rename to, to, using or with check, found ";"
    alter table posts enable trigger x;
      Unsupported: triggers and rules are not understood
    "#);
}
