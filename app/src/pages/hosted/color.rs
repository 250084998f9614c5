//! The brand's colour on light and dark ground, moved just so far that text in it, and on it, can be read by everybody.

type Rgb = [u8; 3];

/// The lightest of the light grounds and the lightest of the dark ones that text stands on.
const LIGHT_GROUND: Rgb = [0xf3, 0xf2, 0xef];
const DARK_GROUND: Rgb = [0x25, 0x25, 0x23];
const WHITE: Rgb = [255; 3];
const BLACK: Rgb = [0; 3];

/// Reads `#rrggbb`.
pub(super) fn parse(text: &str) -> Option<Rgb> {
    let digits = text.strip_prefix('#').filter(|digits| digits.len() == 6 && digits.is_ascii())?;
    let byte = |at: usize| u8::from_str_radix(digits.get(at..at + 2)?, 16).ok();
    Some([byte(0)?, byte(2)?, byte(4)?])
}

/// The variables of the stylesheet that have the accent.
pub(super) fn css(color: Rgb) -> String {
    let (light, dark) = (readable(color, LIGHT_GROUND, BLACK), readable(color, DARK_GROUND, WHITE));
    let (light_on, dark_on) = (on(light), on(dark));
    let strong = [mix(light, BLACK, 25), mix(dark, WHITE, 25)];
    let pair = |a: Rgb, b: Rgb| format!("light-dark({}, {})", hex(a), hex(b));
    format!(
        ":root {{ --accent: {}; --accent-strong: {}; --on-accent: {}; \
         --accent-soft: color-mix(in srgb, var(--accent) 10%, var(--surface)); }}\n",
        pair(light, dark),
        pair(strong[0], strong[1]),
        pair(light_on, dark_on)
    )
}

fn hex(color: Rgb) -> String {
    let [r, g, b] = color;
    format!("#{r:02x}{g:02x}{b:02x}")
}

/// The colour, moved towards another until it stands out from the ground.
fn readable(color: Rgb, ground: Rgb, towards: Rgb) -> Rgb {
    (0..=100).step_by(4).map(|percent| mix(color, towards, percent)).find(|c| contrast(*c, ground) >= 4.6).unwrap_or(towards)
}

fn on(color: Rgb) -> Rgb {
    if contrast(color, WHITE) >= contrast(color, BLACK) { WHITE } else { BLACK }
}

fn mix(a: Rgb, b: Rgb, percent: u32) -> Rgb {
    let one = |a: u8, b: u8| u8::try_from((u32::from(a) * (100 - percent) + u32::from(b) * percent) / 100).unwrap_or(u8::MAX);
    let ([a0, a1, a2], [b0, b1, b2]) = (a, b);
    [one(a0, b0), one(a1, b1), one(a2, b2)]
}

/// Contrast as WCAG 2 defines it.
fn contrast(a: Rgb, b: Rgb) -> f64 {
    let (a, b) = (luminance(a), luminance(b));
    (a.max(b) + 0.05) / (a.min(b) + 0.05)
}

fn luminance(color: Rgb) -> f64 {
    let [r, g, b] = color.map(|part| {
        let part = f64::from(part) / 255.0;
        if part <= 0.04045 { part / 12.92 } else { ((part + 0.055) / 1.055).powf(2.4) }
    });
    0.2126 * r + 0.7152 * g + 0.0722 * b
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_colour_can_be_read_on_both_grounds() {
        for text in ["#000000", "#ffffff", "#ffff00", "#0b6b61", "#ff0000", "#808080", "#0000ff"] {
            let color = parse(text).unwrap();
            for (ground, towards) in [(LIGHT_GROUND, BLACK), (DARK_GROUND, WHITE)] {
                let shown = readable(color, ground, towards);
                assert!(contrast(shown, ground) >= 4.5 && contrast(shown, on(shown)) >= 4.5, "{text}");
            }
        }
        assert_eq!(parse("red"), None);
        assert_eq!(parse("#12345"), None);
    }
}
