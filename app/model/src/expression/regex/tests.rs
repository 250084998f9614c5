use super::Regex;

fn found(pattern: &str, text: &str) -> Option<(usize, usize)> {
    Regex::new(pattern, false).unwrap().find(&text.chars().collect::<Vec<_>>(), 0)
}

#[test]
fn a_match_is_the_leftmost_and_the_longest() {
    assert_eq!(found("a|ab|abc", "xabcd"), Some((1, 4)));
    assert_eq!(found("a?(ab)?", "ab"), Some((0, 2)));
    assert_eq!(found("b*", "abb"), Some((0, 0)));
    assert_eq!(found("^b", "ab"), None);
    assert_eq!(found("(a|b){2,3}$", "abab"), Some((1, 4)));
}

#[test]
fn what_would_mean_something_else_elsewhere_is_refused() {
    for pattern in
        ["a*?", "(?=a)", r"(a)\1", "(?i)a", "***=a", r"\yab", "a**", "*a", "[a", "(a", "a)", "[z-a]", "x{3,1}", "x{256}", r"\"]
    {
        assert!(Regex::new(pattern, false).is_err(), "{pattern}");
    }
}

#[test]
fn a_hostile_pattern_costs_its_length_times_the_texts() {
    let text: String = "a".repeat(20_000);
    assert!(!Regex::new("(a*)*(a|a)*(a+a+)+b", false).unwrap().is_match(&text));
    assert!(Regex::new("((a{1,100}){1,100}){1,100}", false).is_err());
}
