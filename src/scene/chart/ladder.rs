//! The ladder of the classic map: waits above, work below, totals at the end.

use std::sync::Arc;

use super::{NARROWEST, middle, paper, place};
use crate::model::StageId;
use crate::scene::font::Weight;
use crate::scene::fonts::Fonts;
use crate::scene::geom::{Point, Rect};
use crate::scene::list::{Layer, Painter, Scene, Shape, Stroke, Target};
use crate::scene::path::Path;
use crate::scene::text::Line;
use crate::scene::theme::{Palette, Theme};
use crate::scene::{BODY, GRID, SMALL};
use crate::words::LadderWords;

/// The narrowest tread.
const TREAD: f32 = 64.0;
/// The widest tread.
const WIDEST: f32 = 112.0;
/// From the upper treads to the lower ones.
const RISE: f32 = 28.0;
/// Room for the figures above the upper treads.
const ABOVE: f32 = 24.0;
/// Room for the figures and names below the lower treads.
const BELOW: f32 = 40.0;
/// Between two rows of a long ladder.
const ROW_GAP: f32 = 16.0;
/// How thick the line is.
const LINE: f32 = 2.0;
/// Between a tread's ends and its figure.
const FIGURE_GAP: f32 = 4.0;

/// A stage on the ladder, with the wait in front of it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct LadderRung {
    /// Which stage.
    pub stage: Option<StageId>,
    /// What it is called.
    pub name: String,
    /// How long items lie in front of it; empty when they do not.
    pub wait: String,
    /// How long somebody works on them; empty when nobody does.
    pub work: String,
}

/// A ladder, its figures as they are to be read.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct LadderChart {
    /// The stages, in order.
    pub rungs: Vec<LadderRung>,
    /// What stands at the end, one below the other: name and figure.
    pub totals: Vec<(String, String)>,
}

impl From<LadderWords> for LadderChart {
    fn from(words: LadderWords) -> Self {
        let rungs = words.lines.into_iter();
        let totals = words.totals.into_iter();
        Self {
            rungs: rungs
                .map(|line| LadderRung {
                    stage: Some(line.stage),
                    name: line.name,
                    wait: line.wait,
                    work: line.work,
                })
                .collect(),
            totals: totals
                .map(|(name, figure)| (name.to_owned(), figure))
                .collect(),
        }
    }
}

/// A piece of the line: a tread, high or low.
struct Tread<'a> {
    rung: &'a LadderRung,
    is_wait: bool,
}

/// Draws a ladder, as wide as asked; long ones go on in further rows.
pub fn ladder(chart: &LadderChart, width: f32, theme: Theme, fonts: &Fonts) -> Scene {
    let palette = theme.palette();
    let width = width.max(NARROWEST);
    let mut painter = Painter::default();
    let treads: Vec<Tread<'_>> = chart
        .rungs
        .iter()
        .flat_map(|rung| {
            let wait = (!rung.wait.is_empty()).then_some(Tread {
                rung,
                is_wait: true,
            });
            wait.into_iter().chain([Tread {
                rung,
                is_wait: false,
            }])
        })
        .collect();
    let per_row = ((width / TREAD) as usize).max(2);
    let rows = treads.len().div_ceil(per_row).max(1);
    // Rows of about the same length.
    let per_row = treads.len().div_ceil(rows).max(1);
    let tread = (width / per_row as f32).min(WIDEST);
    let mut top = 0.0;
    for row in treads.chunks(per_row) {
        draw_row(&mut painter, row, tread, top, palette, fonts);
        top += ABOVE + RISE + BELOW + ROW_GAP;
    }
    let bottom = totals(&mut painter, &chart.totals, top, width, palette);
    paper(&mut painter, width, bottom, palette.panel);
    painter.finish(palette.panel, "")
}

/// Draws one row: the line, the figures on its treads, the names of the stages.
fn draw_row(
    painter: &mut Painter,
    row: &[Tread<'_>],
    tread: f32,
    top: f32,
    palette: &Palette,
    fonts: &Fonts,
) {
    let (high, low) = (top + ABOVE, top + ABOVE + RISE);
    let mut line = Vec::with_capacity(2 * row.len());
    for (at, one) in row.iter().enumerate() {
        let (left, right) = (tread * at as f32, tread * (at + 1) as f32);
        let y = if one.is_wait { high } else { low };
        // All of the line's thickness is within the row.
        let begin = left.max(LINE / 2.0);
        let end = right.min(tread * row.len() as f32 - LINE / 2.0);
        line.extend([Point::new(begin, y), Point::new(end, y)]);
        let target = one.rung.stage.map(Target::Stage);
        // What can be pointed at.
        painter.on(Layer::Handoffs, target);
        let area = Rect::new(left, top, tread, ABOVE + RISE + BELOW);
        painter.draw(Shape::filled(area, 0.0, palette.panel));
        let room = tread - 2.0 * FIGURE_GAP;
        // Nothing stands under a wait: the names on both sides share the room there.
        let under_wait = |at: Option<usize>| {
            let is_wait = at.and_then(|at| row.get(at)).is_some_and(|one| one.is_wait);
            if is_wait { tread / 2.0 } else { 0.0 }
        };
        let from = left + FIGURE_GAP - under_wait(at.checked_sub(1));
        let to = left + tread - FIGURE_GAP + under_wait(Some(at + 1));
        let mut centred = |text: Arc<Line>, size: f32, base: f32, is_strong: bool| {
            let wide = text.width * size;
            let x = (left + (tread - wide) / 2.0).min(to - wide).max(from);
            let colour = if is_strong {
                palette.text
            } else {
                palette.muted
            };
            painter.on(Layer::Labels, target);
            painter.text(text, size, place(x, base), colour);
        };
        if one.is_wait {
            let figure = fonts.fitted(&one.rung.wait, Weight::SemiBold, BODY, room);
            centred(figure, BODY, high - 7.0, true);
        } else {
            let figure = fonts.fitted(&one.rung.work, Weight::SemiBold, BODY, room);
            centred(figure, BODY, low + 16.0, true);
            let name = fonts.fitted(&one.rung.name, Weight::Regular, SMALL, to - from);
            centred(name, SMALL, low + 32.0, false);
        }
    }
    painter.on(Layer::Stages, None);
    painter.draw(Shape::stroked(
        Path::line(&line),
        Stroke::new(palette.text, LINE),
    ));
}

/// Draws the totals side by side. Returns where they end.
fn totals(
    painter: &mut Painter,
    totals: &[(String, String)],
    top: f32,
    width: f32,
    palette: &Palette,
) -> f32 {
    const ROW: f32 = 24.0;
    let (mut x, mut y) = (0.0, top);
    painter.on(Layer::Labels, None);
    for (name, figure) in totals {
        let name = Line::of(name, Weight::Regular);
        let figure = Line::of(figure, Weight::SemiBold);
        let wide = (name.width + figure.width) * BODY + 6.0;
        if x > 0.0 && x + wide > width {
            (x, y) = (0.0, y + ROW);
        }
        let base = middle(y + ROW / 2.0, BODY);
        let end = painter.text(name, BODY, place(x, base), palette.muted);
        painter.text(figure, BODY, place(end + 6.0, base), palette.text);
        x += wide + 3.0 * GRID;
    }
    y + ROW
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chart(rungs: usize) -> LadderChart {
        LadderChart {
            rungs: (0..rungs)
                .map(|n| LadderRung {
                    stage: None,
                    name: format!("A stage with a long name {n}"),
                    wait: if n == 0 {
                        String::new()
                    } else {
                        format!("{n}.5 d")
                    },
                    work: format!("{n} s"),
                })
                .collect(),
            totals: vec![
                ("Waiting".to_owned(), "23.6 d".to_owned()),
                ("Work".to_owned(), "188 s".to_owned()),
            ],
        }
    }

    fn texts(scene: &Scene) -> Vec<(String, Rect)> {
        let items = scene.items();
        items
            .filter_map(|item| match &item.shape {
                Shape::Text(text) => Some((text.line.text.clone(), item.bounds)),
                _ => None,
            })
            .collect()
    }

    #[test]
    fn every_figure_is_said_and_no_text_lies_on_another() {
        for (rungs, width) in [(1, 240.0), (6, 900.0), (6, 300.0), (40, 500.0)] {
            let scene = ladder(&chart(rungs), width, Theme::Light, &Fonts::bundled());
            assert_eq!(scene.bounds.width(), width);
            let texts = texts(&scene);
            for figure in (1..rungs).map(|n| format!("{n}.5 d")) {
                assert!(texts.iter().any(|(text, _)| *text == figure), "{figure}");
            }
            for total in ["23.6 d", "188 s"] {
                assert!(texts.iter().any(|(text, _)| text == total), "{total}");
            }
            for (n, (text, rect)) in texts.iter().enumerate() {
                assert!(scene.bounds.holds(*rect, 0.5), "{text} at {width}");
                for (other, place) in &texts[n + 1..] {
                    assert!(!rect.grown(-2.0).meets(*place), "{text} on {other}");
                }
            }
        }
    }

    #[test]
    fn names_go_on_under_the_waits_beside_them() {
        let mut chart = chart(9);
        for rung in &mut chart.rungs {
            rung.name = "Consolidate notes".to_owned();
        }
        // As narrow as treads get.
        let scene = ladder(&chart, 17.0 * TREAD, Theme::Light, &Fonts::bundled());
        let texts = texts(&scene);
        let whole = (texts.iter()).filter(|(text, _)| text == "Consolidate notes");
        // The first has a wait on one side only, the last at the row's end.
        assert!(whole.count() >= 7, "{texts:?}");
    }

    #[test]
    fn waits_are_above_and_work_below() {
        let scene = ladder(&chart(3), 600.0, Theme::Dark, &Fonts::bundled());
        let texts = texts(&scene);
        let y = |figure: &str| {
            let found = texts.iter().find(|(text, _)| text == figure);
            found.expect("it is said").1.center().y
        };
        assert!(y("1.5 d") + 20.0 < y("1 s"));
        assert!((y("1.5 d") - y("2.5 d")).abs() < 1.0);
    }

    #[test]
    fn nothing_at_all_does_no_harm() {
        let scene = ladder(
            &LadderChart::default(),
            400.0,
            Theme::Print,
            &Fonts::bundled(),
        );
        assert!(scene.bounds.height() > 0.0);
    }
}
