//! Following all ways through a pattern at once.

use super::{
    Span,
    parse::{Node, Set},
    unsupported,
};
use crate::Result;

/// The most steps of a program: what a search costs is their number times the text's length.
const MOST_STEPS: usize = 2_000;

#[derive(Debug)]
enum Step {
    /// One character of a set, then the next step.
    Take(Set),
    /// On at both.
    Fork(usize, usize),
    /// On there.
    Go(usize),
    Start,
    End,
    Found,
}

#[derive(Debug)]
pub(super) struct Program {
    steps: Vec<Step>,
    ignore_case: bool,
}

/// Where the ways are: the steps to take from here, each with where the earliest way to it began.
struct Ways {
    order: Vec<usize>,
    begun: Vec<Option<usize>>,
}

impl Ways {
    fn new(steps: usize) -> Self {
        Self { order: Vec::with_capacity(steps), begun: vec![None; steps] }
    }

    fn clear(&mut self) {
        for step in self.order.drain(..) {
            self.begun[step] = None;
        }
    }
}

impl Program {
    pub(super) fn new(node: &Node, ignore_case: bool) -> Result<Self> {
        let mut program = Self { steps: Vec::new(), ignore_case };
        program.add(node)?;
        program.push(Step::Found)?;
        Ok(program)
    }

    fn push(&mut self, step: Step) -> Result<usize> {
        if self.steps.len() >= MOST_STEPS {
            return Err(unsupported("room for a pattern that long"));
        }
        self.steps.push(step);
        Ok(self.steps.len() - 1)
    }

    fn add(&mut self, node: &Node) -> Result<()> {
        match node {
            Node::Empty => {}
            Node::Set(set) => drop(self.push(Step::Take(set.clone()))?),
            Node::Start => drop(self.push(Step::Start)?),
            Node::End => drop(self.push(Step::End)?),
            Node::Concat(nodes) => {
                for node in nodes {
                    self.add(node)?;
                }
            }
            Node::Either(branches) => self.either(branches)?,
            Node::Repeat { node, least, most } => {
                for _ in 0..*least {
                    self.add(node)?;
                }
                match most {
                    None => self.star(node)?,
                    Some(most) => self.optional(node, most - least)?,
                }
            }
        }
        Ok(())
    }

    fn either(&mut self, branches: &[Node]) -> Result<()> {
        let mut ends = Vec::new();
        for (index, branch) in branches.iter().enumerate() {
            let last = index + 1 == branches.len();
            let fork = if last { None } else { Some(self.push(Step::Fork(0, 0))?) };
            self.add(branch)?;
            if let Some(fork) = fork {
                ends.push(self.push(Step::Go(0))?);
                self.steps[fork] = Step::Fork(fork + 1, self.steps.len());
            }
        }
        for end in ends {
            self.steps[end] = Step::Go(self.steps.len());
        }
        Ok(())
    }

    fn star(&mut self, node: &Node) -> Result<()> {
        let fork = self.push(Step::Fork(0, 0))?;
        self.add(node)?;
        self.push(Step::Go(fork))?;
        self.steps[fork] = Step::Fork(fork + 1, self.steps.len());
        Ok(())
    }

    fn optional(&mut self, node: &Node, times: u32) -> Result<()> {
        let mut forks = Vec::new();
        for _ in 0..times {
            forks.push(self.push(Step::Fork(0, 0))?);
            self.add(node)?;
        }
        for fork in forks {
            self.steps[fork] = Step::Fork(fork + 1, self.steps.len());
        }
        Ok(())
    }

    /// The leftmost match at or behind `from`, and of those the longest; or the first that is seen, if `any` will do.
    pub(super) fn find(&self, text: &[char], from: usize, any: bool) -> Option<Span> {
        let (mut now, mut next) = (Ways::new(self.steps.len()), Ways::new(self.steps.len()));
        let mut found: Option<Span> = None;
        for at in from..=text.len() {
            if found.is_none() {
                self.enter(&mut now, 0, at, at, text.len());
            }
            if now.order.is_empty() && found.is_some() {
                break;
            }
            for index in 0..now.order.len() {
                let step = now.order[index];
                let begun = now.begun[step].unwrap_or(at);
                match &self.steps[step] {
                    Step::Found if found.is_none_or(|(start, _)| begun <= start) => {
                        found = Some((begun, at));
                        if any {
                            return found;
                        }
                    }
                    Step::Take(set) if text.get(at).is_some_and(|c| set.has(*c, self.ignore_case)) => {
                        self.enter(&mut next, step + 1, begun, at + 1, text.len());
                    }
                    _ => {}
                }
            }
            now.clear();
            std::mem::swap(&mut now, &mut next);
            if let Some((start, _)) = found {
                let begun = &mut now.begun;
                now.order.retain(|step| {
                    let kept = begun[*step].is_some_and(|begun| begun <= start);
                    if !kept {
                        begun[*step] = None;
                    }
                    kept
                });
            }
        }
        found
    }

    /// Adds a step and all that it leads to without taking a character; a way that began earlier goes before.
    fn enter(&self, ways: &mut Ways, step: usize, begun: usize, at: usize, end: usize) {
        let mut stack = vec![step];
        while let Some(step) = stack.pop() {
            match ways.begun[step] {
                Some(earlier) if earlier <= begun => continue,
                Some(_) => {}
                None => ways.order.push(step),
            }
            ways.begun[step] = Some(begun);
            match self.steps[step] {
                Step::Fork(a, b) => stack.extend([b, a]),
                Step::Go(to) => stack.push(to),
                Step::Start if at == 0 => stack.push(step + 1),
                Step::End if at == end => stack.push(step + 1),
                _ => {}
            }
        }
    }
}
