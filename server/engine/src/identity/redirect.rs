//! Where people may be sent after they signed in. A way to have tokens sent elsewhere would be a way to steal them.

use url::{Url, form_urlencoded::Serializer};

use crate::{Config, settings::AuthSettings};

/// The longest address that people are sent to.
const LONGEST: usize = 4096;
/// The hosted page that takes what a mail's link carries.
pub const CONFIRM: &str = "/auth/confirm";
/// Schemes that run or show what the address itself carries.
const NEVER: [&str; 7] = ["javascript", "data", "vbscript", "blob", "file", "about", "view-source"];

/// Where the instance is reached from outside, without a slash at its end.
#[must_use]
pub fn external<'a>(settings: &'a AuthSettings, config: &'a Config) -> &'a str {
    let set = settings.external_url.trim_end_matches('/');
    if set.is_empty() { config.public_url.trim_end_matches('/') } else { set }
}

/// Where people go who asked for nothing else.
#[must_use]
pub fn site<'a>(settings: &'a AuthSettings, config: &'a Config) -> &'a str {
    if settings.site_url.is_empty() { external(settings, config) } else { &settings.site_url }
}

/// Where somebody is sent: where they asked for if that is allowed, else the site.
#[must_use]
pub fn target(settings: &AuthSettings, config: &Config, asked: Option<&str>) -> String {
    let asked = asked.filter(|url| allowed(settings, config, url));
    asked.unwrap_or_else(|| site(settings, config)).to_owned()
}

/// The address with further parameters in its query. The rest of it stays to the letter: applications may compare it.
#[must_use]
pub fn with_query(target: &str, pairs: &[(&str, &str)]) -> String {
    let (base, fragment) = target.split_once('#').map_or((target, None), |(base, fragment)| (base, Some(fragment)));
    let separator = match base.split_once('?') {
        None => "?",
        Some((_, query)) if query.is_empty() || query.ends_with('&') => "",
        Some(_) => "&",
    };
    let fragment = fragment.map(|fragment| format!("#{fragment}")).unwrap_or_default();
    format!("{base}{separator}{}{fragment}", encoded(pairs))
}

/// The address with these parameters as its fragment, which no server gets to see.
#[must_use]
pub fn with_fragment(target: &str, pairs: &[(&str, &str)]) -> String {
    format!("{}#{}", target.split('#').next().unwrap_or_default(), encoded(pairs))
}

fn encoded(pairs: &[(&str, &str)]) -> String {
    Serializer::new(String::new()).extend_pairs(pairs).finish()
}

/// Whether people may be sent there: to the site's host, to this instance itself, or to an address on the list.
#[must_use]
pub fn allowed(settings: &AuthSettings, config: &Config, url: &str) -> bool {
    let Some(parsed) = sound(url) else { return false };
    let web = matches!(parsed.scheme(), "http" | "https");
    let same_host = |base: &str| Url::parse(base).is_ok_and(|base| base.host() == parsed.host());
    if web && same_host(site(settings, config)) {
        return true;
    }
    if web && Url::parse(external(settings, config)).is_ok_and(|own| own.origin() == parsed.origin()) {
        return true;
    }
    let whole = url.split('#').next().unwrap_or_default();
    let whole = if web { with_path(whole) } else { whole.to_owned() };
    settings.redirect_urls.iter().any(|pattern| matches(pattern, &whole))
}

/// The address of a page with the slash that ends its host, also where a query follows at once: else a star that stands for
/// a part of a host would take another host and the query that hides the rest, as in `https://[2001:db8::1]?.app.example/`.
fn with_path(url: &str) -> String {
    let Some((before, query)) = url.split_once('?') else { return url.to_owned() };
    let has_path = before.split_once("://").is_some_and(|(_, rest)| rest.contains('/'));
    if has_path { url.to_owned() } else { format!("{before}/?{query}") }
}

/// The address, if every program reads the same in it.
fn sound(url: &str) -> Option<Url> {
    if url.len() > LONGEST || url.chars().any(|c| c.is_control() || c.is_whitespace() || c == '\\') {
        return None;
    }
    let (scheme, rest) = url.split_once("://")?;
    let parsed = Url::parse(url).ok()?;
    if !scheme.eq_ignore_ascii_case(parsed.scheme()) || NEVER.contains(&parsed.scheme()) {
        return None;
    }
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    if authority.contains('@') {
        return None;
    }
    if parsed.scheme() == "http" || parsed.scheme() == "https" {
        // An address written in an unusual way, like 0x7f.1, becomes another when it is read.
        if !host_of(authority).eq_ignore_ascii_case(parsed.host_str()?) || has_dots(rest) {
            return None;
        }
    }
    Some(parsed)
}

/// The host as it is written.
fn host_of(authority: &str) -> &str {
    let end = match authority.rfind(']') {
        Some(bracket) => bracket + 1,
        None => authority.find(':').unwrap_or(authority.len()),
    };
    &authority[..end]
}

/// Whether a part of the path leads up, so that the path is another than it looks.
fn has_dots(rest: &str) -> bool {
    let path = rest.split(['?', '#']).next().unwrap_or_default();
    let is_dots = |part: &str| matches!(part.to_ascii_lowercase().replace("%2e", ".").as_str(), "." | "..");
    path.split('/').skip(1).any(is_dots)
}

/// A part of a pattern.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Part {
    Char(char),
    /// One that is no separator.
    One,
    /// Any number that are no separators.
    Some,
    /// Any number of any.
    Any,
}

impl Part {
    fn repeats(self) -> bool {
        matches!(self, Self::Some | Self::Any)
    }

    fn takes(self, c: char) -> bool {
        match self {
            Self::Char(own) => own == c,
            Self::One | Self::Some => c != '.' && c != '/',
            Self::Any => true,
        }
    }
}

fn parts(pattern: &str) -> Vec<Part> {
    let mut parts = Vec::new();
    for c in pattern.chars() {
        match (c, parts.last()) {
            ('*', Some(Part::Some | Part::Any)) => {
                parts.pop();
                parts.push(Part::Any);
            }
            ('*', _) => parts.push(Part::Some),
            ('?', _) => parts.push(Part::One),
            (c, _) => parts.push(Part::Char(c)),
        }
    }
    parts
}

/// Whether a pattern describes a text. Takes time in proportion to the length of both, whatever they hold.
fn matches(pattern: &str, text: &str) -> bool {
    let parts = parts(pattern);
    // Before each part: whether the text so far may have led there.
    let mut here = vec![false; parts.len() + 1];
    here[0] = true;
    skip(&parts, &mut here);
    for c in text.chars() {
        let mut next = vec![false; parts.len() + 1];
        for (index, part) in parts.iter().enumerate() {
            if here[index] && part.takes(c) {
                next[if part.repeats() { index } else { index + 1 }] = true;
            }
        }
        skip(&parts, &mut next);
        here = next;
    }
    here[parts.len()]
}

/// What repeats may also be left out.
fn skip(parts: &[Part], here: &mut [bool]) {
    for (index, part) in parts.iter().enumerate() {
        if here[index] && part.repeats() {
            here[index + 1] = true;
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn settings(site: &str, urls: &[&str]) -> AuthSettings {
        let redirect_urls = urls.iter().map(|url| (*url).to_owned()).collect();
        AuthSettings { site_url: site.into(), redirect_urls, ..AuthSettings::default() }
    }

    fn check(settings: &AuthSettings, url: &str) -> bool {
        allowed(settings, &Config::default(), url)
    }

    const LIST: [&str; 5] = [
        "https://*.preview.example/**",
        "myapp://signed-in",
        "https://exact.example/callback",
        "http://localhost:*",
        "https://one.example/page?",
    ];

    #[test]
    fn these_are_allowed() {
        let settings = settings("https://app.example/start", &LIST);
        for url in [
            "https://app.example",
            "http://app.example:8080/any/where?x=1#y",
            "https://APP.example/",
            "HTTPS://app.EXAMPLE/?x",
            "https://app.example?x=1",
            "http://127.0.0.1:3000/account",
            "https://a.preview.example/",
            "https://a.preview.example/deep/down?x=y",
            "myapp://signed-in",
            "myapp://signed-in#part",
            "https://exact.example/callback",
            "http://localhost:5173",
            "https://one.example/page1",
        ] {
            assert!(check(&settings, url), "{url}");
        }
    }

    #[test]
    fn these_are_refused() {
        let settings = settings("https://app.example/start", &LIST);
        for url in [
            "",
            "/relative",
            "//app.example",
            "https:app.example",
            "https:/app.example",
            "https:///app.example",
            "https://app.example.evil.example",
            "https://evil.example/app.example",
            "https://app.example@evil.example/",
            "https://user:password@app.example/",
            "https://app.example\\@evil.example",
            "https://evil.example\\.preview.example/",
            "https://app.example /",
            "https://app.example/\r\nSet-Cookie: a=b",
            "https://app.example/\t",
            "ftp://app.example/",
            "javascript://app.example/%0aalert(1)",
            "javascript:alert(1)",
            "data:text/html,x",
            "data://app.example/",
            "https://evil.example/.preview.example/",
            "https://a.b.preview.example/",
            "https://preview.example/",
            "https://exact.example/callback?x=1",
            "https://exact.example/callback/more",
            "http://localhost:5173/",
            "http://localhost:5173.evil.example",
            "https://one.example/page",
            "https://one.example/page/",
            "myapp://signed-in/elsewhere",
            "http://2130706433:3000/",
            "http://0x7f.0.0.1:3000/",
            "http://127.1:3000/",
            "http://127.0.0.1:4000/",
            "https://a.preview.example/a/../b",
            "https://a.preview.example/a/%2E%2e/b",
            "https://[2001:db8::666]?.preview.example/",
            "https://evil?.preview.example/",
            "https://evil#.preview.example/",
            "http://localhost:1?.example/",
            "https://app.example%2eevil.example/",
            "https://app.example%00.evil.example/",
            "https://app。example/",
            "https://аpp.example/",
            "https://app.example:443@evil.example/",
            "https://%61pp.example@evil.example/",
            "https:\\\\app.example/",
            "///app.example",
            "/\\app.example",
            "https://a.preview.example.:443/",
            "https://ａpp.example/",
            "HTTPS://evil.example/",
            "view-source:https://app.example/",
            "JAVASCRIPT://app.example/",
        ] {
            assert!(!check(&settings, url), "{url}");
        }
    }

    #[test]
    fn a_hostile_scheme_is_refused_whatever_the_list_says() {
        let settings = settings("", &["javascript://**", "**://**"]);
        assert!(!check(&settings, "javascript://x"));
        assert!(!check(&settings, "data://x"));
        assert!(check(&settings, "other://x"));
    }

    #[test]
    fn who_asks_for_nothing_or_too_much_goes_to_the_site() {
        let config = Config::default();
        let own = settings("https://app.example/start", &[]);
        assert_eq!(target(&own, &config, None), "https://app.example/start");
        assert_eq!(target(&own, &config, Some("https://evil.example")), "https://app.example/start");
        assert_eq!(target(&own, &config, Some("https://app.example/in?a=b")), "https://app.example/in?a=b");
        assert_eq!(target(&settings("", &[]), &config, Some("")), "http://127.0.0.1:3000");
    }

    #[test]
    fn what_is_added_to_an_address_leaves_the_rest_as_it_is() {
        let added =
            |target| (with_query(target, &[("a", "b c"), ("d", "&#")]), with_fragment(target, &[("a", "b c"), ("d", "&#")]));
        let with = |query: &str, fragment: &str| (query.to_owned(), fragment.to_owned());
        assert_eq!(added("https://a.example"), with("https://a.example?a=b+c&d=%26%23", "https://a.example#a=b+c&d=%26%23"));
        assert_eq!(added("app://x?y#z"), with("app://x?y&a=b+c&d=%26%23#z", "app://x?y#a=b+c&d=%26%23"));
        assert_eq!(added("app://x?").0, "app://x?a=b+c&d=%26%23");
    }

    proptest! {
        #[test]
        fn what_is_allowed_leads_to_a_host_that_was_named(url in "(https?|myapp|JavaScript)(:|:/|://|:///)[a-z.@\\\\/:0-9?#%]{0,30}(app\\.example)?[a-z.@\\\\/:?#]{0,12}") {
            let settings = settings("https://app.example", &["https://*.preview.example/**"]);
            if check(&settings, &url) {
                let parsed = Url::parse(&url).unwrap();
                prop_assert!(parsed.username().is_empty() && parsed.password().is_none());
                prop_assert!(matches!(parsed.scheme(), "http" | "https"));
                let host = parsed.host_str().unwrap();
                prop_assert!(host == "app.example" || host.ends_with(".preview.example") || host == "127.0.0.1", "{}", host);
            }
        }

        #[test]
        fn a_query_never_stands_for_a_host(host in "[a-z0-9:\\[\\]-]{1,24}", rest in "[a-z./?=]{0,12}") {
            let settings = settings("https://app.example", &["https://*.preview.example/**", "https://*.other.example"]);
            let url = format!("https://{host}?{rest}.preview.example/");
            prop_assert!(!check(&settings, &url), "{}", url);
            let url = format!("https://{host}?.other.example");
            prop_assert!(!check(&settings, &url), "{}", url);
        }

        #[test]
        fn a_single_star_never_reaches_over_a_separator(middle in "[a-z./]{0,12}") {
            let whole = format!("https://{middle}.example/");
            prop_assert_eq!(matches("https://*.example/", &whole), !middle.contains(['.', '/']));
            prop_assert!(matches("https://**.example/", &whole));
        }

        #[test]
        fn a_pattern_without_signs_describes_itself(text in "[a-z:/.#]{0,30}", other in "[a-z:/.#]{0,30}") {
            prop_assert!(matches(&text, &text));
            prop_assert_eq!(matches(&text, &other), text == other);
        }
    }
}
