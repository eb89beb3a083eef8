//! Sources that are fetched as a whole before they are read: from web servers and object stores.
//!
//! `ureq` and `rusty-s3` fetch; the cloud readers of polars would bring their own readers of CSV, which has rules of its own
//! here.

mod answer;
mod aws;
mod fetch;
mod keys;
mod object;
mod roots;
mod surplus;

pub(super) use fetch::{Fetched, fetch};
pub(super) use object::{Object, fetch_object, list};
pub(super) use roots::system_roots;
