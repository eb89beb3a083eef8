//! The one integration binary: polars and burn link slowly.

#[path = "../examples/generate/tables/mod.rs"]
mod tables;

mod it;
