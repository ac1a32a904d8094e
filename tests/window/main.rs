//! All tests of the window, in one binary; they need `--features window-tests`.
//!
//! Most drive the real window code without a screen. Those in `real` open the program under X and
//! those in `pictures` need Vulkan; they say so and are skipped where that is missing, and fail
//! instead when `ANABRANCH_CI` is set.

#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "tests unwrap, and print what they measure or skip"
)]

mod access;
mod arrange;
mod canvas;
mod capture;
mod clipboard;
mod dialogs;
mod draw;
mod drive;
mod files;
mod find;
mod focus;
#[path = "../fonts/mod.rs"]
mod fonts;
mod heat;
mod kill;
mod mount;
mod outline;
mod patterns;
mod pictures;
#[path = "../random/mod.rs"]
mod random;
mod real;
mod real_kill;
mod recover;
mod relax;
mod settings;
mod several;
mod table;
mod text;
mod theirs;
mod tidy;
mod understood;
mod workshop;
