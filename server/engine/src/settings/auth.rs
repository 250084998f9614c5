//! How people sign up and in.

use serde::{Deserialize, Serialize};
use tenon_model::Result;

use super::refused;

/// How people sign up and in. Durations are seconds; zero is without limit where that makes sense.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct AuthSettings {
    /// Where people go after a link in a mail, unless it says otherwise; empty: the instance itself.
    pub site_url: String,
    /// Where the instance is reached from outside, for links in mails; empty: what it was told at start.
    pub external_url: String,
    /// Further addresses that people may be sent to; `*` stands for a part without `.` and `/`, `**` for anything.
    pub redirect_urls: Vec<String>,
    /// Whether strangers may make themselves users.
    pub allow_signup: bool,
    /// Whether people may become users without saying who they are.
    pub allow_anonymous: bool,
    /// Whether people may sign in with address and password or by mail.
    pub email_enabled: bool,
    /// Whether an address counts as confirmed at once.
    pub email_autoconfirm: bool,
    /// Whether both addresses confirm a change of address.
    pub email_change_confirms_both: bool,
    /// The fewest seconds between two mails of a kind to a user.
    pub email_interval: u32,
    /// The most mails to one address in an hour.
    pub emails_per_hour: u32,
    /// How long codes and links in mails work.
    pub otp_expiry: u32,
    /// Digits of a code, 6 to 10.
    pub otp_length: u32,
    /// The fewest characters of a password.
    pub password_min_length: u32,
    /// What a password must have: `lower`, `upper`, `digit`, `symbol`.
    pub password_requires: Vec<String>,
    /// Whether common passwords are refused.
    pub password_refuse_common: bool,
    /// Whether a new password wants a fresh sign-in or a code by mail.
    pub password_change_reauthenticates: bool,
    /// How long an access token lasts.
    pub access_token_lifetime: u32,
    /// How long after a refresh the refresh token before it still gets the same answer.
    pub refresh_grace: u32,
    /// How long a session lasts at most.
    pub session_lifetime: u32,
    /// How long a session lasts without being used.
    pub session_inactivity: u32,
    /// Whether a user's new session ends their others.
    pub single_session: bool,
    /// Whether authenticator apps serve as second factor.
    pub mfa_totp: bool,
    /// Whether security keys serve as second factor.
    pub mfa_webauthn: bool,
    /// The most second factors of a user.
    pub mfa_max_factors: u32,
    /// Whether people may sign in with a passkey.
    pub passkeys: bool,
    /// Whether signed-in users may link further providers.
    pub manual_linking: bool,
    /// A secret whose HS256 tokens are accepted, for those that came from elsewhere.
    pub legacy_jwt_secret: String,
    /// What keeps robots out of sign-up and sign-in.
    pub captcha: Captcha,
    /// The secret of the CAPTCHA's site.
    pub captcha_secret: String,
    /// The public key of the CAPTCHA's site, for the hosted pages.
    pub captcha_site_key: String,
    /// Sign-ups, and separately requests for mail, from one address of the net in an hour.
    pub signups_per_hour: u32,
    /// The application's name on hosted pages and in mails.
    pub brand_name: String,
    /// The address of its logo.
    pub brand_logo: String,
    /// Its colour, as `#rrggbb`.
    pub brand_color: String,
    /// Claims that tokens carry beyond the usual.
    pub custom_claims: Vec<CustomClaim>,
}

/// What keeps robots out.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Captcha {
    /// Nothing.
    #[default]
    Off,
    /// hCaptcha.
    Hcaptcha,
    /// Cloudflare Turnstile.
    Turnstile,
}

/// A claim that an SQL expression over the user's row gives.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CustomClaim {
    /// The claim's name.
    pub name: String,
    /// The expression, e.g. `app_metadata ->> 'plan'`.
    pub expression: String,
}

impl Default for AuthSettings {
    fn default() -> Self {
        Self {
            site_url: String::new(),
            external_url: String::new(),
            redirect_urls: Vec::new(),
            allow_signup: true,
            allow_anonymous: false,
            email_enabled: true,
            email_autoconfirm: false,
            email_change_confirms_both: true,
            email_interval: 5,
            emails_per_hour: 30,
            otp_expiry: 3600,
            otp_length: 6,
            password_min_length: 8,
            password_requires: Vec::new(),
            password_refuse_common: true,
            password_change_reauthenticates: false,
            access_token_lifetime: 3600,
            refresh_grace: 10,
            session_lifetime: 0,
            session_inactivity: 0,
            single_session: false,
            mfa_totp: true,
            mfa_webauthn: true,
            mfa_max_factors: 10,
            passkeys: true,
            manual_linking: true,
            legacy_jwt_secret: String::new(),
            captcha: Captcha::Off,
            captcha_secret: String::new(),
            captcha_site_key: String::new(),
            signups_per_hour: 1000,
            brand_name: String::new(),
            brand_logo: String::new(),
            brand_color: String::new(),
            custom_claims: Vec::new(),
        }
    }
}

impl AuthSettings {
    pub(super) fn check(&self) -> Result<()> {
        for (name, url) in
            [("auth.site_url", &self.site_url), ("auth.external_url", &self.external_url), ("auth.brand_logo", &self.brand_logo)]
        {
            if !url.is_empty() && !is_web_address(url) {
                return Err(refused(name, "this is no address that begins with http:// or https://"));
            }
        }
        if self
            .redirect_urls
            .iter()
            .any(|pattern| !pattern.contains("://") || pattern.chars().any(|c| c.is_whitespace() || c.is_control()))
        {
            return Err(refused("auth.redirect_urls", "each needs its scheme, e.g. https://*.example.com/** or myapp://signed-in"));
        }
        range("auth.otp_length", self.otp_length, 6, 10)?;
        range("auth.otp_expiry", self.otp_expiry, 60, 86_400)?;
        range("auth.access_token_lifetime", self.access_token_lifetime, 30, 604_800)?;
        range("auth.refresh_grace", self.refresh_grace, 0, 300)?;
        range("auth.password_min_length", self.password_min_length, 6, 128)?;
        range("auth.mfa_max_factors", self.mfa_max_factors, 1, 50)?;
        let known = ["lower", "upper", "digit", "symbol"];
        if self.password_requires.iter().any(|kind| !known.contains(&kind.as_str())) {
            return Err(refused("auth.password_requires", "the choices are lower, upper, digit and symbol"));
        }
        if !self.legacy_jwt_secret.is_empty() && self.legacy_jwt_secret.len() < 32 {
            return Err(refused("auth.legacy_jwt_secret", "a secret has at least 32 characters"));
        }
        if self.captcha != Captcha::Off && self.captcha_secret.is_empty() {
            return Err(refused("auth.captcha_secret", "the CAPTCHA needs its secret"));
        }
        let hex = |color: &str| color.len() == 7 && color.starts_with('#') && color[1..].bytes().all(|b| b.is_ascii_hexdigit());
        if !self.brand_color.is_empty() && !hex(&self.brand_color) {
            return Err(refused("auth.brand_color", "a colour is written #rrggbb"));
        }
        crate::identity::claims::check(&self.custom_claims)?;
        if self.brand_name.chars().count() > 80 || self.brand_name.chars().any(char::is_control) {
            return Err(refused("auth.brand_name", "a name is one line of at most 80 characters"));
        }
        Ok(())
    }
}

fn range(name: &str, value: u32, least: u32, most: u32) -> Result<()> {
    if (least..=most).contains(&value) { Ok(()) } else { Err(refused(name, &format!("this is between {least} and {most}"))) }
}

fn is_web_address(url: &str) -> bool {
    let rest = url.strip_prefix("https://").or_else(|| url.strip_prefix("http://"));
    rest.is_some_and(|rest| {
        !rest.is_empty()
            && !rest.starts_with('/')
            && !url.chars().any(|c| c.is_whitespace() || c.is_control() || "<>\"'".contains(c))
    })
}
