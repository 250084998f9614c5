//! Failures in the words of the pages.

use tenon_engine::{Engine, audit::Client};
use tenon_model::{AuthCode, Code, Error};

use crate::{AppError, errors::Result};

/// A failure as a form shows it: at the field that it is about, with what the person had entered.
pub(in crate::pages::hosted) fn refused(error: Error, email: &str) -> AppError {
    let shown = match error.code {
        Code::Auth(AuthCode::WeakPassword | AuthCode::SamePassword) => AppError::field("password", &error.message),
        Code::Auth(AuthCode::ValidationFailed) if error.message.contains("email") => {
            AppError::field("email", "This is no e-mail address.")
        }
        Code::Auth(AuthCode::ValidationFailed) if error.message.contains("password") => AppError::field("password", &error.message),
        Code::Auth(AuthCode::InvalidCredentials) => {
            Error::new(Code::InvalidCredentials, "E-mail address or password is wrong.").into()
        }
        Code::Auth(AuthCode::EmailNotConfirmed) => {
            let error = Error::auth(AuthCode::EmailNotConfirmed, "This address is not confirmed yet.");
            error.with_hint("Sign in with a link by mail: that confirms it.").into()
        }
        Code::Auth(AuthCode::OtpExpired) => AppError::field("code", "This code is not right, or not any more. Ask for a new one."),
        Code::Auth(AuthCode::MfaVerificationFailed) => AppError::field("code", "This code is not right."),
        _ => error.into(),
    };
    shown.keeping([("email", email)])
}

/// A refusal to link an account elsewhere.
pub(in crate::pages::hosted) fn refused_link(error: Error) -> AppError {
    use AuthCode as A;
    let told = |code, text: &str| Error::auth(code, text).into();
    match error.code {
        Code::Auth(code @ (A::FlowStateNotFound | A::FlowStateExpired)) => told(code, "It is too late for this. Begin anew."),
        Code::Auth(code @ A::IdentityAlreadyExists) => told(code, "It is linked to an account already."),
        Code::Auth(code @ A::ManualLinkingDisabled) => told(code, "Linking is switched off here."),
        Code::Auth(code @ A::SingleIdentityNotDeletable) => told(code, "This is the last way in to your account, and stays."),
        _ => error.into(),
    }
}

/// Checks the answer to the CAPTCHA, if one is set.
pub(in crate::pages::hosted) async fn check_captcha(engine: &Engine, client: &Client, answer: String, email: &str) -> Result<()> {
    let checked = engine.check_captcha(Some(&answer), &client.address).await;
    checked.map_err(|error| {
        let shown: AppError = match error.code {
            Code::Auth(AuthCode::CaptchaFailed) => {
                Error::auth(AuthCode::CaptchaFailed, "Show that you are no robot, and try again.").into()
            }
            Code::Auth(AuthCode::UnexpectedFailure) => {
                let error = Error::new(Code::Busy, "What tells people from robots cannot be reached right now.");
                error.with_hint("Nothing is wrong with what you entered. Try again in a minute.").into()
            }
            _ => error.into(),
        };
        shown.keeping([("email", email)])
    })
}
