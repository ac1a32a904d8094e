//! All tests that need no window, in one binary.

mod build;
mod check;
mod cli;
mod edit;
mod engine;
mod examples;
mod export;
mod flow;
mod generate;
mod layering;
mod layout;
mod scene;
mod store;
mod study;
mod tokens;
mod truth;
