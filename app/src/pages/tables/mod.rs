//! Tables: the list, a new one, structure, policies, roles, types, the diagram, and what a change would do.

mod column_fields;
mod diagram;
mod list;
mod new;
mod policies;
mod review;
mod review_data;
mod review_reach;
mod roles;
mod states;
mod structure;
mod tabs;
mod types;

pub use self::{
    diagram::Diagram, list::TableList, new::NewTable, policies::Policies, review::Review, roles::Roles, states::States,
    structure::Structure, tabs::TableTabs, types::Types,
};
