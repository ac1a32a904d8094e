//! All tests that need no window, in one binary.

#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "tests unwrap, and print what they measure or skip"
)]

mod build;
#[path = "../cases/mod.rs"]
mod cases;
mod check;
mod cli;
mod clipboard;
mod disk;
mod edit;
mod engine;
mod examples;
mod export;
mod express;
mod faults;
mod flow;
mod fold;
#[path = "../fonts/mod.rs"]
mod fonts;
mod generate;
mod gestures;
mod jobs;
mod journal;
mod layering;
mod layout;
mod live;
mod load;
mod oracles;
mod patterns;
mod quick;
#[path = "../random/mod.rs"]
mod random;
mod records;
mod room;
mod saving;
mod scene;
mod scripts;
mod spoken;
mod store;
mod study;
mod templates;
mod tidy;
mod tokens;
mod truth;
