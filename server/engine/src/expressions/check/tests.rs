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
    lines
        .lines()
        .map(str::trim)
        .filter(|l| !l.is_empty())
        .map(|sql| format!("{sql}  -- {}", told(sql)))
        .collect::<Vec<_>>()
        .join("\n")
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
    "), @r#"
    nmae = 'x'  -- ! UnknownColumn line 1, column 1: nmae: column people.nmae does not exist
    peeple.name = 'x'  -- ! UnknownTable line 1, column 1: missing FROM-clause entry for table "peeple" (did you mean "people"?)
    people.nmae  -- ! UnknownColumn line 1, column 1: nmae: column people.nmae does not exist
    lowr(name)  -- ! UnknownFunction line 1, column 1: function lowr(text) does not exist (did you mean "lower"?)
    auth.uuid() = owner_id  -- ! UnknownFunction line 1, column 1: function auth.uuid() does not exist (did you mean "auth.uid"?)
    exists (select 1 from team)  -- ! UnknownTable line 1, column 23: team: there is no table "team" (did you mean "teams"?)
    exists (select 1 from teams t where t.nam = 'x')  -- ! UnknownColumn line 1, column 37: nam: column teams.nam does not exist (did you mean "name"?)
    exists (select 1 from teams where teems.id = 1)  -- ! UnknownTable line 1, column 35: missing FROM-clause entry for table "teems" (did you mean "teams"?)
    exists (select nothing from teams)  -- ! UnknownColumn line 1, column 16: nothing: column people.nothing does not exist
    exists (select count(*) from teams)  -- ! InvalidSyntax line 1, column 16: aggregate functions are not allowed here: put them in (select …)
    exists (select 1 from teams, people p where name = 'x')  -- ! InvalidSyntax line 1, column 45: column reference "name" is ambiguous
    exists (select 1 from teams, teams)  -- ! InvalidSyntax line 1, column 30: table name "teams" specified more than once
    exists (select 1 from _tenon_keys)  -- ! UnknownTable line 1, column 23: there is no table "_tenon_keys"
    age = 'x'  -- ! InvalidValue line 1, column 7: invalid input syntax for type integer: "x"
    age = name  -- ! UnknownFunction line 1, column 5: operator does not exist: integer = text (no operator compares these types; cast one of them (value::type))
    age + name  -- ! UnknownFunction line 1, column 5: operator does not exist: integer + text (there is +(smallint, smallint), +(integer, integer), +(bigint, bigint), +(numeric, numeric), +(real, real), +(double precision, double precision))
    age and active  -- ! InvalidValue line 1, column 1: a condition must be boolean, this is integer
    not age  -- ! InvalidValue line 1, column 5: a condition must be boolean, this is integer
    lower(age)  -- ! UnknownFunction line 1, column 1: function lower(integer) does not exist (there is lower(text))
    lower()  -- ! UnknownFunction line 1, column 1: function lower() does not exist (there is lower(text))
    mood = 'happy'  -- ! InvalidValue line 1, column 8: invalid input value for enum mood: "happy"
    mood = 'sad'::mod  -- ! NotFound line 1, column 13: there is no type "mod"
    born = '2020-13-01'  -- ! OutOfRange line 1, column 8: date/time field value out of range: "2020-13-01"
    data ->> name -> 'x'  -- ! UnknownFunction line 1, column 15: operator does not exist: text -> unknown (there is ->(jsonb, text), ->(jsonb, integer), ->(json, text), ->(json, integer))
    raw = raw  -- ! UnknownFunction line 1, column 5: operator does not exist: json = json (json has no comparison; compare a path as text (->>), or make the column jsonb)
    raw is distinct from null  -- ! UnknownFunction line 1, column 5: operator does not exist: json is distinct from json (json has no comparison; compare a path as text (->>), or make the column jsonb)
    moods < moods  -- ! Unsupported line 1, column 7: < needs values with an order, not "mood"[]
    greatest(raw)  -- ! Unsupported line 1, column 1: greatest needs values with an order, not json
    case when active then 1 else 'x' end  -- ! InvalidValue line 1, column 30: invalid input syntax for type integer: "x"
    case when age then 1 end  -- ! InvalidValue line 1, column 11: a condition must be boolean, this is integer
    case when active then age else born end  -- ! InvalidValue line 1, column 32: CASE types integer and date cannot be matched
    coalesce(age, name)  -- ! InvalidValue line 1, column 15: COALESCE types integer and text cannot be matched
    array[1, 'x']  -- ! InvalidValue line 1, column 10: invalid input syntax for type integer: "x"
    array[data]  -- ! Unsupported line 1, column 1: an array of jsonb cannot be made
    tags = array[1]  -- ! UnknownFunction line 1, column 6: operator does not exist: text[] = integer[] (no operator compares these types; cast one of them (value::type))
    age in ('x')  -- ! InvalidValue line 1, column 9: invalid input syntax for type integer: "x"
    age in (select name from teams)  -- ! UnknownFunction line 1, column 5: operator does not exist: integer = text (no operator compares these types; cast one of them (value::type))
    age = any (tags)  -- ! InvalidValue line 1, column 1: this is integer, text is wanted
    age = any (age)  -- ! InvalidValue line 1, column 12: any and all take an array or a query in parentheses
    age like 'x'  -- ! InvalidValue line 1, column 1: this is integer, text is wanted
    name like 'x\'  -- ! InvalidValue line 1, column 11: LIKE pattern must not end with escape character
    name like 'x' escape 'ab'  -- ! Unsupported line 1, column 6: the escape must be one character in single quotes
    name ~ age  -- ! UnknownFunction line 1, column 6: operator does not exist: text ~ integer (there is ~(text, text))
    name ~ '['  -- ! InvalidValue line 1, column 6: invalid regular expression: brackets [] not balanced
    name ~ code  -- ! Unsupported line 1, column 6: argument 2 of ~ must be a text in quotes: what it says is checked beforehand
    count(*)  -- ! InvalidSyntax line 1, column 1: aggregate functions are not allowed here: put them in (select …)
    sum(age) > 1  -- ! InvalidSyntax line 1, column 1: aggregate functions are not allowed here: put them in (select …)
    (select count(*), 1 from teams)  -- ! InvalidSyntax line 1, column 2: a subquery used as a value selects one column
    (select sum(name) from teams)  -- ! UnknownFunction line 1, column 9: function sum(text) does not exist
    (select name, count(*) from teams)  -- ! InvalidSyntax line 1, column 2: a subquery used as a value selects one column
    (select name || count(*)::text from teams)  -- ! InvalidSyntax line 1, column 14: a column beside an aggregate must be the argument of one: queries here have no group by
    (select max(people.age) from teams)  -- ! Unsupported line 1, column 9: max over columns of the query around would be an aggregate of that query
    (select distinct name from teams)  -- ! Unsupported line 1, column 2: distinct is not understood here: use limit 1, min or max
    (select name from teams order by 1)  -- ! Unsupported line 1, column 34: order by takes what to sort by, not the number of a column
    (select data from people p order by raw limit 1)  -- ! Unsupported line 1, column 37: order by needs values with an order, not json
    (select count(*) from teams order by id)  -- ! Unsupported line 1, column 2: an aggregate makes one row: it goes without order by and limit
    (select max(raw) from people p)  -- ! UnknownFunction line 1, column 9: function max(json) does not exist
    age > any (select id from teams limit 1)  -- ! Unsupported line 1, column 12: limit is not understood behind distinct, nor in a query behind any or all
    age in (select distinct id from teams limit 1)  -- ! Unsupported line 1, column 9: limit is not understood behind distinct, nor in a query behind any or all
    lower(distinct name)  -- ! InvalidSyntax line 1, column 1: lower is no aggregate
    coalesce()  -- ! InvalidSyntax line 1, column 1: coalesce needs an argument
    nullif(1)  -- ! InvalidSyntax line 1, column 1: nullif takes two arguments
    now(1)  -- ! InvalidSyntax line 1, column 1: now takes no arguments
    age::serial  -- ! Unsupported line 1, column 4: serial is no type of values
    age::date  -- ! Unsupported line 1, column 4: cannot cast type integer to date
    raw::bigint  -- ! Unsupported line 1, column 4: cannot cast type json to bigint
    seen at time zone 'Europe/Paris'  -- ! Unsupported line 1, column 19: the time zone must be 'UTC'
    concat(1, 2, 3, 4, 5, 6, 7, 8, 9)  -- ! TooComplex line 1, column 1: a call takes at most 8 arguments
    99999999999999999999::integer  -- integer 99999999999999999999::integer
    public.people.id = 1  -- boolean id = 1
    other.people.id = 1  -- ! Unsupported line 1, column 1: everything is in the schema "public"
    "#);
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
    "), @r#"
    age between 1 and 2  -- boolean age >= 1 and age <= 2
    age not between symmetric 2 and 1  -- boolean not ((age >= 2 and age <= 1) or (age >= 1 and age <= 2))
    age in (1, 2)  -- boolean age in (1, 2)
    age in (1)  -- boolean age in (1)
    age in (1, null)  -- boolean age = 1 or age = null
    (active and age = 1) and name = 'x' or false  -- boolean (active and age = 1 and name = 'x') or false
    active and (age = 1 and name = 'x')  -- boolean active and age = 1 and name = 'x'
    name = 'x' and code = 'y'  -- boolean name = 'x' and code = 'y'
    price = 1  -- boolean price = 1
    price > 1.5  -- boolean price > 1.5
    id = 5000000000  -- boolean id = 5000000000
    score = 1.5  -- boolean score = 1.5
    '5' = age  -- boolean 5 = age
    'x' = 'y'  -- boolean 'x'::text = 'y'::text
    null is null  -- boolean null::text is null
    mood = 'ok' and mood in ('ok', 'sad')  -- boolean mood = 'ok' and mood in ('ok', 'sad')
    owner_id = auth.uid()  -- boolean owner_id = auth.uid()
    seen > now()  -- boolean seen > now()
    born > seen  -- boolean born::timestamptz > seen
    current_date - born  -- integer current_date - born
    data -> 'a' -> 0 ->> 'b'  -- text data -> 'a' -> 0 ->> 'b'
    (data ->> 'n')::numeric > 1  -- boolean (data ->> 'n')::numeric > 1
    '{"a": 1}' <@ data  -- boolean '{"a": 1}' <@ data
    data -> (name || 'x')  -- jsonb data -> (name || 'x')
    case mood when 'ok' then 1 else 2 end  -- integer case when mood = 'ok' then 1 else 2 end
    coalesce(name, 'x')  -- text coalesce(name, 'x')
    nullif(code, 'x')  -- text nullif(code, 'x')
    greatest(age, 1, price)  -- numeric greatest(age::numeric, 1::numeric, price)
    name || 'x' || age  -- text name || 'x' || age::bigint
    -age - -5 - (-age)  -- integer - age - (-5) - (- age)
    lower('X')  -- text lower('X')
    'x' = any (tags)  -- boolean 'x' = any (tags)
    age = any ('{1,2}')  -- boolean age = any ('{1,2}'::integer[])
    age = any ((select id from teams))  -- boolean age in (select teams.id from teams)
    name ilike code  -- ! Unsupported line 1, column 12: the pattern must be a text in single quotes (for a part of a text that is not known beforehand, use strpos(text, part) > 0 or starts_with(text, part))
    name not like '%x%'  -- boolean name not like '%x%'
    tags[1]  -- text tags[1]
    exists (select 1 from teams where id = team)  -- boolean exists (select 1 from teams where teams.id = people.team)
    exists (select 1 from people where id = team)  -- boolean exists (select 1 from people where people.id = people.team)
    exists (select 1 from people p where p.id = people.team and exists (select 1 from people where id = p.team))  -- boolean exists (select 1 from people as p where p.id = people.team and exists (select 1 from people where people.id = p.team))
    team not in (select id from teams t where owner_id = auth.uid())  -- boolean team not in (select t.id from teams as t where t.owner_id = auth.uid())
    (select count(*) filter (where name <> 'x') from teams)  -- bigint (select count(*) filter (where teams.name <> 'x') from teams)
    (select name from teams order by name desc nulls last, id limit 1)  -- text (select teams.name from teams order by teams.name desc nulls last, teams.id limit 1)
    (select t.name from teams t left join people on people.team = t.id cross join teams u limit 1)  -- text (select t.name from teams as t left join people on people.team = t.id cross join teams as u limit 1)
    (select auth.uid()) = owner_id  -- boolean auth.uid() = owner_id
    seen at time zone 'UTC'  -- timestamp seen::timestamp
    array[]::integer[]  -- integer[] array[]::integer[]
    "#);
}

#[test]
fn what_grows_out_of_little_text_is_refused_at_once() {
    let begun = std::time::Instant::now();
    let nested = |before: &str, after: &str, times: usize| format!("{}name{}", before.repeat(times), after.repeat(times));
    for sql in [
        nested("nullif(", ", 'x')", 30),
        format!("(({}active{}))", "(".repeat(25), " in (true, active))".repeat(25)),
        format!("{}active{}", "(".repeat(25), " between false and active)".repeat(25)),
        format!(
            "{}active{}",
            "case ".repeat(20),
            " when active then active when active then active when active then active end".repeat(20)
        ),
    ] {
        let error = compile(&sql, &schema(), &people(), None).unwrap_err();
        assert_eq!(error.code, Code::TooComplex, "{sql}: {error:?}");
    }
    assert!(begun.elapsed().as_secs() < 30, "{:?}", begun.elapsed());
    let many =
        |count: usize| format!("exists (select 1 from teams where {})", vec!["exists (select 1 from teams)"; count].join(" and "));
    assert!(compile(&many(63), &schema(), &people(), None).is_ok());
    assert_eq!(compile(&many(64), &schema(), &people(), None).unwrap_err().code, Code::TooComplex);
    let list = (0..10_000).map(|n| n.to_string()).collect::<Vec<_>>().join(", ");
    assert!(matches!(compile(&format!("age in ({list})"), &schema(), &people(), None), Ok(Expr::In { .. })));
}
