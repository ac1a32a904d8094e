//! Exporting the drawing from the window: the ending of the file's name says as what.

use std::path::Path;

use crate::export;
use crate::graph::Flow;
use crate::model::Model;
use crate::scene::{self, DrawOptions};
use crate::store::{self, Files};

/// How many pixels a unit of the drawing has in a PNG.
const SCALE: f32 = 2.0;

/// Writes the drawing of a model to a file.
///
/// # Errors
/// With a sentence that says what went wrong; the file is as it was.
pub fn export_picture(
    files: &dyn Files,
    path: &Path,
    model: &Model,
    options: &DrawOptions,
) -> Result<(), String> {
    let (scene, _) = scene::picture(model, &Flow::of(model), options);
    let ending = path
        .extension()
        .map(|ending| ending.to_string_lossy().to_lowercase())
        .unwrap_or_default();
    let bytes = match ending.as_str() {
        "svg" => export::svg(&scene).into_bytes(),
        "png" => export::png(&scene, SCALE).map_err(|error| error.to_string())?,
        "pdf" => export::pdf(&scene).map_err(|error| error.to_string())?,
        _ => return Err("The name must end in .svg, .png or .pdf.".to_owned()),
    };
    store::save_bytes(files, path, &bytes)
        .map(|_state| ())
        .map_err(|error| error.to_string())
}
