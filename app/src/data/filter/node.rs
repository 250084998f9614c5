//! A filter as a person builds it; it need not be complete.

use serde::{Deserialize, Serialize};

/// A condition or a group of them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Node {
    /// A condition.
    Condition(Condition),
    /// A group.
    Group(Group),
}

/// One column against one value.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Condition {
    /// The column.
    pub column: String,
    /// The operator's id; see [`super::operator`].
    pub op: String,
    /// What was typed.
    pub value: String,
}

/// Conditions that belong together.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Group {
    /// How they are joined.
    pub join: Join,
    /// The conditions and groups.
    pub items: Vec<Node>,
}

/// How the conditions of a group are joined.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Join {
    /// All hold.
    #[default]
    All,
    /// Any holds.
    Any,
    /// Not all hold.
    NotAll,
    /// None holds.
    None,
}

impl Join {
    /// All ways, in the order of the menu.
    pub const ALL: [Self; 4] = [Self::All, Self::Any, Self::None, Self::NotAll];

    /// The id in forms.
    #[must_use]
    pub fn id(self) -> &'static str {
        match self {
            Self::All => "all",
            Self::Any => "any",
            Self::NotAll => "not-all",
            Self::None => "none",
        }
    }

    /// The words on screen.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Self::All => "All of these hold",
            Self::Any => "Any of these holds",
            Self::NotAll => "Not all of these hold",
            Self::None => "None of these holds",
        }
    }

    /// The way of that id; all for an unknown one.
    #[must_use]
    pub fn parse(id: &str) -> Self {
        Self::ALL.into_iter().find(|join| join.id() == id).unwrap_or_default()
    }
}

impl Group {
    /// The group at a path of positions, the empty path being this one.
    pub fn at(&mut self, path: &[usize]) -> Option<&mut Self> {
        let Some((first, rest)) = path.split_first() else { return Some(self) };
        match self.items.get_mut(*first)? {
            Node::Group(group) => group.at(rest),
            Node::Condition(_) => None,
        }
    }

    /// Removes what is at a path; nothing if the path leads nowhere.
    pub fn remove(&mut self, path: &[usize]) {
        let Some((last, parent)) = path.split_last() else { return };
        if let Some(group) = self.at(parent)
            && *last < group.items.len()
        {
            group.items.remove(*last);
        }
    }

    /// How many conditions there are, at any depth.
    #[must_use]
    pub fn conditions(&self) -> usize {
        self.items
            .iter()
            .map(|item| match item {
                Node::Condition(_) => 1,
                Node::Group(group) => group.conditions(),
            })
            .sum()
    }
}
