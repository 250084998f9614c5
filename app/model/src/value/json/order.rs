//! PostgreSQL's order of `jsonb` and of arrays as JSON, and containment.

use std::{borrow::Cow, cmp::Ordering, collections::BTreeMap, fmt};

use serde::{
    Deserialize, Deserializer,
    de::{MapAccess, Visitor},
};
use serde_json::value::RawValue;

use super::decimal_order as decimal;

/// An object's members in their order, duplicates and all.
struct Members<'a>(Vec<(Cow<'a, str>, &'a RawValue)>);

impl<'de: 'a, 'a> Deserialize<'de> for Members<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct MembersVisitor;
        impl<'de> Visitor<'de> for MembersVisitor {
            type Value = Members<'de>;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }
            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Members<'de>, A::Error> {
                let mut members = Vec::new();
                while let Some(entry) = map.next_entry::<String, &'de RawValue>()? {
                    members.push((Cow::Owned(entry.0), entry.1));
                }
                Ok(Members(members))
            }
        }
        deserializer.deserialize_map(MembersVisitor)
    }
}

/// A JSON value whose numbers are still texts.
enum Node {
    Null,
    Bool(bool),
    Number(String),
    Text(String),
    Array(Vec<Node>),
    /// By length of the key, then its bytes: the order in which `jsonb` keeps members.
    Object(BTreeMap<(usize, String), Node>),
}

/// How deep a value may nest to be compared.
const DEPTH: usize = 128;

impl Node {
    fn parse(json: &str, depth: usize) -> Option<Self> {
        let json = json.trim();
        if depth == 0 {
            return None;
        }
        Some(match json.as_bytes().first()? {
            b'n' => Self::Null,
            b't' => Self::Bool(true),
            b'f' => Self::Bool(false),
            b'"' => Self::Text(serde_json::from_str(json).ok()?),
            b'[' => {
                let elements: Vec<&RawValue> = serde_json::from_str(json).ok()?;
                Self::Array(elements.into_iter().map(|e| Self::parse(e.get(), depth - 1)).collect::<Option<_>>()?)
            }
            b'{' => {
                let members: Members<'_> = serde_json::from_str(json).ok()?;
                let parse = |(name, value): (Cow<'_, str>, &RawValue)| {
                    Some(((name.len(), name.into_owned()), Self::parse(value.get(), depth - 1)?))
                };
                Self::Object(members.0.into_iter().map(parse).collect::<Option<_>>()?)
            }
            _ => Self::Number(json.to_owned()),
        })
    }

    fn is_scalar(&self) -> bool {
        !matches!(self, Self::Array(_) | Self::Object(_))
    }

    /// PostgreSQL's order of kinds.
    fn rank(&self) -> u8 {
        match self {
            Self::Null => 0,
            Self::Text(_) => 1,
            Self::Number(_) => 2,
            Self::Bool(_) => 3,
            Self::Array(_) => 4,
            Self::Object(_) => 5,
        }
    }

    /// PostgreSQL's order of `jsonb`: more elements are more, whatever they are.
    fn compare(&self, other: &Self) -> Ordering {
        match (self, other) {
            (Self::Bool(a), Self::Bool(b)) => a.cmp(b),
            (Self::Number(a), Self::Number(b)) => numbers(a, b),
            (Self::Text(a), Self::Text(b)) => a.cmp(b),
            (Self::Array(a), Self::Array(b)) => {
                let elements = || a.iter().zip(b).map(|(x, y)| x.compare(y)).find(|order| order.is_ne());
                a.len().cmp(&b.len()).then_with(|| elements().unwrap_or(Ordering::Equal))
            }
            (Self::Object(a), Self::Object(b)) => {
                // Kept in the order of lengths, compared as texts: so does PostgreSQL.
                let members = || {
                    let mut pairs = a.iter().zip(b).map(|(((_, k), x), ((_, l), y))| k.cmp(l).then_with(|| x.compare(y)));
                    pairs.find(|order| order.is_ne())
                };
                a.len().cmp(&b.len()).then_with(|| members().unwrap_or(Ordering::Equal))
            }
            _ => self.rank().cmp(&other.rank()),
        }
    }

    /// PostgreSQL's `=` of `jsonb`.
    fn equals(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Null, Self::Null) => true,
            (Self::Bool(a), Self::Bool(b)) => a == b,
            (Self::Number(a), Self::Number(b)) => a == b || numbers(a, b) == Ordering::Equal,
            (Self::Text(a), Self::Text(b)) => a == b,
            (Self::Array(a), Self::Array(b)) => a.len() == b.len() && a.iter().zip(b).all(|(x, y)| x.equals(y)),
            (Self::Object(a), Self::Object(b)) => {
                a.len() == b.len() && a.iter().all(|(key, x)| b.get(key).is_some_and(|y| x.equals(y)))
            }
            _ => false,
        }
    }

    /// PostgreSQL's `@>` of `jsonb`, below the top level.
    fn contains(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Array(a), Self::Array(b)) => {
                b.iter().all(|y| a.iter().any(|x| if y.is_scalar() { x.equals(y) } else { !x.is_scalar() && x.contains(y) }))
            }
            (Self::Object(a), Self::Object(b)) => b.iter().all(|(key, y)| a.get(key).is_some_and(|x| x.contains(y))),
            _ => self.equals(other),
        }
    }
}

/// Compares two texts of `jsonb` as PostgreSQL does; what is no JSON comes last. At the top, an empty array is less than
/// anything else, as PostgreSQL has it by an accident it keeps.
pub fn compare_jsonb(left: &str, right: &str) -> Ordering {
    let is_empty = |node: &Node| matches!(node, Node::Array(elements) if elements.is_empty());
    match (Node::parse(left, DEPTH), Node::parse(right, DEPTH)) {
        (Some(l), Some(r)) if is_empty(&l) != is_empty(&r) => is_empty(&r).cmp(&is_empty(&l)),
        (Some(l), Some(r)) => l.compare(&r),
        (Some(_), None) => Ordering::Less,
        (None, Some(_)) => Ordering::Greater,
        (None, None) => left.cmp(right),
    }
}

/// PostgreSQL's order of arrays: element by element, null after all others; of two that begin alike, the shorter comes first.
pub fn compare_json_arrays(left: &str, right: &str) -> Ordering {
    let elements = |x: &Node, y: &Node| match (x, y) {
        (Node::Null, Node::Null) => Ordering::Equal,
        (Node::Null, _) => Ordering::Greater,
        (_, Node::Null) => Ordering::Less,
        (x, y) => x.compare(y),
    };
    match (Node::parse(left, DEPTH), Node::parse(right, DEPTH)) {
        (Some(Node::Array(a)), Some(Node::Array(b))) => {
            let first = a.iter().zip(&b).map(|(x, y)| elements(x, y)).find(|order| order.is_ne());
            first.unwrap_or_else(|| a.len().cmp(&b.len()))
        }
        _ => left.cmp(right),
    }
}

/// Compares two JSON numbers; only those with an exponent cost more than a look.
fn numbers(a: &str, b: &str) -> Ordering {
    let plain = |text: &str| -> Option<String> {
        if !text.contains(['e', 'E']) {
            return Some(text.to_owned());
        }
        let number: bigdecimal::BigDecimal = text.parse().ok()?;
        // An exponent can stand for more digits than there is memory.
        (number.fractional_digit_count().abs() < 20_000).then(|| number.to_plain_string())
    };
    match (plain(a), plain(b)) {
        (Some(a), Some(b)) => decimal::compare_decimals(&a, &b),
        _ => a.cmp(b),
    }
}

/// Containment and overlap, by the operator's name: `jsonb_contains` (`@>`) and `jsonb_contained` (`<@`) on `jsonb`;
/// `array_contains`, `array_contained` and `array_overlaps` (`&&`) on arrays, where null is equal to nothing.
/// `None` for an unknown operator and for what is no JSON.
pub fn json_containment(operator: &str, left: &str, right: &str) -> Option<bool> {
    let (left, right) = (Node::parse(left, DEPTH)?, Node::parse(right, DEPTH)?);
    match operator {
        "jsonb_contains" => Some(jsonb_contains(&left, &right)),
        "jsonb_contained" => Some(jsonb_contains(&right, &left)),
        "array_contains" => array_contains(&left, &right),
        "array_contained" => array_contains(&right, &left),
        "array_overlaps" => match (&left, &right) {
            (Node::Array(a), Node::Array(b)) => Some(a.iter().any(|x| b.iter().any(|y| same_element(x, y)))),
            _ => None,
        },
        _ => None,
    }
}

/// The top level has an exception of its own: an array contains a bare scalar that is one of its elements.
fn jsonb_contains(left: &Node, right: &Node) -> bool {
    match (left, right) {
        (Node::Array(a), scalar) if scalar.is_scalar() => a.iter().any(|x| x.equals(scalar)),
        _ => left.contains(right),
    }
}

fn array_contains(left: &Node, right: &Node) -> Option<bool> {
    match (left, right) {
        (Node::Array(a), Node::Array(b)) => Some(b.iter().all(|y| a.iter().any(|x| same_element(x, y)))),
        _ => None,
    }
}

fn same_element(x: &Node, y: &Node) -> bool {
    !matches!(x, Node::Null) && x.equals(y)
}

#[cfg(test)]
mod tests {
    use super::{compare_json_arrays as compare_arrays, compare_jsonb as compare, json_containment as containment};

    #[test]
    fn the_order_of_jsonb_is_postgresqls() {
        let ascending =
            ["[]", "null", "\"a\"", "\"b\"", "2", "10.0", "false", "true", "[5]", "[1, 2]", "{}", "{\"aa\": 1}", "{\"b\": 1}"];
        for (at, left) in ascending.iter().enumerate() {
            for (other, right) in ascending.iter().enumerate() {
                assert_eq!(compare(left, right), at.cmp(&other), "{left} {right}");
            }
        }
        assert!(compare("1.0", "1e0").is_eq());
        assert!(compare("66", "100").is_lt());
        // PostgreSQL's manual has this example: pairs are looked at in the order of their keys' lengths.
        assert!(compare(r#"{"aa": 1, "c": 1}"#, r#"{"b": 1, "d": 1}"#).is_gt());
    }

    #[test]
    fn the_order_of_arrays_is_postgresqls() {
        let ascending = ["[]", "[1]", "[1, 2]", "[1, null]", "[1.5]", "[2]", "[10]", "[null]"];
        for (at, left) in ascending.iter().enumerate() {
            for (other, right) in ascending.iter().enumerate() {
                assert_eq!(compare_arrays(left, right), at.cmp(&other), "{left} {right}");
            }
        }
        assert!(compare_arrays("[1.50]", "[1.5]").is_eq());
    }

    #[test]
    fn containment_is_postgresqls() {
        let holds = |op: &str, l: &str, r: &str| containment(op, l, r).unwrap();
        assert!(holds("jsonb_contains", r#"{"a": {"b": [1, 2]}, "c": 3}"#, r#"{"a": {"b": [2.0]}}"#));
        assert!(holds("jsonb_contains", r#"["foo", "bar"]"#, r#""bar""#));
        assert!(!holds("jsonb_contains", r#""bar""#, r#"["bar"]"#));
        assert!(!holds("jsonb_contains", "[1, [2]]", "[2]"));
        assert!(holds("jsonb_contains", "[1e2]", "[100]"));
        assert!(holds("jsonb_contained", "{}", r#"{"a": 1}"#));
        assert!(holds("array_contains", "[1, 2, null]", "[2, 1, 1]"));
        assert!(!holds("array_contains", "[1, null]", "[null]"));
        assert!(holds("array_overlaps", "[1, 2]", "[2, 3]"));
        assert!(!holds("array_overlaps", "[]", "[1]"));
        assert!(holds("array_contained", "[]", "[1]"));
    }
}
