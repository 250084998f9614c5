//! Keeping robots out of sign-up and sign-in.

use serde_json::Value;
use tenon_model::{AuthCode, Error, Result};

use super::providers::http;
use crate::{Engine, settings::Captcha};

impl Engine {
    /// Checks what a CAPTCHA gave the person. With none set there is nothing to check.
    ///
    /// # Errors
    /// [`AuthCode::CaptchaFailed`]; [`AuthCode::UnexpectedFailure`] while the service cannot be reached.
    pub async fn check_captcha(&self, token: Option<&str>, address: &str) -> Result<()> {
        let settings = self.settings();
        let usual = match settings.auth.captcha {
            Captcha::Off => return Ok(()),
            Captcha::Hcaptcha => "https://api.hcaptcha.com/siteverify",
            Captcha::Turnstile => "https://challenges.cloudflare.com/turnstile/v0/siteverify",
        };
        let failed = |why: &str| Error::auth(AuthCode::CaptchaFailed, format!("captcha protection: request disallowed ({why})"));
        let token = token.filter(|token| !token.is_empty()).ok_or_else(|| failed("no captcha_token found"))?;
        if token.len() > 8192 {
            return Err(failed("invalid-input-response"));
        }
        let url = self.config().captcha_url.as_deref().unwrap_or(usual);
        let mut form = vec![("secret", settings.auth.captcha_secret.as_str()), ("response", token)];
        if !address.is_empty() {
            form.push(("remoteip", address));
        }
        if !settings.auth.captcha_site_key.is_empty() && settings.auth.captcha == Captcha::Hcaptcha {
            form.push(("sitekey", &settings.auth.captcha_site_key));
        }
        let answer = http::post_form(&self.online().client, url, &form).await.map_err(|error| {
            tracing::warn!(error = %error, "the CAPTCHA cannot be checked");
            Error::auth(AuthCode::UnexpectedFailure, "captcha verification process failed")
        })?;
        if answer.get("success") == Some(&Value::Bool(true)) {
            return Ok(());
        }
        let codes = answer.get("error-codes").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
        let codes: Vec<&str> = codes.iter().filter_map(Value::as_str).collect();
        if codes.iter().any(|code| code.contains("secret") || code.contains("sitekey")) {
            tracing::error!(?codes, "the CAPTCHA's service does not take the key or the secret that are set");
        }
        Err(failed(if codes.is_empty() { "not successful".to_owned() } else { codes.join(", ") }.as_str()))
    }
}
