//! One elementary change of a schema with every name resolved: what the engines are told to do.

use std::sync::Arc;

use tenon_model::{Check, Column, EnumType, ForeignKey, Ident, Index, Schema, Table, Unique};

/// An elementary change and the schemas around it.
#[derive(Clone, Debug)]
pub(crate) struct Transition {
    /// The schema it is applied to.
    pub(crate) before: Arc<Schema>,
    /// What changes.
    pub(crate) step: Step,
    /// The schema that results.
    pub(crate) after: Arc<Schema>,
}

/// What changes.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Step {
    CreateTable(Arc<Table>),
    DropTable(Ident),
    RenameTable { from: Ident, to: Ident },
    AddColumn { table: Ident, column: Box<Column> },
    DropColumn { table: Ident, column: Ident },
    RenameColumn { table: Ident, from: Ident, to: Ident },
    SetDefault { table: Ident, column: Ident },
    SetNotNull { table: Ident, column: Ident, not_null: bool },
    SetType { table: Ident, column: Ident, explicit: bool },
    SetIdentity { table: Ident, column: Ident },
    SetExpression { table: Ident, column: Ident },
    AddPrimaryKey { table: Ident, key: Unique },
    DropPrimaryKey { table: Ident, name: Ident },
    AddUnique { table: Ident, unique: Unique },
    DropUnique { table: Ident, name: Ident },
    AddForeignKey { table: Ident, key: ForeignKey },
    DropForeignKey { table: Ident, name: Ident },
    AddCheck { table: Ident, check: Check },
    DropCheck { table: Ident, name: Ident },
    ValidateCheck { table: Ident, check: Check },
    CommentCheck { table: Ident, name: Ident },
    RenameConstraint { table: Ident, from: Ident, to: Ident, unique: bool },
    CreateIndex { table: Ident, index: Index },
    DropIndex { table: Ident, name: Ident },
    CreateEnum(EnumType),
    AddEnumValue { name: Ident, value: String, before: Option<String> },
    RenameEnumValue { name: Ident, from: String, to: String },
    RenameEnum { from: Ident, to: Ident },
    DropEnum(Ident),
    CommentTable(Ident),
    CommentColumn { table: Ident, column: Ident },
    CommentEnum(Ident),
    CommentPolicy { table: Ident, policy: Ident },
    SetAccess(Ident),
    SetView(Ident),
    DropView(Ident),
    SetFunction(Ident),
    DropFunction(Ident),
    SetDefaultPrivileges,
    SetPolicies(Ident),
    SetTransitions(Ident),
    CreateRole(Ident),
    ChangeRole(Ident),
    DropRole(Ident),
}
