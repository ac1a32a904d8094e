//! PDF: one page as large as the picture, its text selectable.

use std::collections::hash_map::Entry;

use krilla::Document;
use krilla::color::rgb;
use krilla::geom::{Path as PdfPath, PathBuilder, Point as PdfPoint, Size, Transform};
use krilla::metadata::Metadata;
use krilla::num::NormalizedF32;
use krilla::page::PageSettings;
use krilla::paint::{Fill, FillRule, LineCap, LineJoin, Stroke as PdfStroke, StrokeDash};
use krilla::surface::Surface;
use krilla::text::{Font, GlyphId, KrillaGlyph, Tag};

use rustc_hash::FxHashMap;

use super::frame;
use crate::scene::{Path, Rect, Rgba, Scene, Segment, Shape, Stroke, Text};

/// Points of PDF per unit: a unit is a pixel of 1/96 inch.
const POINTS: f32 = 0.75;

/// The longest side of a page that readers must accept, in points (ISO 32000-1, annex C).
const LONGEST_SIDE: f32 = 14_400.0;

/// Why there is no PDF.
#[derive(Debug, thiserror::Error)]
pub enum PdfError {
    /// A font cannot be read.
    #[error("the font cannot be embedded")]
    Font,
    /// The writer of PDF gave up.
    #[error("the PDF cannot be made: {0}")]
    Write(String),
}

/// Returns the picture as a PDF file of one page. A picture too large for a page is made smaller.
///
/// # Errors
/// When the writer of PDF gives up.
pub fn pdf(scene: &Scene) -> Result<Vec<u8>, PdfError> {
    let frame = frame(scene);
    let longest = frame.width().max(frame.height());
    let scale = POINTS.min(LONGEST_SIDE / longest);
    let fonts = fonts(scene)?;
    let mut document = Document::new();
    let mut metadata = Metadata::new().creator("Anabranch".to_owned());
    if !scene.title.is_empty() {
        metadata = metadata.title(scene.title.clone());
    }
    document.set_metadata(metadata);
    let size = Size::from_wh(frame.width() * scale, frame.height() * scale);
    let size = size.ok_or_else(|| PdfError::Write("the page has no size".to_owned()))?;
    let mut page = document.start_page_with(PageSettings::new(size));
    let mut surface = page.surface();
    surface.push_transform(&Transform::from_row(
        scale,
        0.0,
        0.0,
        scale,
        -frame.left() * scale,
        -frame.top() * scale,
    ));
    rect(&mut surface, frame, scene.background);
    for item in scene.items() {
        match &item.shape {
            Shape::Rect {
                rect,
                radii,
                fill,
                stroke,
            } => path(
                &mut surface,
                &Path::round_rect(*rect, *radii),
                *fill,
                *stroke,
            ),
            Shape::Path {
                path: steps,
                fill,
                stroke,
            } => path(&mut surface, steps, *fill, *stroke),
            Shape::Text(text) => words(&mut surface, &fonts, text),
        }
    }
    surface.pop();
    surface.finish();
    page.finish();
    document
        .finish()
        .map_err(|error| PdfError::Write(format!("{error:?}")))
}

/// The fonts of a picture by the numbers of their faces.
type Fonts = FxHashMap<u32, Font>;

/// Returns the fonts that a picture uses.
fn fonts(scene: &Scene) -> Result<Fonts, PdfError> {
    let mut fonts = Fonts::default();
    for item in scene.items() {
        let Shape::Text(text) = &item.shape else {
            continue;
        };
        for run in &text.line.runs {
            let face = run.face;
            if let Entry::Vacant(place) = fonts.entry(face.id) {
                let axes: Vec<(Tag, f32)> = face
                    .variations
                    .iter()
                    .map(|(tag, value)| (Tag::new(tag), *value))
                    .collect();
                let font = Font::new_variable(face.bytes.into(), face.index, &axes);
                place.insert(font.ok_or(PdfError::Font)?);
            }
        }
    }
    Ok(fonts)
}

fn rect(surface: &mut Surface<'_>, rect: Rect, fill: Rgba) {
    let outline = Path::round_rect(rect, [0.0; 4]);
    path(surface, &outline, Some(fill), None);
}

fn path(surface: &mut Surface<'_>, path: &Path, fill: Option<Rgba>, stroke: Option<Stroke>) {
    let Some(outline) = built(path) else { return };
    surface.set_fill(fill.map(inside));
    surface.set_stroke(stroke.map(line));
    surface.draw_path(&outline);
}

fn words(surface: &mut Surface<'_>, fonts: &Fonts, text: &Text) {
    let line = &text.line;
    surface.set_fill(Some(inside(text.colour)));
    surface.set_stroke(None);
    for run in &line.runs {
        let Some(font) = fonts.get(&run.face.id) else {
            continue;
        };
        let mut pen = run.x;
        let glyphs: Vec<KrillaGlyph> = line.glyphs[run.glyphs.clone()]
            .iter()
            .map(|glyph| {
                let offset = glyph.x - pen;
                pen += glyph.advance;
                KrillaGlyph::new(
                    GlyphId::new(u32::from(glyph.id)),
                    glyph.advance,
                    offset,
                    // Of PDF, up.
                    -glyph.y,
                    0.0,
                    glyph.text.clone(),
                    None,
                )
            })
            .collect();
        surface.draw_glyphs(
            PdfPoint::from_xy(text.at.x + run.x * text.size, text.at.y),
            &glyphs,
            font.clone(),
            &line.text,
            text.size,
            false,
        );
    }
}

fn built(path: &Path) -> Option<PdfPath> {
    let mut builder = PathBuilder::new();
    for segment in &path.segments {
        match *segment {
            Segment::Move(p) => builder.move_to(p.x, p.y),
            Segment::Line(p) => builder.line_to(p.x, p.y),
            Segment::Quad(a, p) => builder.quad_to(a.x, a.y, p.x, p.y),
            Segment::Cubic(a, b, p) => builder.cubic_to(a.x, a.y, b.x, b.y, p.x, p.y),
            Segment::Close => builder.close(),
        }
    }
    builder.finish()
}

fn inside(colour: Rgba) -> Fill {
    Fill {
        paint: rgb::Color::new(colour.r, colour.g, colour.b).into(),
        opacity: opacity(colour),
        rule: FillRule::NonZero,
    }
}

fn line(stroke: Stroke) -> PdfStroke {
    let colour = stroke.colour;
    PdfStroke {
        paint: rgb::Color::new(colour.r, colour.g, colour.b).into(),
        width: stroke.width,
        line_cap: if stroke.is_round {
            LineCap::Round
        } else {
            LineCap::Butt
        },
        line_join: LineJoin::Round,
        opacity: opacity(colour),
        dash: stroke.dash.map(|lengths| StrokeDash {
            array: lengths.to_vec(),
            offset: 0.0,
        }),
        ..PdfStroke::default()
    }
}

fn opacity(colour: Rgba) -> NormalizedF32 {
    NormalizedF32::new(f32::from(colour.a) / 255.0).unwrap_or(NormalizedF32::ONE)
}
