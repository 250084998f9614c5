//! What users do about their own account: see where they are signed in, end that, take their data along, leave.

use diesel::prelude::*;
use serde_json::{Value, json};
use tenon_model::{AuthCode, Caller, Code, Error, Result, SessionId};

use crate::{
    Engine,
    audit::{Actor, AuditEntry, Client, Entry},
    database::{Conn, Translate},
    identity::{
        UserSession,
        admin::sessions_of,
        app_sessions::SessionRow,
        asker::Signed,
        factors,
        flows::is_fresh,
        precise,
        users::{self, UserRow},
    },
    system::schema::{_tenon_audit as log, _tenon_passkeys as passkeys, _tenon_sessions as sessions, _tenon_users as all_users},
};

/// What a change of the password asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PasswordChange {
    /// Whether there is a password until now.
    pub has_password: bool,
    /// Whether it takes a code by mail: see [`Engine::send_reauthentication`].
    pub needs_code: bool,
}

impl Engine {
    /// What a change of the signed-in user's password asks for.
    ///
    /// # Errors
    /// [`AuthCode::SessionNotFound`].
    pub async fn password_change(&self, caller: &Caller) -> Result<PasswordChange> {
        let (signed, now, settings) = (Signed::of(caller)?, self.now(), self.settings());
        self.database()
            .read(move |conn| {
                let asker = signed.load(conn, now)?;
                let session = SessionRow::by_id(conn, &asker.session.to_string())?;
                Ok(PasswordChange {
                    has_password: asker.user.password_hash.is_some(),
                    needs_code: settings.auth.password_change_reauthenticates && !is_fresh(&session, now),
                })
            })
            .await
    }

    /// Where the signed-in user is signed in, latest first.
    ///
    /// # Errors
    /// [`AuthCode::SessionNotFound`].
    pub async fn own_sessions(&self, caller: &Caller) -> Result<Vec<UserSession>> {
        let (signed, now) = (Signed::of(caller)?, self.now());
        self.database()
            .read(move |conn| {
                let user = signed.load(conn, now)?.user;
                sessions_of(conn, &user.id, now)
            })
            .await
    }

    /// Ends a session of the signed-in user.
    ///
    /// # Errors
    /// [`AuthCode::SessionNotFound`] for one that is none of theirs.
    pub async fn end_own_session(&self, caller: &Caller, client: &Client, session: SessionId) -> Result<()> {
        let (signed, now, client) = (Signed::of(caller)?, self.now(), client.clone());
        self.database()
            .write(move |conn| {
                let user = signed.load(conn, now)?.user;
                let own = sessions::table.filter(sessions::id.eq(session.to_string())).filter(sessions::user_id.eq(&user.id));
                if diesel::delete(own).execute(conn).translate()? == 0 {
                    return Err(Error::auth(AuthCode::SessionNotFound, "There is no such session"));
                }
                let details = json!({ "scope": "one", "session_id": session });
                Entry::new(&Actor::user(&user), "user.signed_out", &client).on_user(&user).details(details).append(conn, now)
            })
            .await
    }

    /// Deletes the signed-in user and everything that the instance keeps about who they are.
    ///
    /// # Errors
    /// [`AuthCode::InsufficientAal`]; [`Code::Forbidden`] for somebody who works in the Studio.
    pub async fn delete_own_account(&self, caller: &Caller, client: &Client) -> Result<()> {
        let (signed, now, client) = (Signed::of(caller)?, self.now(), client.clone());
        self.database()
            .write(move |conn| {
                let asker = signed.load(conn, now)?;
                asker.require_second_if(factors::has_verified(conn, &asker.user.id)?, "delete the account")?;
                if asker.user.studio_role.is_some() {
                    let error = Error::new(Code::Forbidden, "This account works in the Studio, and so cannot delete itself.");
                    return Err(error.with_hint("An owner takes its role first."));
                }
                let own = all_users::table.filter(all_users::id.eq(&asker.user.id));
                diesel::delete(own).execute(conn).translate()?;
                let actor = Actor::user(&asker.user);
                let details = json!({ "by_themselves": true });
                Entry::new(&actor, "user.deleted", &client).on_user(&asker.user).details(details).append(conn, now)
            })
            .await
    }

    /// Everything that the instance keeps about the signed-in user, without secrets.
    ///
    /// # Errors
    /// [`AuthCode::SessionNotFound`].
    pub async fn export_own_data(&self, caller: &Caller) -> Result<Value> {
        let (signed, now) = (Signed::of(caller)?, self.now());
        self.database()
            .read(move |conn| {
                let user = signed.load(conn, now)?.user;
                let sessions: Vec<Value> = sessions_of(conn, &user.id, now)?.iter().map(session_json).collect();
                Ok(json!({
                    "exported_at": precise(now),
                    "user": users::to_json(conn, &user)?,
                    "locale": user.locale,
                    "has_password": user.password_hash.is_some(),
                    "passkeys": passkeys_json(conn, &user)?,
                    "sessions": sessions,
                    "history": history(conn, &user)?,
                }))
            })
            .await
    }
}

fn session_json(session: &UserSession) -> Value {
    json!({
        "id": session.id,
        "kind": session.kind,
        "aal": session.aal,
        "created_at": session.created_at,
        "used_at": session.used_at,
        "address": session.address,
        "user_agent": session.user_agent,
    })
}

fn passkeys_json(conn: &mut Conn, user: &UserRow) -> Result<Vec<Value>> {
    let own = passkeys::table.filter(passkeys::user_id.eq(&user.id)).order((passkeys::created_at, passkeys::id));
    let rows: Vec<(String, Option<String>, String, Option<String>)> =
        own.select((passkeys::id, passkeys::friendly_name, passkeys::created_at, passkeys::last_used_at)).load(conn).translate()?;
    let json = |(id, name, created, used)| json!({ "id": id, "friendly_name": name, "created_at": created, "last_used_at": used });
    Ok(rows.into_iter().map(json).collect())
}

/// What the audit log says of what they did themselves, latest first.
fn history(conn: &mut Conn, user: &UserRow) -> Result<Vec<Value>> {
    let own = log::table.filter(log::actor_kind.eq("user")).filter(log::actor_id.eq(&user.id)).order(log::number.desc());
    let rows: Vec<AuditEntry> = own.limit(10_000).select(AuditEntry::as_select()).load(conn).translate()?;
    let json = |entry: AuditEntry| json!({ "at": entry.at, "action": entry.action, "address": entry.address, "user_agent": entry.user_agent });
    Ok(rows.into_iter().map(json).collect())
}
