//! The examples, part of the program so that they are there without any file.

/// An example that the program can open.
pub struct Example {
    /// Its file's name, without the ending.
    pub name: &'static str,
    /// What it is called.
    pub title: &'static str,
    /// What it shows.
    pub about: &'static str,
    /// The file.
    pub text: &'static str,
}

macro_rules! example {
    ($name:literal, $title:literal, $about:literal) => {
        Example {
            name: $name,
            title: $title,
            about: $about,
            text: include_str!(concat!("../../examples/", $name, ".ron")),
        }
    };
}

/// All of them, in the order of the start screen.
pub const EXAMPLES: &[Example] = &[
    example!(
        "content-approval",
        "Content approval",
        "Three weeks to approve one piece of content, most of them between the teams"
    ),
    example!(
        "segment-complete",
        "Segment complete",
        "Transcoding, metadata and compliance, one after the other only by custom"
    ),
    example!(
        "true-crime-series",
        "True-crime series",
        "From script to subscriber retention, through all six phases"
    ),
    example!(
        "global-premiere",
        "Global premiere",
        "One title, 30 languages, 50 platforms, one date"
    ),
    example!(
        "model-deployment",
        "Model deployment",
        "A recommendation model from data to dashboard"
    ),
    example!(
        "acme-stamping",
        "Acme Stamping",
        "The classic published value stream map"
    ),
];
