//! The thin binary: parse, run, exit.

use std::process::ExitCode;

fn main() -> ExitCode {
    maaltal::cli::main()
}
