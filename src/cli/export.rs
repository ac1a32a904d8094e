//! `export`: the drawing as a file.

use std::path::Path;

use crate::export::{pdf, png, svg};
use crate::graph::Flow;
use crate::scene::{DrawOptions, Fonts, missing_letters, picture};
use crate::store::{DiskFiles, save_bytes};
use crate::words::problem_line;

use super::arguments::{ExportArguments, Format};
use super::{Exit, Failure, Streams, input};

pub fn run(arguments: &ExportArguments, streams: &mut Streams<'_>) -> Result<Exit, Failure> {
    let format = format_of(arguments)?;
    let input = input::model(&arguments.model, streams)?;
    let input = input::with_scenario(input, arguments.scenario)?;
    for problem in &input.problems {
        streams.complain(&problem_line(problem))?;
    }
    let fonts = Fonts::system();
    for problem in missing_letters(&input.model, &fonts) {
        streams.complain(&problem_line(&problem))?;
    }
    let options = DrawOptions {
        theme: arguments.theme,
        fonts,
        ..DrawOptions::default()
    };
    let (scene, _) = picture(&input.model, &Flow::of(&input.model), &options);
    let bytes = match format {
        Format::Svg => svg(&scene).into_bytes(),
        Format::Png => png(&scene, arguments.scale).map_err(|error| Failure {
            exit: Exit::Usage,
            message: error.to_string(),
        })?,
        Format::Pdf => pdf(&scene).map_err(|error| Failure {
            exit: Exit::InputOutput,
            message: error.to_string(),
        })?,
    };
    if arguments.output == Path::new("-") {
        streams.print_bytes(&bytes)?;
    } else {
        save_bytes(&DiskFiles, &arguments.output, &bytes).map_err(|error| Failure {
            exit: Exit::InputOutput,
            message: error.to_string(),
        })?;
    }
    Ok(Exit::Fine)
}

/// The format that was asked for, else that of the file's name.
fn format_of(arguments: &ExportArguments) -> Result<Format, Failure> {
    let of_name = || {
        let extension = arguments.output.extension()?.to_str()?;
        Format::of_extension(extension)
    };
    arguments.format.or_else(of_name).ok_or_else(|| {
        Failure::usage(format!(
            "the name {} does not say what to make; let it end in .svg, .png or .pdf, or give \
             --format",
            arguments.output.display()
        ))
    })
}
