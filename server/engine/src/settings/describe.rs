//! What each setting means, for the Studio and the command line.

use serde_json::Value;

use super::Settings;

/// How a setting is entered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Yes or no.
    Switch,
    /// A number of things.
    Count,
    /// A number of seconds.
    Seconds,
    /// One line.
    Text,
    /// One line that is shown to nobody again.
    Secret,
    /// Several lines, an entry each.
    Lines,
    /// One of these.
    Choice(&'static [&'static str]),
    /// A list of names and expressions.
    Claims,
}

/// A setting and what it means.
#[derive(Clone, Copy, Debug)]
pub struct Described {
    /// Its dotted name.
    pub name: &'static str,
    /// What it is called on screen.
    pub label: &'static str,
    /// What it means, in a sentence.
    pub about: &'static str,
    /// How it is entered.
    pub kind: Kind,
    /// The heading it stands under.
    pub group: &'static str,
}

const fn s(group: &'static str, name: &'static str, label: &'static str, kind: Kind, about: &'static str) -> Described {
    Described { name, label, about, kind, group }
}

use Kind::{Choice, Claims, Count, Lines, Seconds, Secret, Switch, Text};

/// Every setting, in the order of the screen.
const ALL: &[Described] = &[
    s(
        "Addresses",
        "auth.site_url",
        "Site",
        Text,
        "Where people go after a link in a mail, unless it says otherwise. Empty: this instance's own pages.",
    ),
    s(
        "Addresses",
        "auth.external_url",
        "This instance from outside",
        Text,
        "The address that links in mails begin with. Empty: TENON_PUBLIC_URL, or the address it listens on.",
    ),
    s(
        "Addresses",
        "auth.redirect_urls",
        "Further addresses to return to",
        Lines,
        "One a line. * stands for a part without . and /, ** for anything: https://*.example.com/**",
    ),
    s(
        "Signing up",
        "auth.allow_signup",
        "Strangers may sign up",
        Switch,
        "If not, only invited people and those you make become users.",
    ),
    s(
        "Signing up",
        "auth.allow_anonymous",
        "Anonymous users",
        Switch,
        "People may begin without saying who they are, and tell it later.",
    ),
    s("Signing up", "auth.email_enabled", "E-mail", Switch, "Sign-in with address and password, and by link or code in a mail."),
    s(
        "Signing up",
        "auth.email_autoconfirm",
        "Trust addresses at once",
        Switch,
        "New users need not confirm their address. Anyone can then sign up with anybody's.",
    ),
    s(
        "Signing up",
        "auth.email_change_confirms_both",
        "Both addresses confirm a change",
        Switch,
        "If not, the new one alone does.",
    ),
    s("Signing up", "auth.manual_linking", "Users may link providers", Switch, "A signed-in user can add further ways to sign in."),
    s("Mail", "auth.email_interval", "Between two mails", Seconds, "The least time between two mails of a kind to one user."),
    s("Mail", "auth.emails_per_hour", "Mails to one address in an hour", Count, "Beyond, requests for more are refused."),
    s("Mail", "auth.otp_expiry", "Codes and links last", Seconds, "How long what a mail carries works. It works once in any case."),
    s("Mail", "auth.otp_length", "Digits of a code", Count, "6 to 10."),
    s("Passwords", "auth.password_min_length", "Fewest characters", Count, "At least 6. Length is worth more than symbols."),
    s(
        "Passwords",
        "auth.password_requires",
        "Characters required",
        Lines,
        "One a line, of lower, upper, digit, symbol. None is usual today.",
    ),
    s("Passwords", "auth.password_refuse_common", "Refuse common passwords", Switch, "Those that attackers try first."),
    s(
        "Passwords",
        "auth.password_change_reauthenticates",
        "Ask again before a new password",
        Switch,
        "Unless the session is younger than a day, a new password wants a code that is sent by mail.",
    ),
    s(
        "Sessions",
        "auth.access_token_lifetime",
        "Access tokens last",
        Seconds,
        "Shorter ones are refreshed more often; a signed-out user's token works until it ends.",
    ),
    s(
        "Sessions",
        "auth.refresh_grace",
        "Grace for lost answers",
        Seconds,
        "So long after a refresh the token before it gets the same answer. Later it is taken for stolen, and the session ends.",
    ),
    s("Sessions", "auth.session_lifetime", "Sessions last at most", Seconds, "0: without end."),
    s("Sessions", "auth.session_inactivity", "Sessions last unused", Seconds, "0: without end."),
    s("Sessions", "auth.single_session", "One session per user", Switch, "A new one ends the others."),
    s("Second factors", "auth.mfa_totp", "Authenticator apps", Switch, "Six digits that change every half minute."),
    s("Second factors", "auth.mfa_webauthn", "Security keys", Switch, "A key or phone as second factor."),
    s("Second factors", "auth.mfa_max_factors", "Most factors of a user", Count, "1 to 50."),
    s("Second factors", "auth.passkeys", "Passkeys", Switch, "Sign-in with a passkey instead of a password."),
    s(
        "Robots and strangers",
        "auth.captcha",
        "CAPTCHA",
        Choice(&["off", "hcaptcha", "turnstile"]),
        "What sign-up and sign-in must pass.",
    ),
    s("Robots and strangers", "auth.captcha_site_key", "CAPTCHA's site key", Text, "For the hosted pages."),
    s("Robots and strangers", "auth.captcha_secret", "CAPTCHA's secret", Secret, "With it the answer is checked."),
    s(
        "Robots and strangers",
        "auth.signups_per_hour",
        "Sign-ups from one address in an hour",
        Count,
        "The same number bounds requests for mail.",
    ),
    s(
        "Tokens",
        "auth.legacy_jwt_secret",
        "Secret of older tokens",
        Secret,
        "HS256 tokens signed with it are accepted, so that clients of a former backend stay signed in.",
    ),
    s(
        "Tokens",
        "auth.custom_claims",
        "Custom claims",
        Claims,
        "What access tokens carry beyond the usual: a name and an SQL expression over the user's row.",
    ),
    s("Hosted pages", "auth.brand_name", "Name", Text, "The application's, on its pages and in its mails."),
    s("Hosted pages", "auth.brand_logo", "Logo", Text, "The address of a picture."),
    s("Hosted pages", "auth.brand_color", "Colour", Text, "#rrggbb."),
    s("Mail server", "mail.smtp_host", "SMTP host", Text, "Empty: mail is not sent, and lands in the Mailbox."),
    s("Mail server", "mail.smtp_port", "Port", Count, "587 for STARTTLS, 465 for TLS."),
    s("Mail server", "mail.smtp_tls", "Encryption", Choice(&["starttls", "tls", "none"]), "None is for a server on this machine."),
    s("Mail server", "mail.smtp_user", "User", Text, "Empty: without signing in."),
    s("Mail server", "mail.smtp_password", "Password", Secret, "Of that user."),
    s(
        "Mail server",
        "mail.smtp_ca",
        "Certificate authorities",
        Lines,
        "In PEM's form, for a server whose certificate an authority of your own signed. Those of the system count in any case.",
    ),
    s("Mail server", "mail.from_address", "From address", Text, "Whom mails come from."),
    s("Mail server", "mail.from_name", "From name", Text, "Empty: the application's."),
    s("Mail server", "mail.default_locale", "Language", Text, "Of mails to users who did not choose one, e.g. en, de, fr, es."),
];

impl Described {
    /// Every setting, in the order of the screen.
    #[must_use]
    pub fn all() -> &'static [Self] {
        ALL
    }

    /// Whether nobody is shown its value.
    #[must_use]
    pub fn is_secret(&self) -> bool {
        self.kind == Kind::Secret
    }
}

/// The settings that differ, with their new values, but for secrets.
pub(super) fn changed(before: &Settings, after: &Settings) -> Vec<Value> {
    let differ = ALL.iter().filter(|setting| before.get(setting.name) != after.get(setting.name));
    let tell = |setting: &Described| {
        let value = if setting.is_secret() { Value::from("(secret)") } else { after.get(setting.name).unwrap_or_default() };
        serde_json::json!({ "name": setting.name, "value": value })
    };
    differ.map(tell).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_setting_is_described_once() {
        let all = serde_json::to_value(Settings::default()).unwrap();
        let mut names: Vec<String> = Vec::new();
        for (group, settings) in all.as_object().unwrap() {
            names.extend(settings.as_object().unwrap().keys().map(|key| format!("{group}.{key}")));
        }
        let mut described: Vec<String> = ALL.iter().map(|setting| setting.name.to_owned()).collect();
        names.sort();
        described.sort();
        assert_eq!(names, described);
    }
}
