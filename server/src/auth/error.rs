//! Failures in GoTrue's words: one function from [`Code`] to status and code.

use axum::{
    Json,
    extract::Request,
    middleware::Next,
    response::{IntoResponse, Response},
};
use http::{HeaderName, HeaderValue, StatusCode, header};
use serde_json::{Value, json};
use tenon_model::{AuthCode, Code, Error};

use crate::middleware::{InternalBody, InternalFailure};

const API_VERSION: HeaderName = HeaderName::from_static("x-supabase-api-version");
/// Since this version of the API failures are `{code, message}`.
const NAMED_CODES: &str = "2024-01-01";

/// A failure as GoTrue and `@supabase/auth-js` write it.
#[derive(Debug)]
pub(super) struct AuthError(Error);

/// What a failed response says, until it is written the way the client reads it.
#[derive(Clone)]
struct Failure {
    code: &'static str,
    message: String,
    weak_password: Option<Value>,
}

impl AuthError {
    pub(super) fn new(code: AuthCode, message: impl Into<String>) -> Self {
        Self(Error::auth(code, message))
    }

    /// The failure itself.
    pub(super) fn error(&self) -> &Error {
        &self.0
    }

    /// GoTrue's name of the failure.
    pub(super) fn name(&self) -> &'static str {
        known(&self.0).map_or("unexpected_failure", |(_, code)| code.as_str())
    }

    /// What is told of the failure.
    pub(super) fn message(&self) -> &str {
        if known(&self.0).is_some() { &self.0.message } else { "Something went wrong inside" }
    }
}

impl From<Error> for AuthError {
    fn from(error: Error) -> Self {
        Self(error)
    }
}

impl IntoResponse for AuthError {
    fn into_response(self) -> Response {
        let Self(error) = self;
        let Some((status, code)) = known(&error) else { return InternalFailure(error.message).into() };
        let weak_password = (code == AuthCode::WeakPassword).then(|| weak_password(&error));
        let fields = error.fields.iter().filter(|field| !error.message.contains(&field.message));
        let message = fields.fold(error.message.clone(), |text, field| format!("{text}; {}: {}", field.column, field.message));
        let mut response = status.into_response();
        if let Some(seconds) = error.retry_after {
            response.headers_mut().insert(header::RETRY_AFTER, seconds.into());
        }
        response.extensions_mut().insert(Failure { code: code.as_str(), message, weak_password });
        response
    }
}

/// The reasons why a password is weak, which stand in the details.
fn weak_password(error: &Error) -> Value {
    let reasons: Value = error.details.as_deref().and_then(|text| serde_json::from_str(text).ok()).unwrap_or_else(|| json!([]));
    let reasons = reasons.get("reasons").cloned().unwrap_or(reasons);
    json!({ "reasons": reasons })
}

/// Writes a failure the way the client reads it: it says which version of the API it speaks.
pub(super) async fn in_the_clients_words(request: Request, next: Next) -> Response {
    let version = request.headers().get(&API_VERSION).and_then(|value| value.to_str().ok());
    let named = version.is_some_and(|version| version >= NAMED_CODES);
    let mut response = next.run(request).await;
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    if named {
        response.headers_mut().insert(API_VERSION, HeaderValue::from_static(NAMED_CODES));
    }
    response.extensions_mut().insert(InternalBody(if named { inside_named } else { inside }));
    let Some(Failure { code, message, weak_password }) = response.extensions_mut().remove::<Failure>() else { return response };
    let mut body = if named {
        json!({ "code": code, "message": message })
    } else {
        json!({ "code": response.status().as_u16(), "error_code": code, "msg": message })
    };
    if let Some(weak_password) = weak_password {
        body["weak_password"] = weak_password;
    }
    let headers = std::mem::take(response.headers_mut());
    let mut told = (response.status(), Json(body)).into_response();
    told.headers_mut().extend(
        headers.into_iter().filter_map(|(name, value)| Some((name?, value))).filter(|(name, _)| *name != header::CONTENT_LENGTH),
    );
    told
}

/// A failure of ours, whose text is in the log alone.
fn inside(id: &str) -> String {
    let msg = format!("something went wrong inside; the server's log has it under {id}");
    json!({ "code": 500, "error_code": "unexpected_failure", "msg": msg, "error_id": id }).to_string()
}

fn inside_named(id: &str) -> String {
    let message = format!("something went wrong inside; the server's log has it under {id}");
    json!({ "code": "unexpected_failure", "message": message }).to_string()
}

/// A path below the API that is nothing.
pub(super) async fn no_such_path() -> Response {
    (StatusCode::NOT_FOUND, Json(json!({ "code": 404, "error_code": "not_found", "msg": "there is no such endpoint" })))
        .into_response()
}

/// The one table of failures; `None` is a failure of Tenon's own.
fn known(error: &Error) -> Option<(StatusCode, AuthCode)> {
    use AuthCode as A;
    use StatusCode as S;
    Some(match error.code {
        Code::Internal | Code::Configuration | Code::NewerDatabase => return None,
        Code::Auth(code) => (status(code), code),
        Code::Throttled => (S::TOO_MANY_REQUESTS, A::OverRequestRateLimit),
        Code::Busy => (S::SERVICE_UNAVAILABLE, A::OverRequestRateLimit),
        Code::Timeout => (S::GATEWAY_TIMEOUT, A::UnexpectedFailure),
        Code::StorageFull => (S::INSUFFICIENT_STORAGE, A::UnexpectedFailure),
        Code::InvalidCredentials => (S::BAD_REQUEST, A::InvalidCredentials),
        Code::Unauthenticated | Code::TokenExpired => (S::FORBIDDEN, A::BadJwt),
        Code::Forbidden => (S::FORBIDDEN, A::NotAdmin),
        Code::NotFound => (S::NOT_FOUND, A::UserNotFound),
        Code::Conflict | Code::Dependent | Code::UniqueViolation | Code::AlreadyExists => (S::CONFLICT, A::Conflict),
        Code::TooLarge => (S::PAYLOAD_TOO_LARGE, A::ValidationFailed),
        _ => (S::BAD_REQUEST, A::ValidationFailed),
    })
}

/// The status that GoTrue gives a failure.
fn status(code: AuthCode) -> StatusCode {
    use AuthCode as A;
    use StatusCode as S;
    match code {
        A::NoAuthorization => S::UNAUTHORIZED,
        A::BadJwt | A::NotAdmin | A::SessionNotFound | A::OtpExpired | A::InsufficientAal => S::FORBIDDEN,
        A::UserNotFound
        | A::FlowStateNotFound
        | A::MfaFactorNotFound
        | A::ManualLinkingDisabled
        | A::SsoProviderNotFound
        | A::PasskeyNotFound => S::NOT_FOUND,
        A::Conflict => S::CONFLICT,
        A::UnexpectedFailure => S::INTERNAL_SERVER_ERROR,
        A::OverEmailSendRateLimit | A::OverRequestRateLimit => S::TOO_MANY_REQUESTS,
        A::AnonymousProviderDisabled
        | A::EmailExists
        | A::PhoneExists
        | A::UserAlreadyExists
        | A::IdentityAlreadyExists
        | A::IdentityNotFound
        | A::MfaChallengeExpired
        | A::MfaFactorNameConflict
        | A::MfaRecoveryCodesSoleFactor
        | A::MfaTotpEnrollDisabled
        | A::MfaTotpVerifyDisabled
        | A::MfaPhoneEnrollDisabled
        | A::MfaWebauthnEnrollDisabled
        | A::MfaWebauthnVerifyDisabled
        | A::MfaVerificationFailed
        | A::MfaVerificationRejected
        | A::MfaVerifiedFactorExists
        | A::OtpDisabled
        | A::ReauthenticationNotValid
        | A::SamePassword
        | A::SignupDisabled
        | A::SingleIdentityNotDeletable
        | A::TooManyEnrolledMfaFactors
        | A::TooManyPasskeys
        | A::WebauthnCredentialExists
        | A::ProviderEmailNeedsVerification
        | A::WeakPassword => S::UNPROCESSABLE_ENTITY,
        _ => S::BAD_REQUEST,
    }
}
