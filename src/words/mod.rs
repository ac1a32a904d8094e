//! Findings and Problems as sentences; numbers with unit and clock.
