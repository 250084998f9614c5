//! The builder's tree as a filter in REST's grammar, and back.

use tenon_model::{
    rest::{ColumnPath, FilterNode, LogicOp, Operand, Operator},
    value::array::write_literal,
};

use super::{Condition, Group, Join, Node, list, operator};
use crate::data::column::{ColumnInfo, Kind};

/// The tree of a filter's text; `None` if it holds what the builder cannot show (a path into json, a related table).
#[must_use]
pub fn tree(text: &str, columns: &[ColumnInfo]) -> Option<Group> {
    if text.is_empty() {
        return Some(Group::default());
    }
    Some(match node(&FilterNode::parse(text).ok()?, columns)? {
        Node::Group(group) => group,
        condition @ Node::Condition(_) => Group { join: Join::All, items: vec![condition] },
    })
}

fn node(filter: &FilterNode, columns: &[ColumnInfo]) -> Option<Node> {
    match filter {
        FilterNode::Group { op, negated, children } => {
            let join = match (op, negated) {
                (LogicOp::And, false) => Join::All,
                (LogicOp::And, true) => Join::NotAll,
                (LogicOp::Or, false) => Join::Any,
                (LogicOp::Or, true) => Join::None,
            };
            let items = children.iter().map(|child| node(child, columns)).collect::<Option<_>>()?;
            Some(Node::Group(Group { join, items }))
        }
        FilterNode::Condition { column, negated, operator, quantifier: None, operand } => {
            let known = column.steps.is_empty() && columns.iter().any(|c| c.name == column.name);
            let (op, value) = shown(*operator, operand)?;
            let op = match (op.as_str(), negated) {
                (_, false) => op,
                ("null", true) => "filled".to_owned(),
                ("true" | "false" | "filled", true) => return None,
                (_, true) => format!("not.{op}"),
            };
            known.then(|| Node::Condition(Condition { column: column.name.clone(), op, value }))
        }
        FilterNode::Condition { .. } => None,
    }
}

/// The operator's id in the builder and the text of its value.
fn shown(operator: Operator, operand: &Operand) -> Option<(String, String)> {
    Some(match (operator, operand) {
        (Operator::Is, Operand::Value(word)) => match word.as_str() {
            "null" | "true" | "false" => (word.clone(), String::new()),
            "not_null" => ("filled".to_owned(), String::new()),
            _ => return None,
        },
        (Operator::In, Operand::List(values)) => ("in".to_owned(), list::join(values)),
        (Operator::Ilike, Operand::Value(pattern)) => {
            let (op, words) = plain_pattern(pattern)?;
            (op.to_owned(), words)
        }
        (Operator::Cs, Operand::Value(value)) => ("has".to_owned(), value.clone()),
        (other, Operand::Value(value)) => (other.as_str().to_owned(), value.clone()),
        _ => return None,
    })
}

/// A pattern of one run of plain text, open at an end or at both.
fn plain_pattern(pattern: &str) -> Option<(&'static str, String)> {
    let is_any = |c| c == '*' || c == '%';
    let (from, to) = (pattern.starts_with(is_any), pattern.len() > 1 && pattern.ends_with(is_any) && !pattern.ends_with("\\%"));
    let inner = pattern.strip_prefix(is_any).unwrap_or(pattern);
    let inner = if to { &inner[..inner.len() - 1] } else { inner };
    let op = match (from, to) {
        (true, true) => "contains",
        (false, true) => "starts",
        (true, false) => "ends",
        (false, false) => "ilike",
    };
    if op == "ilike" {
        return Some((op, inner.to_owned()));
    }
    let (mut words, mut chars) = (String::new(), inner.chars());
    while let Some(c) = chars.next() {
        match c {
            '\\' => words.extend(chars.next()),
            '*' | '%' | '_' => return None,
            _ => words.push(c),
        }
    }
    Some((op, words))
}

/// The filter of a tree; conditions that lack a column or a value are left out.
#[must_use]
pub fn filter(root: &Group, columns: &[ColumnInfo]) -> Option<FilterNode> {
    let children: Vec<FilterNode> = root
        .items
        .iter()
        .filter_map(|item| match item {
            Node::Group(group) => filter(group, columns),
            Node::Condition(condition) => condition_filter(condition, columns),
        })
        .collect();
    let (op, negated) = match root.join {
        Join::All => (LogicOp::And, false),
        Join::Any => (LogicOp::Or, false),
        Join::NotAll => (LogicOp::And, true),
        Join::None => (LogicOp::Or, true),
    };
    match (children.len(), negated) {
        (0, _) => None,
        (1, false) => children.into_iter().next(),
        _ => Some(FilterNode::Group { op, negated, children }),
    }
}

/// The text of a tree's filter; empty if nothing is left of it.
#[must_use]
pub fn print(root: &Group, columns: &[ColumnInfo]) -> String {
    filter(root, columns).map(|node| node.to_string()).unwrap_or_default()
}

fn condition_filter(condition: &Condition, columns: &[ColumnInfo]) -> Option<FilterNode> {
    let column = columns.iter().find(|column| column.name == condition.column)?;
    let op = operator::fitting(column, &condition.op);
    let (negated, id) = op.strip_prefix("not.").map_or((false, op.as_str()), |id| (true, id));
    // A space may be meant in a text; around anything else it is a slip.
    let value = if column.kind == Kind::Text { condition.value.as_str() } else { condition.value.trim() };
    if operator::takes_value(id) && value.is_empty() && !(column.kind == Kind::Text && matches!(id, "eq" | "neq")) {
        return None;
    }
    let (negated, operator, operand) = match id {
        "null" => (negated, Operator::Is, Operand::Value("null".to_owned())),
        "filled" => (!negated, Operator::Is, Operand::Value("null".to_owned())),
        "true" | "false" => (negated, Operator::Is, Operand::Value(id.to_owned())),
        "contains" => (negated, Operator::Ilike, Operand::Value(format!("*{}*", escape(value)))),
        "starts" => (negated, Operator::Ilike, Operand::Value(format!("{}*", escape(value)))),
        "ends" => (negated, Operator::Ilike, Operand::Value(format!("*{}", escape(value)))),
        "has" => (negated, Operator::Cs, Operand::Value(contained(column, value))),
        "in" => (negated, Operator::In, Operand::List(list::split(value))),
        other => (negated, Operator::parse(other)?, Operand::Value(value.to_owned())),
    };
    Some(FilterNode::Condition { column: ColumnPath::column(&condition.column), negated, operator, quantifier: None, operand })
}

/// What a column is to contain: for an array, the values of a list, unless it is one in PostgreSQL's own words.
fn contained(column: &ColumnInfo, value: &str) -> String {
    let is_literal = column.kind != Kind::Array || value.starts_with(['{', '[']);
    if is_literal { value.to_owned() } else { write_literal(list::split(value).into_iter().map(|item| Some(item.into()))) }
}

/// A text in which a pattern's wildcards stand for themselves.
fn escape(text: &str) -> String {
    text.chars().flat_map(|c| matches!(c, '%' | '_' | '*' | '\\').then_some('\\').into_iter().chain([c])).collect()
}

#[cfg(test)]
mod tests {
    use super::{print, tree};
    use crate::data::{
        column::{ColumnInfo, Kind},
        filter::{Condition, Group, Join, Node},
    };

    fn columns() -> Vec<ColumnInfo> {
        [("name", Kind::Text), ("n", Kind::Integer), ("ok", Kind::Boolean), ("tags", Kind::Array)]
            .into_iter()
            .map(|(name, kind)| ColumnInfo {
                name: name.into(),
                type_name: String::new(),
                kind,
                nullable: true,
                key: false,
                default: None,
                generated_always: false,
                computed: None,
                max_length: None,
                reference: None,
                comment: None,
                state: None,
            })
            .collect()
    }

    #[test]
    fn filters_that_the_builder_shows_stay_what_they_are() {
        for text in [
            "",
            "n.gt.60",
            "and(name.eq.JFK,or(n.gt.60,n.is.null))",
            "and(name.ilike.*a*,name.not.ilike.*b*,name.ilike.c*)",
            "not.or(n.in.(1,2),ok.is.true)",
            "n.not.is.null",
            "name.eq.\"a,b\"",
            "name.in.(\"a,b\",c)",
        ] {
            let tree = tree(text, &columns()).unwrap_or_else(|| panic!("{text}"));
            assert_eq!(print(&tree, &columns()), text);
        }
    }

    #[test]
    fn an_array_contains_plain_values() {
        let has = |value: &str| {
            let condition = Condition { column: "tags".into(), op: "has".into(), value: value.into() };
            print(&Group { join: Join::All, items: vec![Node::Condition(condition)] }, &columns())
        };
        assert_eq!(has("a"), r#"tags.cs."{a}""#);
        assert_eq!(has(r#"a b, "c,d""#), r#"tags.cs."{\"a b\",\"c,d\"}""#);
        assert_eq!(has("{a}"), r#"tags.cs."{a}""#);
    }

    #[test]
    fn what_it_cannot_show_it_leaves_alone() {
        for text in ["other.eq.1", "name->a.eq.1", "n.is.unknown", "n.eq("] {
            assert_eq!(tree(text, &columns()), None, "{text}");
        }
    }
}
