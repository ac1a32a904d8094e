//! Tests of truth.
