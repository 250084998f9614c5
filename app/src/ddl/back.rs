//! The way from the review of a change back to its form, with everything that was typed.

use super::Params;
use crate::paths;

/// Where the form stands that asked for a change. Its fields are in the address, so that it shows them again; its field `do`
/// tells which of the page's forms they belong to.
#[must_use]
pub fn back(params: &Params) -> String {
    let change = params.get("do");
    match change {
        "" | "sql" if params.get("back").is_empty() => "/schema".to_owned(),
        "" | "sql" => paths::local(params.get("back")).to_owned(),
        "create-table" => format!("/tables/new?{}", params.query_without(&["do"])),
        "create-type" | "add-value" => format!("/types?{}", params.query_without(&[])),
        "drop-type" => "/types".to_owned(),
        "create-role" | "change-role" => format!("/roles?{}#roles", params.query_without(&[])),
        "drop-role" => "/roles".to_owned(),
        "row-security" | "drop-policy" => paths::policies(params.get("table")),
        "create-policy" | "change-policy" => {
            format!("{}?{}#policies", paths::policies(params.get("table")), params.query_without(&["table", "review"]))
        }
        "drop-transition" => paths::states(params.get("table")),
        "create-transition" | "change-transition" => {
            let section = paths::encode(&format!("states-{}", params.get("column")));
            format!("{}?{}#{section}", paths::states(params.get("table")), params.query_without(&["table", "review"]))
        }
        _ => {
            let structure = paths::structure(params.get("table"));
            match section(change) {
                Some(section) => format!("{structure}?{}#{section}", params.query_without(&["table"])),
                None => structure,
            }
        }
    }
}

/// The section of a table's structure in which a change has its form; none for changes without one.
fn section(change: &str) -> Option<&'static str> {
    Some(match change {
        "add-column" | "change-column" | "add-computed" | "add-lookup" | "add-rollup" | "change-computed" => "columns",
        "add-relation" => "relations",
        "set-key" | "add-unique" | "add-index" => "keys",
        "add-check" | "change-check" => "checks",
        "access" => "access",
        "rename-table" | "comment-table" => "table",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_typed_goes_back_to_its_form() {
        let edit = [("do", "change-column"), ("table", "new"), ("column", "a"), ("name", "b c"), ("notnull", "true")];
        assert_eq!(back(&edit.into()), "/tables/~new/structure?do=change-column&column=a&name=b%20c&notnull=true#columns");
        let create = [("do", "create-table"), ("name", "t"), ("count", "1"), ("c0.name", "x")];
        assert_eq!(back(&create.into()), "/tables/new?name=t&count=1&c0.name=x");
        let policy = [("do", "create-policy"), ("table", "t"), ("name", "own"), ("review", "true"), ("using", "a = 1")];
        assert_eq!(back(&policy.into()), "/tables/t/policies?do=create-policy&name=own&using=a%20%3D%201#policies");
        assert_eq!(back(&[("do", "drop-policy"), ("table", "t"), ("policy", "own")].into()), "/tables/t/policies");
        assert_eq!(back(&[("do", "drop-column"), ("table", "t"), ("column", "a")].into()), "/tables/t/structure");
        assert_eq!(back(&[("sql", "x"), ("back", "//evil.example")].into()), "/");
        assert_eq!(back(&[("sql", "x")].into()), "/schema");
    }
}
