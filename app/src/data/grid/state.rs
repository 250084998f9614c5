//! What a grid shows, as it stands in the address: every view is a URL.

use serde::{Deserialize, Serialize};

use super::sort::SortTerm;
use crate::data::urls;

/// Rows on a page unless the address says otherwise.
pub const PAGE: u64 = 100;
/// The most rows on a page.
const MAX_PAGE: u64 = 500;

/// What a grid shows. The texts are in REST's grammar and are parsed by its parser.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct GridState {
    /// The columns shown, e.g. `carrier,flight`; empty for all.
    pub select: String,
    /// Which rows, e.g. `and(origin.eq.JFK,dep_delay.gt.60)`; empty for all.
    pub filter: String,
    /// In which order, e.g. `dep_delay.desc`; empty for that of the primary key.
    pub order: String,
    /// Rows skipped.
    pub offset: u64,
    /// Rows on the page.
    pub limit: u64,
    /// The quick search.
    pub q: String,
    /// Whether to count all rows that the filter meets.
    pub count: bool,
    /// The filter being built, which need not be complete; its presence opens the builder.
    pub draft: Option<String>,
    /// What was just done, to be said once.
    pub notice: String,
    /// As whom it is seen; empty for oneself.
    pub seen_as: String,
}

impl Default for GridState {
    fn default() -> Self {
        Self {
            select: String::new(),
            filter: String::new(),
            order: String::new(),
            offset: 0,
            limit: PAGE,
            q: String::new(),
            count: false,
            draft: None,
            notice: String::new(),
            seen_as: String::new(),
        }
    }
}

impl GridState {
    /// Reads the query of an address; what it does not know it ignores.
    #[must_use]
    pub fn parse(query: &str) -> Self {
        let mut state = Self::default();
        for (name, value) in urls::pairs(query) {
            match name.as_str() {
                "select" => state.select = join(state.select, &value),
                "filter" => state.filter = value,
                "order" => state.order = value,
                "offset" => state.offset = value.parse().unwrap_or(0),
                "limit" => state.limit = value.parse().unwrap_or(PAGE).clamp(1, MAX_PAGE),
                "q" => value.trim().clone_into(&mut state.q),
                "count" => state.count = value == "exact",
                "draft" => state.draft = Some(value),
                "notice" => state.notice = value,
                "as" => state.seen_as = value,
                _ => {}
            }
        }
        state
    }

    /// The query of the address, without what is as usual.
    #[must_use]
    pub fn query(&self) -> String {
        let (offset, limit) = (self.offset.to_string(), self.limit.to_string());
        let pairs = [
            ("select", self.select.as_str(), !self.select.is_empty()),
            ("filter", &self.filter, !self.filter.is_empty()),
            ("order", &self.order, !self.order.is_empty()),
            ("q", &self.q, !self.q.is_empty()),
            ("offset", &offset, self.offset > 0),
            ("limit", &limit, self.limit != PAGE),
            ("count", "exact", self.count),
            ("as", &self.seen_as, !self.seen_as.is_empty()),
            ("draft", self.draft.as_deref().unwrap_or_default(), self.draft.is_some()),
        ];
        urls::query(pairs.into_iter().filter(|(_, _, given)| *given).map(|(name, value, _)| (name, value)))
    }

    /// The address of this view of a table.
    #[must_use]
    pub fn href(&self, table: &str) -> String {
        let address = if self.seen_as.is_empty() { urls::grid(table) } else { urls::path(table) };
        urls::with(address, &self.query())
    }

    /// The address of the export of all rows of this view.
    #[must_use]
    pub fn export_href(&self, table: &str, format: &str) -> String {
        let whole = Self { offset: 0, limit: PAGE, count: false, draft: None, ..self.clone() };
        urls::with(format!("{}/export?format={format}", urls::path(table)), &whole.query())
    }

    /// The same view from another row on.
    #[must_use]
    pub fn at(&self, offset: u64) -> Self {
        Self { offset, notice: String::new(), ..self.clone() }
    }

    /// The same view with another filter, from its first row on.
    #[must_use]
    pub fn filtered(&self, filter: String) -> Self {
        Self { filter, draft: None, offset: 0, ..self.clone() }
    }

    /// The same view in another order, from its first row on.
    #[must_use]
    pub fn ordered(&self, terms: &[SortTerm]) -> Self {
        Self { order: super::sort::print(terms), offset: 0, ..self.clone() }
    }

    /// Whether the address says which rows, columns or order.
    #[must_use]
    pub fn is_chosen(&self) -> bool {
        self.narrows() || !self.select.is_empty() || !self.order.is_empty()
    }

    /// Whether the view leaves rows out.
    #[must_use]
    pub fn narrows(&self) -> bool {
        !self.filter.is_empty() || !self.q.is_empty()
    }
}

/// A checkbox a column gives the same name several times; a link gives one list.
fn join(list: String, more: &str) -> String {
    match (list.is_empty(), more.is_empty()) {
        (_, true) => list,
        (true, false) => more.to_owned(),
        (false, false) => format!("{list},{more}"),
    }
}

#[cfg(test)]
mod tests {
    use super::GridState;

    #[test]
    fn a_view_is_its_address() {
        let query = "select=carrier,flight&filter=dep_delay.gt.60&order=dep_delay.desc&q=ua&offset=100&limit=50&count=exact";
        let state = GridState::parse(query);
        assert_eq!(state.query(), query);
        assert_eq!(state.href("flights"), format!("/tables/flights?{query}"));
        assert_eq!(GridState::parse("").href("my table"), "/tables/my%20table");
        assert_eq!(GridState::parse("select=a&select=b").select, "a,b");
    }

    #[test]
    fn an_export_has_every_row_of_the_view() {
        let state = GridState::parse("filter=n.gt.1&offset=100&limit=10&count=exact");
        assert_eq!(state.export_href("t", "csv"), "/tables/t/export?format=csv&filter=n.gt.1");
        assert_eq!(GridState::default().export_href("t", "json"), "/tables/t/export?format=json");
    }

    #[test]
    fn nonsense_is_the_usual_view() {
        assert_eq!(GridState::parse("offset=x&limit=-1&count=maybe&zzz=1"), GridState::default());
        assert_eq!(GridState::parse("limit=100000").limit, 500);
    }
}
