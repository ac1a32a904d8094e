//! The guide of `docs/guide.md`, in a window of its own beside the work.

use std::sync::LazyLock;

use egui::text::{LayoutJob, TextFormat};
use egui::{
    ColorImage, Context, FontFamily, FontId, Id, RichText, ScrollArea, TextureHandle,
    TextureOptions, Ui,
};

use super::paint::family;
use super::style::size;
use crate::scene::Weight;

/// The text; `docs/` shows the same.
const TEXT: &str = include_str!("../../docs/guide.md");

/// The pictures in it, by the names that the text has for them.
const PICTURES: [(&str, &[u8]); 3] = [
    (
        "pictures/guide-draw.png",
        include_bytes!("../../docs/pictures/guide-draw.png"),
    ),
    (
        "pictures/guide-answer.png",
        include_bytes!("../../docs/pictures/guide-answer.png"),
    ),
    (
        "pictures/guide-together.png",
        include_bytes!("../../docs/pictures/guide-together.png"),
    ),
];

static BLOCKS: LazyLock<Vec<Block>> = LazyLock::new(|| blocks(TEXT));

/// A part of the text.
#[derive(Clone, Debug, PartialEq)]
enum Block {
    Title(String),
    Heading(String),
    Paragraph(Vec<Span>),
    Code(String),
    Picture { alt: String, name: String },
}

/// Some words of a paragraph.
#[derive(Clone, Debug, PartialEq)]
enum Span {
    Plain(String),
    /// A key, or something to be pressed.
    Strong(String),
    /// Something to be typed.
    Code(String),
}

/// Reads the few things of Markdown that the guide has.
fn blocks(text: &str) -> Vec<Block> {
    let mut blocks = Vec::new();
    let mut paragraph = String::new();
    let mut lines = text.lines();
    let end = |paragraph: &mut String, blocks: &mut Vec<Block>| {
        if !paragraph.is_empty() {
            blocks.push(Block::Paragraph(spans(&std::mem::take(paragraph))));
        }
    };
    while let Some(line) = lines.next() {
        let is_special = line.is_empty()
            || line.starts_with(['#', '!', '`']) && {
                line.starts_with("# ")
                    || line.starts_with("## ")
                    || line.starts_with("![")
                    || line.starts_with("```")
            };
        if !is_special {
            if !paragraph.is_empty() {
                paragraph.push(' ');
            }
            paragraph.push_str(line);
            continue;
        }
        end(&mut paragraph, &mut blocks);
        if let Some(title) = line.strip_prefix("# ") {
            blocks.push(Block::Title(title.to_owned()));
        } else if let Some(heading) = line.strip_prefix("## ") {
            blocks.push(Block::Heading(heading.to_owned()));
        } else if line.starts_with("```") {
            let code: Vec<&str> = lines
                .by_ref()
                .take_while(|line| !line.starts_with("```"))
                .collect();
            blocks.push(Block::Code(code.join("\n")));
        } else if let Some((alt, name)) = line
            .strip_prefix("![")
            .and_then(|rest| rest.strip_suffix(')'))
            .and_then(|rest| rest.split_once("]("))
        {
            blocks.push(Block::Picture {
                alt: alt.to_owned(),
                name: name.to_owned(),
            });
        }
    }
    end(&mut paragraph, &mut blocks);
    blocks
}

fn spans(text: &str) -> Vec<Span> {
    let mut spans = Vec::new();
    let mut rest = text;
    loop {
        let strong = rest.find("**").map(|at| (at, "**"));
        let code = rest.find('`').map(|at| (at, "`"));
        let next = strong.into_iter().chain(code).min();
        let inside = next.and_then(|(at, mark)| {
            let begin = at + mark.len();
            let end = rest[begin..].find(mark)? + begin;
            Some((at, begin, end, mark))
        });
        let Some((at, begin, end, mark)) = inside else {
            if !rest.is_empty() {
                spans.push(Span::Plain(rest.to_owned()));
            }
            return spans;
        };
        if at > 0 {
            spans.push(Span::Plain(rest[..at].to_owned()));
        }
        let words = rest[begin..end].to_owned();
        spans.push(if mark == "`" {
            Span::Code(words)
        } else {
            Span::Strong(words)
        });
        rest = &rest[end + mark.len()..];
    }
}

/// The guide while it is shown.
#[derive(Default)]
pub struct Guide {
    is_shown: bool,
    pictures: Vec<(&'static str, TextureHandle)>,
}

impl Guide {
    /// Shows it, or puts it away.
    pub fn toggle(&mut self) {
        self.is_shown = !self.is_shown;
    }

    /// Draws it beside the work, if it is shown.
    pub fn ui(&mut self, ctx: &Context) {
        if !self.is_shown {
            // A picture takes as much memory as the rest of the text; it comes back in a moment.
            self.pictures.clear();
            return;
        }
        let room = ctx.content_rect().shrink(24.0);
        let mut is_open = true;
        egui::Window::new("Guide")
            .id(Id::unique("guide"))
            .open(&mut is_open)
            .default_width(520.0)
            .default_height(room.height().min(680.0))
            .default_pos(egui::pos2(room.right() - 580.0, room.top() + 32.0))
            .constrain_to(ctx.content_rect())
            .show(ctx, |ui| {
                ScrollArea::vertical()
                    .auto_shrink([false, false])
                    .show(ui, |ui| self.text_ui(ui));
            });
        self.is_shown = is_open;
    }

    fn text_ui(&mut self, ui: &mut Ui) {
        ui.spacing_mut().item_spacing.y = 10.0;
        for block in BLOCKS.iter() {
            match block {
                Block::Title(title) => {
                    ui.heading(title);
                }
                Block::Heading(heading) => {
                    ui.add_space(8.0);
                    let heading = RichText::new(heading).family(family(Weight::SemiBold));
                    ui.label(heading.size(size::BODY + 2.0));
                }
                Block::Paragraph(spans) => paragraph_ui(ui, spans),
                Block::Code(code) => {
                    egui::Frame::new()
                        .fill(ui.visuals().extreme_bg_color)
                        .corner_radius(6)
                        .inner_margin(10)
                        .show(ui, |ui| {
                            ui.set_width(ui.available_width());
                            ui.label(RichText::new(code).family(FontFamily::Monospace));
                        });
                }
                Block::Picture { alt, name } => self.picture_ui(ui, alt, name),
            }
        }
    }

    fn picture_ui(&mut self, ui: &mut Ui, alt: &str, name: &str) {
        let Some(texture) = self.texture(ui.ctx(), name) else {
            return;
        };
        let image = egui::Image::new(&texture)
            .max_width(ui.available_width())
            .fit_to_original_size(0.5)
            .shrink_to_fit()
            .corner_radius(6)
            .alt_text(alt);
        ui.add(image);
        ui.label(RichText::new(alt).small().weak());
    }

    fn texture(&mut self, ctx: &Context, name: &str) -> Option<TextureHandle> {
        if let Some((_, texture)) = self.pictures.iter().find(|(known, _)| *known == name) {
            return Some(texture.clone());
        }
        let (name, bytes) = PICTURES.into_iter().find(|(known, _)| *known == name)?;
        let image = decoded(bytes)?;
        let texture = ctx.load_texture(name, image, TextureOptions::LINEAR);
        self.pictures.push((name, texture.clone()));
        Some(texture)
    }
}

fn paragraph_ui(ui: &mut Ui, spans: &[Span]) {
    // One text, so that its lines are evenly apart whatever is in them.
    let mut text = LayoutJob::default();
    for span in spans {
        let (words, family) = match span {
            Span::Plain(words) => (words, family(Weight::Regular)),
            Span::Strong(words) => (words, family(Weight::SemiBold)),
            Span::Code(words) => (words, FontFamily::Monospace),
        };
        let font = FontId::new(size::BODY, family);
        let format = TextFormat::simple(font, ui.visuals().text_color());
        text.append(words, 0.0, format);
    }
    ui.label(text);
}

/// Reads a PNG; nothing when it is none.
fn decoded(bytes: &[u8]) -> Option<ColorImage> {
    let mut decoder = png::Decoder::new(std::io::Cursor::new(bytes));
    decoder.set_transformations(png::Transformations::normalize_to_color8());
    let mut reader = decoder.read_info().ok()?;
    let mut pixels = vec![0; reader.output_buffer_size()?];
    let info = reader.next_frame(&mut pixels).ok()?;
    let size = [info.width as usize, info.height as usize];
    match info.color_type {
        png::ColorType::Rgba => Some(ColorImage::from_rgba_unmultiplied(size, &pixels)),
        png::ColorType::Rgb => Some(ColorImage::from_rgb(size, &pixels)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::actions::Action;

    #[test]
    fn everything_in_the_text_is_understood() {
        let mut pictures = 0;
        for block in BLOCKS.iter() {
            let words = match block {
                Block::Paragraph(spans) => spans.clone(),
                Block::Title(words) | Block::Heading(words) => vec![Span::Plain(words.clone())],
                Block::Code(_) => Vec::new(),
                Block::Picture { name, alt } => {
                    let found = PICTURES.iter().find(|(known, _)| known == name);
                    let (_, bytes) = found.expect("it is in the program");
                    assert!(decoded(bytes).is_some(), "{name}");
                    assert!(alt.len() > 10);
                    pictures += 1;
                    Vec::new()
                }
            };
            for span in words {
                if let Span::Plain(words) = span {
                    let marks = ["**", "`", "](", "<", "##", "- "];
                    for mark in marks {
                        assert!(!words.contains(mark), "{mark:?} in {words:?}");
                    }
                }
            }
        }
        assert_eq!(pictures, PICTURES.len());
    }

    #[test]
    fn the_keys_it_names_do_something() {
        let known: Vec<String> = Action::ALL
            .into_iter()
            .flat_map(Action::shortcuts)
            .map(|shortcut| shortcut.format(&egui::ModifierNames::NAMES, false))
            .collect();
        let keys = BLOCKS.iter().flat_map(|block| match block {
            Block::Paragraph(spans) => spans.clone(),
            _ => Vec::new(),
        });
        for span in keys {
            if let Span::Strong(key) = span
                && key.starts_with("Ctrl+")
            {
                let key = key.replace("Ctrl+.", "Ctrl+Period");
                assert!(known.contains(&key), "{key} is none of {known:?}");
            }
        }
    }
}
