//! What is said to whom.

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// What a letter is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LetterKind {
    /// A new user confirms their address.
    Signup,
    /// Somebody is invited.
    Invite,
    /// A sign-in without password.
    #[serde(rename = "magiclink")]
    MagicLink,
    /// A forgotten password.
    Recovery,
    /// The present address confirms that it is replaced.
    EmailChangeCurrent,
    /// The new address confirms that it replaces the present one.
    EmailChangeNew,
    /// A code that confirms that it is the user.
    Reauthentication,
    /// Whether mail arrives.
    Test,
}

impl LetterKind {
    /// Every kind.
    pub const ALL: [Self; 8] = [
        Self::Signup,
        Self::Invite,
        Self::MagicLink,
        Self::Recovery,
        Self::EmailChangeCurrent,
        Self::EmailChangeNew,
        Self::Reauthentication,
        Self::Test,
    ];

    /// Its name in the database and in addresses.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Signup => "signup",
            Self::Invite => "invite",
            Self::MagicLink => "magiclink",
            Self::Recovery => "recovery",
            Self::EmailChangeCurrent => "email_change_current",
            Self::EmailChangeNew => "email_change_new",
            Self::Reauthentication => "reauthentication",
            Self::Test => "test",
        }
    }

    /// The kind of that name.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == name)
    }

    /// What it is called on screen.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::Signup => "Confirm sign-up",
            Self::Invite => "Invitation",
            Self::MagicLink => "Sign-in link",
            Self::Recovery => "Reset password",
            Self::EmailChangeCurrent => "Change of address, to the present one",
            Self::EmailChangeNew => "Change of address, to the new one",
            Self::Reauthentication => "Reauthentication",
            Self::Test => "Test",
        }
    }

    /// Of which variables each body needs at least one, so that the letter serves its purpose.
    #[must_use]
    pub fn needs(self) -> &'static [&'static str] {
        match self {
            Self::Reauthentication => &["Token"],
            Self::Test => &[],
            _ => &["ConfirmationURL", "Token", "TokenHash"],
        }
    }

    /// Whether it carries a code or a link that lets somebody in.
    #[must_use]
    pub fn is_secret(self) -> bool {
        self != Self::Test
    }
}

/// What a letter's template may say.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Variables {
    /// Where to go to do what the letter is about.
    pub confirmation_url: String,
    /// The code to type.
    pub token: String,
    /// The hash of the token that the link carries, for links of one's own making.
    pub token_hash: String,
    /// The application's address.
    pub site_url: String,
    /// The user's address.
    pub email: String,
    /// The address that theirs is to change to.
    pub new_email: String,
    /// Where they come out in the end.
    pub redirect_to: String,
    /// What the user keeps about themselves, a JSON object.
    pub data: Value,
}

/// A letter to be queued.
#[derive(Clone, Debug)]
pub struct Letter<'a> {
    /// What it is about.
    pub kind: LetterKind,
    /// Whom it goes to.
    pub to: &'a str,
    /// Their language, as a BCP 47 tag, if they chose one.
    pub locale: Option<&'a str>,
    /// What its template may say.
    pub variables: Variables,
}
