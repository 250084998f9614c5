//! What SQL our typed forms become.
