//! The program. No subcommand opens the window; the rest is `cli`.

use std::io::{self, IsTerminal, Write};
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
        Request::Window(file) => {
            let file =
                file.map_or_else(|| "MODEL.ron".to_owned(), |file| file.display().to_string());
            // When this cannot be written, the exit code still says it.
            let _unwritable = writeln!(
                io::stderr(),
                "This build has no window. To see the figures, run: anabranch simulate {file}"
            );
            Exit::InputOutput.into()
        }
    }
}
