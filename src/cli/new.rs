//! `new`: a model out of a line of text, or of a template.

use std::path::Path;

use crate::model::Model;
use crate::quick::new_model;
use crate::store::{DiskFiles, Files, save, write};

use super::arguments::NewArguments;
use super::{Exit, Failure, Streams, input};

pub fn run(arguments: &NewArguments, streams: &mut Streams<'_>) -> Result<Exit, Failure> {
    let model = match (arguments.template, &arguments.text) {
        (Some(template), _) => {
            let mut model = template.model();
            if let Some(name) = &arguments.name {
                model.name.clone_from(name);
            }
            model
        }
        (None, text) => model_of_text(arguments, text.as_deref().unwrap_or("-"), streams)?,
    };
    let path = &arguments.output;
    if path == Path::new("-") {
        streams.print(&write(&model))?;
        return Ok(Exit::Fine);
    }
    let failed = |message: String| Failure {
        exit: Exit::InputOutput,
        message,
    };
    if !arguments.force {
        let shown = path.display();
        let there = DiskFiles
            .state(path)
            .map_err(|error| failed(format!("{shown} cannot be written: {error}")))?;
        if there.is_some() {
            return Err(failed(format!(
                "{shown} is there already; give another name, or --force to write over it"
            )));
        }
    }
    save(&DiskFiles, path, &model).map_err(|error| failed(error.to_string()))?;
    Ok(Exit::Fine)
}

fn model_of_text(
    arguments: &NewArguments,
    text: &str,
    streams: &mut Streams<'_>,
) -> Result<Model, Failure> {
    let text = if text == "-" {
        let bytes = input::bytes(Path::new("-"), streams)?;
        String::from_utf8(bytes).map_err(|_rejected| Failure {
            exit: Exit::ModelErrors,
            message: "standard input is no text in UTF-8".to_owned(),
        })?
    } else {
        text.to_owned()
    };
    let name = match &arguments.name {
        Some(name) => name.clone(),
        None => name_of_file(&arguments.output),
    };
    new_model(&text, &name).map_err(|error| {
        let mut message = format!("{error}\n{}", error.shown_in(&text));
        if let Some(hint) = &error.hint {
            message.push_str(&format!("\n{hint}"));
        }
        Failure {
            exit: Exit::ModelErrors,
            message,
        }
    })
}

/// `global-premiere.ron` is called `Global premiere`; what has no name of its own, nothing.
fn name_of_file(path: &Path) -> String {
    let stem = path.file_stem().and_then(|stem| stem.to_str());
    let words = stem.filter(|stem| *stem != "-").unwrap_or_default();
    let words = words.replace(['-', '_'], " ");
    let mut letters = words.trim().chars();
    letters
        .next()
        .map(|first| first.to_uppercase().chain(letters).collect())
        .unwrap_or_default()
}
