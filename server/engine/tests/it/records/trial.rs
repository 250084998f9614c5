//! An expression tried on rows before it stands anywhere.

use serde_json::json;
use tenon_engine::{Caller, Code};
use tenon_model::{
    Role, StudioRole, UserId,
    expression::functions::BOOLEAN,
    trial::{Ask, Outcome, Show, Trial},
};
use tenon_testkit::{TestEngine, for_each_engine};
use uuid::Uuid;

const SCHEMA: &str = "
    create table notes (id bigint primary key, owner uuid, title text, size integer, data jsonb);
    create table members (note bigint, person uuid, level integer);
    alter table members enable row level security; grant select on members to authenticated;
    create policy own on members for select to authenticated using (person = auth.uid());";

fn ask(text: &str, who: &str) -> Ask {
    Ask { table: "notes".to_owned(), text: text.to_owned(), wanted: Some(BOOLEAN), who: who.to_owned(), ..Ask::default() }
}

async fn tried(engine: &TestEngine, ask: Ask) -> Trial {
    engine.try_expression(&Caller::Operator, ask).await.unwrap()
}

/// A user, by address; gives the id.
async fn user(engine: &TestEngine, email: &str) -> String {
    let attributes = serde_json::from_value(json!({ "email": email, "app_metadata": { "level": 3 } })).unwrap();
    let made = engine.create_user(&Caller::service(), &tenon_engine::audit::Client::default(), attributes).await.unwrap();
    made["id"].as_str().unwrap().to_owned()
}

fn word(outcome: &Outcome) -> String {
    match outcome {
        Outcome::Value(text) => text.clone(),
        Outcome::Null => "null".to_owned(),
        Outcome::Failed(message) => format!("!{message}"),
    }
}

fn rows(trial: &Trial) -> String {
    trial.rows.iter().map(|row| word(&row.outcome)).collect::<Vec<_>>().join(" ")
}

fn parts(trial: &Trial, text: &str) -> String {
    let utf16: Vec<u16> = text.encode_utf16().collect();
    let line = |part: &tenon_model::trial::Part| {
        let text = String::from_utf16(&utf16[part.span.from as usize..part.span.to as usize]).unwrap();
        format!("{}{text} = {} ({})", "  ".repeat(part.depth as usize), word(&part.outcome), part.data_type)
    };
    trial.parts.iter().map(line).collect::<Vec<_>>().join("\n")
}

async fn filled(engine: &TestEngine) -> String {
    engine.schema(SCHEMA).await;
    let ann = user(engine, "ann@example.com").await;
    let notes = json!([
        { "id": 1, "owner": ann, "title": "one", "size": 2, "data": { "a": [1, null] } },
        { "id": 2, "owner": null, "title": null, "size": 0, "data": null },
        { "id": 3, "owner": Uuid::nil(), "title": "three", "size": 4, "data": "x" },
    ]);
    engine.rows("notes", notes).await;
    let members = json!([{ "note": 3, "person": ann, "level": 1 }, { "note": 1, "person": Uuid::nil(), "level": 2 }]);
    engine.rows("members", members).await;
    ann
}

#[tokio::test]
async fn rows_are_told_apart_for_a_chosen_person() {
    for_each_engine(async |engine| {
        let ann = filled(&engine).await;
        let own = "owner = auth.uid()";
        for (who, expected) in [
            ("", "null null null"),
            ("anon", "null null null"),
            ("ANN@example.com", "true null false"),
            (ann.as_str(), "true null false"),
            ("stranger", "false null false"),
            ("service_role", "null null null"),
        ] {
            assert_eq!(rows(&tried(&engine, ask(own, who)).await), expected, "{who}");
        }
        let trial = tried(&engine, ask(own, &ann)).await;
        let counts = trial.counts.unwrap();
        assert_eq!((counts.holds, counts.fails, counts.unknown, counts.partial), (1, 1, 1, false));
        assert_eq!(
            (trial.columns.join(" "), trial.who.as_str(), trial.more),
            ("id owner title size data".to_owned(), "ann@example.com", false)
        );
        assert_eq!(trial.rows[1].cells[..3], [Some("2".to_owned()), None, None]);
        for (show, expected) in [(Show::Holds, "true"), (Show::Fails, "false"), (Show::Unknown, "null")] {
            assert_eq!(rows(&tried(&engine, Ask { show, ..ask(own, &ann) }).await), expected);
        }

        // Other tables are seen through their own policies: the secret key sees whose note it is, Ann what is hers.
        let member = "exists (select 1 from members m where m.note = notes.id)";
        assert_eq!(rows(&tried(&engine, ask(member, &ann)).await), "false false true");
        assert_eq!(rows(&tried(&engine, ask(member, "service_role")).await), "true false true");
        assert_eq!(
            rows(&tried(&engine, ask("(auth.jwt() -> 'app_metadata' ->> 'level')::integer > size", &ann)).await),
            "true true false"
        );
        // A policy of the table itself cannot be asked for while it is written.
        let loops = tried(&engine, ask("exists (select 1 from notes n where n.id = notes.size)", &ann)).await;
        assert_eq!(loops.problem, None);
    })
    .await;
}

#[tokio::test]
async fn every_part_has_its_value_for_the_chosen_row() {
    for_each_engine(async |engine| {
        let ann = filled(&engine).await;
        let text = "owner = auth.uid() and\n  (lower(title) = 'one' or 10 / size > 2) and data -> 'a' ->> 0 = '1'";
        let whole = tried(&engine, ask(text, &ann)).await;
        let expected = format!(
            "owner = auth.uid() and\n  (lower(title) = 'one' or 10 / size > 2) and data -> 'a' ->> 0 = '1' = true (boolean)
  owner = auth.uid() = true (boolean)
    owner = {ann} (uuid)
    auth.uid() = {ann} (uuid)
  lower(title) = 'one' or 10 / size > 2 = true (boolean)
    lower(title) = 'one' = true (boolean)
      lower(title) = one (text)
        title = one (text)
    10 / size > 2 = true (boolean)
      10 / size = 5 (integer)
        size = 2 (integer)
  data -> 'a' ->> 0 = '1' = true (boolean)
    data -> 'a' ->> 0 = 1 (text)
      data -> 'a' = [1, null] (jsonb)
        data = {{\"a\": [1, null]}} (jsonb)"
        );
        assert_eq!(parts(&whole, text), expected);

        // A row for which a part fails does not hide the others, nor do parts that fail where the whole does not.
        let text = "size > 0 and 10 / size > 2";
        let trial = tried(&engine, Ask { row: 1, ..ask(text, "") }).await;
        assert_eq!(rows(&trial), "true false false");
        assert_eq!(
            parts(&trial, text),
            "size > 0 and 10 / size > 2 = false (boolean)
  size > 0 = false (boolean)
    size = 0 (integer)
  10 / size > 2 = !division by zero (boolean)
    10 / size = !division by zero (integer)
      size = 0 (integer)"
        );
        let text = "10 / size > 2";
        let trial = tried(&engine, Ask { row: 9, ..ask(text, "") }).await;
        assert_eq!(rows(&trial), "true !division by zero false");
        assert_eq!((trial.counts, trial.note.as_deref()), (None, Some("The rows cannot be counted: division by zero.")));
        assert_eq!(
            (trial.row, parts(&trial, text).lines().next().unwrap().to_owned()),
            (2, "10 / size > 2 = false (boolean)".to_owned())
        );
        let shown = tried(&engine, Ask { show: Show::Holds, ..ask(text, "") }).await;
        assert_eq!((shown.rows.len(), shown.note.as_deref()), (0, Some("The rows cannot be told apart: division by zero.")));

        let any = tried(&engine, Ask { wanted: None, ..ask("size + 1", "") }).await;
        assert_eq!((rows(&any).as_str(), any.data_type.as_str(), any.condition, any.counts), ("3 1 5", "integer", false, None));
    })
    .await;
}

#[tokio::test]
async fn what_is_wrong_is_an_answer_and_who_may_not_ask_is_refused() {
    for_each_engine(async |engine| {
        filled(&engine).await;
        let problem = tried(&engine, ask("ownr = auth.uid()", "")).await.problem.unwrap();
        let span = problem.span.unwrap();
        assert_eq!((span.from, span.to, problem.fix.as_deref()), (0, 4, Some("owner")));
        assert_eq!(tried(&engine, ask(&"x".repeat(20_001), "")).await.problem.unwrap().span, None);
        let member = Caller::Studio {
            user: UserId(Uuid::nil()),
            role: StudioRole::Member,
            email: "m@example.com".to_owned(),
            acts_as: Role::Authenticated,
        };
        for caller in [member, Caller::anon()] {
            assert_eq!(engine.try_expression(&caller, ask("true", "")).await.unwrap_err().code, Code::Forbidden);
            assert_eq!(engine.people(&caller, "").await.unwrap_err().code, Code::Forbidden);
        }
        let unknown = Ask { table: "_tenon_users".to_owned(), ..ask("true", "") };
        assert_eq!(engine.try_expression(&Caller::Operator, unknown).await.unwrap_err().code, Code::UnknownTable);
        assert_eq!(
            engine.try_expression(&Caller::Operator, ask("true", "bob@example.com")).await.unwrap_err().code,
            Code::NotFound
        );
        assert_eq!(engine.people(&Caller::Operator, "NN@ex").await.unwrap(), ["ann@example.com"]);
        assert_eq!(engine.people(&Caller::Operator, "n%ex").await.unwrap(), Vec::<String>::new());
    })
    .await;
}

#[tokio::test]
async fn pages_are_short_and_counts_end() {
    for_each_engine(async |engine| {
        engine.schema(SCHEMA).await;
        let notes: Vec<_> = (1..=25).map(|id| json!({ "id": id, "size": id })).collect();
        engine.rows("notes", json!(notes)).await;
        let last = tried(&engine, Ask { page: 2, ..ask("size > 3", "") }).await;
        assert_eq!((last.rows.len(), last.more, last.rows[0].cells[0].as_deref()), (5, false, Some("21")));
        let first = tried(&engine, Ask { show: Show::Holds, ..ask("size > 3", "") }).await;
        assert_eq!((first.rows.len(), first.more, first.rows[0].cells[0].as_deref()), (10, true, Some("4")));
    })
    .await;
}
