//! Durations as Go writes them: `24h`, `1h30m`, `90s`.

use jiff::{SignedDuration, Timestamp};
use tenon_model::{AuthCode, Error, Result};

/// Until when a ban that begins now lasts; `none` is no ban.
///
/// # Errors
/// [`AuthCode::ValidationFailed`].
pub(super) fn banned_until(text: &str, now: Timestamp) -> Result<Option<Timestamp>> {
    let refused = || Error::auth(AuthCode::ValidationFailed, "invalid format for ban duration: like 24h or 1h30m, or none");
    if text == "none" {
        return Ok(None);
    }
    let duration = parse(text).filter(SignedDuration::is_positive).ok_or_else(refused)?;
    now.checked_add(duration).map(Some).map_err(|_| refused())
}

fn parse(text: &str) -> Option<SignedDuration> {
    let mut rest = text.strip_prefix('+').unwrap_or(text);
    if rest.is_empty() {
        return None;
    }
    let mut total = SignedDuration::ZERO;
    while !rest.is_empty() {
        let digits = rest.find(|c: char| !c.is_ascii_digit() && c != '.')?;
        let (number, after) = rest.split_at(digits);
        let end = after.find(|c: char| c.is_ascii_digit() || c == '.').unwrap_or(after.len());
        let (unit, after) = after.split_at(end);
        total = total.checked_add(SignedDuration::try_from_secs_f64(number.parse::<f64>().ok()? * seconds(unit)?).ok()?)?;
        rest = after;
    }
    Some(total)
}

fn seconds(unit: &str) -> Option<f64> {
    Some(match unit {
        "h" => 3600.0,
        "m" => 60.0,
        "s" => 1.0,
        "ms" => 1e-3,
        "us" | "µs" | "μs" => 1e-6,
        "ns" => 1e-9,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_gos() {
        for (text, seconds) in
            [("24h", 86_400), ("1h30m", 5400), ("1.5h", 5400), ("90s", 90), ("+2m", 120), ("876000h", 3_153_600_000)]
        {
            let until = banned_until(text, Timestamp::UNIX_EPOCH).unwrap().unwrap();
            assert_eq!(until.as_second(), seconds, "{text}");
        }
        assert_eq!(banned_until("none", Timestamp::UNIX_EPOCH).unwrap(), None);
        for bad in ["", "24", "h", "-1h", "0s", "1d", "1e3h", "1..2h", "99999999999999h", "1h 3m", "never"] {
            assert!(banned_until(bad, Timestamp::UNIX_EPOCH).is_err(), "{bad:?}");
        }
    }
}
