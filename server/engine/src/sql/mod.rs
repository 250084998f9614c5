//! What all readers of SQL share: tokens and the walk over them, names, types, failures with their place.

mod cursor;
mod data_type;
mod located;

pub(crate) use self::{
    cursor::{Cursor, Note},
    data_type::{UNKNOWN_TYPES, data_type},
    located::Located,
};
