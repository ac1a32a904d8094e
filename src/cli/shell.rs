//! `completions` and `man`: what a shell and `man` want to know, from the definitions of the
//! arguments.

use std::io;

use clap::CommandFactory;
use clap_mangen::Man;

use super::arguments::{Arguments, CompletionsArguments};
use super::{Exit, Failure, Streams};

/// Prints a script for a shell.
pub fn completions(
    arguments: &CompletionsArguments,
    streams: &mut Streams<'_>,
) -> Result<Exit, Failure> {
    let mut command = Arguments::command();
    let name = command.get_name().to_owned();
    let mut script = Vec::new();
    clap_complete::generate(arguments.shell, &mut command, name, &mut script);
    streams.print_bytes(&script)?;
    Ok(Exit::Fine)
}

/// Prints the man page.
pub fn man(streams: &mut Streams<'_>) -> Result<Exit, Failure> {
    let page = page().map_err(|error| Failure::unwritable("the man page", &error))?;
    streams.print_bytes(&page)?;
    Ok(Exit::Fine)
}

/// One page with every command and its options, where `clap_mangen` makes a page for each.
fn page() -> io::Result<Vec<u8>> {
    let mut command = Arguments::command().disable_help_subcommand(true);
    command.build();
    let program = Man::new(command.clone()).manual("Anabranch");
    let mut page = Vec::new();
    program.render_title(&mut page)?;
    program.render_name_section(&mut page)?;
    program.render_synopsis_section(&mut page)?;
    program.render_description_section(&mut page)?;
    program.render_options_section(&mut page)?;
    for command in command.get_subcommands() {
        let name = command.get_bin_name().unwrap_or(command.get_name());
        let heading = format!(".SH \"{}\"\n", name.to_uppercase());
        let man = Man::new(command.clone());
        page.extend(heading.into_bytes());
        page.extend(inside(|section| man.render_description_section(section))?);
        page.extend(b".PP\n");
        page.extend(inside(|section| man.render_synopsis_section(section))?);
        page.extend(inside(|section| man.render_options_section(section))?);
    }
    if let Some(codes) = command.get_after_help() {
        page.extend(format!(".SH \"EXIT CODES\"\n{codes}\n").into_bytes());
    }
    Ok(page)
}

/// What stands in a section, without its heading and what comes before that.
fn inside(render: impl FnOnce(&mut Vec<u8>) -> io::Result<()>) -> io::Result<Vec<u8>> {
    let mut section = Vec::new();
    render(&mut section)?;
    let mut lines = section.split_inclusive(|&byte| byte == b'\n');
    let heading = lines.find(|line| line.starts_with(b".SH "));
    Ok(match heading {
        Some(_) => lines.flatten().copied().collect(),
        None => Vec::new(),
    })
}
