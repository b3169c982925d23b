//! Files of the format `toml`: see `sources.rs` for their contracts, and for what has to hold.
#![no_main]

libfuzzer_sys::fuzz_target!(init: maaltal_fuzz::watch(), |data: &[u8]| maaltal_fuzz::sources::TOML.hold(data));
