//! The engine's tests: every one on both engines unless it is about one of them. One binary, so that it links once.

mod database;
