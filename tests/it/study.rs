//! Tests of study.
