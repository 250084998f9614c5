//! Differences that were found, and are none any more.
