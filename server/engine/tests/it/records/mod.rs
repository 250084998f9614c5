//! Records: the same request gives the same bytes on both engines.

mod bridge;
mod library;
mod read;
mod write;
