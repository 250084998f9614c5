//! Where PostgreSQL differs by nature, as `SEMANTICS.md` says.

use tenon_model::{Code, expression::functions::Function};

use super::Answer;

/// Whether a difference is one of those.
pub(super) fn difference(function: &Function, ours: &Answer, theirs: &Answer) -> bool {
    match (ours, theirs) {
        // PostgreSQL before 17 goes round where the sum of the parts does not fit.
        (Err((Code::OutOfRange, _)), Ok(Some(_))) if function.name == "make_interval" => true,
        // Years end at 9999 and begin at 1 here; PostgreSQL goes on, and what it finds is refused when it is kept or read.
        (Err((Code::OutOfRange, message)), Ok(Some(_)) | Err((Code::OutOfRange, _))) => {
            ["date", "time"].iter().any(|what| message.contains(what))
        }
        _ => false,
    }
}
