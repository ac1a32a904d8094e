//! Tests of layering.
