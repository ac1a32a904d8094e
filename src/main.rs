//! The program. No subcommand opens the window; the rest is `cli`.

use std::io::{self, IsTerminal, Write};
use std::path::Path;
use std::process::ExitCode;

use anabranch::cli::{self, Exit, Request, Streams};

fn main() -> ExitCode {
    let request = cli::parse(std::env::args_os()).unwrap_or_else(|error| error.exit());
    match request {
        Request::Command(command) => {
            let mut errors = io::stderr();
            let shows_progress = errors.is_terminal();
            cli::run(
                &command,
                &mut Streams {
                    input: &mut io::stdin().lock(),
                    output: &mut io::BufWriter::new(io::stdout().lock()),
                    errors: &mut errors,
                    shows_progress,
                },
            )
            .into()
        }
        Request::Window(file) => open_window(file.as_deref()),
    }
}

#[cfg(feature = "gui")]
fn open_window(file: Option<&Path>) -> ExitCode {
    match anabranch::app::run(file) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => say(&error.to_string()),
    }
}

#[cfg(not(feature = "gui"))]
fn open_window(file: Option<&Path>) -> ExitCode {
    let file = file.map_or_else(|| "MODEL.ron".to_owned(), |file| file.display().to_string());
    say(&format!(
        "this build has no window; to see the figures, run `anabranch simulate {file}`"
    ))
}

/// Says why there is no window.
fn say(sentence: &str) -> ExitCode {
    // When this cannot be written, the exit code still says it.
    let _unwritable = writeln!(io::stderr(), "anabranch: {sentence}");
    Exit::InputOutput.into()
}
