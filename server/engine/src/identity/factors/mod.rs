//! Second factors: authenticator apps, security keys, recovery codes.

mod admin;
mod challenge;
mod enrol;
mod recovery;
mod row;
mod sessions;
mod totp;
mod verify;
mod webauthn;

pub(crate) use self::row::{FactorRow, has_verified};
pub(super) use self::{admin::remove_all, enrol::friendly_name};
pub use self::{
    enrol::NewFactor,
    recovery::{NewRecoveryCodes, RecoveryCodesLeft},
    verify::{FactorAnswer, SignedAnswer},
};
