//! `export`: the drawing as a file.

use std::path::Path;
use std::sync::Arc;

use crate::analysis::{Ladder, Load};
use crate::check::{check, has_errors};
use crate::export::{pdf, png, svg};
use crate::graph::Flow;
use crate::model::Model;
use crate::scene::{DrawOptions, Fonts, Heat, Scene, chart, missing_letters, picture};
use crate::store::{DiskFiles, save_bytes};
use crate::study::StudyOptions;
use crate::words::{self, heat_remark, problem_line};

use super::arguments::{ExportArguments, Format};
use super::{Exit, Failure, Streams, input, simulate};

/// Between the drawing and the ladder.
const LADDER_GAP: f32 = 32.0;

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
    let mut options = DrawOptions {
        theme: arguments.theme,
        colour_by: arguments.colour_by,
        has_legend: true,
        fonts,
        ..DrawOptions::default()
    };
    if arguments.heat {
        let (heat, remark) = heat(&input.model, streams)?;
        options.heat = Some(Arc::new(heat));
        options.heat_remark = remark;
    }
    let flow = Flow::of(&input.model);
    let (mut scene, _) = picture(&input.model, &flow, &options);
    if arguments.ladder {
        scene = with_ladder(&scene, &input.model, &flow, &options)?;
    }
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

/// Simulates a model. Returns where its time goes, and what the legend says of it.
fn heat(model: &Model, streams: &mut Streams<'_>) -> Result<(Heat, String), Failure> {
    let nothing = |message: &str| Failure {
        exit: Exit::ModelErrors,
        message: message.to_owned(),
    };
    let problems = check(model);
    if has_errors(&problems) {
        for problem in problems.iter().filter(|problem| problem.is_error()) {
            streams.complain(&problem_line(problem))?;
        }
        return Err(nothing("Nothing was simulated, so no picture was made."));
    }
    let study = simulate::study(model, &StudyOptions::default(), streams)?;
    let figures = study.figures.as_ref();
    let heat = figures.and_then(Heat::of).ok_or_else(|| {
        let problems: Vec<String> = study.problems.iter().map(problem_line).collect();
        let all = "There is no mean lead time to take shares of, so no picture was made.";
        nothing(&[problems, vec![all.to_owned()]].concat().join("\n"))
    })?;
    let remark = figures.map(heat_remark).unwrap_or_default();
    Ok((heat, remark))
}

/// The drawing with the ladder of the first stream below it.
fn with_ladder(
    scene: &Scene,
    model: &Model,
    flow: &Flow,
    options: &DrawOptions,
) -> Result<Scene, Failure> {
    let ladder = model
        .streams
        .at(0)
        .and_then(|stream| Ladder::of(model, flow, &Load::of(model, flow), stream.id))
        .ok_or_else(|| Failure {
            exit: Exit::ModelErrors,
            message: "there is no ladder: no item finds a way through".to_owned(),
        })?;
    let chart = chart::LadderChart::from(words::ladder(model, &ladder));
    let width = scene.bounds.width();
    let ladder = chart::ladder(&chart, width, options.theme, &options.fonts);
    Ok(scene.above(&ladder, LADDER_GAP))
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
