//! The program. No subcommand opens the window; the rest is `cli`.

fn main() {}
