//! What the advisor finds, and what it must not take for a finding.

use serde_json::json;
use tenon_engine::{Caller, Code, audit::AuditFilter};
use tenon_model::{Role, StudioRole, UserId, advice::Severity};
use tenon_testkit::{TestEngine, for_each_engine};
use uuid::Uuid;

const MINE: &str = "11111111-1111-4111-8111-111111111111";

/// `error key`, one a line, of what nobody has dismissed.
async fn found(engine: &TestEngine) -> String {
    let advised = engine.advise(&Caller::Operator).await.unwrap();
    assert!(advised.unread.is_empty());
    let lines: Vec<_> = advised.open().map(|advice| format!("{} {}", advice.severity.as_str(), advice.key)).collect();
    lines.join("\n")
}

/// What is found on each engine in a database of that schema, with rows put in by SQL-free JSON.
async fn finds(schema: &str, rows: &[(&str, serde_json::Value)], expected: &str) {
    for_each_engine(async |engine| {
        engine.schema(schema).await;
        for (table, rows) in rows {
            engine.rows(table, rows.clone()).await;
        }
        assert_eq!(found(&engine).await, expected.trim().replace("            ", ""), "{schema}");
    })
    .await;
}

#[tokio::test]
async fn open_tables_and_those_that_are_not() {
    finds(
        "create table closed (id bigint primary key);
         create table open (id bigint primary key); grant select, insert on open to anon;
         create table half (id bigint primary key); grant select on half to authenticated;
         create table idle (id bigint primary key); create policy p on idle using (id > 1);
         create table mute (id bigint primary key); alter table mute enable row level security;
         grant select, delete on mute to anon; create policy q on mute for select using (id > 1);
         create table right_one (id bigint primary key); alter table right_one enable row level security;
         grant select on right_one to anon; create policy r on right_one for select using (id > 1);",
        &[],
        "error open_table:open:anon
            warning open_table:half:authenticated
            warning idle_policies:idle
            info no_policy:mute:anon",
    )
    .await;
}

#[tokio::test]
async fn policies_that_always_or_never_hold() {
    finds(
        "create table t (id bigint primary key, owner uuid, title text not null, team bigint);
         create index on t (owner); alter table t enable row level security;
         grant select, insert on t to anon; grant all on t to authenticated;
         create policy all_read on t for select using (title = title);
         create policy anyone_adds on t for insert to anon with check (true);
         create policy nullish on t for delete to authenticated using (owner = null);
         create policy plain_never on t for delete to authenticated using (false);
         create policy restricts on t as restrictive for update using (auth.uid() is not null or auth.uid() is null);
         create policy nobody on t as restrictive for delete using (false);
         create policy blocks on t as restrictive for update to authenticated using (title is null);
         create policy mine on t for update to authenticated using (owner = auth.uid());
         create policy team_or_not on t for update to authenticated using (owner = auth.uid() and (team = team));",
        &[],
        "error always_true:t:anyone_adds:with check
            warning always_true:t:restricts:using
            warning never_true:t:blocks:using
            warning never_true:t:nullish:using
            info always_true:t:all_read:using
            info never_true:t:plain_never:using
            info no_policy:t:authenticated",
    )
    .await;
}

#[tokio::test]
async fn policies_that_a_stranger_passes() {
    let rows = json!([
        { "id": 1, "owner": MINE, "published": true },
        { "id": 2, "owner": MINE, "published": true },
    ]);
    finds(
        "create table t (id bigint primary key, owner uuid, published boolean not null);
         create index on t (owner); alter table t enable row level security; grant all on t to authenticated;
         create policy mine on t to authenticated using (owner = auth.uid());
         create policy published on t for select to authenticated using (published);
         create policy somebody on t for select to authenticated using (published or owner <> auth.uid());
         create policy change_all on t for update to authenticated using (published);",
        &[("t", rows)],
        "warning stranger:t:change_all
            warning stranger:t:somebody",
    )
    .await;
}

#[tokio::test]
async fn indexes_that_policies_and_references_want() {
    finds(
        "create table teams (id bigint primary key);
         create table members (team bigint references teams (id), person uuid, note text);
         create table docs (id bigint primary key, team bigint, owner text, email text, readers uuid[]);
         alter table docs enable row level security; grant select on docs to authenticated;
         create policy a on docs for select to authenticated
           using (exists (select 1 from members m where m.team = docs.team and m.person = auth.uid()));
         create policy b on docs for select to authenticated using (lower(email) = auth.email() and email is not null);
         create policy c on docs for select to authenticated using (owner = auth.uid()::text);
         create policy d on docs for select to authenticated using (team in (select team from members where person = auth.uid()));
         create policy e on docs for select to authenticated using (auth.uid() = any (readers));
         create policy f on docs for insert to authenticated with check (email = auth.email());",
        &[],
        "info policy_index:docs:owner
            info policy_index:docs:team
            info unindexable:docs:b:email
            info unindexable:docs:e:readers
            info foreign_key_index:members:team
            info policy_index:members:person
            info policy_index:members:person,team",
    )
    .await;
    finds(
        "create table teams (id bigint primary key);
         create table members (team bigint references teams (id), person uuid, primary key (person, team));
         create index on members (team);
         create table docs (id bigint primary key, team bigint, owner uuid);
         create index on docs (team, owner); create unique index on docs (owner);
         alter table docs enable row level security; grant select on docs to authenticated;
         create policy a on docs for select to authenticated
           using (exists (select 1 from members m where m.team = docs.team and m.person = auth.uid()));
         create policy c on docs for select to authenticated using (owner = auth.uid());
         create policy d on docs for select to authenticated using (team in (select team from members where person = auth.uid()));",
        &[],
        "",
    )
    .await;
}

#[tokio::test]
async fn a_missing_index_matters_where_there_are_many_rows() {
    let rows: Vec<_> = (0..1000).map(|id| json!({ "id": id, "owner": MINE })).collect();
    finds(
        "create table t (id bigint primary key, owner uuid);
         alter table t enable row level security; grant select on t to authenticated;
         create policy mine on t for select to authenticated using (owner = auth.uid());",
        &[("t", json!(rows))],
        "warning policy_index:t:owner",
    )
    .await;
}

#[tokio::test]
async fn secrets_that_can_be_read() {
    let hash = "$2b$12$abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyz";
    let accounts = json!([
        { "id": 1, "login": "a", "checked": hash, "about": "$2 a day", "token_count": 3 },
        { "id": 2, "login": "b", "checked": hash, "about": hash, "token_count": 3 },
    ]);
    finds(
        "create table accounts (id bigint primary key, login text, checked text, about text, token_count bigint, api_key text);
         alter table accounts enable row level security; grant select on accounts to anon;
         create policy p on accounts for select using (id > 0);
         create table kept (id bigint primary key, password text); grant insert on kept to authenticated;
         create table hidden (id bigint primary key, password text); grant select on hidden to anon;
         alter table hidden enable row level security; create policy p on hidden for select to authenticated using (id > 0);
         create table ours (id bigint primary key, secret text); grant select on ours to authenticated;",
        &[("accounts", accounts)],
        "error secret:accounts:api_key
            error secret:accounts:checked
            warning open_table:kept:authenticated
            warning open_table:ours:authenticated
            warning secret:ours:secret
            info no_policy:hidden:anon",
    )
    .await;
}

#[tokio::test]
async fn a_finding_is_dismissed_with_a_reason_and_taken_up_again() {
    for_each_engine(async |engine| {
        engine.schema("create table open (id bigint primary key); grant select on open to anon").await;
        let who = |role| Caller::Studio {
            user: UserId(Uuid::nil()),
            role,
            email: "b@example.com".to_owned(),
            acts_as: Role::Authenticated,
        };
        let (builder, member) = (who(StudioRole::Builder), who(StudioRole::Member));
        let key = || "open_table:open:anon".to_owned();
        assert_eq!(engine.advice_count(&builder).await.unwrap(), 1);
        for refused in [
            engine.dismiss_advice(&member, key(), "no".to_owned()).await.unwrap_err(),
            engine.restore_advice(&member, key()).await.unwrap_err(),
            engine.advise(&Caller::anon()).await.unwrap_err(),
            engine.advice_count(&member).await.unwrap_err(),
        ] {
            assert_eq!(refused.code, Code::Forbidden);
        }
        assert_eq!(engine.dismiss_advice(&builder, key(), " ".to_owned()).await.unwrap_err().code, Code::InvalidValue);
        engine.dismiss_advice(&builder, key(), "a public price list".to_owned()).await.unwrap();
        engine.dismiss_advice(&builder, key(), "a price list".to_owned()).await.unwrap();
        let advised = engine.advise(&builder).await.unwrap();
        let dismissal = advised.findings[0].dismissed.clone().unwrap();
        assert_eq!(
            (advised.open().count(), dismissal.reason.as_str(), dismissal.who.as_str()),
            (0, "a price list", "b@example.com")
        );
        assert_eq!(advised.findings[0].severity, Severity::Error);
        assert_eq!(engine.advice_count(&builder).await.unwrap(), 0);

        engine.restore_advice(&builder, key()).await.unwrap();
        assert_eq!(engine.restore_advice(&builder, key()).await.unwrap_err().code, Code::NotFound);
        assert_eq!(engine.advice_count(&builder).await.unwrap(), 1);
        let log = engine.audit(&Caller::Operator, AuditFilter { limit: 10, ..AuditFilter::default() }).await.unwrap();
        let actions: Vec<_> = log.entries.iter().map(|entry| entry.action.as_str()).filter(|a| a.starts_with("advice")).collect();
        assert_eq!(actions, ["advice.restored", "advice.dismissed", "advice.dismissed"]);

        engine.schema("revoke select on open from anon").await;
        assert_eq!(engine.advice_count(&builder).await.unwrap(), 0);
    })
    .await;
}
