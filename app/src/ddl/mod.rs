//! From forms to schema SQL: names are checked and quoted, literals escaped; nothing else writes schema SQL in the Studio.

mod access;
#[cfg(feature = "ssr")]
mod back;
#[cfg(feature = "ssr")]
mod change;
#[cfg(feature = "ssr")]
mod check;
mod column;
#[cfg(feature = "ssr")]
mod computed;
#[cfg(feature = "ssr")]
mod form_of;
mod params;
#[cfg(feature = "ssr")]
mod policy;
mod policy_form;
#[cfg(feature = "ssr")]
mod problem;
#[cfg(feature = "ssr")]
mod role;
#[cfg(feature = "ssr")]
mod sql;
#[cfg(feature = "ssr")]
mod transition;
mod transition_form;

pub use self::{
    access::{column_box, table_box},
    column::{ColumnForm, FILLS, TYPES},
    params::Params,
    policy_form::{FieldProblem, PolicyForm},
    transition_form::TransitionForm,
};
#[cfg(feature = "ssr")]
pub use self::{
    back::back,
    change::{Planned, plan},
    policy::policy_problems,
    problem::{for_form, without_place},
    transition::{can_be_state, transition_problems},
};
