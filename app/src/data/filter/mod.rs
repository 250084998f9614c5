//! The filter builder: conditions in groups within groups, as a form that works with scripts off.

pub mod form;
pub mod list;
pub mod node;
pub mod operator;
pub mod rest;
pub mod view;

pub use node::{Condition, Group, Join, Node};
