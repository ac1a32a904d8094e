//! Validation of a Model into Problems.
