//! The order of decimal numbers written as texts.

use std::cmp::Ordering;

/// A decimal number's text taken apart; leading zeros of the whole part and trailing ones of the fraction are gone.
struct Parts<'a> {
    negative: bool,
    whole: &'a [u8],
    fraction: &'a [u8],
}

/// Compares two decimal numbers exactly, whatever their scale. Texts that are no plain decimals come after all numbers,
/// byte by byte, so that the order is total.
pub fn compare_decimals(left: &str, right: &str) -> Ordering {
    match (parse(left), parse(right)) {
        (Some(l), Some(r)) => compare_parts(&l, &r),
        (Some(_), None) => Ordering::Less,
        (None, Some(_)) => Ordering::Greater,
        (None, None) => left.as_bytes().cmp(right.as_bytes()),
    }
}

fn parse(text: &str) -> Option<Parts<'_>> {
    let bytes = text.as_bytes();
    let (negative, digits) = match bytes {
        [b'-', rest @ ..] => (true, rest),
        [b'+', rest @ ..] => (false, rest),
        _ => (false, bytes),
    };
    let point = digits.iter().position(|b| *b == b'.');
    let (whole, fraction) = match point {
        Some(at) => (&digits[..at], &digits[at + 1..]),
        None => (digits, &digits[..0]),
    };
    if (whole.is_empty() && fraction.is_empty()) || !whole.iter().chain(fraction).all(u8::is_ascii_digit) {
        return None;
    }
    let whole = &whole[whole.iter().take_while(|b| **b == b'0').count()..];
    let zeros = fraction.iter().rev().take_while(|b| **b == b'0').count();
    let fraction = &fraction[..fraction.len() - zeros];
    Some(Parts { negative: negative && !(whole.is_empty() && fraction.is_empty()), whole, fraction })
}

fn compare_parts(left: &Parts<'_>, right: &Parts<'_>) -> Ordering {
    match (left.negative, right.negative) {
        (false, true) => Ordering::Greater,
        (true, false) => Ordering::Less,
        (false, false) => compare_magnitudes(left, right),
        (true, true) => compare_magnitudes(right, left),
    }
}

fn compare_magnitudes(left: &Parts<'_>, right: &Parts<'_>) -> Ordering {
    left.whole
        .len()
        .cmp(&right.whole.len())
        .then_with(|| left.whole.cmp(right.whole))
        .then_with(|| left.fraction.cmp(right.fraction))
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests {
    use bigdecimal::BigDecimal;
    use proptest::prelude::*;

    use super::compare_decimals as compare;

    proptest! {
        #[test]
        fn orders_as_numbers_do(a in "-?[0-9]{1,12}(\\.[0-9]{1,6})?", b in "-?[0-9]{1,12}(\\.[0-9]{1,6})?") {
            let (x, y): (BigDecimal, BigDecimal) = (a.parse().unwrap(), b.parse().unwrap());
            prop_assert_eq!(compare(&a, &b), x.cmp(&y));
        }

        #[test]
        fn is_total(a in "[-0-9.x]{0,4}", b in "[-0-9.x]{0,4}", c in "[-0-9.x]{0,4}") {
            prop_assert_eq!(compare(&a, &b), compare(&b, &a).reverse());
            if compare(&a, &b).is_le() && compare(&b, &c).is_le() {
                prop_assert!(compare(&a, &c).is_le());
            }
        }
    }

    #[test]
    fn zero_has_no_sign() {
        assert!(compare("-0.00", "0").is_eq());
        assert!(compare("1.50", "1.5").is_eq());
    }
}
