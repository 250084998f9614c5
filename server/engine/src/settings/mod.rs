//! What owners set while the instance runs. It is kept in the database, so that it holds for every process on it.

mod auth;
mod describe;
mod mail;

use std::sync::Arc;

use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use tenon_model::{Caller, Code, Error, Result};

pub use self::{
    auth::{AuthSettings, Captcha, CustomClaim},
    describe::{Described, Kind},
    mail::{MailSettings, MailTls},
};
use crate::{
    Engine, audit,
    database::{Conn, Translate},
    system::schema::{_tenon_meta as meta, _tenon_settings as settings},
};

/// Everything that is set while the instance runs.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Settings {
    /// How people sign up and in.
    pub auth: AuthSettings,
    /// How mail leaves.
    pub mail: MailSettings,
}

impl Settings {
    /// The setting of a dotted name (`auth.site_url`).
    #[must_use]
    pub fn get(&self, name: &str) -> Option<Value> {
        let (group, key) = name.split_once('.')?;
        serde_json::to_value(self).ok()?.get(group)?.get(key).cloned()
    }

    /// These settings with one changed.
    ///
    /// # Errors
    /// [`Code::NotFound`] for a name that is none; [`Code::InvalidRecord`] for a value that does not fit, with the name as field.
    pub fn with(&self, name: &str, value: Value) -> Result<Self> {
        self.with_all([(name, value)])
    }

    /// These settings with several changed at once, which may not fit one after the other.
    ///
    /// # Errors
    /// As [`Settings::with`].
    pub fn with_all<'a>(&self, values: impl IntoIterator<Item = (&'a str, Value)>) -> Result<Self> {
        let mut all = serde_json::to_value(self).map_err(Error::internal)?;
        let mut last = "settings";
        for (name, value) in values {
            let slot = name.split_once('.').and_then(|(group, key)| all.get_mut(group)?.get_mut(key));
            *slot.ok_or_else(|| Error::new(Code::NotFound, format!("there is no setting {name}")))? = value;
            last = name;
        }
        let changed: Self = serde_json::from_value(all).map_err(|error| refused(last, &error.to_string()))?;
        changed.check().map(|()| changed)
    }

    /// Whether the values fit each other.
    ///
    /// # Errors
    /// [`Code::InvalidRecord`] with the setting as field.
    pub fn check(&self) -> Result<()> {
        self.auth.check()?;
        self.mail.check()
    }

    pub(crate) fn load(conn: &mut Conn) -> Result<Self> {
        let rows: Vec<(String, String)> = settings::table.select((settings::name, settings::value)).load(conn).translate()?;
        let group = |name: &str| rows.iter().find(|(n, _)| n == name).map(|(_, value)| value.as_str());
        Ok(Self { auth: read(group("auth"))?, mail: read(group("mail"))? })
    }

    fn store(&self, conn: &mut Conn) -> Result<()> {
        put(conn, "auth", &self.auth)?;
        put(conn, "mail", &self.mail)?;
        diesel::update(meta::table.find("settings_version")).set(meta::value.eq(meta::value + 1)).execute(conn).translate()?;
        Ok(())
    }
}

/// A group as it was stored. What this version does not know any more is left out.
fn read<T: Default + Serialize + serde::de::DeserializeOwned>(text: Option<&str>) -> Result<T> {
    let Some(text) = text else { return Ok(T::default()) };
    let stored: Value = serde_json::from_str(text).map_err(Error::internal)?;
    let mut all = serde_json::to_value(T::default()).map_err(Error::internal)?;
    if let (Some(all), Value::Object(stored)) = (all.as_object_mut(), stored) {
        for (name, value) in stored {
            if let Some(slot) = all.get_mut(&name) {
                *slot = value;
            }
        }
    }
    serde_json::from_value(all).map_err(Error::internal)
}

fn put(conn: &mut Conn, name: &str, value: &impl Serialize) -> Result<()> {
    let text = serde_json::to_string(value).map_err(Error::internal)?;
    diesel::delete(settings::table.filter(settings::name.eq(name))).execute(conn).translate()?;
    let row = (settings::name.eq(name), settings::value.eq(text));
    diesel::insert_into(settings::table).values(row).execute(conn).map(drop).translate()
}

pub(crate) fn refused(name: &str, problem: &str) -> Error {
    let field = tenon_model::FieldError { column: name.to_owned(), code: Code::InvalidValue, message: problem.to_owned() };
    Error::new(Code::InvalidRecord, format!("{name}: {problem}")).with_fields(vec![field])
}

impl Engine {
    /// The settings in force. Costs no query.
    #[must_use]
    pub fn settings(&self) -> Arc<Settings> {
        self.settings_slot().read().clone()
    }

    /// Changes settings, by a function of those in force; the audit log keeps which changed, without secrets.
    ///
    /// # Errors
    /// [`Code::Forbidden`] unless the caller may own; what the function or the check refuses.
    pub async fn change_settings<F>(&self, caller: &Caller, client: &audit::Client, change: F) -> Result<Arc<Settings>>
    where
        F: Fn(&Settings) -> Result<Settings> + Send + 'static,
    {
        if !caller.may_own() {
            return Err(Error::new(Code::Forbidden, "only owners change settings"));
        }
        let (actor, client, now) = (audit::Actor::of(caller), client.clone(), self.now());
        let changed = self
            .database()
            .write(move |conn| {
                crate::identity::lock_identity(conn)?;
                let before = Settings::load(conn)?;
                let after = change(&before)?;
                after.check()?;
                let names = describe::changed(&before, &after);
                if !names.is_empty() {
                    after.store(conn)?;
                    let details = serde_json::json!({ "changed": names });
                    audit::Entry::new(&actor, "settings.changed", &client).details(details).append(conn, now)?;
                }
                Ok(after)
            })
            .await?;
        let changed = Arc::new(changed);
        *self.settings_slot().write() = Arc::clone(&changed);
        self.key_ring().forget();
        Ok(changed)
    }

    /// Takes over the settings as the database has them.
    pub(crate) async fn refresh_settings(&self) -> Result<()> {
        let settings = self.database().read(Settings::load).await?;
        *self.settings_slot().write() = Arc::new(settings);
        self.key_ring().forget();
        Ok(())
    }
}
