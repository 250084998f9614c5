//! Texts in elements whose content Leptos sends as it is: a closing tag in such a text would end the element, and what follows
//! would be taken for the page's own.

/// A text as the content of a `<textarea>`. HTML also drops a line break at the beginning.
#[must_use]
pub fn area_text(text: String) -> String {
    if !cfg!(feature = "ssr") {
        return text;
    }
    let first = if text.starts_with(['\n', '\r']) { "\n" } else { "" };
    format!("{first}{}", escaped(&text))
}

/// A text as the content of `<title>`.
#[must_use]
pub fn title_text(text: String) -> String {
    if cfg!(feature = "ssr") { escaped(&text) } else { text }
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;")
}

#[cfg(all(test, feature = "ssr"))]
mod tests {
    use leptos::prelude::*;

    use super::*;

    #[test]
    fn a_text_stays_inside_its_textarea() {
        let text = "\n</textarea><b>a & b</b> &amp;";
        let html = view! { <textarea>{area_text(text.to_owned())}</textarea> }.to_html();
        assert_eq!(html, "<textarea>\n\n&lt;/textarea>&lt;b>a &amp; b&lt;/b> &amp;amp;</textarea>");
    }

    #[test]
    fn a_text_stays_inside_its_title() {
        assert_eq!(title_text("</title>&amp;".to_owned()), "&lt;/title>&amp;amp;");
    }
}
