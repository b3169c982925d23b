//! Which panics are a finding.

use std::panic;

/// Readers of other libraries panic over damaged files, which the pull catches and calls the extract damaged. A panic in
/// the project's own code is caught there too, and is a finding: so it ends the process here before it is caught. Those of
/// others end it where nothing catches them.
pub fn watch() {
    // libFuzzer's own, which ends the process.
    let end = panic::take_hook();
    panic::set_hook(Box::new(move |told| {
        let is_of_others = told.location().is_some_and(|place| place.file().contains("/registry/src/"));
        if !is_of_others {
            end(told);
        } else if std::env::var_os("MAALTAL_FUZZ_LOUD").is_some() {
            eprintln!("{told}");
        }
    }));
}
