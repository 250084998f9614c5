//! Expressions as SQL, after renames, and what they use.

use tenon_engine::{expressions::compile, tables::schema_from_sql};
use tenon_model::{CompareOp, Expr, Ident, Relation, ScalarType, Schema, Value, expression::Uses, query::Through};

const SCHEMA: &str = "
create type mood as enum ('sad', 'ok');
create type \"Kind\" as enum ('a', 'b');
create table teams (id bigint primary key, name text, kind \"Kind\");
create table people (id bigint primary key, name text, mood mood, team bigint references teams (id), \"select\" integer);
create table members (person bigint references people (id), team bigint references teams (id), role text, primary key (person, team));
";

fn name(text: &str) -> Ident {
    Ident::new(text).unwrap()
}

fn schema() -> Schema {
    schema_from_sql(SCHEMA).unwrap()
}

fn people(sql: &str) -> Expr {
    compile(sql, &schema(), &name("people"), None).unwrap_or_else(|error| panic!("{sql}: {error:?}"))
}

/// The schema after a piece of its SQL was replaced.
fn changed(from: &str, to: &str) -> Schema {
    schema_from_sql(&SCHEMA.replace(from, to)).unwrap()
}

#[test]
fn tables_that_hide_each_other_get_names_of_their_own() {
    for (sql, printed) in [
        ("exists (select 1 from teams where id = team)", "exists (select 1 from teams where teams.id = people.team)"),
        (
            "exists (select 1 from teams people where kind is null and team = 1)",
            "exists (select 1 from teams as people_1 where people_1.kind is null and people.team = 1)",
        ),
        ("exists (select 1 from people where team = 1)", "exists (select 1 from people where people.team = 1)"),
        (
            "exists (select 1 from teams t where exists (select 1 from members t where role = 'x' and kind is null))",
            "exists (select 1 from teams as t where exists (select 1 from members as t_1 where t_1.role = 'x' and t.kind is null))",
        ),
        (
            "exists (select 1 from teams t where exists (select 1 from members t where role = 'x'))",
            "exists (select 1 from teams as t where exists (select 1 from members as t where t.role = 'x'))",
        ),
    ] {
        assert_eq!(people(sql).to_sql(&name("people")), printed);
    }
}

#[test]
fn a_renamed_column_is_carried_through() {
    let expr = people(
        "team = 1 and \"select\" > 0 and exists (select 1 from members m join teams t on t.id = m.team where m.person = people.id \
         and m.team = people.team and m.role = 'x') and name in (select name from teams)",
    );
    let own = name("people");
    let renamed = expr.renamed_column(&own, &own, &name("team"), &name("group"));
    assert_eq!(
        renamed.to_sql(&own),
        "\"group\" = 1 and \"select\" > 0 and exists (select 1 from members as m join teams as t on t.id = m.team where m.person = \
         people.id and m.team = people.\"group\" and m.role = 'x') and name in (select teams.name from teams)"
    );
    let after = changed("team bigint references teams (id), \"select\"", "\"group\" bigint references teams (id), \"select\"");
    assert_eq!(compile(&renamed.to_sql(&own), &after, &own, None).unwrap(), renamed);
    let other = expr.renamed_column(&own, &name("members"), &name("team"), &name("party"));
    assert_eq!(
        other.to_sql(&own),
        "team = 1 and \"select\" > 0 and exists (select 1 from members as m join teams as t on t.id = m.party where m.person = \
         people.id and m.party = people.team and m.role = 'x') and name in (select teams.name from teams)"
    );
    assert_eq!(expr.renamed_column(&own, &name("members"), &name("name"), &name("title")), expr);
    assert_eq!(renamed.renamed_column(&own, &own, &name("group"), &name("team")), expr);
}

#[test]
fn a_renamed_table_is_carried_through() {
    let expr = people("exists (select 1 from teams where teams.id = people.team) and id in (select p.id from people p, teams)");
    let renamed = expr.renamed_table(&name("teams"), &name("people of old"));
    assert_eq!(
        renamed.to_sql(&name("people")),
        "exists (select 1 from \"people of old\" where \"people of old\".id = people.team) and id in (select p.id from people as p \
         cross join \"people of old\")"
    );
    // It hides the row's own table now.
    let hiding = expr.renamed_table(&name("teams"), &name("people"));
    assert!(hiding.to_sql(&name("people")).contains("from people as people_1 where people_1.id = people.team"));
    let own = expr.renamed_table(&name("people"), &name("persons"));
    assert_eq!(
        own.to_sql(&name("persons")),
        "exists (select 1 from teams where teams.id = persons.team) and id in (select p.id from persons as p cross join teams)"
    );
}

#[test]
fn a_renamed_type_is_carried_through() {
    let expr = people("mood = 'ok' and mood::text = any (array['sad'::mood::text])");
    let renamed = expr.renamed_type(&name("mood"), &name("Mood"));
    assert!(renamed.to_sql(&name("people")).contains("'sad'::\"Mood\"::text"));
    let after = schema_from_sql(&SCHEMA.replace("type mood", "type \"Mood\"").replace("mood mood", "mood \"Mood\"")).unwrap();
    assert_eq!(compile(&renamed.to_sql(&name("people")), &after, &name("people"), None).unwrap(), renamed);
}

#[test]
fn what_an_expression_uses_is_known() {
    let expr = people("mood = 'ok' and exists (select 1 from members m, people p where m.person = people.id and p.name = 'a')");
    let columns = [("people", "mood"), ("people", "id"), ("members", "person"), ("people", "name")];
    let wanted = Uses {
        columns: columns.into_iter().map(|(table, column)| (name(table), name(column))).collect(),
        tables: [name("members"), name("people")].into(),
        enums: [name("mood")].into(),
    };
    assert_eq!(expr.uses(&name("people")), wanted);
}

#[test]
fn relations_are_printed_as_queries() {
    let equals = |column: &str| Expr::equals(name(column), ScalarType::Text.into(), Value::Text("x".to_owned()));
    let relation = |through| Relation {
        name: name("a"),
        target: name("teams"),
        local: vec![name(if through { "id" } else { "team" })],
        foreign: vec![name(if through { "person" } else { "id" })],
        through: through.then(|| Through {
            table: name("members"),
            local: vec![name("team")],
            target: vec![name("id")],
            filter: None,
        }),
        to_one: !through,
    };
    let exists = Expr::Exists { relation: relation(true), filter: Box::new(equals("name")) };
    assert_eq!(
        exists.to_sql(&name("people")),
        "exists (select 1 from teams join members on members.team = teams.id where members.person = people.id and teams.name = 'x')"
    );
    let name_of = Expr::Column { name: name("name"), data_type: ScalarType::Text.into() };
    let related = Expr::Related { relation: relation(false), expr: Box::new(name_of) };
    let whole = Expr::Compare {
        op: CompareOp::Eq,
        left: Box::new(related),
        right: Box::new(Expr::Column { name: name("name"), data_type: ScalarType::Text.into() }),
    };
    assert_eq!(whole.to_sql(&name("people")), "(select teams.name from teams where teams.id = people.team limit 1) = name");
    assert!(compile(&exists.to_sql(&name("people")), &schema(), &name("people"), None).is_ok());
    let renamed = exists.renamed_column(&name("people"), &name("teams"), &name("name"), &name("title"));
    assert!(renamed.to_sql(&name("people")).ends_with("teams.title = 'x')"));
    let uses = exists.uses(&name("people"));
    assert!(uses.columns.contains(&(name("members"), name("person"))) && uses.columns.contains(&(name("teams"), name("name"))));
    assert!(uses.tables.contains(&name("members")) && uses.tables.contains(&name("teams")));
}
