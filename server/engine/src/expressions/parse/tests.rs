//! What text becomes which tree, and what text becomes none.

use super::whole;
use crate::expressions::syntax::{Kind, Node, Quantity, Test};

/// The tree as text in which every operator has its parentheses.
fn shape(node: &Node) -> String {
    let all = |nodes: &[Node], joiner: &str| nodes.iter().map(shape).collect::<Vec<_>>().join(joiner);
    let not = |negated: &bool| if *negated { "not " } else { "" };
    match &node.kind {
        Kind::Null => "null".to_owned(),
        Kind::Bool(flag) => flag.to_string(),
        Kind::Number(digits) if digits.starts_with('-') => format!("({digits})"),
        Kind::Number(digits) => digits.clone(),
        Kind::Text(text) => format!("'{}'", text.replace('\'', "''")),
        Kind::Name(parts) => parts.iter().map(tenon_model::Ident::to_sql).collect::<Vec<_>>().join("."),
        Kind::Prefix(name, operand) => format!("({name} {})", shape(operand)),
        Kind::Infix(name, left, right) => format!("({} {name} {})", shape(left), shape(right)),
        Kind::And(terms) => format!("({})", all(terms, " and ")),
        Kind::Or(terms) => format!("({})", all(terms, " or ")),
        Kind::Not(operand) => format!("(not {})", shape(operand)),
        Kind::Is { expr, test, negated } => {
            let test = match test {
                Test::Null => "null",
                Test::True => "true",
                Test::False => "false",
                Test::Unknown => "unknown",
            };
            format!("({} is {}{test})", shape(expr), not(negated))
        }
        Kind::Distinct { left, right, negated } => format!("({} is {}distinct from {})", shape(left), not(negated), shape(right)),
        Kind::In { expr, list, negated } => format!("({} {}in ({}))", shape(expr), not(negated), all(list, ", ")),
        Kind::Between { expr, low, high, negated, .. } => {
            format!("({} {}between {} and {})", shape(expr), not(negated), shape(low), shape(high))
        }
        Kind::Like { expr, pattern, negated, .. } => format!("({} {}like {})", shape(expr), not(negated), shape(pattern)),
        Kind::Quantified { op, expr, of, .. } => match of.as_ref() {
            Quantity::Array(array) => format!("({} {op} any ({}))", shape(expr), shape(array)),
            Quantity::Query(_) => format!("({} {op} any (query))", shape(expr)),
        },
        Kind::Cast(expr, to) => format!("cast({} as {to:?})", shape(expr)),
        Kind::Call(call) => format!("{}({})", call.name[0], all(&call.arguments, ", ")),
        Kind::Subscript(array, index) => format!("({}[{}])", shape(array), shape(index)),
        Kind::AtTimeZone(expr, zone) => format!("({} at time zone {})", shape(expr), shape(zone)),
        other => format!("{other:?}"),
    }
}

fn read(sql: &str) -> String {
    match whole(sql) {
        Ok(node) => shape(&node),
        Err(located) => {
            let error = located.into_error(None);
            format!("{}: {}", error.details.unwrap_or_default(), error.message)
        }
    }
}

#[test]
fn operators_bind_as_in_postgresql() {
    for (sql, wanted) in [
        ("a or b and c", "(a or (b and c))"),
        ("a and b or c and d", "((a and b) or (c and d))"),
        ("not a = b and c", "((not (a = b)) and c)"),
        ("not a is null", "(not (a is null))"),
        ("not not a", "(not (not a))"),
        ("a = b is true", "((a = b) is true)"),
        ("a + b * c - d", "((a + (b * c)) - d)"),
        ("a - b - c", "((a - b) - c)"),
        ("a / b % c * d", "(((a / b) % c) * d)"),
        ("- a * b", "((- a) * b)"),
        ("-a ^ 2", "((- a) ^ 2)"),
        ("2 ^ 3 ^ 4", "((2 ^ 3) ^ 4)"),
        ("a || b + c", "(a || (b + c))"),
        ("a || b || c", "((a || b) || c)"),
        ("a -> 'b' ->> 'c' = 'd'", "(((a -> 'b') ->> 'c') = 'd')"),
        ("a < b || c", "(a < (b || c))"),
        ("a @> b = c", "((a @> b) = c)"),
        ("a in (1, 2) and b", "((a in (1, 2)) and b)"),
        ("a = b in (1)", "(a = (b in (1)))"),
        ("a between 1 + 2 and 3 and b", "((a between (1 + 2) and 3) and b)"),
        ("a not between b and c or d", "((a not between b and c) or d)"),
        ("a like b || '%' and c", "((a like (b || '%')) and c)"),
        ("a is distinct from b and c", "((a is distinct from b) and c)"),
        ("a is not distinct from b + 1", "(a is not distinct from (b + 1))"),
        ("a = any (b) and c", "((a = any (b)) and c)"),
        ("a = any ((select 1))", "(a = any (query))"),
        ("a + b at time zone 'UTC'", "(a + (b at time zone 'UTC'))"),
        ("a[1] + 1", "((a[1]) + 1)"),
        ("-5", "(-5)"),
        ("- -5", "5"),
        ("-(-5)", "5"),
        ("- - a", "(- (- a))"),
        ("a - -5", "(a - (-5))"),
        ("a isnull and b notnull", "((a is null) and (b is not null))"),
        ("A.\"B\"", "a.\"B\""),
        ("a & b | c # d", "(((a & b) | c) # d)"),
        ("trim(both 'x' from a)", "trim(a, 'x')"),
        ("position('a' in b)", "position(b, 'a')"),
        ("extract(year from a)", "extract('year', a)"),
        ("substring(a from 1 for 2)", "substring(a, 1, 2)"),
    ] {
        assert_eq!(read(sql), wanted, "{sql}");
        // Words between arguments are gone from the tree.
        if !["position", "extract"].iter().any(|name| sql.starts_with(name)) {
            assert_eq!(read(wanted), wanted, "{sql}");
        }
    }
}

#[test]
fn chains_read_as_they_do_with_all_their_parentheses() {
    let operators = [
        "+",
        "-",
        "*",
        "/",
        "%",
        "^",
        "||",
        "->",
        "->>",
        "@>",
        "<@",
        "&&",
        "~",
        "=",
        "<>",
        "<",
        "and",
        "or",
        "is distinct from",
        "like",
        "and not",
        "or not",
        "- -",
    ];
    let mut rng = fastrand::Rng::with_seed(1);
    for _ in 0..20_000 {
        let mut sql = String::from("a");
        for index in 0..rng.usize(1..8) {
            sql += &format!(" {} {}", operators[rng.usize(0..operators.len())], ["b", "1", "-2", "c.d", "f(x)", "'t'"][index % 6]);
            if rng.u8(0..6) == 0 {
                sql += [" is null", " is not true", " in (1, 2)", " not between 1 and 2", "::text"][rng.usize(0..5)];
            }
        }
        let Ok(node) = whole(&sql) else { continue };
        let wanted = shape(&node).replace("Known(Scalar(Text))", "text");
        assert_eq!(read(&wanted).replace("Known(Scalar(Text))", "text"), wanted, "{sql}");
    }
}

#[test]
fn mistakes_are_told_with_their_place() {
    let mistakes = "
        a +
        a b
        (a
        a)
        a = b = c
        a <
        case end
        case when a then
        case when a then b
        cast(a as)
        cast(a text)
        a::
        a::money
        a in ()
        a in (1
        a between 1
        a between 1 or 2
        a is
        a is not
        a is nul
        select
        exists (a)
        exists (select 1 from)
        exists (select 1 from t where)
        (select 1 from t group by a)
        (select 1 from t limit -1)
        (select 1 from t right join u on true)
        (select 1 from (select 2) as u)
        (select distinct on (a) a from t)
        (a, b) = (1, 2)
        array[1, 2
        array(select 1)
        f(a,)
        f(a) over ()
        a collate \"de_DE\"
        'text
        \"name
        /* open
        order = 1
        a.b.c.d
        a like 'x' escape
        trim(leading 'x' from a)
        ";
    let told: Vec<String> =
        mistakes.lines().map(str::trim).filter(|l| !l.is_empty()).map(|sql| format!("{sql}  -- {}", read(sql))).collect();
    insta::assert_snapshot!(told.join("\n"), @r#"
    a +  -- line 1, column 4: expected an expression, found the end of the text
    a b  -- line 1, column 3: expected the end of the expression, found "b"
    (a  -- line 1, column 3: expected ")", found the end of the text
    a)  -- line 1, column 2: expected the end of the expression, found ")"
    a = b = c  -- line 1, column 7: comparisons do not chain: join them with and
    a <  -- line 1, column 4: expected an expression, found the end of the text
    case end  -- line 1, column 6: expected an expression, found "end"
    case when a then  -- line 1, column 17: expected an expression, found the end of the text
    case when a then b  -- line 1, column 19: expected end, found the end of the text
    cast(a as)  -- line 1, column 10: expected a type, found ")"
    cast(a text)  -- line 1, column 8: expected as, found "text"
    a::  -- line 1, column 4: expected a type, found the end of the text
    a::money  -- line 1, column 4: the type money is not understood
    a in ()  -- line 1, column 7: expected an expression, found ")"
    a in (1  -- line 1, column 8: expected ")", found the end of the text
    a between 1  -- line 1, column 12: expected and, found the end of the text
    a between 1 or 2  -- line 1, column 13: expected and, found "or"
    a is  -- line 1, column 5: expected null, true, false, unknown or distinct from, found the end of the text
    a is not  -- line 1, column 9: expected null, true, false, unknown or distinct from, found the end of the text
    a is nul  -- line 1, column 6: expected null, true, false, unknown or distinct from, found "nul"
    select  -- line 1, column 1: expected an expression, found "select"
    exists (a)  -- line 1, column 9: expected select, found "a"
    exists (select 1 from)  -- line 1, column 22: expected a table, found ")"
    exists (select 1 from t where)  -- line 1, column 30: expected an expression, found ")"
    (select 1 from t group by a)  -- line 1, column 18: "group" is not understood inside an expression
    (select 1 from t limit -1)  -- line 1, column 24: expected a number of rows, found "-"
    (select 1 from t right join u on true)  -- line 1, column 18: joins are join … on, left join … on and cross join
    (select 1 from (select 2) as u)  -- line 1, column 16: a query inside from is not understood: join the tables
    (select distinct on (a) a from t)  -- line 1, column 18: distinct on is not understood
    (a, b) = (1, 2)  -- line 1, column 3: rows in parentheses are not understood: compare column by column
    array[1, 2  -- line 1, column 11: expected "]", found the end of the text
    array(select 1)  -- line 1, column 6: array(select …) is not understood: use = any (select …), or array_agg
    f(a,)  -- line 1, column 5: expected an expression, found ")"
    f(a) over ()  -- line 1, column 6: window functions are not understood
    a collate "de_DE"  -- line 1, column 11: text is always compared byte by byte: the only collation is "C"
    'text  -- line 1, column 1: the text is no SQL: Unterminated string literal
    "name  -- line 1, column 1: the text is no SQL: Expected close delimiter '"' before EOF.
    /* open  -- line 1, column 8: the text is no SQL: Unexpected EOF while in a multi-line comment
    order = 1  -- line 1, column 1: expected an expression, found "order"
    a.b.c.d  -- line 1, column 6: expected the end of the expression, found "."
    a like 'x' escape  -- line 1, column 18: expected an expression, found the end of the text
    trim(leading 'x' from a)  -- line 1, column 6: trim(leading …) is not understood: use ltrim(text, characters)
    "#);
}

#[test]
fn what_is_too_deep_or_too_long_is_refused_at_once() {
    let begun = std::time::Instant::now();
    let deep = "expressions nest at most 64 levels deep";
    let many = 100_000;
    for sql in [
        format!("{}a{}", "(".repeat(many), ")".repeat(many)),
        "not ".repeat(many) + "a",
        "- ".repeat(many) + "a",
        format!("a{}", " + a".repeat(many)),
        format!("a{}", " || a".repeat(many)),
        format!("a{}", " is null".repeat(many)),
        format!("a{}", "::text".repeat(many)),
        format!("a{}", "[1]".repeat(many)),
        format!("a{}", " in (1)".repeat(many)),
        format!("a{}", " at time zone 'UTC'".repeat(many)),
        format!("{}a", "case when ".repeat(many)),
        format!("{}a", "(select ".repeat(many)),
        format!("{}a", "exists (select 1 from t where ".repeat(many)),
        format!("{}a", "f(".repeat(many)),
        format!("{}a", "array[".repeat(many)),
    ] {
        let told = read(&sql);
        assert!(told.contains(deep), "{} -- {told}", &sql[..30]);
    }
    assert!(read(&format!("exists (select 1 from t{})", ", t".repeat(20))).contains("a query joins at most 16 tables"));
    assert!(read(&format!("a{}", " and a".repeat(many))).starts_with("(a and a"));
    assert!(read(&format!("'{}'", "x".repeat(1 << 20))).len() > 1 << 20);
    assert!(begun.elapsed().as_secs() < 60, "{:?}", begun.elapsed());
}
