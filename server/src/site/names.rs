//! Which of the built files are the ones that every page loads: their names carry a hash of their bytes.

use std::sync::Arc;

use tenon_app::assets::Assets;

use super::File;

/// Finds the files among the names in `pkg` (the first that fits, if a build left older ones).
pub(super) fn assets(names: &[String], get: impl Fn(&str) -> Option<File>) -> Assets {
    let address = |stem: &str, extension: &str| -> Arc<str> {
        let name = find(names, stem, extension).map_or_else(|| format!("{stem}.{extension}"), str::to_owned);
        format!("/pkg/{name}").into()
    };
    let split =
        find(names, "__wasm_split", "js").zip(find(names, "__wasm_split_manifest", "json")).and_then(|(loader, manifest)| {
            let chunks = serde_json::from_slice(&get(manifest)?.bytes).ok()?;
            Some(Arc::new((loader.to_owned(), chunks)))
        });
    let wasm = if find(names, "tenon", "wasm").is_some() { "tenon" } else { "tenon_bg" };
    Assets { css: address("tenon", "css"), js: address("tenon", "js"), wasm: address(wasm, "wasm"), split }
}

/// `stem.HASH.extension`, or `stem.extension`.
fn find<'a>(names: &'a [String], stem: &str, extension: &str) -> Option<&'a str> {
    names.iter().map(String::as_str).find(|name| {
        let middle = name.strip_prefix(stem).and_then(|rest| rest.strip_suffix(extension)).and_then(|rest| rest.strip_suffix('.'));
        middle.is_some_and(|middle| middle.is_empty() || middle.strip_prefix('.').is_some_and(|hash| !hash.contains('.')))
    })
}

/// Whether a name carries a hash, so that its bytes never change.
pub(super) fn is_hashed(path: &str) -> bool {
    let is_hash = |part: &str| part.len() >= 16 && part.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_'));
    let name = path.rsplit('/').next().unwrap_or(path);
    name.split('.').skip(1).any(|part| is_hash(part) && part.bytes().any(|b| b != b'_'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hashed_names_are_found_and_told_from_plain_ones() {
        let names: Vec<String> = [
            "tenon.RyfmXAEOyHNStAhG6ByEnw.css",
            "tenon.RyfmXAEOyHNStAhG6ByEnw.js.br",
            "tenon.zzfmXAEOyHNStAhG6ByEnw.js",
            "tenon.yyfmXAEOyHNStAhG6ByEnw.wasm",
        ]
        .map(str::to_owned)
        .into();
        let found = assets(&names, |_| None);
        assert_eq!(&*found.js, "/pkg/tenon.zzfmXAEOyHNStAhG6ByEnw.js");
        assert_eq!(&*found.wasm, "/pkg/tenon.yyfmXAEOyHNStAhG6ByEnw.wasm");
        assert_eq!(&*assets(&[], |_| None).css, "/pkg/tenon.css");
        assert!(is_hashed("/pkg/tenon.RyfmXAEOyHNStAhG6ByEnw.css"));
        assert!(!is_hashed("/pkg/tenon.css"));
        assert!(!is_hashed("/favicon.svg"));
        assert!(!is_hashed("/pkg/__wasm_split.______________________.js"));
    }
}
