//! The command line: arguments, printed text, exit codes.
//!
//! [`parse`] says what is asked for; [`run`] does what needs no window. Text for people by default,
//! JSON for programs (`docs/json.md`), progress on standard error when that is a terminal.

mod arguments;
mod check;
mod export;
mod input;
mod json;
mod new;
mod progress;
mod records;
mod report;
mod shell;
mod simulate;
mod text;
mod to_text;

use std::ffi::OsString;
use std::fmt::Display;
use std::io::{self, Read, Write};
use std::path::PathBuf;

use clap::Parser;

pub use arguments::{
    Arguments, CheckArguments, Command, CompletionsArguments, ExportArguments, Format,
    NewArguments, SimulateArguments, TextArguments,
};

/// How the program ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exit {
    /// What was asked for is done.
    Fine = 0,
    /// The model has errors.
    ModelErrors = 1,
    /// What was asked for makes no sense.
    Usage = 2,
    /// Something could not be read or written.
    InputOutput = 3,
}

impl From<Exit> for std::process::ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit as u8)
    }
}

/// What is asked for.
#[derive(Debug)]
pub enum Request {
    /// The window, maybe with a file.
    Window(Option<PathBuf>),
    /// Something that needs no window, for [`run`].
    Command(Command),
}

/// Reads the command line; the first argument is the program.
///
/// # Errors
/// When it makes no sense, or help or the version is asked for: `clap::Error::exit` prints what
/// there is to say and ends the program with the right code.
pub fn parse(arguments: impl IntoIterator<Item = OsString>) -> Result<Request, clap::Error> {
    let arguments = Arguments::try_parse_from(arguments)?;
    Ok(match arguments.command {
        Some(command) => Request::Command(command),
        None => Request::Window(arguments.file),
    })
}

/// The standard streams, or what stands for them in a test.
pub struct Streams<'a> {
    /// Standard input.
    pub input: &'a mut dyn Read,
    /// Standard output.
    pub output: &'a mut dyn Write,
    /// Standard error.
    pub errors: &'a mut dyn Write,
    /// Whether standard error is a terminal, where progress is shown.
    pub shows_progress: bool,
}

impl Streams<'_> {
    fn print(&mut self, text: &str) -> Result<(), Failure> {
        self.print_bytes(text.as_bytes())
    }

    fn print_bytes(&mut self, bytes: &[u8]) -> Result<(), Failure> {
        let written = self.output.write_all(bytes);
        written
            .and_then(|()| self.output.flush())
            .map_err(|error| Failure::unwritable("the output", &error))
    }

    fn complain(&mut self, line: &str) -> Result<(), Failure> {
        writeln!(self.errors, "{line}")
            .map_err(|error| Failure::unwritable("standard error", &error))
    }
}

/// Why a command ends early: the code, and what is printed on standard error.
struct Failure {
    exit: Exit,
    message: String,
}

impl Failure {
    fn usage(message: String) -> Self {
        Self {
            exit: Exit::Usage,
            message,
        }
    }

    fn unwritable(what: &str, error: &io::Error) -> Self {
        // Whoever reads our output has gone, for instance `head`; there is nobody to tell.
        let is_gone = error.kind() == io::ErrorKind::BrokenPipe;
        Self {
            exit: Exit::InputOutput,
            message: if is_gone {
                String::new()
            } else {
                format!("{what} cannot be written: {error}")
            },
        }
    }

    /// There is no element with this id.
    fn no_such<I: Display>(kind: &str, id: &I, ids: impl Iterator<Item = I>) -> Self {
        let known: Vec<String> = ids.map(|id| id.to_string()).collect();
        Self::usage(if known.is_empty() {
            format!("the model has no {kind} {id}; it has none at all")
        } else {
            format!("the model has no {kind} {id}; it has {}", known.join(", "))
        })
    }
}

/// Does what needs no window.
pub fn run(command: &Command, streams: &mut Streams<'_>) -> Exit {
    let result = match command {
        Command::Check(arguments) => check::run(arguments, streams),
        Command::Simulate(arguments) => simulate::run(arguments, streams),
        Command::Export(arguments) => export::run(arguments, streams),
        Command::New(arguments) => new::run(arguments, streams),
        Command::Text(arguments) => to_text::run(arguments, streams),
        Command::Completions(arguments) => shell::completions(arguments, streams),
        Command::Man => shell::man(streams),
    };
    result.unwrap_or_else(|failure| {
        if !failure.message.is_empty() {
            // When even this cannot be written, the exit code still says it.
            let _unwritable = writeln!(streams.errors, "{}", failure.message);
        }
        failure.exit
    })
}
