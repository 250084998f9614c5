//! PKCE: what an application gets instead of tokens is a code, which only who began the flow can exchange.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use diesel::prelude::*;
use jiff::Timestamp;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;
use tenon_model::{AuthCode, Error, Result};
use uuid::Uuid;

use crate::{
    database::{Conn, Translate},
    identity::random_token,
    system::schema::_tenon_flows as flows,
};

/// How long a code works. Seconds.
const CODE_LIFETIME: i64 = 300;
/// How long a flow may wait for its user, who may first have to open a mail. Seconds.
const FLOW_LIFETIME: i64 = 24 * 3600;
/// How long an ended flow is still known as expired. Seconds.
const KEPT: i64 = 24 * 3600;

/// A flow as the database has it.
#[derive(Clone, Debug, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = flows)]
#[diesel(treat_none_as_null = true)]
pub(crate) struct FlowRow {
    pub(crate) id: String,
    pub(crate) state_hash: Option<String>,
    pub(crate) code_hash: Option<String>,
    pub(crate) browser_hash: Option<String>,
    pub(crate) user_id: Option<String>,
    pub(crate) provider: String,
    pub(crate) method: String,
    pub(crate) code_challenge: Option<String>,
    pub(crate) code_challenge_method: Option<String>,
    pub(crate) data: String,
    pub(crate) redirect_to: String,
    pub(crate) created_at: i64,
    pub(crate) expires_at: i64,
}

impl FlowRow {
    /// A new flow, not yet in the database.
    pub(crate) fn new(now: Timestamp, provider: &str, method: &str, redirect_to: &str, lifetime: i64) -> Self {
        Self {
            id: Uuid::new_v4().to_string(),
            state_hash: None,
            code_hash: None,
            browser_hash: None,
            user_id: None,
            provider: provider.to_owned(),
            method: method.to_owned(),
            code_challenge: None,
            code_challenge_method: None,
            data: "{}".into(),
            redirect_to: redirect_to.to_owned(),
            created_at: now.as_second(),
            expires_at: now.as_second() + lifetime,
        }
    }

    /// Binds the flow to whoever knows the verifier of this challenge.
    pub(crate) fn challenged(mut self, challenge: &str, method: &str) -> Result<Self> {
        let method = challenge_method(challenge, method)?;
        self.code_challenge = Some(challenge.to_owned());
        self.code_challenge_method = Some(method.to_owned());
        Ok(self)
    }

    /// Writes it, and forgets flows that ended long ago.
    pub(crate) fn insert(&self, conn: &mut Conn, now: Timestamp) -> Result<()> {
        let old = flows::table.filter(flows::expires_at.lt(now.as_second() - KEPT));
        diesel::delete(old).execute(conn).translate()?;
        diesel::insert_into(flows::table).values(self).execute(conn).map(drop).translate()
    }

    pub(crate) fn save(&self, conn: &mut Conn) -> Result<()> {
        let own = flows::table.filter(flows::id.eq(&self.id));
        match diesel::update(own).set(self).execute(conn).translate()? {
            0 => Err(not_found()),
            _ => Ok(()),
        }
    }

    /// The flow of this id.
    pub(crate) fn by_id(conn: &mut Conn, id: &str) -> Result<Option<Self>> {
        flows::table.filter(flows::id.eq(id)).select(Self::as_select()).first(conn).optional().translate()
    }

    /// The flow of the state that came back from a provider.
    pub(crate) fn by_state(conn: &mut Conn, state: &str) -> Result<Option<Self>> {
        let own = flows::table.filter(flows::state_hash.eq(hash(state)));
        own.select(Self::as_select()).first(conn).optional().translate()
    }

    /// Removes it; false if another got there first.
    pub(crate) fn remove(&self, conn: &mut Conn) -> Result<bool> {
        let own = flows::table.filter(flows::id.eq(&self.id));
        diesel::delete(own).execute(conn).map(|gone| gone == 1).translate()
    }

    pub(crate) fn is_over(&self, now: Timestamp) -> bool {
        self.expires_at <= now.as_second()
    }

    pub(crate) fn data(&self) -> Value {
        serde_json::from_str(&self.data).unwrap_or_default()
    }
}

/// Whose code it was.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Taken {
    /// The user who proved who they are.
    pub(crate) user_id: String,
    /// How.
    pub(crate) method: String,
    /// The provider's access token.
    pub(crate) provider_token: Option<String>,
    /// The provider's refresh token.
    pub(crate) provider_refresh_token: Option<String>,
    /// Level and methods, where the user proved more than one.
    pub(crate) proved: Option<(String, String)>,
}

/// Begins a flow that ends with a code; answers its id. `method` is how the user will have proved who they are.
#[allow(clippy::too_many_arguments, reason = "each is a column")]
pub(crate) fn new_flow(
    conn: &mut Conn,
    now: Timestamp,
    user: Option<&str>,
    provider: &str,
    method: &str,
    challenge: &str,
    challenge_method: &str,
    redirect_to: &str,
) -> Result<String> {
    let mut flow = FlowRow::new(now, provider, method, redirect_to, FLOW_LIFETIME).challenged(challenge, challenge_method)?;
    flow.user_id = user.map(str::to_owned);
    flow.insert(conn, now)?;
    Ok(flow.id)
}

/// The code that the application exchanges. An earlier one of the flow stops working.
pub(crate) fn issue_code(conn: &mut Conn, now: Timestamp, flow_id: &str, user_id: &str) -> Result<String> {
    let mut flow = FlowRow::by_id(conn, flow_id)?.ok_or_else(not_found)?;
    if flow.is_over(now) {
        return Err(expired());
    }
    let code = random_token()?;
    flow.code_hash = Some(hash(&code));
    flow.state_hash = None;
    flow.browser_hash = None;
    flow.user_id = Some(user_id.to_owned());
    flow.expires_at = now.as_second() + CODE_LIFETIME;
    flow.save(conn)?;
    Ok(code)
}

/// Takes a code, which works once.
///
/// # Errors
/// [`AuthCode::FlowStateNotFound`], [`AuthCode::FlowStateExpired`], [`AuthCode::BadCodeVerifier`].
pub(crate) fn take_code(conn: &mut Conn, now: Timestamp, code: &str, verifier: &str) -> Result<Taken> {
    let own = flows::table.filter(flows::code_hash.eq(hash(code)));
    let flow: FlowRow = own.select(FlowRow::as_select()).first(conn).optional().translate()?.ok_or_else(not_found)?;
    if flow.is_over(now) {
        return Err(expired());
    }
    if !verifies(&flow, verifier) {
        let message = "code challenge does not match previously saved code verifier";
        return Err(Error::auth(AuthCode::BadCodeVerifier, message));
    }
    if !flow.remove(conn)? {
        return Err(not_found());
    }
    let data = flow.data();
    let text = |name: &str| data.get(name).and_then(Value::as_str).map(str::to_owned);
    let (provider_token, provider_refresh_token) = (text("provider_token"), text("provider_refresh_token"));
    let proved = text("aal").zip(text("amr"));
    let user_id = flow.user_id.ok_or_else(not_found)?;
    Ok(Taken { user_id, method: flow.method, provider_token, provider_refresh_token, proved })
}

/// Keeps with a flow what the session that it ends with needs to know.
pub(crate) fn keep(conn: &mut Conn, flow_id: &str, data: &Value) -> Result<()> {
    let mut flow = FlowRow::by_id(conn, flow_id)?.ok_or_else(not_found)?;
    flow.data = data.to_string();
    flow.save(conn)
}

/// What a flow keeps of the provider's tokens until the application fetches them.
pub(crate) fn kept_tokens(access: Option<&str>, refresh: Option<&str>) -> Value {
    json!({ "provider_token": access, "provider_refresh_token": refresh })
}

/// What the database keeps of codes, states and cookies.
pub(crate) fn hash(secret: &str) -> String {
    hex::encode(Sha256::digest(secret.as_bytes()))
}

/// Whether a verifier is that of the flow's challenge.
pub(crate) fn verifies(flow: &FlowRow, verifier: &str) -> bool {
    let Some(challenge) = &flow.code_challenge else { return false };
    let expected = match flow.code_challenge_method.as_deref() {
        Some("s256") => URL_SAFE_NO_PAD.encode(Sha256::digest(verifier.as_bytes())),
        Some("plain") => verifier.to_owned(),
        _ => return false,
    };
    expected.as_bytes().ct_eq(challenge.as_bytes()).into()
}

/// The method of a challenge, as it is stored.
fn challenge_method(challenge: &str, method: &str) -> Result<&'static str> {
    let refused = |message| Err(Error::auth(AuthCode::ValidationFailed, message));
    if !(43..=128).contains(&challenge.len()) {
        return refused("code challenge has to be between 43 and 128 characters");
    }
    if !challenge.bytes().all(|b| b.is_ascii_alphanumeric() || b"-._~".contains(&b)) {
        return refused("code challenge can only contain alphanumeric characters, hyphens, periods, underscores and tildes");
    }
    match method.to_ascii_lowercase().as_str() {
        "s256" => Ok("s256"),
        "plain" => Ok("plain"),
        _ => refused("code challenge method must be s256 or plain"),
    }
}

pub(crate) fn not_found() -> Error {
    Error::auth(AuthCode::FlowStateNotFound, "invalid flow state, no valid flow state found")
}

pub(crate) fn expired() -> Error {
    Error::auth(AuthCode::FlowStateExpired, "invalid flow state, flow state has expired")
}

#[cfg(test)]
mod tests {
    use tenon_model::Code;

    use super::*;
    use crate::{Config, Engine, identity::users::UserRow};

    const VERIFIER: &str = "a-verifier-that-is-long-enough-to-be-one-0123456789";

    async fn engine() -> (tempfile::TempDir, Engine) {
        let data = tempfile::tempdir().unwrap();
        let config = Config { data: data.path().to_owned(), clock: crate::Clock::standing(), ..Config::default() };
        (data, Engine::open(config).await.unwrap())
    }

    fn challenge() -> String {
        URL_SAFE_NO_PAD.encode(Sha256::digest(VERIFIER))
    }

    /// A user and a code for them.
    async fn coded(engine: &Engine, challenge: String, method: &'static str) -> (String, String) {
        let now = engine.now();
        let unit = move |conn: &mut Conn| {
            let user = UserRow::new(Some("ada@example.org".into()), now);
            user.insert(conn)?;
            let flow = new_flow(conn, now, None, "email", "magiclink", &challenge, method, "https://app.example/")?;
            let code = issue_code(conn, now, &flow, &user.id)?;
            Ok((user.id, code))
        };
        engine.database().write(unit).await.unwrap()
    }

    async fn take(engine: &Engine, code: &str, verifier: &str) -> Result<Taken> {
        let (code, verifier, now) = (code.to_owned(), verifier.to_owned(), engine.now());
        engine.database().write(move |conn| take_code(conn, now, &code, &verifier)).await
    }

    fn code_of(answer: Result<Taken>) -> Code {
        answer.unwrap_err().code
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn a_code_works_once_and_for_its_verifier() {
        let (_data, engine) = engine().await;
        let (user, code) = coded(&engine, challenge(), "S256").await;
        assert_eq!(code_of(take(&engine, "other", VERIFIER).await), Code::Auth(AuthCode::FlowStateNotFound));
        assert_eq!(code_of(take(&engine, &code, &challenge()).await), Code::Auth(AuthCode::BadCodeVerifier));
        let taken = take(&engine, &code, VERIFIER).await.unwrap();
        assert_eq!((taken.user_id, taken.method.as_str(), taken.provider_token), (user, "magiclink", None));
        assert_eq!(code_of(take(&engine, &code, VERIFIER).await), Code::Auth(AuthCode::FlowStateNotFound));
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn a_plain_challenge_is_its_verifier() {
        let (_data, engine) = engine().await;
        let (_, code) = coded(&engine, VERIFIER.into(), "plain").await;
        assert_eq!(code_of(take(&engine, &code, "").await), Code::Auth(AuthCode::BadCodeVerifier));
        assert!(take(&engine, &code, VERIFIER).await.is_ok());
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn a_code_lasts_five_minutes() {
        let (_data, engine) = engine().await;
        let (_, code) = coded(&engine, challenge(), "s256").await;
        engine.config().clock.advance(jiff::SignedDuration::from_secs(CODE_LIFETIME));
        assert_eq!(code_of(take(&engine, &code, VERIFIER).await), Code::Auth(AuthCode::FlowStateExpired));
    }

    #[test]
    fn challenges_have_a_form() {
        assert!(challenge_method("short", "s256").is_err());
        assert!(challenge_method(&"a".repeat(129), "s256").is_err());
        assert!(challenge_method(&"ä".repeat(43), "s256").is_err());
        assert!(challenge_method(&"a".repeat(43), "md5").is_err());
        assert!(challenge_method(&"a".repeat(43), "").is_err());
        assert_eq!(challenge_method(&"a".repeat(43), "PLAIN").unwrap(), "plain");
    }
}
