//! What the pages show of the settings.

use tenon_engine::settings::{AuthSettings, Captcha};

use super::super::entry::{Brand, Robots};

/// The application as people know it.
pub(in crate::pages::hosted) fn brand(auth: &AuthSettings) -> Brand {
    Brand {
        name: auth.brand_name.clone(),
        logo: auth.brand_logo.clone(),
        color: auth.brand_color.trim_start_matches('#').to_lowercase(),
    }
}

/// A provider's name as it is written.
pub(in crate::pages::hosted) fn provider_title(name: &str) -> String {
    match name {
        "apple" => "Apple".to_owned(),
        "azure" => "Microsoft".to_owned(),
        "discord" => "Discord".to_owned(),
        "github" => "GitHub".to_owned(),
        "gitlab" => "GitLab".to_owned(),
        "google" => "Google".to_owned(),
        other => {
            let mut letters = other.chars();
            letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
        }
    }
}

/// The CAPTCHA, where one is set.
pub(in crate::pages::hosted) fn captcha(auth: &AuthSettings) -> Option<Robots> {
    let (class, script) = match auth.captcha {
        Captcha::Off => return None,
        Captcha::Hcaptcha => ("h-captcha", "https://js.hcaptcha.com/1/api.js"),
        Captcha::Turnstile => ("cf-turnstile", "https://challenges.cloudflare.com/turnstile/v0/api.js"),
    };
    Some(Robots { class: class.to_owned(), script: script.to_owned(), key: auth.captcha_site_key.clone() })
}
