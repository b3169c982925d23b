//! What maaltal makes of synthetic extracts that are written for the purpose, a module a promise.
//!
//! Neither maaltal nor maaltal-synth builds the other: these tests run the binaries of both, as `cargo test --workspace`
//! builds them.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that can't go on has failed")]

mod faults_are_all_found;
mod figures_do_not_hang_on_a_seed;
mod jobs_fit_their_memory;
mod support;
