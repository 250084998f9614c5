//! What guards an account besides its password: the parts that the hosted pages and the Studio's have in common.

mod button;
mod items;
#[cfg(feature = "ssr")]
pub(crate) mod proof;
mod prove;
mod webauthn;

use serde::{Deserialize, Serialize};

pub(crate) use self::{
    button::{ScriptButton, Sentence, boxed, parts},
    items::{FactorItems, MadeCodes, MakeCodes, PasskeyItems, PendingApp},
    prove::{AppForm, RecoveryForm},
    webauthn::{Act, ask},
};

/// A factor or a passkey of one's own.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Item {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) about: String,
}

/// What guards an account.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Guards {
    pub(crate) apps_on: bool,
    pub(crate) keys_on: bool,
    pub(crate) passkeys_on: bool,
    pub(crate) factors: Vec<Item>,
    /// How many recovery codes are left; nothing if none were made.
    pub(crate) recovery: Option<usize>,
    pub(crate) passkeys: Vec<Item>,
}

/// What may prove who somebody is, once their password was right: id and name of each.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Proofs {
    pub(crate) apps: Vec<(String, String)>,
    pub(crate) keys: Vec<(String, String)>,
    pub(crate) recovery: bool,
}
