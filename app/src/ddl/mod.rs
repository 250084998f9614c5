//! From forms to schema SQL: names are checked and quoted, literals escaped; nothing else writes schema SQL in the Studio.

#[cfg(feature = "ssr")]
mod change;
mod column;
#[cfg(feature = "ssr")]
mod form_of;
mod params;
#[cfg(feature = "ssr")]
mod sql;

#[cfg(feature = "ssr")]
pub use self::change::{Planned, plan};
pub use self::{
    column::{ColumnForm, FILLS, TYPES},
    params::Params,
};
