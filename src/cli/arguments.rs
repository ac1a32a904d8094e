//! What can be written on the command line.

use std::num::NonZeroUsize;
use std::path::PathBuf;

use clap::builder::{PossibleValuesParser, TypedValueParser};
use clap::{Args, Parser, Subcommand, ValueEnum, ValueHint};
use clap_complete::Shell;

use crate::model::{ElapsedTime, ScenarioId, Share, StreamId, TextError};
use crate::scene::{ColourBy, Theme};
use crate::templates::{TEMPLATES, Template};

/// Draw a content-to-consumer value stream, simulate it, and see where its lead time goes.
#[derive(Debug, Parser)]
#[command(
    name = "anabranch",
    version,
    args_conflicts_with_subcommands = true,
    after_help = "Without a command the window opens.\n\
        Exit codes: 0 fine, 1 the model has errors, 2 usage, 3 input or output."
)]
pub struct Arguments {
    /// A model to open in the window
    #[arg(value_hint = ValueHint::FilePath)]
    pub file: Option<PathBuf>,
    /// What to do without a window
    #[command(subcommand)]
    pub command: Option<Command>,
}

/// What can be done without a window.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Say what is wrong or doubtful in a model
    Check(CheckArguments),
    /// Simulate a model and print its figures
    Simulate(SimulateArguments),
    /// Write the drawing as SVG, PNG or PDF
    Export(ExportArguments),
    /// Make a model out of a line of text, for instance "Script 3d @Writers > Edit 5d @Post"
    New(NewArguments),
    /// Print the drawing as a line of text, as `new` reads it
    Text(TextArguments),
    /// Print a script that lets a shell complete our command lines
    Completions(CompletionsArguments),
    /// Print the man page
    Man,
}

/// Arguments of `check`.
#[derive(Debug, Args)]
pub struct CheckArguments {
    /// The model; - is standard input
    #[arg(value_hint = ValueHint::FilePath)]
    pub model: PathBuf,
    /// Print JSON (docs/json.md)
    #[arg(long)]
    pub json: bool,
}

/// Arguments of `simulate`.
#[derive(Debug, Args)]
pub struct SimulateArguments {
    /// The model; - is standard input
    #[arg(value_hint = ValueHint::FilePath)]
    pub model: PathBuf,
    /// Simulate this scenario instead of the baseline
    #[arg(long, value_name = "ID", value_parser = scenario)]
    pub scenario: Option<ScenarioId>,
    /// Show this stream's figures; the first when left out
    #[arg(long, value_name = "ID", value_parser = stream)]
    pub stream: Option<StreamId>,
    /// Where all luck comes from; the model's seed when left out
    #[arg(long, value_name = "N")]
    pub seed: Option<u64>,
    /// Make exactly so many replications
    #[arg(long, value_name = "N", conflicts_with = "precision",
        value_parser = clap::value_parser!(u32).range(1..))]
    pub replications: Option<u32>,
    /// Make replications until the mean lead time's 95 % interval is within this share of the mean
    #[arg(long, value_name = "SHARE", value_parser = precision)]
    pub precision: Option<Share>,
    /// Take items in for so long, for instance 365d
    #[arg(long, value_name = "TIME", value_parser = horizon)]
    pub horizon: Option<ElapsedTime>,
    /// Measure nothing for so long at the beginning; found automatically when left out
    #[arg(long = "warmup", value_name = "TIME", value_parser = time)]
    pub warm_up: Option<ElapsedTime>,
    /// Run on so many threads; they change no figure
    #[arg(long, value_name = "N")]
    pub threads: Option<NonZeroUsize>,
    /// Say too how much the mean lead time falls per 10 % less of each stage and handoff; runs each
    /// once more
    #[arg(long)]
    pub leverage: bool,
    /// Write every visit (.csv) or an event log (.xes) of the replications counted; may be given
    /// more than once (docs/records.md)
    #[arg(long, value_name = "FILE")]
    pub records: Vec<PathBuf>,
    /// Print JSON (docs/json.md)
    #[arg(long)]
    pub json: bool,
}

/// Arguments of `export`.
#[derive(Debug, Args)]
pub struct ExportArguments {
    /// The model; - is standard input
    #[arg(value_hint = ValueHint::FilePath)]
    pub model: PathBuf,
    /// The file to write, ending in .svg, .png or .pdf; - is standard output
    #[arg(short, long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub output: PathBuf,
    /// What to make, when the file's name does not say it
    #[arg(long)]
    pub format: Option<Format>,
    /// Draw this scenario instead of the baseline
    #[arg(long, value_name = "ID", value_parser = scenario)]
    pub scenario: Option<ScenarioId>,
    /// Pixels to a unit of the drawing, for PNG
    #[arg(long, value_name = "FACTOR", default_value_t = 2.0)]
    pub scale: f32,
    /// Draw the ladder of the first stream below: waits and work of the classic map, without queues
    #[arg(long)]
    pub ladder: bool,
    /// The colours
    #[arg(long, value_name = "THEME", default_value = "light", value_parser = themes())]
    pub theme: Theme,
    /// What the colours of cards stand for
    #[arg(long, value_name = "WHAT", default_value = "team", value_parser = colour_by())]
    pub colour_by: ColourBy,
    /// Simulate first, and colour stages and handoffs by their share of the lead time
    #[arg(long)]
    pub heat: bool,
}

/// Arguments of `new`.
#[derive(Debug, Args)]
pub struct NewArguments {
    /// The stages and what leads from one to the next (docs/quick-entry.md); - is standard input
    #[arg(required_unless_present = "template")]
    pub text: Option<String>,
    /// Begin with a template instead
    #[arg(long, value_name = "NAME", conflicts_with = "text", value_parser = template())]
    pub template: Option<&'static Template>,
    /// The file to write; - is standard output
    #[arg(short, long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub output: PathBuf,
    /// What the model is called; the name of the file when left out
    #[arg(long)]
    pub name: Option<String>,
    /// Write over a file that is there
    #[arg(long)]
    pub force: bool,
}

/// Arguments of `text`.
#[derive(Debug, Args)]
pub struct TextArguments {
    /// The model; - is standard input
    #[arg(value_hint = ValueHint::FilePath)]
    pub model: PathBuf,
    /// Say this scenario instead of the baseline
    #[arg(long, value_name = "ID", value_parser = scenario)]
    pub scenario: Option<ScenarioId>,
}

/// Arguments of `completions`.
#[derive(Debug, Args)]
pub struct CompletionsArguments {
    /// The shell
    pub shell: Shell,
}

/// What a drawing can be written as.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// Vectors, for the web and for drawing programs
    Svg,
    /// Pixels
    Png,
    /// Vectors, for print and slides
    Pdf,
}

impl Format {
    /// Returns the format that files with this extension have.
    pub fn of_extension(extension: &str) -> Option<Self> {
        Self::from_str(extension, true).ok()
    }
}

fn themes() -> impl TypedValueParser<Value = Theme> {
    PossibleValuesParser::new(Theme::ALL.map(Theme::name))
        .map(|name| Theme::from_name(&name).expect("it is the name of one of them"))
}

fn colour_by() -> impl TypedValueParser<Value = ColourBy> {
    PossibleValuesParser::new(ColourBy::ALL.map(ColourBy::name))
        .map(|name| ColourBy::from_name(&name).expect("it is the name of one of them"))
}

fn template() -> impl TypedValueParser<Value = &'static Template> {
    PossibleValuesParser::new(TEMPLATES.iter().map(|template| template.name))
        .map(|name| Template::find(&name).expect("it is the name of one of them"))
}

fn with_hint(error: &TextError) -> String {
    match &error.hint {
        Some(hint) => format!("{} ({hint})", error.message),
        None => error.message.clone(),
    }
}

fn time(text: &str) -> Result<ElapsedTime, String> {
    text.parse().map_err(|error| with_hint(&error))
}

fn horizon(text: &str) -> Result<ElapsedTime, String> {
    match time(text)? {
        ElapsedTime::ZERO => Err("the horizon must be longer than 0".to_owned()),
        horizon => Ok(horizon),
    }
}

fn precision(text: &str) -> Result<Share, String> {
    match Share::parse(text).map_err(|error| with_hint(&error))? {
        Share::NONE => Err("no number of replications reaches a precision of 0".to_owned()),
        share => Ok(share),
    }
}

fn scenario(text: &str) -> Result<ScenarioId, String> {
    ScenarioId::new(text).map_err(|error| error.to_string())
}

fn stream(text: &str) -> Result<StreamId, String> {
    StreamId::new(text).map_err(|error| error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn the_definitions_are_sound() {
        Arguments::command().debug_assert();
    }

    #[test]
    fn a_file_alone_is_for_the_window() {
        let arguments = Arguments::try_parse_from(["anabranch", "model.ron"]).unwrap();
        assert_eq!(arguments.file, Some(PathBuf::from("model.ron")));
        assert!(arguments.command.is_none());
    }

    #[test]
    fn times_and_shares_say_what_they_should_be() {
        let refused = |arguments: &[&str]| {
            let all = ["anabranch", "simulate", "m.ron"].iter().chain(arguments);
            Arguments::try_parse_from(all).unwrap_err().to_string()
        };
        assert!(refused(&["--horizon", "3x"]).contains("no unit of time"));
        assert!(refused(&["--horizon", "0"]).contains("longer than 0"));
        assert!(refused(&["--precision", "2"]).contains("between 0% and 100%"));
        assert!(refused(&["--precision", "0"]).contains("precision of 0"));
        assert!(refused(&["--replications", "0"]).contains("0 is not in 1.."));
        assert!(refused(&["--precision", "1%", "--replications", "9"]).contains("cannot be used"));
    }
}
