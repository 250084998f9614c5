//! Records: the same request gives the same bytes on both engines.

mod alike;
mod library;
mod read;
mod states;
mod trial;
mod write;
