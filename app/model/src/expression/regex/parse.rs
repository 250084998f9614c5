//! From a pattern to its tree.

use super::{invalid, unsupported};
use crate::Result;

/// The most repetitions that a quantifier may ask for, PostgreSQL's `DUPMAX`.
const MOST_REPETITIONS: u32 = 255;
/// The deepest nesting of parentheses.
const DEEPEST: usize = 50;

#[derive(Clone, Debug)]
pub(super) enum Node {
    Empty,
    Set(Set),
    Start,
    End,
    Concat(Vec<Node>),
    Either(Vec<Node>),
    Repeat { node: Box<Node>, least: u32, most: Option<u32> },
}

/// A set of characters.
#[derive(Clone, Debug, Default)]
pub(super) struct Set {
    pub(super) negated: bool,
    pub(super) ranges: Vec<(char, char)>,
}

impl Set {
    fn of(ranges: &[(char, char)], negated: bool) -> Self {
        Self { negated, ranges: ranges.to_vec() }
    }

    pub(super) fn has(&self, c: char, ignore_case: bool) -> bool {
        let within = |c: char| self.ranges.iter().any(|(first, last)| (*first..=*last).contains(&c));
        let other = if c.is_ascii_lowercase() { c.to_ascii_uppercase() } else { c.to_ascii_lowercase() };
        (within(c) || (ignore_case && within(other))) != self.negated
    }
}

const DIGIT: &[(char, char)] = &[('0', '9')];
const WORD: &[(char, char)] = &[('a', 'z'), ('A', 'Z'), ('0', '9'), ('_', '_')];
const SPACE: &[(char, char)] = &[(' ', ' '), ('\t', '\r')];

/// POSIX's classes, of ASCII alone.
const CLASSES: &[(&str, &[(char, char)])] = &[
    ("alpha", &[('a', 'z'), ('A', 'Z')]),
    ("digit", DIGIT),
    ("alnum", &[('a', 'z'), ('A', 'Z'), ('0', '9')]),
    ("upper", &[('A', 'Z')]),
    ("lower", &[('a', 'z')]),
    ("space", SPACE),
    ("blank", &[(' ', ' '), ('\t', '\t')]),
    ("punct", &[('!', '/'), (':', '@'), ('[', '`'), ('{', '~')]),
    ("xdigit", &[('0', '9'), ('a', 'f'), ('A', 'F')]),
];

struct Parser {
    chars: Vec<char>,
    at: usize,
    depth: usize,
}

pub(super) fn parse(pattern: &str) -> Result<Node> {
    if pattern.starts_with("***") {
        return Err(unsupported("embedded options"));
    }
    let mut parser = Parser { chars: pattern.chars().collect(), at: 0, depth: 0 };
    let node = parser.either()?;
    if parser.at < parser.chars.len() { Err(invalid("parentheses () not balanced")) } else { Ok(node) }
}

impl Parser {
    fn peek(&self) -> Option<char> {
        self.chars.get(self.at).copied()
    }

    fn eat(&mut self, wanted: &str) -> bool {
        let there = wanted.chars().enumerate().all(|(n, c)| self.chars.get(self.at + n) == Some(&c));
        if there {
            self.at += wanted.chars().count();
        }
        there
    }

    fn either(&mut self) -> Result<Node> {
        self.depth += 1;
        if self.depth > DEEPEST {
            return Err(unsupported(format!("more than {DEEPEST} levels")));
        }
        let mut branches = vec![self.branch()?];
        while self.eat("|") {
            branches.push(self.branch()?);
        }
        self.depth -= 1;
        Ok(if branches.len() == 1 { branches.swap_remove(0) } else { Node::Either(branches) })
    }

    fn branch(&mut self) -> Result<Node> {
        let mut nodes = Vec::new();
        while let Some(c) = self.peek().filter(|c| !matches!(c, '|' | ')')) {
            let atom = self.atom(c)?;
            nodes.push(self.quantified(atom)?);
        }
        Ok(if nodes.is_empty() { Node::Empty } else { Node::Concat(nodes) })
    }

    fn atom(&mut self, c: char) -> Result<Node> {
        self.at += 1;
        Ok(match c {
            '^' => Node::Start,
            '$' => Node::End,
            '.' => Node::Set(Set { negated: true, ranges: Vec::new() }),
            '[' => Node::Set(self.bracket()?),
            '(' => {
                if self.peek() == Some('?') && !self.eat("?:") {
                    return Err(unsupported("look-around or embedded options"));
                }
                let inner = self.either()?;
                if !self.eat(")") {
                    return Err(invalid("parentheses () not balanced"));
                }
                inner
            }
            '*' | '+' | '?' => return Err(invalid("quantifier operand invalid")),
            '{' => return Err(unsupported("{ without \\ before it, but as a quantifier")),
            '\\' => Node::Set(self.escape()?),
            c => Node::Set(Set::of(&[(c, c)], false)),
        })
    }

    /// What follows a backslash.
    fn escape(&mut self) -> Result<Set> {
        let c = self.peek().ok_or_else(|| invalid("invalid escape \\ sequence"))?;
        self.at += 1;
        let lower = c.to_ascii_lowercase();
        if let Some(ranges) = class_escape(lower) {
            return Ok(Set::of(ranges, c.is_ascii_uppercase()));
        }
        let plain = plain_escape(c).ok_or_else(|| unsupported(format!("\\{c}")))?;
        Ok(Set::of(&[(plain, plain)], false))
    }

    fn quantified(&mut self, node: Node) -> Result<Node> {
        let Some((least, most)) = self.quantifier()? else { return Ok(node) };
        if matches!(node, Node::Start | Node::End) {
            return Err(invalid("quantifier operand invalid"));
        }
        match self.peek() {
            Some('?') => Err(unsupported("quantifiers that take as little as possible")),
            Some('*' | '+' | '{') => Err(invalid("quantifier operand invalid")),
            _ => Ok(Node::Repeat { node: Box::new(node), least, most }),
        }
    }

    fn quantifier(&mut self) -> Result<Option<(u32, Option<u32>)>> {
        for (sign, bounds) in [("*", (0, None)), ("+", (1, None)), ("?", (0, Some(1)))] {
            if self.eat(sign) {
                return Ok(Some(bounds));
            }
        }
        if !self.eat("{") {
            return Ok(None);
        }
        let least = self.count()?.ok_or_else(|| invalid("invalid repetition count(s)"))?;
        let most = if self.eat(",") { self.count()? } else { Some(least) };
        if !self.eat("}") || most.is_some_and(|most| most < least) {
            return Err(invalid("invalid repetition count(s)"));
        }
        Ok(Some((least, most)))
    }

    fn count(&mut self) -> Result<Option<u32>> {
        let mut number = None;
        while let Some(digit) = self.peek().and_then(|c| c.to_digit(10)) {
            let value = number.unwrap_or(0) * 10 + digit;
            if value > MOST_REPETITIONS {
                return Err(invalid("invalid repetition count(s)"));
            }
            number = Some(value);
            self.at += 1;
        }
        Ok(number)
    }

    /// What follows `[`.
    fn bracket(&mut self) -> Result<Set> {
        let unbalanced = || invalid("brackets [] not balanced");
        let mut set = Set { negated: self.eat("^"), ranges: Vec::new() };
        let begin = self.at;
        loop {
            let c = self.peek().ok_or_else(unbalanced)?;
            if c == ']' && self.at > begin {
                self.at += 1;
                return Ok(set);
            }
            if self.eat("[:") {
                set.ranges.extend_from_slice(self.class()?);
                continue;
            }
            let Some(first) = self.member(&mut set)? else { continue };
            let range = self.peek() == Some('-') && self.chars.get(self.at + 1).is_some_and(|c| *c != ']');
            if !range {
                set.ranges.push((first, first));
                continue;
            }
            self.at += 1;
            if self.peek() == Some('[') {
                return Err(unsupported("ranges that end in a class"));
            }
            let last = self.member(&mut Set::default())?.ok_or_else(|| invalid("invalid character range"))?;
            if last < first {
                return Err(invalid("invalid character range"));
            }
            set.ranges.push((first, last));
        }
    }

    /// A character within brackets; none if it was an escape for several, which are added.
    fn member(&mut self, set: &mut Set) -> Result<Option<char>> {
        let c = self.peek().ok_or_else(|| invalid("brackets [] not balanced"))?;
        if self.eat("[.") || self.eat("[=") {
            return Err(unsupported("collating elements"));
        }
        self.at += 1;
        if c == '-' && self.peek() != Some(']') && !set.ranges.is_empty() {
            return Err(unsupported("- in the middle of brackets without \\ before it"));
        }
        if c != '\\' {
            return Ok(Some(c));
        }
        let escaped = self.peek().ok_or_else(|| invalid("invalid escape \\ sequence"))?;
        self.at += 1;
        if let Some(ranges) = class_escape(escaped) {
            set.ranges.extend_from_slice(ranges);
            if self.peek() == Some('-') && self.chars.get(self.at + 1) != Some(&']') {
                return Err(invalid("invalid character range"));
            }
            return Ok(None);
        }
        plain_escape(escaped).map(Some).ok_or_else(|| unsupported(format!("\\{escaped} within brackets")))
    }

    /// What follows `[:`.
    fn class(&mut self) -> Result<&'static [(char, char)]> {
        for (name, ranges) in CLASSES {
            if self.eat(&format!("{name}:]")) {
                if self.peek() == Some('-') && self.chars.get(self.at + 1) != Some(&']') {
                    return Err(invalid("invalid character range"));
                }
                return Ok(ranges);
            }
        }
        Err(invalid("invalid character class"))
    }
}

fn class_escape(c: char) -> Option<&'static [(char, char)]> {
    match c {
        'd' => Some(DIGIT),
        'w' => Some(WORD),
        's' => Some(SPACE),
        _ => None,
    }
}

fn plain_escape(c: char) -> Option<char> {
    match c {
        'n' => Some('\n'),
        'r' => Some('\r'),
        't' => Some('\t'),
        'f' => Some('\u{c}'),
        'v' => Some('\u{b}'),
        c if c.is_ascii_punctuation() && c != '_' => Some(c),
        _ => None,
    }
}
