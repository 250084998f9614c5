//! Light, dark, or as the system is: a cookie, so that the first paint is right.

use serde::{Deserialize, Serialize};

/// A person's choice.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Theme {
    /// As the system is.
    #[default]
    System,
    /// Always light.
    Light,
    /// Always dark.
    Dark,
}

impl Theme {
    /// The cookie that keeps it.
    pub const COOKIE: &'static str = "tenon_theme";

    /// The choice as it stands in the cookie and in the document.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::System => "system",
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }

    /// What the browser paints before the stylesheet is there.
    #[must_use]
    pub fn color_scheme(self) -> &'static str {
        match self {
            Self::System => "light dark",
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }

    /// The choice of that name, or the system's.
    #[must_use]
    pub fn parse(name: &str) -> Self {
        [Self::Light, Self::Dark].into_iter().find(|theme| theme.as_str() == name).unwrap_or_default()
    }
}

/// The choice that the request's cookie tells.
#[must_use]
pub fn chosen() -> Theme {
    #[cfg(feature = "ssr")]
    {
        crate::cookies::get(Theme::COOKIE).map(|name| Theme::parse(&name)).unwrap_or_default()
    }
    #[cfg(not(feature = "ssr"))]
    {
        Theme::System
    }
}
