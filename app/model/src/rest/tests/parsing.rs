#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

use crate::rest::{FilterNode, OrderTerm, RestQuery, SelectNode};

fn params(list: &[(&str, &str)]) -> Vec<(String, String)> {
    list.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect()
}

fn failure(list: &[(&str, &str)]) -> String {
    let error = RestQuery::parse(&params(list)).unwrap_err();
    format!("{:?}: {} | {}", error.code, error.message, error.details.unwrap_or_default())
}

/// What is printed after parsing.
fn again(list: &[(&str, &str)]) -> String {
    let query = RestQuery::parse(&params(list)).unwrap();
    query.to_params().iter().map(|(key, value)| format!("{key}={value}")).collect::<Vec<_>>().join("&")
}

#[test]
fn selects_print_as_they_were() {
    for text in [
        "*",
        "id,name",
        "label:name,meta->a->>b,meta->tags->0,n:size::text,tags::text[]",
        "*,author:people!posts_author_fkey!inner(id,...team(name)),comments(*)",
        "\"a,b\",\"x\\\"y\":id,rel()",
        "first name,\"a-b\"",
    ] {
        let list = SelectNode::parse_list(text).unwrap();
        assert_eq!(SelectNode::print_list(&list), text);
    }
    assert_eq!(SelectNode::print_list(&SelectNode::parse_list("a , b( c , d ),c!left(*)").unwrap()), "a,b(c,d),c(*)");
}

#[test]
fn filters_print_as_they_were() {
    for text in [
        "a.eq.1",
        "a.not.in.(1,\"2,3\",x)",
        "and(a.gte.1,not.or(b.is.null,c.like.*x*),meta->>k.eq.v)",
        "a.eq.\"x,y\"",
        "a.eq.\"\"",
        "a.in.()",
        "tags.cs.\"{a,b}\"",
        "a.like(any).\"{a*,b*}\"",
        "a.is.not_null",
    ] {
        assert_eq!(FilterNode::parse(text).unwrap().to_string(), text);
    }
    assert_eq!(FilterNode::parse("tags.cs.{a,b}").unwrap().to_string(), "tags.cs.\"{a,b}\"");
}

#[test]
fn orders_print_as_they_were() {
    for text in ["a", "a.desc.nullslast,b.asc", "meta->>x.desc", "rel(name).desc.nullsfirst", "\"a.b\".asc"] {
        assert_eq!(OrderTerm::print_list(&OrderTerm::parse_list(text).unwrap()), text);
    }
}

#[test]
fn requests_print_as_they_were() {
    insta::assert_snapshot!(again(&[
        ("select", "*,rel(*)"),
        ("a", "eq.x,y(\"z\")"),
        ("not.or", "(a.eq.1,b.lt.2)"),
        ("rel.or", "(a.eq.1,b.lt.2)"),
        ("rel.not.and", "(a.eq.1)"),
        ("rel", "not.is.null"),
        ("rel.inner.order", "x.desc"),
        ("order", "a"),
        ("order", "b"),
        ("rel.limit", "3"),
        ("offset", "5"),
        ("\"order\"", "eq.1"),
        ("on_conflict", "a,b"),
    ]), @r#"select=*,rel(*)&a=eq.x,y("z")&not.or=(a.eq.1,b.lt.2)&rel.or=(a.eq.1,b.lt.2)&rel.not.and=(a.eq.1)&rel=not.is.null&"order"=eq.1&rel."inner".order=x.desc&order=b&rel.limit=3&offset=5&on_conflict=a,b"#);
}

#[test]
fn failures_say_where() {
    let all = [
        failure(&[("id", "foo.1")]),
        failure(&[("id", "1")]),
        failure(&[("id", "is.nil")]),
        failure(&[("id", "in.1,2")]),
        failure(&[("select", "a(b")]),
        failure(&[("select", "a,,b")]),
        failure(&[("select", "count()")]),
        failure(&[("select", "a.sum()")]),
        failure(&[("order", "a.up")]),
        failure(&[("or", "a.eq.1")]),
        failure(&[("or", "(a.eq.1,b)")]),
        failure(&[("limit", "-1")]),
        failure(&[("a", "fts.cat")]),
        failure(&[("a", "in.(\"x")]),
        failure(&[("a$%", "eq.1")]),
    ];
    insta::assert_snapshot!(all.join("\n"), @r#"
    InvalidSyntax: "failed to parse filter (foo.1)" (line 1, column 1) | unexpected "f" expecting "not" or operator (eq, gt, ...)
    InvalidSyntax: "failed to parse filter (1)" (line 1, column 1) | unexpected "1" expecting "not" or operator (eq, gt, ...)
    InvalidSyntax: "failed to parse filter (is.nil)" (line 1, column 4) | unexpected "n" expecting isVal: (null, not_null, true, false, unknown)
    InvalidSyntax: "failed to parse filter (in.1,2)" (line 1, column 4) | unexpected "1" expecting "("
    InvalidSyntax: "failed to parse select parameter (a(b)" (line 1, column 4) | unexpected end of input expecting ")"
    InvalidSyntax: "failed to parse select parameter (a,,b)" (line 1, column 3) | unexpected "," expecting field name (* or [a..z0..9_$])
    AggregatesDisabled: Use of aggregate functions is not allowed | 
    AggregatesDisabled: Use of aggregate functions is not allowed | 
    InvalidSyntax: "failed to parse order (a.up)" (line 1, column 2) | unexpected "." expecting ",", order direction (asc, desc) or nulls (nullsfirst, nullslast)
    InvalidSyntax: "failed to parse logic tree (a.eq.1)" (line 1, column 1) | unexpected "a" expecting "("
    InvalidSyntax: "failed to parse logic tree ((a.eq.1,b))" (line 1, column 10) | unexpected ")" expecting "."
    InvalidSyntax: "failed to parse limit (-1)" (line 1, column 1) | expecting a whole number from 0
    Unsupported: the operator "fts" is not supported | 
    InvalidSyntax: "failed to parse filter (in.("x)" (line 1, column 7) | unexpected end of input expecting ")"
    InvalidSyntax: "failed to parse tree path (a$%)" (line 1, column 3) | unexpected "%" expecting end of input
    "#);
}

#[test]
fn size_is_bounded() {
    let deep_select = "a(".repeat(1_000) + &")".repeat(1_000);
    assert!(failure(&[("select", &deep_select)]).starts_with("TooComplex"));
    let deep_logic = format!("({})", "and(".repeat(10_000));
    assert!(failure(&[("and", &deep_logic)]).starts_with("TooComplex"));
    let many = format!("({})", vec!["a.eq.1"; 10_000].join(","));
    assert!(failure(&[("or", &many)]).starts_with("TooComplex"));
    let list = format!("in.({})", vec!["1"; 60_000].join(","));
    assert!(failure(&[("a", &list)]).starts_with("TooComplex"));
}
