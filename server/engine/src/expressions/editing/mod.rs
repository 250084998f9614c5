//! Expressions while they are being written: what is wrong and where, what their parts are, what they could go on with.

mod complete;
mod diagnose;
mod parts;
mod places;

pub use self::complete::{Writing, complete};
pub(crate) use self::{
    diagnose::diagnose,
    parts::{PartOf, parts},
};
