//! Texts for parameters that want something particular.

use tenon_model::expression::functions::Function;

/// Texts for a parameter, mostly.
pub(super) fn wanted(function: &Function, index: usize) -> Option<&'static [&'static str]> {
    Some(match (function.name, index) {
        _ => return None,
    })
}

/// Whether the parameter takes nothing but those.
pub(super) fn fixed(_function: &Function, _index: usize) -> bool {
    false
}
