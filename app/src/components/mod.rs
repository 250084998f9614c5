//! The parts that pages are made of.

mod copy;
mod disclosure;
mod error_page;
pub(crate) mod expression;
mod field;
mod form;
mod frame;
mod icon;
mod load;
mod notice;
mod page;
mod pagination;
mod raw_text;
mod shortcut;
mod toolbar;

pub(crate) use self::frame::Logo;
pub use self::{
    copy::CopyButton,
    error_page::{ErrorPage, NotFound},
    field::{CheckField, Field, SelectField},
    form::{ErrorSummary, form_error},
    frame::{Frame, FrameData, use_frame},
    icon::{Icon, IconSprite},
    load::{PageData, loaded, page_data, page_query},
    notice::{Failure, Notice},
    page::{Empty, PageHead},
    pagination::Pagination,
    raw_text::{area_text, title_text},
    shortcut::Palette,
    toolbar::{Choice, SearchInput, Toolbar},
};
