//! The REST API through the whole router, on both engines: the same request, the same status, the same bytes.

mod embeds;
mod errors;
mod hostile;
mod keys;
mod reads;
mod support;
mod writes;
