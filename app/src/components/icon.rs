//! Icons: one sprite in the document, drawn on a grid of 16 with a line of 1.5.

use leptos::prelude::*;

/// Every icon by its name; the paths are drawn with the text's colour.
const ICONS: &[(&str, &str)] = &[
    ("table", "M2.5 3.5h11v9h-11zM2.5 6.5h11M6.5 6.5v6"),
    ("diagram", "M2.5 2.5h4v3h-4zM9.5 6.5h4v3h-4zM2.5 10.5h4v3h-4zM6.5 4h1.5v8H6.5M8 8h1.5"),
    ("code", "M5.5 4.5 2 8l3.5 3.5M10.5 4.5 14 8l-3.5 3.5"),
    ("upload", "M8 10.5v-8M5 5l3-3 3 3M2.5 10.5v3h11v-3"),
    ("download", "M8 2.5v8M5 8l3 3 3-3M2.5 11v2.5h11V11"),
    ("settings", "M2.5 4.5h6M11.5 4.5h2M2.5 11.5h2M7.5 11.5h6M10 3v3M6 10v3"),
    ("key", "M10 9.5a3.5 3.5 0 1 0-3.3-2.3L2.5 11.4v2.1h2.3v-1.7h1.7v-1.6l1.3-1.3c.7.4 1.4.6 2.2.6zM11 5.2v.1"),
    ("user", "M8 8a2.75 2.75 0 1 0 0-5.5A2.75 2.75 0 0 0 8 8zM2.8 13.5c.6-2.2 2.7-3.5 5.2-3.5s4.6 1.3 5.2 3.5"),
    ("history", "M2.5 8a5.5 5.5 0 1 0 1.7-4M2.5 2.5V5H5M8 5v3l2 1.5"),
    ("sum", "M12 5V3H4l4.5 5L4 13h8v-2"),
    ("plus", "M8 3v10M3 8h10"),
    ("minus", "M3 8h10"),
    ("search", "M7 11.5a4.5 4.5 0 1 0 0-9 4.5 4.5 0 0 0 0 9zM10.3 10.3l3.2 3.2"),
    ("menu", "M2.5 4.5h11M2.5 8h11M2.5 11.5h11"),
    ("close", "M4 4l8 8M12 4l-8 8"),
    ("check", "M3 8.5 6.5 12 13 4.5"),
    ("warning", "M8 2.5 14 13H2zM8 6.5v3M8 11.3v.1"),
    ("info", "M8 13.5a5.5 5.5 0 1 0 0-11 5.5 5.5 0 0 0 0 11zM8 7.5v3.5M8 5.1v.1"),
    ("trash", "M3 4.5h10M6 4.5v-2h4v2M4.5 4.5l.5 9h6l.5-9M6.8 7v4M9.2 7v4"),
    ("edit", "M10.5 3 13 5.5 5.5 13H3v-2.5zM9 4.5 11.5 7"),
    ("copy", "M5.5 5.5v-3h8v8h-3M2.5 5.5h8v8h-8z"),
    ("link", "M6.5 9.5l3-3M7.5 4.5 9 3a2.8 2.8 0 0 1 4 4l-1.5 1.5M8.5 11.5 7 13a2.8 2.8 0 0 1-4-4l1.5-1.5"),
    ("mail", "M2.5 3.5h11v9h-11zM2.5 4.5 8 9l5.5-4.5"),
    ("lock", "M3.5 7.5h9v6h-9zM5.5 7.5V5a2.5 2.5 0 0 1 5 0v2.5"),
    ("globe", "M8 13.5a5.5 5.5 0 1 0 0-11 5.5 5.5 0 0 0 0 11zM2.5 8h11M8 2.5c2 2 2 9 0 11M8 2.5c-2 2-2 9 0 11"),
    ("sign-out", "M6.5 2.5h-4v11h4M10 5l3 3-3 3M13 8H6"),
    ("chevron-right", "M6 3.5 10.5 8 6 12.5"),
    ("chevron-left", "M10 3.5 5.5 8l4.5 4.5"),
    ("chevron-down", "M3.5 6 8 10.5 12.5 6"),
    ("chevron-up", "M3.5 10 8 5.5 12.5 10"),
    ("sort", "M5 3v10M2.5 10.5 5 13l2.5-2.5M11 13V3M8.5 5.5 11 3l2.5 2.5"),
    ("filter", "M2.5 4h11M4.5 8h7M6.5 12h3"),
    ("columns", "M2.5 3h11v10h-11zM6.2 3v10M9.8 3v10"),
    ("more", "M3.5 8h.1M8 8h.1M12.5 8h.1"),
    ("eye", "M1.5 8S4 3.5 8 3.5 14.5 8 14.5 8 12 12.5 8 12.5 1.5 8 1.5 8zM8 9.8a1.8 1.8 0 1 0 0-3.6 1.8 1.8 0 0 0 0 3.6z"),
    ("sparkle", "M8 2l1.4 4.6L14 8l-4.6 1.4L8 14l-1.4-4.6L2 8l4.6-1.4z"),
    ("list", "M6 4h7.5M6 8h7.5M6 12h7.5M2.6 4h.1M2.6 8h.1M2.6 12h.1"),
    (
        "sun",
        "M8 10.8a2.8 2.8 0 1 0 0-5.6 2.8 2.8 0 0 0 0 5.6zM8 1.5v1.3M8 13.2v1.3M1.5 8h1.3M13.2 8h1.3M3.4 3.4l.9.9M11.7 11.7l.9.9M3.4 12.6l.9-.9M11.7 4.3l.9-.9",
    ),
    ("moon", "M13.5 9.5A5.8 5.8 0 0 1 6.5 2.5a5.5 5.5 0 1 0 7 7z"),
    ("play", "M5 3l8 5-8 5z"),
    ("refresh", "M13.5 8a5.5 5.5 0 1 1-1.7-4M13.5 2.5V5H11"),
    ("external", "M6.5 3.5h-4v10h10v-4M9 2.5h4.5V7M13.5 2.5 7.5 8.5"),
];

/// The sprite; once in a document.
#[component]
pub fn IconSprite() -> impl IntoView {
    let symbols: String = ICONS
        .iter()
        .map(|(name, path)| format!("<symbol id=\"i-{name}\" viewBox=\"0 0 16 16\"><path d=\"{path}\"/></symbol>"))
        .collect();
    view! { <svg class="sprite" width="0" height="0" aria-hidden="true" focusable="false" inner_html=symbols></svg> }
}

/// An icon beside a text, or inside a button that has a name of its own: it says nothing to screen readers.
#[component]
pub fn Icon(
    /// Its name in the sprite.
    name: &'static str,
) -> impl IntoView {
    view! {
        <svg class="icon" aria-hidden="true" focusable="false">
            <use href=format!("#i-{name}")></use>
        </svg>
    }
}
