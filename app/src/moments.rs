//! Moments as people read them. They are in UTC.

/// The day of a moment in RFC 3339.
#[must_use]
pub fn day(at: &str) -> String {
    at.chars().take(10).collect()
}

/// Day and minute of a moment in RFC 3339.
#[must_use]
pub fn minute(at: &str) -> String {
    read(at, 16)
}

/// Day and second of a moment in RFC 3339.
#[must_use]
pub fn second(at: &str) -> String {
    read(at, 19)
}

fn read(at: &str, characters: usize) -> String {
    at.chars().take(characters).collect::<String>().replace('T', " ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_are_read_as_far_as_is_asked() {
        let at = "2026-01-02T03:04:05.678901Z";
        assert_eq!([day(at), minute(at), second(at)], ["2026-01-02", "2026-01-02 03:04", "2026-01-02 03:04:05"]);
        assert_eq!(minute(""), "");
    }
}
