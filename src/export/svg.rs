//! SVG: text as text, each letter in its place, with the letters in use embedded as a font; other
//! scripts as outlines, since a font cut down to some glyphs cannot join and reorder letters.
//!
//! Every letter has its own `x`, so that a program that does not read the embedded font still keeps
//! words inside their boxes.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

use super::{font, frame};
use crate::scene::{
    FAMILY, Item, Path, Point, Rgba, Run, Scene, Segment, Shape, Stroke, Target, Text, Weight,
};

/// Returns the picture as an SVG document.
pub fn svg(scene: &Scene) -> String {
    let frame = frame(scene);
    let mut out = String::new();
    let (width, height) = (Number(frame.width()), Number(frame.height()));
    let _infallible = writeln!(
        out,
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\" \
         viewBox=\"{} {} {width} {height}\" font-family=\"{FAMILY}, Helvetica, Arial, sans-serif\" \
         xml:space=\"preserve\">",
        Number(frame.left()),
        Number(frame.top()),
    );
    if !scene.title.is_empty() {
        let _infallible = writeln!(out, "<title>{}</title>", Escaped(&scene.title));
    }
    fonts(&mut out, scene);
    let _infallible = writeln!(
        out,
        "<rect x=\"{}\" y=\"{}\" width=\"{width}\" height=\"{height}\"{}/>",
        Number(frame.left()),
        Number(frame.top()),
        Paint("fill", Some(scene.background)),
    );
    let mut open = None;
    for item in scene.items() {
        if item.target != open {
            if open.is_some() {
                out.push_str("</g>\n");
            }
            if let Some(target) = item.target {
                group(&mut out, target);
            }
            open = item.target;
        }
        draw(&mut out, item);
    }
    if open.is_some() {
        out.push_str("</g>\n");
    }
    out.push_str("</svg>\n");
    out
}

/// Writes the fonts, each with the glyphs in use.
fn fonts(out: &mut String, scene: &Scene) {
    let mut used: BTreeMap<Weight, BTreeSet<u16>> = BTreeMap::new();
    for item in scene.items() {
        if let Shape::Text(text) = &item.shape {
            for run in text.line.runs.iter().filter(|run| run.is_plain(&text.line)) {
                let glyphs = used.entry(text.line.weight).or_default();
                let of_run = &text.line.glyphs[run.glyphs.clone()];
                glyphs.extend(of_run.iter().map(|glyph| glyph.id));
            }
        }
    }
    if used.is_empty() {
        return;
    }
    out.push_str("<style>\n");
    for (weight, glyphs) in used {
        if let Some(bytes) = font::subset(weight.face(), &glyphs) {
            let _infallible = writeln!(
                out,
                "@font-face{{font-family:{FAMILY};font-weight:{};src:url(data:font/ttf;base64,{})}}",
                weight.css(),
                font::base64(&bytes),
            );
        }
    }
    out.push_str("</style>\n");
}

/// Opens a group that says what it shows, for programs that work on the file.
fn group(out: &mut String, target: Target) {
    let (kind, id) = match target {
        Target::Stage(id) => ("stage", id.to_string()),
        Target::Handoff(id) => ("handoff", id.to_string()),
        Target::Derived(at) => ("derived", at.to_string()),
        Target::Ghost(id) => ("relaxed", id.to_string()),
        Target::Lane(at) => ("lane", at.to_string()),
        Target::Note(id) => ("note", id.to_string()),
        Target::Group(id) => ("group", id.to_string()),
        Target::Team(id) => ("team", id.to_string()),
        Target::Bin(at) => ("bin", at.to_string()),
        Target::Slice { bar, slice } => ("slice", format!("{bar}-{slice}")),
    };
    let _infallible = writeln!(out, "<g data-{kind}=\"{}\">", Escaped(&id));
}

fn draw(out: &mut String, item: &Item) {
    let _infallible = match &item.shape {
        Shape::Rect {
            rect,
            radii: [radius, rest @ ..],
            fill,
            stroke,
        } if rest.iter().all(|other| other == radius) => {
            let radius = radius.min(rect.width() / 2.0).min(rect.height() / 2.0);
            let round = if radius > 0.0 {
                format!(" rx=\"{}\"", Number(radius))
            } else {
                String::new()
            };
            writeln!(
                out,
                "<rect x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\"{round}{}{}/>",
                Number(rect.left()),
                Number(rect.top()),
                Number(rect.width()),
                Number(rect.height()),
                Paint("fill", *fill),
                Line(*stroke),
            )
        }
        Shape::Rect {
            rect,
            radii,
            fill,
            stroke,
        } => path(out, &Path::round_rect(*rect, *radii), *fill, *stroke),
        Shape::Path {
            path: steps,
            fill,
            stroke,
        } => path(out, steps, *fill, *stroke),
        Shape::Text(text) => words(out, text),
    };
}

fn path(
    out: &mut String,
    path: &Path,
    fill: Option<Rgba>,
    stroke: Option<Stroke>,
) -> std::fmt::Result {
    out.push_str("<path d=\"");
    for segment in &path.segments {
        let (letter, points) = match *segment {
            Segment::Move(p) => ('M', vec![p]),
            Segment::Line(p) => ('L', vec![p]),
            Segment::Quad(a, p) => ('Q', vec![a, p]),
            Segment::Cubic(a, b, p) => ('C', vec![a, b, p]),
            Segment::Close => ('Z', vec![]),
        };
        out.push(letter);
        for (n, point) in points.into_iter().enumerate() {
            let blank = if n > 0 { " " } else { "" };
            write!(out, "{blank}{} {}", Number(point.x), Number(point.y))?;
        }
    }
    writeln!(out, "\"{}{}/>", Paint("fill", fill), Line(stroke))
}

/// Writes a line of text. What the embedded font draws is text, with an `x` for each letter; what
/// another font draws, and the box of a letter that no font has, are outlines that say their
/// letters to who cannot see them.
fn words(out: &mut String, text: &Text) -> std::fmt::Result {
    let line = &text.line;
    for run in &line.runs {
        if run.is_plain(line) {
            plain(out, text, run)?;
        } else {
            outlined(out, text, run)?;
        }
    }
    Ok(())
}

fn plain(out: &mut String, text: &Text, run: &Run) -> std::fmt::Result {
    let line = &text.line;
    write!(
        out,
        "<text y=\"{}\" font-size=\"{}\"",
        Number(text.at.y),
        Number(text.size),
    )?;
    if line.weight != Weight::Regular {
        write!(out, " font-weight=\"{}\"", line.weight.css())?;
    }
    write!(out, "{}", Paint("fill", Some(text.colour)))?;
    let place = |x: f32| Number(text.at.x + x * text.size);
    let (letters, glyphs) = (
        &line.text[run.text.clone()],
        &line.glyphs[run.glyphs.clone()],
    );
    let has_own_places =
        glyphs.iter().all(|glyph| glyph.y == 0.0) && glyphs.len() == letters.chars().count();
    if has_own_places {
        out.push_str(" x=\"");
        for (n, glyph) in glyphs.iter().enumerate() {
            write!(out, "{}{}", if n > 0 { " " } else { "" }, place(glyph.x))?;
        }
        out.push('"');
    } else {
        // Marks over letters: the viewer composes them.
        let width = Number(run.width * text.size);
        write!(out, " x=\"{}\" textLength=\"{width}\"", place(run.x))?;
    }
    writeln!(out, ">{}</text>", Escaped(letters))
}

fn outlined(out: &mut String, text: &Text, run: &Run) -> std::fmt::Result {
    let mut all = Path::default();
    for glyph in &text.line.glyphs[run.glyphs.clone()] {
        let (x, y) = (
            text.at.x + glyph.x * text.size,
            text.at.y + glyph.y * text.size,
        );
        all = all.and(
            run.face
                .outline(glyph.id)
                .map(|p| Point::new(x + p.x * text.size, y + p.y * text.size)),
        );
    }
    if all.segments.is_empty() {
        return Ok(());
    }
    let letters = Escaped(text.line.text[run.text.clone()].trim()).to_string();
    writeln!(out, "<g role=\"img\" aria-label=\"{letters}\">")?;
    path(out, &all, Some(text.colour), None)?;
    writeln!(out, "</g>")
}

/// A number with at most two decimals.
struct Number(f32);

impl std::fmt::Display for Number {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let rounded = (f64::from(self.0) * 100.0).round() / 100.0 + 0.0;
        write!(f, "{rounded}")
    }
}

/// The attribute of a colour.
struct Paint(&'static str, Option<Rgba>);

impl std::fmt::Display for Paint {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self(name, colour) = self;
        let Some(Rgba { r, g, b, a }) = colour else {
            return write!(f, " {name}=\"none\"");
        };
        write!(f, " {name}=\"#{r:02x}{g:02x}{b:02x}\"")?;
        if *a < 255 {
            let opacity = Number(f32::from(*a) / 255.0);
            write!(f, " {name}-opacity=\"{opacity}\"")?;
        }
        Ok(())
    }
}

/// The attributes of a stroke.
struct Line(Option<Stroke>);

impl std::fmt::Display for Line {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Some(stroke) = self.0 else { return Ok(()) };
        let colour = Paint("stroke", Some(stroke.colour));
        write!(f, "{colour} stroke-width=\"{}\"", Number(stroke.width))?;
        if let Some([dash, gap]) = stroke.dash {
            write!(f, " stroke-dasharray=\"{} {}\"", Number(dash), Number(gap))?;
        }
        if stroke.is_round {
            f.write_str(" stroke-linecap=\"round\"")?;
        }
        f.write_str(" stroke-linejoin=\"round\"")
    }
}

/// Text as XML says it.
struct Escaped<'a>(&'a str);

impl std::fmt::Display for Escaped<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        for letter in self.0.chars() {
            match letter {
                '&' => f.write_str("&amp;")?,
                '<' => f.write_str("&lt;")?,
                '>' => f.write_str("&gt;")?,
                '"' => f.write_str("&quot;")?,
                '\n' | '\r' | '\t' => f.write_char(' ')?,
                // What XML 1.0 cannot say.
                letter if letter.is_control() => f.write_char('\u{fffd}')?,
                '\u{fffe}' | '\u{ffff}' => f.write_char('\u{fffd}')?,
                letter => f.write_char(letter)?,
            }
        }
        Ok(())
    }
}
