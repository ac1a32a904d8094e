//! Runs for a purpose: warm-up, precision, first numbers then more.
