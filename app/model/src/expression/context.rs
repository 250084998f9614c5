//! Who asks and when, as expressions see it.

use std::sync::Arc;

use jiff::civil::DateTime;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::Expr;
use crate::{Caller, DataType, Role, ScalarType, StudioRole, Value};

/// What an expression can ask about who asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ContextValue {
    /// `auth.uid()`: the signed-in user's id; null if nobody is.
    Uid,
    /// `auth.role()`: `anon`, `authenticated`, `service_role`, or the name of a role of the application.
    Role,
    /// `auth.email()`: the signed-in user's address.
    Email,
    /// `auth.jwt()`: what the access token says, as `jsonb`; null without one.
    Jwt,
    /// `now()`, `current_timestamp`: the moment of the request.
    Now,
    /// `current_date`, in UTC.
    CurrentDate,
}

impl ContextValue {
    /// The type of the value.
    #[must_use]
    pub fn data_type(self) -> DataType {
        match self {
            Self::Uid => ScalarType::Uuid,
            Self::Role | Self::Email => ScalarType::Text,
            Self::Jwt => ScalarType::Jsonb,
            Self::Now => ScalarType::Timestamptz,
            Self::CurrentDate => ScalarType::Date,
        }
        .into()
    }

    /// How it is written.
    #[must_use]
    pub fn as_sql(self) -> &'static str {
        match self {
            Self::Uid => "auth.uid()",
            Self::Role => "auth.role()",
            Self::Email => "auth.email()",
            Self::Jwt => "auth.jwt()",
            Self::Now => "now()",
            Self::CurrentDate => "current_date",
        }
    }
}

/// Who asks and when: the same throughout a request.
#[derive(Clone, Debug, PartialEq)]
pub struct Context {
    /// The signed-in user.
    pub user: Option<Uuid>,
    /// The role of the key or token.
    pub role: Role,
    /// The signed-in user's address.
    pub email: Option<String>,
    /// What the token says, in `jsonb`'s normal form.
    pub jwt: Option<Arc<str>>,
    /// The moment, in UTC, whole microseconds.
    pub now: DateTime,
}

impl Context {
    /// Who a caller is to expressions: members of the Studio are signed-in users, its builders and owners and the operator are
    /// nobody signed in, with the role of the secret key.
    #[must_use]
    pub fn of(caller: &Caller, now: DateTime) -> Self {
        let caller = caller.seen();
        if let Caller::Studio { user, role: StudioRole::Member, email, acts_as } = caller {
            let role = acts_as.clone();
            return Self { user: Some(user.0), role, email: Some(email.clone()), jwt: None, now };
        }
        let Caller::Api { role, user, claims } = caller else {
            return Self { user: None, role: Role::ServiceRole, email: None, jwt: None, now };
        };
        let claims = claims.as_ref();
        let jwt = claims.and_then(|c| crate::value::normalize_jsonb(&c.all.to_string()).ok()).map(Into::into);
        Self { user: user.map(|u| u.0), role: role.clone(), email: claims.and_then(|c| c.email.clone()), jwt, now }
    }

    /// What it says.
    #[must_use]
    pub fn value(&self, value: ContextValue) -> Value {
        match value {
            ContextValue::Uid => self.user.map_or(Value::Null, Value::Uuid),
            ContextValue::Role => Value::Text(self.role.to_string()),
            ContextValue::Email => self.email.clone().map_or(Value::Null, Value::Text),
            ContextValue::Jwt => self.jwt.as_ref().map_or(Value::Null, |jwt| Value::Json(jwt.to_string())),
            ContextValue::Now => Value::Timestamptz(self.now),
            ContextValue::CurrentDate => Value::Date(self.now.date()),
        }
    }

    /// The expression with what it asks about the context filled in.
    #[must_use]
    pub fn fill(&self, expr: &Expr) -> Expr {
        expr.clone().map(&mut |part| match part {
            Expr::Context(value) => Expr::Literal { value: self.value(value), data_type: value.data_type() },
            other => other,
        })
    }
}
