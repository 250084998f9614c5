//! Refresh tokens, each of which works once.
//!
//! A refresh token names its session and how often that was refreshed, signed by the instance; nothing of it is stored. The
//! token before the one in force gets the same answer for a moment, in case the answer was lost. Any older one was used before:
//! somebody has a copy, and the session ends for both.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use diesel::prelude::*;
use hmac::{Hmac, Mac as _};
use jiff::Timestamp;
use serde_json::json;
use sha2::Sha256;
use tenon_model::{AuthCode, Error, Result};
use uuid::Uuid;

use super::{
    app_sessions::{Begun, Session, SessionRow},
    users::{self, UserRow},
};
use crate::{
    Engine,
    audit::{Actor, Client, Entry},
    database::{Conn, Translate},
    settings::AuthSettings,
    system::schema::{_tenon_sessions as sessions, _tenon_users as all_users},
};

/// What a refresh came to. A session that ends must end, so this is no error inside the unit of work.
enum Refreshed {
    On(Box<Begun>),
    Over(AuthCode, &'static str),
}

impl Engine {
    /// A new access token, and a new refresh token, for a refresh token.
    ///
    /// # Errors
    /// [`AuthCode::RefreshTokenNotFound`]; [`AuthCode::RefreshTokenAlreadyUsed`], which ends the session;
    /// [`AuthCode::SessionExpired`]; [`AuthCode::UserBanned`].
    pub async fn refresh(&self, token: &str, client: &Client) -> Result<Session> {
        let not_found = || Error::auth(AuthCode::RefreshTokenNotFound, "Invalid Refresh Token: Refresh Token Not Found");
        let (session, counter) = read_refresh_token(&self.key_ring().token_secret(), token).ok_or_else(not_found)?;
        let (now, settings, client) = (self.now(), self.settings(), client.clone());
        let refreshed = self.database().write(move |conn| go_on(conn, now, &settings.auth, session, counter, &client)).await?;
        match refreshed {
            Refreshed::On(begun) => self.tokens(*begun),
            Refreshed::Over(code, message) => Err(Error::auth(code, message)),
        }
    }
}

fn go_on(
    conn: &mut Conn,
    now: Timestamp,
    settings: &AuthSettings,
    session: Uuid,
    counter: i64,
    client: &Client,
) -> Result<Refreshed> {
    let over = |code, message| Ok(Refreshed::Over(code, message));
    let found = sessions::table
        .inner_join(all_users::table)
        .filter(sessions::id.eq(session.to_string()))
        .filter(sessions::kind.eq("app"))
        .select((SessionRow::as_select(), UserRow::as_select()));
    let Some((mut row, user)) = found.first::<(SessionRow, UserRow)>(conn).optional().translate()? else {
        return over(AuthCode::RefreshTokenNotFound, "Invalid Refresh Token: Refresh Token Not Found");
    };
    if user.is_banned(now) || user.deleted_at.is_some() {
        return over(AuthCode::UserBanned, "Invalid Refresh Token: User Banned");
    }
    if row.is_over(settings, now) {
        end(conn, &row)?;
        Entry::new(&Actor::user(&user), "session.expired", client)
            .on_user(&user)
            .details(json!({ "session_id": row.id }))
            .append(conn, now)?;
        return over(AuthCode::SessionExpired, "Invalid Refresh Token: Session Expired");
    }
    if counter == row.refresh_counter && !advance(conn, &mut row, now, client)? {
        // Another request was faster: if it came with the same token, this one gets what that one got.
        row = SessionRow::by_id(conn, &row.id)?;
    }
    let grace = i64::from(settings.refresh_grace) * 1000;
    let steps_behind = row.refresh_counter - counter;
    if steps_behind > 1 || (steps_behind == 1 && now.as_millisecond() - row.refreshed_at_ms > grace) {
        return reused(conn, now, &row, &user, counter, client);
    }
    let user_json = users::to_json(conn, &user)?;
    Ok(Refreshed::On(Box::new(Begun::new(row, user, user_json))))
}

/// Counts a refresh, unless another request did meanwhile.
fn advance(conn: &mut Conn, row: &mut SessionRow, now: Timestamp, client: &Client) -> Result<bool> {
    let before = row.refresh_counter;
    row.refresh_counter += 1;
    row.refreshed_at_ms = now.as_millisecond();
    row.address = Some(client.address.clone());
    row.user_agent = Some(client.user_agent.chars().take(400).collect());
    let own = sessions::table.filter(sessions::id.eq(&row.id)).filter(sessions::refresh_counter.eq(before));
    // Nothing else of the row: its level may be lowered in this moment.
    let change = (
        sessions::refresh_counter.eq(row.refresh_counter),
        sessions::refreshed_at_ms.eq(row.refreshed_at_ms),
        sessions::address.eq(&row.address),
        sessions::user_agent.eq(&row.user_agent),
    );
    Ok(diesel::update(own).set(change).execute(conn).translate()? == 1)
}

fn end(conn: &mut Conn, row: &SessionRow) -> Result<()> {
    diesel::delete(sessions::table.filter(sessions::id.eq(&row.id))).execute(conn).map(drop).translate()
}

/// A refresh token that was used before: somebody has a copy, so the session ends for whoever has it.
fn reused(conn: &mut Conn, now: Timestamp, row: &SessionRow, user: &UserRow, counter: i64, client: &Client) -> Result<Refreshed> {
    end(conn, row)?;
    let details = json!({
        "session_id": row.id,
        "reason": "a refresh token that had been used before was used again; the session has ended for everybody who has its tokens",
        "refreshes_since": row.refresh_counter - counter,
        "last_address": row.address,
    });
    Entry::new(&Actor::anyone(), "session.refresh_token_reused", client).on_user(user).details(details).append(conn, now)?;
    Ok(Refreshed::Over(AuthCode::RefreshTokenAlreadyUsed, "Invalid Refresh Token: Already Used"))
}

fn signature(secret: &str, body: &[u8]) -> Result<Hmac<Sha256>> {
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).map_err(Error::internal)?;
    mac.update(b"refresh");
    mac.update(body);
    Ok(mac)
}

/// The token of a session that was refreshed so often.
pub(super) fn refresh_token(secret: &str, session: Uuid, counter: i64) -> Result<String> {
    let mut bytes = session.as_bytes().to_vec();
    bytes.extend(counter.to_be_bytes());
    let mac = signature(secret, &bytes)?.finalize().into_bytes();
    bytes.extend(&mac[..24]);
    Ok(URL_SAFE_NO_PAD.encode(bytes))
}

/// The session and the counter of a token that this instance signed.
fn read_refresh_token(secret: &str, token: &str) -> Option<(Uuid, i64)> {
    let bytes = (token.len() == 64).then(|| URL_SAFE_NO_PAD.decode(token).ok()).flatten()?;
    let (body, mac) = bytes.split_at_checked(24)?;
    signature(secret, body).ok()?.verify_truncated_left(mac).ok()?;
    let (session, counter) = body.split_at_checked(16)?;
    Some((Uuid::from_slice(session).ok()?, i64::from_be_bytes(counter.try_into().ok()?)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_tokens_that_the_instance_signed_are_read() {
        let id = Uuid::new_v4();
        let token = refresh_token("secret", id, 7).unwrap();
        assert_eq!(read_refresh_token("secret", &token), Some((id, 7)));
        assert_eq!(read_refresh_token("other", &token), None);
        for n in 0..token.len() {
            let mut bytes = token.clone().into_bytes();
            bytes[n] = if bytes[n] == b'A' { b'B' } else { b'A' };
            assert_eq!(read_refresh_token("secret", &String::from_utf8(bytes).unwrap()), None, "{n}");
        }
        assert_eq!(read_refresh_token("secret", ""), None);
    }
}
