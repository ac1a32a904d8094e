//! Tests of export.

use std::path::PathBuf;

use anabranch::export;
use anabranch::scene::{Scene, Theme};

use crate::scene::drawing;

/// Where pictures are left to be looked at.
fn pictures() -> PathBuf {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("pictures");
    std::fs::create_dir_all(&folder).unwrap();
    folder
}

#[expect(
    clippy::disallowed_methods,
    reason = "a picture to look at; half a file does no harm"
)]
fn keep(name: &str, bytes: &[u8]) -> PathBuf {
    let path = pictures().join(name);
    std::fs::write(&path, bytes).unwrap();
    path
}

fn keep_all(name: &str, scene: &Scene) {
    keep(&format!("{name}.png"), &export::png(scene, 1.5).unwrap());
    keep(&format!("{name}.svg"), export::svg(scene).as_bytes());
    keep(&format!("{name}.pdf"), &export::pdf(scene).unwrap());
}

#[test]
fn a_drawing_is_written_in_all_themes_and_formats() {
    for theme in Theme::ALL {
        keep_all(&format!("series-{}", theme.name()), &drawing(theme));
    }
}
