//! Answers to what a second factor was asked.

use diesel::prelude::*;
use jiff::Timestamp;
use serde_json::{Value, json};
use tenon_model::{AuthCode, Caller, Error, Result};
use uuid::Uuid;

use super::{
    super::{
        app_sessions::{self, Begun, Session},
        asker::{Asker, Signed},
        challenges::{ChallengeRow, Missing, Subject},
        relying_party::ClaimedParty,
        throttle::Attempt,
    },
    challenge::check_enabled,
    row::{self, FactorRow},
    sessions, totp,
    webauthn::{self, Ceremony, Proven},
};
use crate::{
    Engine,
    audit::{Actor, Client, Entry},
    database::{Conn, Translate},
    system::schema::_tenon_factors as factors,
};

/// An answer: a code, or what a security key signed.
#[derive(Clone, Debug, PartialEq, serde::Deserialize)]
pub struct FactorAnswer {
    /// What it answers.
    pub challenge_id: Uuid,
    /// A code.
    #[serde(default)]
    pub code: Option<String>,
    /// A security key's answer.
    #[serde(default)]
    pub webauthn: Option<SignedAnswer>,
}

/// What a security key signed, and for whom the client believes it did.
#[derive(Clone, Debug, PartialEq, serde::Deserialize)]
pub struct SignedAnswer {
    /// For whom.
    #[serde(flatten)]
    pub party: ClaimedParty,
    /// `PublicKeyCredential.toJSON()`.
    pub credential_response: Value,
}

/// What became of an answer. A wrong one is written down too, hence no error yet.
pub(super) enum Outcome {
    Right(Box<Begun>),
    Wrong(Error),
}

/// One verification, wherever its answer comes from.
#[derive(Clone)]
struct Verification {
    signed: Signed,
    factor: Uuid,
    challenge: Uuid,
    actor: Actor,
    client: Client,
    now: Timestamp,
}

impl Engine {
    /// Takes the answer to what a second factor was asked; a right one verifies the factor, if it is new, and raises the
    /// session. The user's other sessions of one factor end.
    ///
    /// # Errors
    /// [`AuthCode::MfaVerificationFailed`]; [`AuthCode::MfaChallengeExpired`]; [`tenon_model::Code::Throttled`].
    pub async fn verify_factor(&self, caller: &Caller, client: &Client, factor: Uuid, answer: FactorAnswer) -> Result<Session> {
        let (signed, now) = (Signed::of(caller)?, self.now());
        let (actor, client) = (Actor::of(caller), client.clone());
        let verification = Verification { signed, factor, challenge: answer.challenge_id, actor, client, now };
        let row = self.database().read(move |conn| FactorRow::find(conn, &signed.user.to_string(), factor)).await?;
        check_enabled(&self.settings().auth, &row.kind)?;
        let outcome = match (row.kind.as_str(), answer.code, answer.webauthn) {
            ("webauthn", _, Some(signed)) => self.verify_key(verification, row, signed).await?,
            ("webauthn", ..) => return Err(Error::auth(AuthCode::ValidationFailed, "WebAuthn config required")),
            (_, Some(code), _) if !code.is_empty() => {
                self.database().write(move |conn| verification.check_code(conn, &code)).await?
            }
            _ => return Err(Error::auth(AuthCode::ValidationFailed, "Code needs to be non-empty")),
        };
        self.settle(outcome)
    }

    /// Signs the tokens of a session whose user was right.
    pub(super) fn settle(&self, outcome: Outcome) -> Result<Session> {
        match outcome {
            Outcome::Right(begun) => self.tokens(*begun),
            Outcome::Wrong(error) => Err(error),
        }
    }

    /// A security key's answer: its signature is checked between two units of work.
    async fn verify_key(&self, verification: Verification, row: FactorRow, answer: SignedAnswer) -> Result<Outcome> {
        let party = self.relying_party()?;
        party.check(&answer.party)?;
        let asked = verification.clone();
        let ceremony: Ceremony = self
            .database()
            .read(move |conn| {
                let (asker, row) = asked.load(conn)?;
                asked.challenge(conn, &asker, &row)?.state()
            })
            .await?;
        let proven = webauthn::check(&party.ceremonies()?, &ceremony, &row, &answer.credential_response);
        self.database()
            .write(move |conn| match &proven {
                Ok(proven) => verification.accept_key(conn, proven),
                Err(error) => verification.refuse(conn, error.clone()),
            })
            .await
    }
}

impl Verification {
    fn load(&self, conn: &mut Conn) -> Result<(Asker, FactorRow)> {
        let asker = self.signed.load(conn, self.now)?;
        let row = FactorRow::find(conn, &asker.user.id, self.factor)?;
        Ok((asker, row))
    }

    fn challenge(&self, conn: &mut Conn, asker: &Asker, row: &FactorRow) -> Result<ChallengeRow> {
        let about = Subject::Factor { user: &asker.user.id, factor: &row.id };
        ChallengeRow::find(conn, self.challenge, &about, self.now)?.map_err(over)
    }

    /// A code's whole verification.
    fn check_code(&self, conn: &mut Conn, code: &str) -> Result<Outcome> {
        let (asker, mut row) = self.load(conn)?;
        let challenge = self.challenge(conn, &asker, &row)?;
        let attempt = Attempt::second_factor(&asker.user.id, &self.client.address);
        attempt.begin(conn, self.now)?;
        let secret = row.secret.as_deref().ok_or_else(|| Error::internal("a factor has no secret"))?;
        let step = totp::step_of(secret, code, self.now.as_second())?;
        let fresh = match step {
            Some(step) => use_step(conn, &row, step)?,
            None => false,
        };
        if !fresh {
            return self.refuse(conn, Error::auth(AuthCode::MfaVerificationFailed, "Invalid TOTP code entered"));
        }
        row.last_step = step;
        attempt.succeed(conn)?;
        self.accept(conn, &challenge, &asker, row)
    }

    fn accept_key(&self, conn: &mut Conn, proven: &Proven) -> Result<Outcome> {
        let (asker, mut row) = self.load(conn)?;
        let challenge = self.challenge(conn, &asker, &row)?;
        if proven.is_new == row.is_verified() {
            return Err(over(Missing::Unknown));
        }
        row.credential = Some(serde_json::to_string(&proven.key).map_err(Error::internal)?);
        self.accept(conn, &challenge, &asker, row)
    }

    /// Writes a right answer down.
    fn accept(&self, conn: &mut Conn, challenge: &ChallengeRow, asker: &Asker, mut row: FactorRow) -> Result<Outcome> {
        if !challenge.take(conn)? {
            return Err(over(Missing::Unknown));
        }
        let is_new = !row.is_verified();
        row.status = "verified".into();
        row.save(conn, self.now)?;
        row::drop_unverified(conn, &asker.user.id, &row.kind)?;
        sessions::end_lower(conn, &asker.user.id, asker.session)?;
        let begun = app_sessions::raise(conn, self.now, asker.session, &asker.user, &row.kind, &self.client)?;
        if is_new {
            let details = json!({ "factor": row.id, "kind": row.kind });
            self.entry("user.factor_added").on_user(&asker.user).details(details).append(conn, self.now)?;
        }
        Ok(Outcome::Right(Box::new(begun)))
    }

    /// Writes a wrong answer down.
    fn refuse(&self, conn: &mut Conn, error: Error) -> Result<Outcome> {
        let (asker, row) = self.load(conn)?;
        self.challenge(conn, &asker, &row)?.fail(conn)?;
        let details = json!({ "factor": row.id, "kind": row.kind });
        self.entry("user.factor_failed").on_user(&asker.user).details(details).append(conn, self.now)?;
        Ok(Outcome::Wrong(error))
    }

    fn entry(&self, action: &'static str) -> Entry<'_> {
        Entry::new(&self.actor, action, &self.client)
    }
}

/// Uses a step's code up: it and those before it work no more. Of several at once, one gets `true`.
fn use_step(conn: &mut Conn, row: &FactorRow, step: i64) -> Result<bool> {
    let own = factors::table.filter(factors::id.eq(&row.id));
    let unused = own.filter(factors::last_step.is_null().or(factors::last_step.lt(step)));
    diesel::update(unused).set(factors::last_step.eq(step)).execute(conn).map(|used| used == 1).translate()
}

fn over(missing: Missing) -> Error {
    Error::auth(
        AuthCode::MfaChallengeExpired,
        match missing {
            Missing::Expired => "MFA challenge has expired, create a new challenge",
            Missing::Unknown => "MFA challenge is unknown or was answered, create a new challenge",
        },
    )
}
