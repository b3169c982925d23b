//! What the fuzz targets share. With the feature `pull` the rooms of the product below the engine are modules here, as
//! they stand in `src/`: so the pull is built with the coverage of the fuzzer, and no DataFusion with it.

mod panics;
pub mod protected;

#[cfg(feature = "pull")]
#[path = "../../tests/it/support/contract_text.rs"]
#[allow(dead_code)]
mod contract_text;
#[cfg(feature = "pull")]
#[allow(dead_code, unused_imports)]
mod observe;
#[cfg(feature = "pull")]
#[path = "../../tests/it/support/parquet_files.rs"]
#[allow(dead_code)]
mod parquet_files;
#[cfg(feature = "pull")]
#[path = "../../src/pull/mod.rs"]
#[allow(dead_code, unused_imports)]
mod pull;
#[cfg(feature = "pull")]
pub mod samples;
pub mod seeds;
#[cfg(feature = "pull")]
pub mod sources;
#[cfg(feature = "pull")]
#[path = "../../src/store/mod.rs"]
#[allow(dead_code, unused_imports)]
mod store;
#[cfg(feature = "pull")]
#[path = "../../tests/it/support/workbooks.rs"]
#[allow(dead_code)]
mod workbooks;

#[cfg(feature = "pull")]
use maaltal_definition as definition;
#[cfg(feature = "pull")]
use maaltal_definition::problem;

pub use panics::watch;
