//! What the pages' server functions share.

mod factors;
mod next;
mod refusal;
mod session;
mod shown;

pub(super) use self::{
    factors::{answer_app, answer_key, ask_key, factors},
    next::{after_mail, confirm_page, go, next, next_of},
    refusal::{check_captcha, refused, refused_link},
    session::{COOKIE, SECURE_COOKIE, VERIFIER, admit, client, current, host, leave, signed_in, surely_signed_in, verifier},
    shown::{brand, captcha, provider_title},
};
pub(super) use crate::pages::factors::proof::{id, signed_by_key};
