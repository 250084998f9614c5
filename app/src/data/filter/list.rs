//! A list of values as a person types it: `JFK, LGA, "a, b"`.

/// The values; blanks around them do not count, and what stands in double quotes is taken as it is.
#[must_use]
pub fn split(text: &str) -> Vec<String> {
    let mut items = Vec::new();
    let (mut item, mut was_quoted, mut inside) = (String::new(), false, false);
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        match c {
            '"' if inside => inside = false,
            '"' if item.trim().is_empty() => {
                item.clear();
                (inside, was_quoted) = (true, true);
            }
            '\\' if inside => item.extend(chars.next()),
            ',' if !inside => items.push(finish(&mut item, &mut was_quoted)),
            c if was_quoted && !inside && c.is_whitespace() => {}
            c => item.push(c),
        }
    }
    items.push(finish(&mut item, &mut was_quoted));
    items
}

fn finish(item: &mut String, was_quoted: &mut bool) -> String {
    let text = std::mem::take(item);
    if std::mem::take(was_quoted) { text } else { text.trim().to_owned() }
}

/// The values as a text that [`split`] takes apart again.
#[must_use]
pub fn join(items: &[String]) -> String {
    items.iter().map(|item| quoted(item)).collect::<Vec<_>>().join(", ")
}

fn quoted(item: &str) -> String {
    let is_plain = !item.is_empty() && item.trim() == item && !item.contains([',', '"']);
    if is_plain { item.to_owned() } else { format!("\"{}\"", item.replace('\\', "\\\\").replace('"', "\\\"")) }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{join, split};

    #[test]
    fn values_may_hold_commas() {
        assert_eq!(split("JFK, LGA"), ["JFK", "LGA"]);
        assert_eq!(split(r#" "a, b" ,c,"say \"x\"", "#), ["a, b", "c", "say \"x\"", ""]);
        assert_eq!(split("it's 5\" long"), ["it's 5\" long"]);
        assert_eq!(join(&["a,b".into(), "c".into()]), r#""a,b", c"#);
    }

    proptest! {
        #[test]
        fn a_list_survives(items in proptest::collection::vec("[a, \"\\\\]{0,5}", 1..4)) {
            prop_assert_eq!(split(&join(&items)), items);
        }
    }
}
