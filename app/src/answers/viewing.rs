//! As whom a table's pages are seen: `?as=` in the address, kept by every link from one of them to another.

use leptos::prelude::*;

use crate::data::urls;

/// The name in the address.
const NAME: &str = "as";

/// What stands in the address of the page around, or in what a server function was asked.
#[derive(Clone, Copy)]
struct Viewing(Signal<String>);

/// What a query says.
#[must_use]
pub(crate) fn of_query(query: &str) -> String {
    urls::pairs(query).into_iter().find(|(name, _)| name == NAME).map(|(_, value)| value).unwrap_or_default()
}

/// From here on, links lead on as the query says.
pub(crate) fn follow(query: Memo<String>) {
    provide_context(Viewing(Signal::derive(move || query.with(|query| of_query(query)))));
}

/// From here on, links lead on as that one.
#[cfg(feature = "ssr")]
pub(crate) fn keep(seen_as: &str) {
    provide_context(Viewing(Signal::stored(seen_as.to_owned())));
}

/// As whom; empty for oneself. Not for what happens later, as a press on a button.
#[must_use]
pub(crate) fn current() -> String {
    use_context::<Viewing>().and_then(|viewing| viewing.0.try_get_untracked()).unwrap_or_default()
}

/// An address of this site, seen as that one; as oneself if it is empty.
#[must_use]
pub(crate) fn with(address: &str, seen_as: &str) -> String {
    let (path, query) = address.split_once('?').unwrap_or((address, ""));
    let mut pairs = urls::pairs(query);
    pairs.retain(|(name, _)| name != NAME);
    if !seen_as.is_empty() {
        pairs.push((NAME.to_owned(), seen_as.to_owned()));
    }
    let query = urls::query(pairs.iter().map(|(name, value)| (name.as_str(), value.as_str())));
    urls::with(path.to_owned(), &query)
}

/// Whether a page heeds it: those of a table's records, and how programs reach them.
#[must_use]
pub(crate) fn applies(path: &str) -> bool {
    if path == "/api" {
        return true;
    }
    let Some(rest) = path.strip_prefix("/tables/") else { return false };
    let mut segments = rest.split('/');
    let table = segments.next().unwrap_or_default();
    !table.is_empty() && table != "new" && matches!(segments.next(), None | Some("" | "new" | "records"))
}

#[cfg(test)]
mod tests {
    use super::{applies, of_query, with};

    #[test]
    fn an_address_is_seen_as_one() {
        assert_eq!(of_query("?filter=id.gt.1&as=role:anon"), "role:anon");
        let seen = with("/tables/t?filter=a.eq.%22x%20y%22&as=role:anon&q=z", "write-user:1");
        assert_eq!(seen, "/tables/t?filter=a.eq.%22x%20y%22&q=z&as=write-user:1");
        assert_eq!(with("/tables/t?as=role:anon", ""), "/tables/t");
        assert_eq!(with("/tables/t", "role:anon"), "/tables/t?as=role:anon");
    }

    #[test]
    fn only_pages_of_records_heed_it() {
        for path in ["/tables/t", "/tables/t/new", "/tables/t/records/1", "/api"] {
            assert!(applies(path), "{path}");
        }
        for path in
            ["/", "/tables", "/tables/", "/tables/new", "/tables/t/structure", "/tables/t/policies", "/tables/t/why", "/users"]
        {
            assert!(!applies(path), "{path}");
        }
    }
}
