//! Signing in by providers elsewhere: OpenID Connect and OAuth 2.

mod apple;
mod callback;
mod client;
mod consent;
mod definition;
pub(crate) mod exchange;
mod flow;
pub(crate) mod http;
mod id_token;
mod identities;
mod linking;
mod metadata;
mod native;
mod presets;
mod profile;
mod store;
mod trial;

pub(crate) use self::metadata::Online;
pub use self::{
    callback::Returned,
    consent::PendingLink,
    definition::{Apple, Attributes, Provider, ProviderKind},
    flow::{Authorize, Away},
    http::check_url,
    native::IdTokenGrant,
    presets::{PRESETS, Preset},
    store::{Listed, SignInChoice},
    trial::Step,
};
