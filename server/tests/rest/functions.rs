//! Views and SQL functions over HTTP, as PostgREST offers them.

use serde_json::json;
use tenon_engine::{Caller, audit::Client};

use crate::{
    policies::{User, sign_up},
    support::{App, both},
};

const SCHEMA: &str = "
    create table clubs (id bigint primary key, name text not null);
    create table club_members (
        club_id bigint not null references clubs (id), user_id uuid not null, role text not null default 'member',
        primary key (club_id, user_id)
    );
    create table posts (
        id bigint primary key, club_id bigint not null references clubs (id), title text not null, price numeric(8,2),
        mood mood, written timestamptz
    );
    create table comments (id bigint primary key, post_id bigint references posts (id), body text not null);
    create function private.is_member(club bigint) returns boolean language sql stable security definer set search_path = ''
        as $$ select exists (select 1 from public.club_members m where m.club_id = club and m.user_id = (select auth.uid())) $$;
    create function private.my_clubs() returns setof bigint language sql stable security definer
        as $$ select club_id from club_members where user_id = auth.uid() $$;
    alter table clubs enable row level security;
    alter table club_members enable row level security;
    alter table posts enable row level security;
    alter table comments enable row level security;
    create policy members on club_members for select to authenticated using (private.is_member(club_id));
    create policy members on clubs for select to authenticated using (id in (select private.my_clubs()));
    create policy members on posts to authenticated using (private.is_member(club_id)) with check (private.is_member(club_id));
    create policy all_of_it on comments for select using (true);
    grant all on clubs, club_members, posts, comments to authenticated;
    grant select on comments to anon;

    create view club_sizes with (security_invoker = true) as
        select c.id, c.name, count(m.user_id) as members from clubs c left join club_members m on m.club_id = c.id
        group by c.id, c.name;
    create view all_sizes as select club_id, count(*) as members, max(role) as top from club_members group by 1;
    create view cheap (id, label, price) with (security_invoker) as
        select p.id, upper(p.title), p.price from posts p where p.price < 10;
    grant select on club_sizes, cheap to authenticated;
    grant select on all_sizes to anon, authenticated;

    create function add(a integer, b integer default 10) returns integer language sql immutable as 'select a + b';
    create function posts_of(club bigint) returns setof posts language sql stable
        as $$ select * from posts where club_id = club order by id $$;
    create function first_post() returns posts language sql stable as $$ select * from posts order by id limit 1 $$;
    create function titles(least numeric) returns setof text language sql stable
        as $$ select title from posts where price >= least order by title $$;
    create function prices(since timestamptz) returns table (club text, total numeric, posts bigint) language sql stable as $$
        with priced as (select p.club_id, p.price from posts p where p.written >= since)
        select c.name, sum(x.price), count(*) from priced x join clubs c on c.id = x.club_id
        group by c.id, c.name having count(*) > 0 order by 2 desc nulls last
    $$;
    create function secrets() returns bigint language sql security definer as $$ select count(*) from club_members $$;
    create function seen() returns bigint language sql as $$ select count(*) from club_members $$;
    create function nothing() returns void language sql as $$ select 1 $$;
    create function of_mood(wanted mood, tags text[] default array['a']) returns text language sql strict
        as $$ select wanted::text || '/' || array_length(tags, 1)::text $$;
    create function echo(json) returns json language sql as $$ select $1 $$;
    revoke execute on function secrets from public;
    grant execute on function secrets to authenticated;
";

async fn set_up(app: &App) -> (User, User) {
    let change = |settings: &tenon_engine::settings::Settings| settings.with("auth.email_autoconfirm", json!(true));
    app.engine.change_settings(&Caller::Operator, &Client::default(), change).await.unwrap();
    app.engine.schema(SCHEMA).await;
    let (ada, bob) = (sign_up(app, "ada@example.org").await, sign_up(app, "bob@example.org").await);
    app.engine.rows("clubs", json!([{ "id": 1, "name": "Chess" }, { "id": 2, "name": "Go" }])).await;
    let members = json!([
        { "club_id": 1, "user_id": ada.id, "role": "owner" }, { "club_id": 1, "user_id": bob.id },
        { "club_id": 2, "user_id": bob.id, "role": "owner" }
    ]);
    app.engine.rows("club_members", members).await;
    let posts = json!([
        { "id": 1, "club_id": 1, "title": "Opening", "price": 9.5, "mood": "low", "written": "2024-01-01T00:00:00Z" },
        { "id": 2, "club_id": 1, "title": "End", "price": 10, "mood": "high", "written": "2024-02-01T00:00:00Z" },
        { "id": 3, "club_id": 2, "title": "Ko", "price": 0.25, "written": "2024-03-01T00:00:00Z" }
    ]);
    app.engine.rows("posts", posts).await;
    app.engine.rows("comments", json!([{ "id": 1, "post_id": 1, "body": "yes" }, { "id": 2, "post_id": 3, "body": "no" }])).await;
    (ada, bob)
}

#[tokio::test]
async fn policies_call_functions_that_see_past_policies() {
    let answers = both(async |app| {
        let (ada, bob) = set_up(&app).await;
        let mut all = Vec::new();
        for user in [&ada, &bob] {
            for path in [
                "posts?select=id,title,clubs(name)",
                "clubs?select=name,club_members(role)&club_members.order=role",
                "comments?select=id,posts(title)",
            ] {
                all.push(app.call(&format!("GET {path}"), &[&user.header], "").await);
            }
        }
        let post = r#"{"id": 9, "club_id": 2, "title": "Mine"}"#;
        all.push(app.call("POST posts", &[&ada.header], post).await);
        all.push(app.call("POST posts", &[&bob.header], post).await);
        all
    });
    insta::assert_snapshot!(answers.await, @r#"
    200
    content-range: 0-1/*
    [{"id":1,"title":"Opening","clubs":{"name":"Chess"}},{"id":2,"title":"End","clubs":{"name":"Chess"}}]
    ---
    200
    content-range: 0-0/*
    [{"name":"Chess","club_members":[{"role":"member"},{"role":"owner"}]}]
    ---
    200
    content-range: 0-1/*
    [{"id":1,"posts":{"title":"Opening"}},{"id":2,"posts":null}]
    ---
    200
    content-range: 0-2/*
    [{"id":1,"title":"Opening","clubs":{"name":"Chess"}},{"id":2,"title":"End","clubs":{"name":"Chess"}},{"id":3,"title":"Ko","clubs":{"name":"Go"}}]
    ---
    200
    content-range: 0-1/*
    [{"name":"Chess","club_members":[{"role":"member"},{"role":"owner"}]},{"name":"Go","club_members":[{"role":"owner"}]}]
    ---
    200
    content-range: 0-1/*
    [{"id":1,"posts":{"title":"Opening"}},{"id":2,"posts":{"title":"Ko"}}]
    ---
    403
    {"code":"42501","details":null,"hint":null,"message":"new row violates row-level security policy for table \"posts\""}
    ---
    201
    content-range: */*
    "#);
}

#[tokio::test]
async fn views_read_like_tables() {
    let answers = both(async |app| {
        let (ada, _) = set_up(&app).await;
        let anon = format!("apikey: {}", app.keys.publishable);
        let mut all = Vec::new();
        for path in [
            "club_sizes?order=name.desc",
            "club_sizes?members=gte.2&select=name,members",
            "all_sizes?order=club_id&limit=1",
            "cheap?select=id,label,price,comments(body)&order=price",
            "comments?select=id,cheap(label)&order=id",
        ] {
            all.push(app.call(&format!("GET {path}"), &["Prefer: count=exact"], "").await);
            all.push(app.call(&format!("GET {path}"), &[&ada.header, "Prefer: count=exact"], "").await);
            all.push(app.call(&format!("GET {path}"), &[&anon], "").await);
        }
        all.push(app.call("GET cheap?order=id", &["Accept: text/csv"], "").await);
        all.push(app.call("GET cheap?id=eq.3", &["Accept: application/vnd.pgrst.object+json"], "").await);
        all.push(app.call("POST cheap", &[], r#"{"id": 7}"#).await);
        all.push(app.call("PATCH cheap?id=eq.1", &[], r#"{"price": 7}"#).await);
        all.push(app.call("DELETE cheap?id=eq.1", &[&ada.header], "").await);
        all
    });
    insta::assert_snapshot!(answers.await, @r#"
    200
    content-range: 0-1/2
    preference-applied: count=exact
    [{"id":2,"name":"Go","members":1},{"id":1,"name":"Chess","members":2}]
    ---
    200
    content-range: 0-0/1
    preference-applied: count=exact
    [{"id":1,"name":"Chess","members":2}]
    ---
    401
    {"code":"42501","details":null,"hint":null,"message":"permission denied for view club_sizes"}
    ---
    200
    content-range: 0-0/1
    preference-applied: count=exact
    [{"name":"Chess","members":2}]
    ---
    200
    content-range: 0-0/1
    preference-applied: count=exact
    [{"name":"Chess","members":2}]
    ---
    401
    {"code":"42501","details":null,"hint":null,"message":"permission denied for view club_sizes"}
    ---
    206
    content-range: 0-0/2
    preference-applied: count=exact
    [{"club_id":1,"members":2,"top":"owner"}]
    ---
    206
    content-range: 0-0/2
    preference-applied: count=exact
    [{"club_id":1,"members":2,"top":"owner"}]
    ---
    200
    content-range: 0-0/*
    [{"club_id":1,"members":2,"top":"owner"}]
    ---
    200
    content-range: 0-1/2
    preference-applied: count=exact
    [{"id":3,"label":"KO","price":0.25,"comments":[{"body":"no"}]},{"id":1,"label":"OPENING","price":9.50,"comments":[{"body":"yes"}]}]
    ---
    200
    content-range: 0-0/1
    preference-applied: count=exact
    [{"id":1,"label":"OPENING","price":9.50,"comments":[{"body":"yes"}]}]
    ---
    401
    {"code":"42501","details":null,"hint":null,"message":"permission denied for view cheap"}
    ---
    200
    content-range: 0-1/2
    preference-applied: count=exact
    [{"id":1,"cheap":{"label":"OPENING"}},{"id":2,"cheap":{"label":"KO"}}]
    ---
    200
    content-range: 0-1/2
    preference-applied: count=exact
    [{"id":1,"cheap":{"label":"OPENING"}},{"id":2,"cheap":null}]
    ---
    401
    {"code":"42501","details":null,"hint":null,"message":"permission denied for view cheap"}
    ---
    200
    content-type: text/csv; charset=utf-8
    content-range: 0-1/*
    id,label,price
    1,OPENING,9.50
    3,KO,0.25
    ---
    200
    content-type: application/vnd.pgrst.object+json; charset=utf-8
    content-range: 0-0/*
    {"id":3,"label":"KO","price":0.25}
    ---
    400
    {"code":"0A000","details":null,"hint":"write to the table that it shows","message":"cannot write to \"cheap\": it is a view"}
    ---
    400
    {"code":"0A000","details":null,"hint":"write to the table that it shows","message":"cannot write to \"cheap\": it is a view"}
    ---
    403
    {"code":"42501","details":null,"hint":null,"message":"permission denied for view cheap"}
    "#);
}

#[tokio::test]
async fn functions_are_called_by_get_and_post() {
    let answers = both(async |app| {
        let (ada, bob) = set_up(&app).await;
        let mut all = Vec::new();
        for path in [
            "rpc/add?a=1&b=2",
            "rpc/add?a=1",
            "rpc/posts_of?club=1&select=id,title,comments(body)&title=like.O*",
            "rpc/posts_of?club=1&order=price.desc&limit=1",
            "rpc/first_post",
            "rpc/first_post?select=title,mood",
            "rpc/titles?least=1",
            "rpc/prices?since=2024-01-15",
            "rpc/secrets",
            "rpc/seen",
            "rpc/nothing",
            "rpc/of_mood?wanted=high",
            "rpc/of_mood?wanted=high&tags={x,y}",
        ] {
            all.push(app.get(path).await);
            all.push(app.call(&format!("GET {path}"), &[&ada.header], "").await);
        }
        all.push(app.call("POST rpc/add", &[&bob.header], r#"{"a": 5, "b": -7}"#).await);
        all.push(
            app.call("POST rpc/posts_of?select=id&order=id.desc", &[&bob.header, "Prefer: count=exact"], r#"{"club": 1}"#).await,
        );
        all.push(app.call("HEAD rpc/posts_of?club=1", &[&bob.header, "Prefer: count=exact"], "").await);
        all.push(app.call("GET rpc/posts_of?club=1&select=id,price", &[&bob.header, "Accept: text/csv"], "").await);
        let object = "Accept: application/vnd.pgrst.object+json";
        all.push(app.call("GET rpc/posts_of?club=2&select=id", &[&bob.header, object], "").await);
        all.push(app.call("GET rpc/posts_of?club=2&select=id", &[&ada.header, object], "").await);
        all.push(app.call("POST rpc/of_mood", &[], r#"{"wanted": null}"#).await);
        all.push(app.call("POST rpc/of_mood", &[], r#"{"wanted": "low", "tags": ["a", "b", "c"]}"#).await);
        all.push(app.call("POST rpc/echo", &[], r#"{"any": [1, "thing"]}"#).await);
        all.push(app.call("POST rpc/first_post", &[&format!("apikey: {}", app.keys.publishable)], "{}").await);
        all
    });
    insta::assert_snapshot!(answers.await, @r#"
    200
    content-range: 0-0/*
    3
    ---
    200
    content-range: 0-0/*
    3
    ---
    200
    content-range: 0-0/*
    11
    ---
    200
    content-range: 0-0/*
    11
    ---
    200
    content-range: 0-0/*
    [{"id":1,"title":"Opening","comments":[{"body":"yes"}]}]
    ---
    200
    content-range: 0-0/*
    [{"id":1,"title":"Opening","comments":[{"body":"yes"}]}]
    ---
    200
    content-range: 0-0/*
    [{"id":2,"club_id":1,"title":"End","price":10.00,"mood":"high","written":"2024-02-01T00:00:00+00:00"}]
    ---
    200
    content-range: 0-0/*
    [{"id":2,"club_id":1,"title":"End","price":10.00,"mood":"high","written":"2024-02-01T00:00:00+00:00"}]
    ---
    200
    content-range: 0-0/*
    {"id":1,"club_id":1,"title":"Opening","price":9.50,"mood":"low","written":"2024-01-01T00:00:00+00:00"}
    ---
    200
    content-range: 0-0/*
    {"id":1,"club_id":1,"title":"Opening","price":9.50,"mood":"low","written":"2024-01-01T00:00:00+00:00"}
    ---
    200
    content-range: 0-0/*
    {"title":"Opening","mood":"low"}
    ---
    200
    content-range: 0-0/*
    {"title":"Opening","mood":"low"}
    ---
    200
    content-range: 0-1/*
    ["End","Opening"]
    ---
    200
    content-range: 0-1/*
    ["End","Opening"]
    ---
    200
    content-range: 0-1/*
    [{"club":"Chess","total":10.00,"posts":1},{"club":"Go","total":0.25,"posts":1}]
    ---
    200
    content-range: 0-0/*
    [{"club":"Chess","total":10.00,"posts":1}]
    ---
    200
    content-range: 0-0/*
    3
    ---
    200
    content-range: 0-0/*
    3
    ---
    200
    content-range: 0-0/*
    3
    ---
    200
    content-range: 0-0/*
    2
    ---
    204
    ---
    204
    ---
    200
    content-range: 0-0/*
    "high/1"
    ---
    200
    content-range: 0-0/*
    "high/1"
    ---
    200
    content-range: 0-0/*
    "high/2"
    ---
    200
    content-range: 0-0/*
    "high/2"
    ---
    200
    content-range: 0-0/*
    -2
    ---
    200
    content-range: 0-1/2
    preference-applied: count=exact
    [{"id":2},{"id":1}]
    ---
    200
    content-range: 0-1/2
    preference-applied: count=exact
    ---
    200
    content-type: text/csv; charset=utf-8
    content-range: 0-1/*
    id,price
    1,9.50
    2,10.00
    ---
    200
    content-type: application/vnd.pgrst.object+json; charset=utf-8
    content-range: 0-0/*
    {"id":3}
    ---
    406
    {"code":"PGRST116","details":"The result contains 0 rows","hint":null,"message":"Cannot coerce the result to a single JSON object"}
    ---
    200
    content-range: 0-0/*
    null
    ---
    200
    content-range: 0-0/*
    "low/3"
    ---
    200
    content-range: 0-0/*
    {"any": [1, "thing"]}
    ---
    401
    {"code":"42501","details":null,"hint":null,"message":"permission denied for table posts"}
    "#);
}

#[tokio::test]
async fn wrong_calls_are_told_in_postgrests_words() {
    let answers = both(async |app| {
        set_up(&app).await;
        let anon = format!("apikey: {}", app.keys.publishable);
        let mut all = Vec::new();
        for line in [
            "GET rpc/ad?a=1",
            "GET rpc/add?b=1",
            "GET rpc/add?a=1&c=eq.3",
            "GET rpc/add?a=x",
            "GET rpc/of_mood?wanted=grim",
            "GET rpc/is_member?club=1",
            "GET rpc/private.is_member?club=1",
            "DELETE rpc/add?a=1",
            "GET rpc/posts_of?club=1&select=nothing",
            "OPTIONS rpc/add",
        ] {
            all.push(app.call(line, &[], "").await);
        }
        all.push(app.call("GET rpc/secrets", &[&anon], "").await);
        all.push(app.call("GET rpc/posts_of?club=1", &[&anon], "").await);
        all.push(app.call("POST rpc/add", &[], r#"{"a": 1, "z": 2}"#).await);
        all.push(app.call("POST rpc/add", &[], "[1]").await);
        all.push(app.call("POST rpc/add", &[], r#"{"a": 2147483647, "b": 1}"#).await);
        all.push(app.call("POST rpc/add", &["Content-Type: text/csv"], "a\n1").await);
        all
    });
    insta::assert_snapshot!(answers.await, @r#"
    404
    {"code":"PGRST202","details":"Searched for the function public.ad with parameter a, but no matches were found in the schema cache.","hint":"Perhaps you meant to call the function public.add","message":"Could not find the function public.ad(a) in the schema cache"}
    ---
    404
    {"code":"PGRST202","details":"Searched for the function public.add with parameter b, but no matches were found in the schema cache.","hint":"Perhaps you meant to call the function public.add(a, b)","message":"Could not find the function public.add(b) in the schema cache"}
    ---
    400
    {"code":"42703","details":null,"hint":null,"message":"column add.c does not exist"}
    ---
    400
    {"code":"22P02","details":null,"hint":null,"message":"invalid input syntax for type integer: \"x\""}
    ---
    400
    {"code":"22P02","details":null,"hint":null,"message":"invalid input value for enum mood: \"grim\""}
    ---
    404
    {"code":"PGRST202","details":"Searched for the function public.is_member with parameter club, but no matches were found in the schema cache.","hint":null,"message":"Could not find the function public.is_member(club) in the schema cache"}
    ---
    404
    {"code":"PGRST202","details":"Searched for the function public.private.is_member with parameter club, but no matches were found in the schema cache.","hint":null,"message":"Could not find the function public.private.is_member(club) in the schema cache"}
    ---
    405
    {"code":"PGRST101","details":null,"hint":null,"message":"Cannot use the DELETE method on RPC"}
    ---
    400
    {"code":"42703","details":null,"hint":null,"message":"column posts_of.nothing does not exist"}
    ---
    200
    ---
    401
    {"code":"42501","details":null,"hint":null,"message":"permission denied for function secrets"}
    ---
    401
    {"code":"42501","details":null,"hint":null,"message":"permission denied for table posts"}
    ---
    404
    {"code":"PGRST202","details":"Searched for the function public.add with parameters a, z, but no matches were found in the schema cache.","hint":"Perhaps you meant to call the function public.add(a, b)","message":"Could not find the function public.add(a, z) in the schema cache"}
    ---
    400
    {"code":"PGRST102","details":null,"hint":null,"message":"Empty or invalid json"}
    ---
    400
    {"code":"22003","details":null,"hint":null,"message":"integer out of range"}
    ---
    415
    {"code":"PGRST102","details":null,"hint":null,"message":"functions take their arguments as JSON"}
    "#);
}
