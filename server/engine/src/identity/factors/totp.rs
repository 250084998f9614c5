//! Codes of authenticator apps (RFC 6238): SHA-1, six digits, thirty seconds.

use qrcode::{EcLevel, QrCode, render::svg};
use tenon_model::{Error, Result};
use totp_rs::{Algorithm, Builder, Secret, Totp};

use super::super::random_bytes;

/// Steps before and after the present one whose codes are accepted.
const SKEW: u16 = 1;
/// Seconds.
const STEP: u64 = 30;

/// A secret that was just made, and the ways to tell an app of it.
pub(super) struct NewSecret {
    pub(super) base32: String,
    pub(super) uri: String,
    /// An SVG without `#`, so that it can stand in a `data:` address as it is.
    pub(super) qr_code: String,
}

fn totp(secret: Secret, issuer: &str, account: &str) -> Result<Totp> {
    let builder = Builder::new().with_algorithm(Algorithm::SHA1).with_digits(6).with_skew(SKEW).with_step_duration(STEP);
    builder.with_secret(secret).with_account_name(account).with_issuer(Some(issuer)).build().map_err(Error::internal)
}

/// Makes a secret. What an app shows beside its codes are the issuer and the account.
pub(super) fn generate(issuer: &str, account: &str) -> Result<NewSecret> {
    present(Secret::from(random_bytes::<20>()?.as_slice()), issuer, account)
}

/// A secret that was made before, as it is told to an app.
pub(super) fn again(base32: &str, issuer: &str, account: &str) -> Result<NewSecret> {
    present(Secret::try_from_base32(base32).map_err(Error::internal)?, issuer, account)
}

fn present(secret: Secret, issuer: &str, account: &str) -> Result<NewSecret> {
    let base32 = secret.to_base32();
    let uri = totp(secret, &label(issuer), &label(account))?.to_url().map_err(Error::internal)?;
    let code = QrCode::with_error_correction_level(&uri, EcLevel::M).map_err(Error::internal)?;
    let mut image = code.render::<svg::Color<'_>>();
    image.min_dimensions(200, 200).dark_color(svg::Color("black")).light_color(svg::Color("white"));
    let qr_code = image.build();
    Ok(NewSecret { base32, uri, qr_code })
}

/// A name as it may stand in the address, where a colon parts issuer and account.
fn label(text: &str) -> String {
    let clean: String = text.chars().filter(|c| *c != ':' && !c.is_control()).take(64).collect();
    if clean.trim().is_empty() { "Tenon".into() } else { clean }
}

/// The step whose code this is, if it is of one that is accepted at this time.
pub(super) fn step_of(base32: &str, code: &str, seconds: i64) -> Result<Option<i64>> {
    let code: String = code.chars().filter(|c| !c.is_whitespace()).collect();
    if code.len() != 6 || !code.bytes().all(|byte| byte.is_ascii_digit()) {
        return Ok(None);
    }
    let secret = Secret::try_from_base32(base32).map_err(Error::internal)?;
    let step = totp(secret, "Tenon", "user")?.check(&code, seconds.max(0).cast_unsigned());
    Ok(step.map(u64::cast_signed))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The secret of RFC 6238, appendix B.
    const SECRET: &str = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";

    #[test]
    fn codes_are_those_of_the_rfc() {
        assert_eq!(step_of(SECRET, "287082", 59).unwrap(), Some(1));
        assert_eq!(step_of(SECRET, "081 804", 1_111_111_109).unwrap(), Some(37_037_036));
        assert_eq!(step_of(SECRET, "279037", 2_000_000_000).unwrap(), Some(66_666_666));
        assert_eq!(step_of(SECRET, "287082", 59 + 30).unwrap(), Some(1), "one step late");
        assert_eq!(step_of(SECRET, "287082", 29).unwrap(), Some(1), "one step early");
        assert_eq!(step_of(SECRET, "287082", 59 + 60).unwrap(), None);
        assert_eq!(step_of(SECRET, "28708", 59).unwrap(), None);
        assert_eq!(step_of(SECRET, "２８７０８２", 59).unwrap(), None);
    }

    #[test]
    fn a_new_secret_says_whose_it_is() {
        let made = generate("My: App", "ada@example.org").unwrap();
        assert!(made.uri.starts_with("otpauth://totp/My%20App:ada%40example.org?"), "{}", made.uri);
        assert!(made.uri.contains(&format!("secret={}", made.base32)));
        assert!(made.qr_code.contains("<svg") && !made.qr_code.contains('#'));
        assert!(generate(":", "").is_ok());
    }
}
