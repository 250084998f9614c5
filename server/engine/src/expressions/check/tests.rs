//! What the check makes of expressions, and what it refuses.

use tenon_model::{Code, Expr, Ident, Schema};

use crate::{expressions::compile, tables::schema_from_sql};

const SCHEMA: &str = "
create type mood as enum ('sad', 'ok');
create table teams (id bigint primary key, name text, owner_id uuid);
create table people (
  id bigint primary key, name text, code varchar(4), age integer, price numeric(10,2), score double precision, active boolean,
  born date, seen timestamptz, mood mood, moods mood[], tags text[], data jsonb, raw json, owner_id uuid, team bigint references teams (id)
);";

fn schema() -> Schema {
    schema_from_sql(SCHEMA).unwrap()
}

fn people() -> Ident {
    Ident::new("people").unwrap()
}

fn told(sql: &str) -> String {
    match compile(sql, &schema(), &people(), None) {
        Ok(expr) => format!("{} {}", expr.data_type(), expr.to_sql(&people())),
        Err(error) => {
            let hint = error.hint.map(|hint| format!(" ({hint})")).unwrap_or_default();
            format!("! {:?} {}: {}{hint}", error.code, error.details.unwrap_or_default(), error.message)
        }
    }
}

fn all(lines: &str) -> String {
    lines.lines().map(str::trim).filter(|l| !l.is_empty()).map(|sql| format!("{sql}  -- {}", told(sql))).collect::<Vec<_>>().join("\n")
}

#[test]
fn mistakes_are_told_with_place_and_suggestion() {
    insta::assert_snapshot!(all("
        nmae = 'x'
        peeple.name = 'x'
        people.nmae
        lowr(name)
        auth.uuid() = owner_id
        exists (select 1 from team)
        exists (select 1 from teams t where t.nam = 'x')
        exists (select 1 from teams where teems.id = 1)
        exists (select nothing from teams)
        exists (select count(*) from teams)
        exists (select 1 from teams, people p where name = 'x')
        exists (select 1 from teams, teams)
        exists (select 1 from _tenon_keys)
        age = 'x'
        age = name
        age + name
        age and active
        not age
        lower(age)
        lower()
        mood = 'happy'
        mood = 'sad'::mod
        born = '2020-13-01'
        data ->> name -> 'x'
        raw = raw
        raw is distinct from null
        moods < moods
        greatest(raw)
        case when active then 1 else 'x' end
        case when age then 1 end
        case when active then age else born end
        coalesce(age, name)
        array[1, 'x']
        array[data]
        tags = array[1]
        age in ('x')
        age in (select name from teams)
        age = any (tags)
        age = any (age)
        age like 'x'
        name like 'x\\'
        name like 'x' escape 'ab'
        name ~ age
        name ~ '['
        name ~ code
        count(*)
        sum(age) > 1
        (select count(*), 1 from teams)
        (select sum(name) from teams)
        (select name, count(*) from teams)
        (select name || count(*)::text from teams)
        (select max(people.age) from teams)
        (select distinct name from teams)
        (select name from teams order by 1)
        (select data from people p order by raw limit 1)
        (select count(*) from teams order by id)
        (select max(raw) from people p)
        age > any (select id from teams limit 1)
        age in (select distinct id from teams limit 1)
        lower(distinct name)
        coalesce()
        nullif(1)
        now(1)
        age::serial
        age::date
        raw::bigint
        seen at time zone 'Europe/Paris'
        concat(1, 2, 3, 4, 5, 6, 7, 8, 9)
        99999999999999999999::integer
        public.people.id = 1
        other.people.id = 1
    "), @"");
}

#[test]
fn what_is_understood_has_one_form() {
    insta::assert_snapshot!(all("
        age between 1 and 2
        age not between symmetric 2 and 1
        age in (1, 2)
        age in (1)
        age in (1, null)
        (active and age = 1) and name = 'x' or false
        active and (age = 1 and name = 'x')
        name = 'x' and code = 'y'
        price = 1
        price > 1.5
        id = 5000000000
        score = 1.5
        '5' = age
        'x' = 'y'
        null is null
        mood = 'ok' and mood in ('ok', 'sad')
        owner_id = auth.uid()
        seen > now()
        born > seen
        current_date - born
        data -> 'a' -> 0 ->> 'b'
        (data ->> 'n')::numeric > 1
        '{\"a\": 1}' <@ data
        data -> (name || 'x')
        case mood when 'ok' then 1 else 2 end
        coalesce(name, 'x')
        nullif(code, 'x')
        greatest(age, 1, price)
        name || 'x' || age
        -age - -5 - (-age)
        lower('X')
        'x' = any (tags)
        age = any ('{1,2}')
        age = any ((select id from teams))
        name ilike code
        name not like '%x%'
        tags[1]
        exists (select 1 from teams where id = team)
        exists (select 1 from people where id = team)
        exists (select 1 from people p where p.id = people.team and exists (select 1 from people where id = p.team))
        team not in (select id from teams t where owner_id = auth.uid())
        (select count(*) filter (where name <> 'x') from teams)
        (select name from teams order by name desc nulls last, id limit 1)
        (select t.name from teams t left join people on people.team = t.id cross join teams u limit 1)
        (select auth.uid()) = owner_id
        seen at time zone 'UTC'
        array[]::integer[]
    "), @"");
}

#[test]
fn what_grows_out_of_little_text_is_refused_at_once() {
    let begun = std::time::Instant::now();
    let nested = |before: &str, after: &str, times: usize| format!("{}name{}", before.repeat(times), after.repeat(times));
    for sql in [
        nested("nullif(", ", 'x')", 30),
        format!("(({}active{}))", "(".repeat(25), " in (true, active))".repeat(25)),
        format!("{}active{}", "(".repeat(25), " between false and active)".repeat(25)),
        format!("{}active{}", "case ".repeat(20), " when active then active when active then active when active then active end".repeat(20)),
    ] {
        let error = compile(&sql, &schema(), &people(), None).unwrap_err();
        assert_eq!(error.code, Code::TooComplex, "{sql}: {error:?}");
    }
    assert!(begun.elapsed().as_secs() < 30, "{:?}", begun.elapsed());
    let many = |count: usize| format!("exists (select 1 from teams where {})", vec!["exists (select 1 from teams)"; count].join(" and "));
    assert!(compile(&many(63), &schema(), &people(), None).is_ok());
    assert_eq!(compile(&many(64), &schema(), &people(), None).unwrap_err().code, Code::TooComplex);
    let list = (0..10_000).map(|n| n.to_string()).collect::<Vec<_>>().join(", ");
    assert!(matches!(compile(&format!("age in ({list})"), &schema(), &people(), None), Ok(Expr::In { .. })));
}
