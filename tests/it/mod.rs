//! Tests of the program as a user meets it, and of the files that come with it.

mod generator;
