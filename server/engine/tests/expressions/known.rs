//! Expressions written by hand.

use tenon_model::Ident;
use tenon_testkit::for_each_engine;

use super::agree;

const SCHEMA: &str = "
create type mood as enum ('sad', 'ok', 'happy');
create table teams (id bigint primary key, name text not null, parent bigint references teams (id));
create table people (
  id bigint primary key, name text, age integer, small smallint, height double precision, weight real, salary numeric(12,2),
  exact numeric, active boolean, born date, woken time, seen timestamp, met timestamptz, mood mood, code varchar(5), tags text[],
  numbers integer[], data jsonb, raw json, photo bytea, uid uuid, team bigint references teams (id)
);
create table members (team bigint references teams (id), person bigint references people (id), role text, primary key (team, person));
";

#[tokio::test]
async fn all_evaluators_agree() {
    for_each_engine(async |engine| {
        engine.schema(SCHEMA).await;
        engine.rows("teams", serde_json::json!([
            {"id": 1, "name": "all", "parent": null}, {"id": 2, "name": "north", "parent": 1}, {"id": 3, "name": "south", "parent": 1}
        ])).await;
        engine.rows("people", people()).await;
        engine.rows("members", serde_json::json!([
            {"team": 1, "person": 1, "role": "owner"}, {"team": 2, "person": 1, "role": null}, {"team": 2, "person": 2, "role": "guest"}
        ])).await;
        let schema = tenon_engine::Engine::schema(&engine);
        let people = Ident::new("people").unwrap();
        agree(&engine, &schema, &people, EXPRESSIONS).await;
    })
    .await;
}

fn people() -> serde_json::Value {
    serde_json::json!([
        {"id": 1, "name": "Ada", "age": 36, "small": 3, "height": 1.65, "weight": 55.5, "salary": "1200.50", "exact": "0.10", "active": true,
         "born": "1815-12-10", "woken": "07:30", "seen": "2024-01-31T10:00:00", "met": "2024-02-29T23:59:59.5+00:00", "mood": "happy",
         "code": "ab", "tags": ["x", "y"], "numbers": [1, 2, null], "data": {"a": {"b": [1, "two", null]}, "n": 1.50},
         "raw": {"k": "v"}, "photo": "\\x00ff", "uid": "11111111-1111-1111-1111-111111111111", "team": 2},
        {"id": 2, "name": "bob", "age": -1, "small": -3, "height": -0.5, "weight": 1e10, "salary": "-0.01", "exact": "12345678901234567890.5", "active": false,
         "born": "2000-02-29", "woken": "23:59:59.999999", "seen": "1999-12-31T23:59:59", "met": "2024-03-01T00:00:00+00:00", "mood": "sad",
         "code": "", "tags": [], "numbers": [], "data": [1, 2], "raw": null, "photo": "\\x", "uid": "22222222-2222-2222-2222-222222222222", "team": null},
        {"id": 3, "name": null, "age": null, "small": null, "height": null, "weight": null, "salary": null, "exact": null, "active": null,
         "born": null, "woken": null, "seen": null, "met": null, "mood": null, "code": null, "tags": null, "numbers": null, "data": null,
         "raw": null, "photo": null, "uid": null, "team": null},
        {"id": 4, "name": "Zürich 100%", "age": 2147483647, "small": 32767, "height": 1e300, "weight": 0, "salary": "9999999999.99", "exact": "-7", "active": true,
         "born": "9999-12-31", "woken": "00:00", "seen": "0001-01-01T00:00:00", "met": "0001-01-01T00:00:00+00:00", "mood": "ok",
         "code": "abcde", "tags": ["y", null, "Z"], "numbers": [2147483647], "data": "text", "raw": [1], "photo": "\\xdeadbeef",
         "uid": "33333333-3333-3333-3333-333333333333", "team": 3}
    ])
}

const EXPRESSIONS: &str = r#"
    id = 1
    name = 'Ada'
    name < 'b'
    name is null
    name is distinct from null
    name is not distinct from 'bob'
    not active
    active and age > 0
    active or age > 0
    active is not true
    active is unknown
    age between 0 and 40
    age not between symmetric 40 and 0
    age in (36, -1)
    age not in (36, null)
    name in ('Ada', name)
    small + id
    age::bigint + 1
    age + 1
    small * small
    age / small
    age % 5
    -age
    - small
    age / (age - 36)
    salary * 1.10
    salary / 3
    exact / salary
    exact + age
    exact - 0.1
    exact * exact
    salary % 7
    exact = 0.1
    exact < salary
    salary > age
    height > salary
    height > 1
    height + 1
    height * weight
    weight / 3
    height / 0
    salary::integer
    height::numeric
    salary::text
    age::text
    name::varchar
    code || '-' || name
    name || age::text
    born < met
    born = '2000-02-29'
    seen::date
    met > '2024-02-29T12:00:00Z'
    met::date = date '2024-02-29'
    mood = 'happy'
    mood > 'sad'
    mood in ('ok', 'sad')
    mood::text
    'ok'::mood < mood
    uid = '11111111-1111-1111-1111-111111111111'
    uid::text
    code like 'a%'
    name ilike 'ZÜR%'
    name like '%100\%'
    name like '%100!%' escape '!'
    name not like '_d_'
    case when age > 0 then 'plus' when age < 0 then 'minus' else 'none' end
    case mood when 'happy' then 1 when 'sad' then 2.5 end
    case when active then age else salary end
    coalesce(age, small, 7)
    coalesce(name, 'nobody')
    coalesce(salary, age)
    nullif(age, -1)
    nullif(name, 'Ada')
    greatest(age, small, 5)
    least(salary, exact, age)
    greatest(name, 'M')
    data -> 'a' -> 'b' ->> 1
    data ->> 'n'
    data -> 0
    data -> 'a' -> 'b' -> -1
    raw ->> 'k'
    (data ->> 'n')::numeric + 1
    data @> '{"n": 1.5}'
    '{"n": 1.5}' <@ data
    tags @> array['x']
    tags && array['Z', 'q']
    array['x'] <@ tags
    'x' = any(tags)
    'x' <> all(tags)
    2 = any(numbers)
    age > all(numbers)
    age = any(array[36, 37])
    array[age, small]
    array['a', name]
    numbers = array[1, 2, null]
    tags < array['y']
    auth.uid() is null
    auth.role() = 'service_role'
    auth.role()
    auth.email() = 'a@b.c'
    (auth.jwt() ->> 'role') is null
    exists (select 1 from members where members.person = people.id)
    exists (select 1 from members m where m.person = people.id and m.role = 'owner')
    exists (select from members)
    team in (select team from members where person = id)
    id in (select person from members)
    id not in (select person from members)
    team not in (select id from teams where name = 'north')
    age = any (select person from members)
    id > all (select person from members where role is not null)
    id >= any (select person from members)
    (select name from teams where teams.id = team)
    (select count(*) from members where person = people.id)
    (select count(*) from members where person = people.id) > 1
    (select max(m.role) from members m where m.person = people.id)
    (select sum(age) from people p)
    (select sum(salary) from people p)
    (select avg(age) from people p)
    (select avg(salary) from people p where p.id <> people.id)
    (select min(exact) from people p)
    (select count(distinct role) + 1 from members)
    (select count(*) filter (where role = 'guest') from members)
    (select bool_and(active) from people p)
    (select bool_or(active) from people p)
    (select sum(id) from people p where false)
    (select role from members where person = people.id)
    (select role from members where person = people.id order by team limit 1)
    (select role from members where person = people.id order by role desc nulls last, team limit 1)
    (select t.name from teams t join teams p on p.id = t.parent where t.id = team)
    (select count(*) from teams t left join members m on m.team = t.id where m.team is null)
    (select count(*) from teams a, teams b where a.id < b.id)
    (select auth.uid()) is null
    (select 1 + id)
    exists (select 1 from teams t where t.id = team and exists (select 1 from members m where m.team = t.id and m.person = people.id))
"#;
