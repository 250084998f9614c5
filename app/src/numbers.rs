//! Numbers as people read them.

/// A number with commas between thousands.
#[must_use]
pub fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut out = String::with_capacity(digits.len() + digits.len() / 3);
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// A number of things, e.g. `1 row` or `2,512 rows`.
#[must_use]
pub fn counted(number: u64, what: &str) -> String {
    format!("{} {what}{}", grouped(number), if number == 1 { "" } else { "s" })
}

#[cfg(test)]
mod tests {
    use super::{counted, grouped};

    #[test]
    fn one_is_no_plural() {
        assert_eq!([0, 1, 2_512].map(|number| counted(number, "row")), ["0 rows", "1 row", "2,512 rows"]);
    }

    #[test]
    fn thousands_are_grouped() {
        let shown = [0, 12, 999, 1_000, 336_776, u64::MAX].map(grouped);
        assert_eq!(shown, ["0", "12", "999", "1,000", "336,776", "18,446,744,073,709,551,615"]);
    }
}
