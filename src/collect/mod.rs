//! Reads sources into tables.
