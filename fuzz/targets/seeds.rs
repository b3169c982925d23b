//! Writes the seeds of all targets into `corpus/`, and ends: `cargo fuzz run seeds`.
#![no_main]

libfuzzer_sys::fuzz_target!(
    init: maaltal_fuzz::seeds::write_and_end(),
    |_data: &[u8]| ()
);
