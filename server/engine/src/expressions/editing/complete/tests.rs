use proptest::prelude::*;
use tenon_model::{Ident, Schema};

use super::{Writing, complete};

fn schema() -> Schema {
    crate::tables::schema_from_sql(
        "create type state as enum ('draft', 'it''s out', 'done');
         create table notes (id bigint primary key, owner uuid, \"Title\" text, state state, team bigint);
         create table members (team bigint, person uuid, state state);",
    )
    .unwrap()
}

/// What is suggested where the bar stands.
fn suggested(text: &str, asked: bool) -> String {
    let (schema, table) = (schema(), Ident::new("notes").unwrap());
    let cursor = u32::try_from(text[..text.find('|').unwrap()].encode_utf16().count()).unwrap();
    let text = text.replacen('|', "", 1);
    let writing = Writing { schema: &schema, table: &table, text: &text, cursor, asked, old: false, queries: true };
    let found = complete(&writing);
    let labels: Vec<_> = found.items.iter().take(5).map(|item| item.insert.clone()).collect();
    format!("{}-{} {}", found.span.from, found.span.to, labels.join(" | "))
}

#[test]
fn the_cursor_decides_what_is_suggested() {
    let all = [
        ("ow|", false),
        ("|", false),
        ("|", true),
        ("owner = au|", false),
        ("owner = auth.|", false),
        ("owner = auth.u| and true", false),
        ("owner = auth.uid()|", false),
        ("ti|", false),
        ("\"Ti|", false),
        ("notes.|", false),
        ("state = '|", false),
        ("state in ('draft', 'd|')", false),
        ("\"Title\" = '|", false),
        ("auth.role() = 'a|'", false),
        ("exists (select 1 from |", false),
        ("exists (select 1 from members m where m.|", false),
        ("exists (select 1 from members m where pe|", false),
        ("exists (select | from members m join notes n on true)", true),
        ("exists (select 1 from members) and m.|", false),
        ("exists (select 1 from members m where m.state = '|", false),
        ("low|", false),
        ("exi|", false),
        ("-- ow|", false),
        ("/* ow| */ true", false),
        ("'ow|'", false),
        ("xyz|", false),
    ];
    let lines: Vec<_> = all.into_iter().map(|(text, asked)| format!("{text} => {}", suggested(text, asked))).collect();
    insta::assert_snapshot!(lines.join("\n"), @r#"
    ow| => 0-2 owner | now() | lower() | array_lower()
    | => 0-0 
    | => 0-0 id | owner | "Title" | state | team
    owner = au| => 8-10 auth.uid() | auth.role() | auth.email() | auth.jwt()
    owner = auth.| => 13-13 uid() | role() | email() | jwt()
    owner = auth.u| and true => 13-14 uid()
    owner = auth.uid()| => 18-18 
    ti| => 0-2 "Title" | timezone() | position() | make_time() | make_timestamp()
    "Ti| => 0-3 "Title" | timezone() | position() | make_time() | make_timestamp()
    notes.| => 6-6 id | owner | "Title" | state | team
    state = '| => 9-9 draft | it''s out | done
    state in ('draft', 'd|') => 20-21 draft | done
    "Title" = '| => 11-11 
    auth.role() = 'a|' => 15-16 anon | authenticated
    exists (select 1 from | => 22-22 members | notes
    exists (select 1 from members m where m.| => 40-40 team | person | state
    exists (select 1 from members m where pe| => 38-40 m.person | upper() | repeat() | jsonb_typeof() | json_typeof()
    exists (select | from members m join notes n on true) => 15-15 m.team | m.person | m.state | n.id | n.owner
    exists (select 1 from members) and m.| => 37-37 
    exists (select 1 from members m where m.state = '| => 49-49 draft | it''s out | done
    low| => 0-3 lower() | array_lower()
    exi| => 0-3 exists (select 1 from )
    -- ow| => 0-0 
    /* ow| */ true => 0-0 
    'ow|' => 1-3 
    xyz| => 0-3 
    "#);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    /// Whatever stands there and wherever the cursor is, there is an answer, and it stands before the cursor.
    #[test]
    fn any_text_and_any_cursor_have_an_answer(
        text in "([a-z_ .,()'\"=<>*/\\-0-9\u{00e9}\u{1d11e}\n]|select |from |members |join |as m |where |notes\\.|auth\\.|state |in \\(|'){0,30}",
        cursor in 0_u32..200,
        asked: bool,
    ) {
        let (schema, table) = (schema(), Ident::new("notes").unwrap());
        let writing = Writing { schema: &schema, table: &table, text: &text, cursor, asked, old: asked, queries: true };
        let found = complete(&writing);
        prop_assert!(found.span.from <= found.span.to && found.span.to <= cursor);
        prop_assert!(found.span.to as usize <= text.encode_utf16().count());
    }
}
