//! PNG, written band by band, so that memory does not grow with the height of a picture.

use std::io::Write;

use rustc_hash::FxHashMap;
use tiny_skia::{FillRule, LineCap, LineJoin, PathBuilder, Pixmap, StrokeDash, Transform};

use super::frame;
use crate::scene::{Path, Point, Rect, Rgba, Scene, Segment, Shape, Stroke, Text};

/// Most pixels of a band.
const BAND_PIXELS: u32 = 2_000_000;

/// Rows rasterized above and below a band and thrown away: where lines are cut, their ends move
/// by a hair.
const APRON: u32 = 4;

/// Steps of a pixel that areas are rounded to; moving them by whole pixels is then exact.
const GRID: f32 = 256.0;

/// How far lines may lie from the curve that they stand for, in pixels.
const FLATNESS: f32 = 0.05;

/// Most pixels on a side; beyond that single precision cannot tell quarters of pixels apart.
const LONGEST_SIDE: f32 = 65_000.0;

/// Most pixels of a picture.
const MOST_PIXELS: f32 = 1.0e9;

/// Pixels per metre at scale 1: 96 an inch.
const PIXELS_PER_METRE: f32 = 96.0 / 0.0254;

/// Why there is no PNG. What was written before an error of writing is no picture.
#[derive(Debug, thiserror::Error)]
pub enum PngError {
    /// The picture would have no pixels, or too many.
    #[error("a picture of {width} × {height} pixels cannot be made; choose a smaller scale")]
    Size {
        /// Pixels across.
        width: f32,
        /// Pixels down.
        height: f32,
    },
    /// The scale is not a number above 0.
    #[error("the scale must be a number above 0, not {0}")]
    Scale(f32),
    /// Writing failed.
    #[error("the picture cannot be written: {0}")]
    Write(#[from] png::EncodingError),
}

/// Returns the picture as a PNG file; at scale 1 a unit is a pixel.
///
/// # Errors
/// When the scale is no number above 0, or the picture too large.
pub fn png(scene: &Scene, scale: f32) -> Result<Vec<u8>, PngError> {
    let mut bytes = Vec::new();
    write_png(scene, scale, &mut bytes)?;
    Ok(bytes)
}

/// Writes the picture as a PNG file, band by band.
///
/// # Errors
/// When the scale is no number above 0, the picture too large, or writing fails.
pub fn write_png(scene: &Scene, scale: f32, to: impl Write) -> Result<(), PngError> {
    write_in_bands(scene, scale, to, BAND_PIXELS)
}

fn write_in_bands(
    scene: &Scene,
    scale: f32,
    to: impl Write,
    band_pixels: u32,
) -> Result<(), PngError> {
    if !(scale.is_finite() && scale > 0.0) {
        return Err(PngError::Scale(scale));
    }
    let frame = frame(scene);
    let width = (frame.width() * scale).round();
    let height = (frame.height() * scale).round();
    let fits = |side: f32| (1.0..=LONGEST_SIDE).contains(&side);
    if !(fits(width) && fits(height) && width * height <= MOST_PIXELS) {
        return Err(PngError::Size { width, height });
    }
    let (columns, rows) = (width as u32, height as u32);
    let mut encoder = png::Encoder::new(to, columns, rows);
    encoder.set_color(png::ColorType::Rgb);
    encoder.set_depth(png::BitDepth::Eight);
    let per_metre = (PIXELS_PER_METRE * scale).round() as u32;
    encoder.set_pixel_dims(Some(png::PixelDimensions {
        xppu: per_metre,
        yppu: per_metre,
        unit: png::Unit::Meter,
    }));
    let mut writer = encoder.write_header()?;
    let mut stream = writer.stream_writer()?;
    let band_rows = (band_pixels / columns).clamp(1, rows);
    let mut raster = Raster {
        origin: frame.min,
        scale,
        glyphs: FxHashMap::default(),
    };
    let mut line = Vec::with_capacity(columns as usize * 3);
    let mut first = 0;
    while first < rows {
        let count = band_rows.min(rows - first);
        let pixmap = raster
            .band(scene, columns, first, count)
            .ok_or(PngError::Size { width, height })?;
        let rows_of_band = pixmap.data().chunks(columns as usize * 4);
        for row in rows_of_band.skip(APRON as usize).take(count as usize) {
            line.clear();
            // The background hides everything below it, so there is no opacity left.
            line.extend(row.chunks(4).flat_map(|pixel| &pixel[..3]));
            stream.write_all(&line).map_err(png::EncodingError::from)?;
        }
        first += count;
    }
    stream.finish()?;
    writer.finish()?;
    Ok(())
}

/// Turns shapes into pixels.
///
/// Every shape is first made an area in pixels of the whole picture, on a grid of 1/256 of a pixel,
/// and then moved by whole pixels into its band: so all bands agree to the bit.
struct Raster {
    origin: Point,
    scale: f32,
    glyphs: FxHashMap<(u32, u16), Path>,
}

impl Raster {
    /// Returns some rows of the picture, with an apron above and below.
    fn band(&mut self, scene: &Scene, columns: u32, first: u32, rows: u32) -> Option<Pixmap> {
        let rows = rows + 2 * APRON;
        let first = first as f32 - APRON as f32;
        let mut pixmap = Pixmap::new(columns, rows)?;
        pixmap.fill(colour(scene.background));
        let part = Rect::new(
            self.origin.x,
            self.origin.y + first / self.scale,
            columns as f32 / self.scale,
            rows as f32 / self.scale,
        );
        for item in scene.visible(part) {
            self.shape(&mut pixmap, &item.shape, first);
        }
        Some(pixmap)
    }

    fn shape(&mut self, pixmap: &mut Pixmap, shape: &Shape, first: f32) {
        match shape {
            Shape::Rect {
                rect,
                radii,
                fill,
                stroke,
            } => {
                let path = self.in_pixels(Path::round_rect(*rect, *radii));
                self.path(pixmap, &path, *fill, *stroke, first);
            }
            Shape::Path { path, fill, stroke } => {
                let path = self.in_pixels(path.clone());
                self.path(pixmap, &path, *fill, *stroke, first);
            }
            Shape::Text(text) => self.text(pixmap, text, first),
        }
    }

    fn path(
        &self,
        pixmap: &mut Pixmap,
        path: &Path,
        inside: Option<Rgba>,
        line: Option<Stroke>,
        first: f32,
    ) {
        let Some(outline) = built(path) else { return };
        if let Some(paint) = inside {
            fill(pixmap, &outline, paint, first);
        }
        if let Some(stroke) = line {
            let area = stroked(&outline, &stroke, self.scale);
            if let Some(area) = area {
                fill(pixmap, &area, stroke.colour, first);
            }
        }
    }

    fn text(&mut self, pixmap: &mut Pixmap, text: &Text, first: f32) {
        let mut all = Path::default();
        for run in &text.line.runs {
            for glyph in &text.line.glyphs[run.glyphs.clone()] {
                let outline = self
                    .glyphs
                    .entry((run.face.id, glyph.id))
                    .or_insert_with(|| run.face.outline(glyph.id));
                let (x, y) = (
                    text.at.x + glyph.x * text.size,
                    text.at.y + glyph.y * text.size,
                );
                all = all.and(
                    outline
                        .clone()
                        .map(|p| Point::new(x + p.x * text.size, y + p.y * text.size)),
                );
            }
        }
        if let Some(area) = built(&self.in_pixels(all)) {
            fill(pixmap, &area, text.colour, first);
        }
    }

    fn in_pixels(&self, path: Path) -> Path {
        let (origin, scale) = (self.origin, self.scale);
        path.map(|p| Point::new((p.x - origin.x) * scale, (p.y - origin.y) * scale))
    }
}

/// Returns the area of a line; widths and dashes are in units, the path in pixels.
fn stroked(path: &tiny_skia::Path, stroke: &Stroke, scale: f32) -> Option<tiny_skia::Path> {
    let style = tiny_skia::Stroke {
        width: stroke.width * scale,
        line_cap: if stroke.is_round {
            LineCap::Round
        } else {
            LineCap::Butt
        },
        line_join: LineJoin::Round,
        ..tiny_skia::Stroke::default()
    };
    match stroke.dash {
        Some([dash, gap]) => {
            let dash = StrokeDash::new(vec![dash * scale, gap * scale], 0.0)?;
            path.dash(&dash, 1.0)?.stroke(&style, 1.0)
        }
        None => path.stroke(&style, 1.0),
    }
}

/// Fills an area given in pixels of the whole picture; `first` is the first row of the band.
///
/// Curves become lines before they are cut at the band, so that all bands see the same lines.
fn fill(pixmap: &mut Pixmap, area: &tiny_skia::Path, paint: Rgba, first: f32) {
    let snap = |x: f32| (x * GRID).round() / GRID;
    let mut builder = PathBuilder::new();
    for (points, _) in read_back(area).flatten(FLATNESS) {
        for (n, p) in points.iter().enumerate() {
            let (x, y) = (snap(p.x), snap(p.y) - first);
            if n == 0 {
                builder.move_to(x, y);
            } else {
                builder.line_to(x, y);
            }
        }
        builder.close();
    }
    let Some(path) = builder.finish() else { return };
    let mut style = tiny_skia::Paint::default();
    style.set_color(colour(paint));
    pixmap.fill_path(
        &path,
        &style,
        FillRule::Winding,
        Transform::identity(),
        None,
    );
}

/// Turns a path of the rasterizer into one of ours.
fn read_back(path: &tiny_skia::Path) -> Path {
    use tiny_skia::PathSegment as S;
    let at = |p: tiny_skia::Point| Point::new(p.x, p.y);
    let segments = path.segments().map(|segment| match segment {
        S::MoveTo(p) => Segment::Move(at(p)),
        S::LineTo(p) => Segment::Line(at(p)),
        S::QuadTo(a, p) => Segment::Quad(at(a), at(p)),
        S::CubicTo(a, b, p) => Segment::Cubic(at(a), at(b), at(p)),
        S::Close => Segment::Close,
    });
    Path {
        segments: segments.collect(),
    }
}

fn built(path: &Path) -> Option<tiny_skia::Path> {
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

fn colour(colour: Rgba) -> tiny_skia::Color {
    tiny_skia::Color::from_rgba8(colour.r, colour.g, colour.b, colour.a)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scene::{Layer, Line, Painter, Weight};

    fn scene() -> Scene {
        let mut painter = Painter::default();
        for n in 0..12 {
            let y = n as f32 * 37.3;
            painter.on(Layer::Handoffs, None);
            let points = [
                Point::new(0.0, y),
                Point::new(300.7, y),
                Point::new(300.7, y + 80.0),
            ];
            let stroke = Stroke::new(Rgba::hex(0x33_4455), 1.75);
            let stroke = match n % 3 {
                0 => stroke,
                1 => stroke.dashed(6.0, 4.0),
                _ => stroke.dotted(5.0),
            };
            painter.draw(Shape::stroked(Path::rounded(&points, 10.0), stroke));
            painter.on(Layer::Stages, None);
            let line = Line::of("Straße × 30 → Ende", Weight::SemiBold);
            painter.text(line, 15.0, Point::new(20.0, y + 12.0), Rgba::BLACK);
        }
        painter.finish(Rgba::WHITE, "")
    }

    fn pixels(bytes: &[u8]) -> Vec<u8> {
        let mut reader = png::Decoder::new(std::io::Cursor::new(bytes))
            .read_info()
            .unwrap();
        let mut pixels = vec![0; reader.output_buffer_size().unwrap()];
        reader.next_frame(&mut pixels).unwrap();
        pixels
    }

    #[test]
    fn bands_give_the_same_pixels_as_one_band() {
        let scene = scene();
        for scale in [1.0, 1.37, 2.0] {
            let whole = png(&scene, scale).unwrap();
            for band_pixels in [1, 3_001, 20_000] {
                let mut bytes = Vec::new();
                write_in_bands(&scene, scale, &mut bytes, band_pixels).unwrap();
                assert!(pixels(&bytes) == pixels(&whole), "{scale} {band_pixels}");
            }
        }
    }

    #[test]
    fn what_is_no_scale_or_too_large_is_refused() {
        let scene = scene();
        for scale in [0.0, -1.0, f32::NAN, f32::INFINITY] {
            assert!(matches!(png(&scene, scale), Err(PngError::Scale(_))));
        }
        for scale in [1e-6, 1e4] {
            assert!(matches!(png(&scene, scale), Err(PngError::Size { .. })));
        }
    }
}
