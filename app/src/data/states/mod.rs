//! States: where a record may go from here, how it came there, and a drawing of all ways.

#[cfg(feature = "ssr")]
mod draw;
#[cfg(feature = "ssr")]
pub(crate) mod load;
mod model;
mod view;

#[cfg(feature = "ssr")]
pub(crate) use self::draw::{drawing, in_words};
pub use self::{
    model::{Came, StateView, StatesModel, Way},
    view::{Drawing, RecordStates},
};
