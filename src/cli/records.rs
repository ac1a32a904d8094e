//! `simulate --records`: the records of a study as files.

use std::fs::File;
use std::io::{BufWriter, Error};
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;

use crate::export::{CaseWriter, CsvLog, Log, XesLog};
use crate::model::Model;
use crate::study::{Study, StudyControl, record};

use super::{Exit, Failure};

/// What records can be written as.
#[derive(Clone, Copy)]
enum Kind {
    Csv,
    Xes,
}

/// Writes the records of a study to files, each all or not at all.
///
/// # Errors
/// When a name does not say what to write, or something cannot be written.
pub fn write(model: &Model, study: &Study, paths: &[PathBuf]) -> Result<(), Failure> {
    if paths.is_empty() {
        return Ok(());
    }
    let mut files = Vec::new();
    let mut writers: Vec<Box<dyn CaseWriter>> = Vec::new();
    for path in paths {
        let kind = kind_of(path)?;
        let beside = beside(path).map_err(|error| unwritable(path, &error))?;
        let to = beside
            .reopen()
            .map_err(|error| unwritable(path, &error))
            .map(BufWriter::<File>::new)?;
        writers.push(match kind {
            Kind::Csv => Box::new(CsvLog::new(to)),
            Kind::Xes => Box::new(XesLog::new(to, &model.name)),
        });
        files.push((path, beside));
    }
    let mut log = Log::new(model, writers);
    record(model, study, &StudyControl::new(), &mut log).map_err(|error| Failure {
        exit: Exit::ModelErrors,
        message: error.to_string(),
    })?;
    log.finish()
        .map_err(|error| unwritable(&paths[0], &error))?;
    for (path, beside) in files {
        let saved = beside.as_file().sync_all();
        saved.map_err(|error| unwritable(path, &error))?;
        let kept = beside.persist(path);
        kept.map_err(|error| unwritable(path, &error.error))?;
    }
    Ok(())
}

fn kind_of(path: &Path) -> Result<Kind, Failure> {
    let extension = path.extension().and_then(|extension| extension.to_str());
    match extension.map(str::to_lowercase).as_deref() {
        Some("csv") => Ok(Kind::Csv),
        Some("xes") => Ok(Kind::Xes),
        _ => Err(Failure::usage(format!(
            "the name {} does not say what records to write; let it end in .csv or .xes",
            path.display()
        ))),
    }
}

/// A new file in the folder of another, which it is to replace.
fn beside(path: &Path) -> Result<NamedTempFile, Error> {
    let folder = path.parent().filter(|folder| *folder != Path::new(""));
    let mut builder = tempfile::Builder::new();
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        // As any new file, not the private one that a temporary file is.
        builder.permissions(std::fs::Permissions::from_mode(0o666));
    }
    builder
        .prefix(".anabranch-")
        .tempfile_in(folder.unwrap_or(Path::new(".")))
}

fn unwritable(path: &Path, error: &Error) -> Failure {
    Failure {
        exit: Exit::InputOutput,
        message: format!("{} cannot be written: {error}", path.display()),
    }
}
