//! Tenon's vocabulary: names, types, schema, values, expressions, queries and errors.
//!
//! No I/O happens here, and everything compiles to native code and to wasm, so that the server and the browser speak of
//! the same things in the same words.

pub mod advice;
mod auth_code;
pub mod caller;
pub mod error;
pub mod explanation;
pub mod expression;
pub mod ident;
pub mod query;
pub mod rest;
mod role;
pub mod schema;
mod select;
pub mod trial;
pub mod types;
pub mod value;
pub mod view_as;
pub mod words;

pub use auth_code::AuthCode;
pub use caller::{Aal, Caller, Claims, SessionId, StudioRole, UserId};
pub use error::{Code, Error, FieldError};
pub use explanation::Explanation;
pub use expression::{CompareOp, Expr, LikePattern};
pub use ident::Ident;
pub use query::{Embed, Nulls, OrderBy, Projection, ReadQuery, Relation, SelectItem, SortDirection};
pub use role::Role;
pub use schema::{
    Access, Check, Column, Command, Default, EnumType, ForeignKey, Generated, Grants, Identity, Index, IndexColumn, Policy,
    Privileges, ReferentialAction, RoleDefinition, Schema, StateTransition, Table, Unique,
};
pub use select::{Combine, Origin, Plain, Select, SelectBody, SelectSource};
pub use types::{DataType, ScalarType};
pub use value::Value;

/// The result of anything in Tenon that can fail.
pub type Result<T, E = Error> = std::result::Result<T, E>;
