//! Random systems: protected, the attacker passes, nothing is changed, and twice hides nothing more.
#![no_main]

use arbitrary::Unstructured;
use maaltal_fuzz::protected::Given;

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    if let Ok(given) = Given::drawn(&mut Unstructured::new(data)) {
        given.hold();
    }
});
