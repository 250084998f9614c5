//! The builder's form: a tree as pairs in the order of the page, and what its buttons do.
//!
//! A group is `kind=group`, `join`, its items, `kind=end`; a condition is `kind=cond`, `col`, `op`, `val`. The button that
//! was pressed is `do`: `add:PATH`, `group:PATH`, `del:PATH`, `refresh`, `apply`, `clear`.

use super::{Condition, Group, Join, Node};

/// Groups within groups, at most.
const DEPTH: usize = 8;

/// Reads the tree from the form's pairs; what does not belong to it is passed over.
#[must_use]
pub fn read(pairs: &[(String, String)]) -> Group {
    let mut stack = vec![Group::default()];
    for (name, value) in pairs {
        match (name.as_str(), value.as_str()) {
            ("kind", "group") if stack.len() < DEPTH => stack.push(Group::default()),
            ("kind", "end") => close(&mut stack),
            ("kind", "cond") => push(&mut stack, Node::Condition(Condition::default())),
            ("join", id) => {
                if let Some(group) = stack.last_mut() {
                    group.join = Join::parse(id);
                }
            }
            (field @ ("col" | "op" | "val"), text) => set(&mut stack, field, text),
            _ => {}
        }
    }
    while stack.len() > 1 {
        close(&mut stack);
    }
    stack.pop().unwrap_or_default()
}

fn push(stack: &mut [Group], node: Node) {
    if let Some(group) = stack.last_mut() {
        group.items.push(node);
    }
}

fn close(stack: &mut Vec<Group>) {
    if stack.len() > 1
        && let Some(group) = stack.pop()
    {
        push(stack, Node::Group(group));
    }
}

fn set(stack: &mut [Group], field: &str, text: &str) {
    let Some(Node::Condition(condition)) = stack.last_mut().and_then(|group| group.items.last_mut()) else { return };
    match field {
        "col" => text.clone_into(&mut condition.column),
        "op" => text.clone_into(&mut condition.op),
        _ => text.clone_into(&mut condition.value),
    }
}

/// Writes the tree as the form's pairs.
#[must_use]
pub fn write(root: &Group) -> Vec<(String, String)> {
    let mut pairs = vec![("join".to_owned(), root.join.id().to_owned())];
    write_items(root, &mut pairs);
    pairs
}

fn write_items(group: &Group, pairs: &mut Vec<(String, String)>) {
    for item in &group.items {
        match item {
            Node::Condition(condition) => pairs.extend([
                ("kind".to_owned(), "cond".to_owned()),
                ("col".to_owned(), condition.column.clone()),
                ("op".to_owned(), condition.op.clone()),
                ("val".to_owned(), condition.value.clone()),
            ]),
            Node::Group(inner) => {
                pairs.extend([("kind".to_owned(), "group".to_owned()), ("join".to_owned(), inner.join.id().to_owned())]);
                write_items(inner, pairs);
                pairs.push(("kind".to_owned(), "end".to_owned()));
            }
        }
    }
}

/// What pressing a button comes to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The builder goes on with this tree.
    Edit(Group),
    /// The filter is to be applied.
    Apply(Group),
}

/// Presses a button on the form.
#[must_use]
pub fn press(pairs: &[(String, String)], first_column: &str) -> Outcome {
    let mut root = read(pairs);
    let button = pairs.iter().rev().find(|(name, _)| name == "do").map_or("apply", |(_, value)| value.as_str());
    let (verb, path) = button.split_once(':').unwrap_or((button, ""));
    let path: Vec<usize> = path.split('.').filter_map(|step| step.parse().ok()).collect();
    let fresh = || Node::Condition(Condition { column: first_column.to_owned(), ..Condition::default() });
    match verb {
        "add" => add(&mut root, &path, fresh()),
        "group" if path.len() + 2 < DEPTH => {
            add(&mut root, &path, Node::Group(Group { join: Join::Any, items: vec![fresh(), fresh()] }));
        }
        "del" => root.remove(&path),
        "refresh" | "group" => {}
        "clear" => return Outcome::Apply(Group::default()),
        _ => return Outcome::Apply(root),
    }
    Outcome::Edit(root)
}

fn add(root: &mut Group, path: &[usize], node: Node) {
    if let Some(group) = root.at(path) {
        group.items.push(node);
    }
}

#[cfg(test)]
mod tests {
    use super::{Outcome, press, read, write};
    use crate::data::{
        filter::{Condition, Group, Join, Node},
        urls,
    };

    fn condition(column: &str, op: &str, value: &str) -> Node {
        Node::Condition(Condition { column: column.into(), op: op.into(), value: value.into() })
    }

    fn tree() -> Group {
        let inner = Group { join: Join::Any, items: vec![condition("b", "gt", "1"), condition("b", "null", "")] };
        Group { join: Join::All, items: vec![condition("a", "eq", "x&y=z"), Node::Group(inner), condition("c", "true", "")] }
    }

    #[test]
    fn a_tree_survives_the_form() {
        assert_eq!(read(&write(&tree())), tree());
    }

    #[test]
    fn buttons_add_and_remove() {
        let with = |button: &str| {
            let mut pairs = write(&tree());
            pairs.push(("do".into(), button.into()));
            match press(&pairs, "a") {
                Outcome::Edit(root) | Outcome::Apply(root) => root,
            }
        };
        assert_eq!(with("add:1").conditions(), 5);
        assert_eq!(with("add").items.len(), 4);
        assert_eq!(with("group").conditions(), 6);
        assert_eq!(with("del:1.0").conditions(), 3);
        assert_eq!(with("del:1").conditions(), 2);
        assert_eq!(with("del:9.9"), tree());
        assert_eq!(with("clear"), Group::default());
        assert_eq!(with("apply"), tree());
    }

    #[test]
    fn any_pairs_are_some_tree() {
        for query in ["", "kind=end&kind=end", "val=x&kind=group&kind=group", "kind=cond&kind=group&col=z&join=?"] {
            let _ = read(&urls::pairs(query));
        }
        assert_eq!(read(&urls::pairs(&"kind=group&".repeat(100))).conditions(), 0);
    }
}
