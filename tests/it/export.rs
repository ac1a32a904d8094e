//! Files against other programs: our PNG against what resvg makes of our SVG, and what the usual
//! checkers say. Every picture is left under `target/tmp/pictures`, to be looked at.

#![expect(clippy::unwrap_used, reason = "helpers of tests")]

use std::path::{Path, PathBuf};
use std::process::Command;

use anabranch::export;
use anabranch::graph::Flow;
use anabranch::model::{LaneMode, Model};
use anabranch::scene::chart::{self, BreakdownBar, LeadTimeChart, TeamBar};
use anabranch::scene::{
    DrawOptions, Fonts, Layer, Line, Painter, Point, Rgba, Scene, Shape, Theme, Weight, picture,
};
use anabranch::store;
use resvg::{tiny_skia, usvg};

use crate::scene::{drawing, relaxed, series};

const DAY: f64 = 86_400_000.0;

/// Leaves a picture where it can be looked at, and returns the place.
#[expect(
    clippy::disallowed_methods,
    reason = "a picture to look at; half a file does no harm"
)]
pub fn keep(name: &str, bytes: &[u8]) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("pictures");
    std::fs::create_dir_all(&folder).unwrap();
    let path = folder.join(name);
    std::fs::write(&path, bytes).unwrap();
    path
}

/// Every kind of picture, each once.
fn pictures() -> Vec<(String, Scene)> {
    let mut all: Vec<(String, Scene)> = Vec::new();
    for theme in Theme::ALL {
        let name = theme.name();
        all.push((format!("series-{name}"), drawing(theme)));
        all.push((format!("lead-time-{name}"), lead_times(theme)));
        all.push((format!("breakdown-{name}"), breakdown(theme)));
        all.push((format!("teams-{name}"), teams(theme)));
    }
    let (mut model, _, _) = series();
    model
        .stages
        .update(|_| true, |stage| stage.at.position = None);
    for (name, mode) in [("no", LaneMode::None), ("phase", LaneMode::Phase)] {
        model.lane_mode = mode;
        all.push((format!("lanes-{name}"), drawn(&model, Theme::Light)));
    }
    all.push(("relaxed".to_owned(), drawn(&relaxed(), Theme::Dark)));
    for (name, model) in examples() {
        all.push((name, drawn(&model, Theme::Print)));
    }
    all.push(("empty".to_owned(), drawn(&Model::default(), Theme::Light)));
    all
}

/// The examples by name.
fn examples() -> Vec<(String, Model)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples");
    let mut paths: Vec<PathBuf> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|ending| ending == "ron"))
        .collect();
    paths.sort();
    let named = |path: PathBuf| {
        let name = path.file_stem().unwrap().to_string_lossy().into_owned();
        (name, store::load(&store::DiskFiles, &path).unwrap().model)
    };
    paths.into_iter().map(named).collect()
}

fn drawn(model: &Model, theme: Theme) -> Scene {
    let options = DrawOptions {
        theme,
        ..DrawOptions::default()
    };
    picture(model, &Flow::of(model), &options).0
}

fn lead_times(theme: Theme) -> Scene {
    let hump = |peak: f64| {
        let height = |x: i32| {
            let t = f64::from(x) / peak;
            t * t / (1.0 + t * t * t * t)
        };
        (0..40).map(height).collect::<Vec<f64>>()
    };
    let marker = |name: &str, days: f64| (name.to_owned(), days * DAY);
    let chart = LeadTimeChart {
        from: 0.0,
        bar: 0.75 * DAY,
        bars: hump(11.0),
        before: hump(22.0),
        markers: vec![
            marker("P50", 11.1),
            marker("P85", 18.9),
            marker("P95", 25.3),
        ],
        target: Some(14.0 * DAY),
    };
    chart::lead_time(&chart, 560.0, 240.0, theme)
}

fn breakdown(theme: Theme) -> Scene {
    let bar = |name: &str, slices: [f64; 6], rework: [f64; 6]| BreakdownBar {
        name: name.to_owned(),
        slices: slices.map(|days| days * DAY),
        rework: rework.map(|days| days * DAY),
    };
    let bars = [
        bar(
            "Now",
            [2.9, 2.4, 2.2, 4.6, 0.5, 0.0],
            [0.6, 0.5, 0.4, 2.0, 0.0, 0.0],
        ),
        bar(
            "Before",
            [2.9, 3.6, 3.2, 10.2, 0.7, 0.4],
            [0.6, 0.5, 0.5, 2.2, 0.1, 0.0],
        ),
    ];
    chart::breakdown(&bars, 720.0, theme, &Fonts::bundled())
}

fn teams(theme: Theme) -> Scene {
    let (model, _, _) = series();
    let bars: Vec<TeamBar> = model
        .teams
        .iter()
        .zip([0.41, 0.62, 0.94, 1.2, 0.08])
        .map(|(team, utilisation)| TeamBar {
            team: team.id,
            name: team.name.clone(),
            utilisation,
            interval: Some((utilisation - 0.03, utilisation + 0.03)),
            blocked: 0.03,
        })
        .collect();
    chart::teams(&bars, 480.0, theme, &Fonts::bundled())
}

/// What another program makes of our SVG, with our fonts.
fn rendered_by_resvg(svg: &str, scale: f32) -> tiny_skia::Pixmap {
    let mut options = usvg::Options::default();
    for weight in Weight::ALL {
        let fonts = options.fontdb_mut();
        fonts.load_font_data(weight.font_bytes().to_vec());
    }
    let tree = usvg::Tree::from_str(svg, &options).unwrap();
    let size = tree.size().to_int_size().scale_by(scale).unwrap();
    let mut pixmap = tiny_skia::Pixmap::new(size.width(), size.height()).unwrap();
    let transform = tiny_skia::Transform::from_scale(scale, scale);
    resvg::render(&tree, transform, &mut pixmap.as_mut());
    pixmap
}

#[test]
fn our_png_is_what_resvg_makes_of_our_svg() {
    for (name, scene) in pictures() {
        compare_with_resvg(&name, &scene);
    }
}

/// Compares our PNG with what resvg makes of our SVG.
pub fn compare_with_resvg(name: &str, scene: &Scene) {
    let svg = export::svg(scene);
    keep(&format!("{name}.svg"), svg.as_bytes());
    let png = export::png(scene, 2.0).unwrap();
    keep(&format!("{name}.png"), &png);
    let ours = tiny_skia::Pixmap::decode_png(&png).unwrap();
    let theirs = rendered_by_resvg(&svg, 2.0);
    assert_eq!(
        (ours.width(), ours.height()),
        (theirs.width(), theirs.height()),
        "{name}"
    );
    let off: Vec<u64> = ours
        .data()
        .iter()
        .zip(theirs.data())
        .map(|(a, b)| u64::from(a.abs_diff(*b)))
        .collect();
    let mean = off.iter().sum::<u64>() as f64 / off.len() as f64;
    // Smoothing differs at edges; a letter or line out of place would differ in whole pixels.
    let bad = off.iter().filter(|&&off| off > 128).count() as f64 / off.len() as f64;
    assert!(mean < 0.2, "{name}: {mean} of 255 in the mean");
    assert!(bad < 1e-4, "{name}: {bad} of all pixels are another colour");
}

#[test]
fn svg_is_small_and_says_its_words() {
    let svg = export::svg(&drawing(Theme::Light));
    assert!(svg.len() < 60_000, "{}", svg.len());
    for text in ["Legal review", "Rights &amp; Legal", "Tue\u{a0}10:00"] {
        assert!(svg.contains(&format!(">{text}</text>")), "{text}");
    }
    assert!(svg.contains("<title>True-crime series</title>"));
    assert!(svg.contains("data-stage=\"legal-review\""));
    assert_eq!(svg, export::svg(&drawing(Theme::Light)));
}

#[test]
fn odd_letters_do_no_harm_in_any_format() {
    let mut painter = Painter::default();
    painter.on(Layer::Stages, None);
    let texts = [
        "<&>\"'\u{1}\u{b}]]>",
        "中文 שלום ab",
        "e\u{301}🎬\u{200d}x",
        "\u{fffe}\u{202e}abc",
        "",
    ];
    for (n, text) in texts.into_iter().enumerate() {
        let line = Line::of(text, Weight::Regular);
        let at = Point::new(0.0, 30.0 * n as f32);
        painter.text(line, 15.0, at, Rgba::BLACK);
    }
    let scene = painter.finish(Rgba::WHITE, "\u{0}<odd>");
    assert!(scene.missing().contains(&'中') && scene.missing().contains(&'🎬'));
    let svg = export::svg(&scene);
    keep("odd.svg", svg.as_bytes());
    usvg::Tree::from_str(&svg, &usvg::Options::default()).unwrap();
    keep("odd.png", &export::png(&scene, 2.0).unwrap());
    keep("odd.pdf", &export::pdf(&scene).unwrap());
}

#[test]
fn far_away_and_huge_pictures_are_written_or_refused() {
    let mut painter = Painter::default();
    painter.on(Layer::Stages, None);
    for x in [-4_000_000.0, 4_000_000.0] {
        let rect = anabranch::scene::Rect::new(x, 0.0, 100.0, 50.0);
        painter.draw(Shape::filled(rect, 8.0, Rgba::BLACK));
    }
    let scene = painter.finish(Rgba::WHITE, "");
    assert!(export::png(&scene, 1.0).is_err());
    assert!(export::svg(&scene).contains("8000164"));
    let pdf = export::pdf(&scene).unwrap();
    checked_by("qpdf", &["--check"], &keep("huge.pdf", &pdf));
}

/// Runs a program on a file and returns what it says; nothing when the machine has no such program,
/// which the checks of the project do not accept.
pub fn checked_by(program: &str, arguments: &[&str], file: &Path) -> Option<String> {
    let mut command = Command::new(program);
    command.args(arguments).arg(file);
    if program == "pdftotext" {
        command.arg("-");
    }
    let Ok(output) = command.output() else {
        assert!(
            std::env::var_os("ANABRANCH_CI").is_none(),
            "{program} is needed for the checks"
        );
        #[expect(clippy::print_stderr, reason = "says what was not tested")]
        {
            eprintln!("{program} is not here: {} not checked", file.display());
        }
        return None;
    };
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    let complaint = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{program}: {said}{complaint}");
    Some(said)
}

#[test]
fn other_programs_accept_our_files() {
    for (name, scene) in pictures() {
        let pdf = keep(&format!("{name}.pdf"), &export::pdf(&scene).unwrap());
        checked_by("qpdf", &["--check"], &pdf);
        let svg = keep(
            &format!("{name}-checked.svg"),
            export::svg(&scene).as_bytes(),
        );
        checked_by("xmllint", &["--noout"], &svg);
        checked_by("rsvg-convert", &[], &svg);
        let png = export::png(&scene, 1.0).unwrap();
        checked_by("pngcheck", &["-q"], &keep(&format!("{name}-1.png"), &png));
    }
}

#[test]
fn text_of_a_pdf_can_be_selected() {
    let (model, _, _) = series();
    let pdf = export::pdf(&drawing(Theme::Light)).unwrap();
    assert!(pdf.len() < 60_000, "{}", pdf.len());
    let path = keep("selected.pdf", &pdf);
    let Some(text) = checked_by("pdftotext", &["-raw"], &path) else {
        return;
    };
    // A long name stands in two lines.
    let in_one_line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    for stage in &model.stages {
        assert!(
            in_one_line.contains(&stage.name),
            "{} in {text}",
            stage.name
        );
    }
    // How wide a gap must be to be read as a blank is the reader's choice.
    let without_blanks = in_one_line.replace(' ', "");
    for figure in ["Tue10:00", "25%", "4h–2d", "×30", "watchdata,6h"] {
        assert!(without_blanks.contains(figure), "{figure} in {text}");
    }
}

#[test]
fn examples_are_exported_whole() {
    let examples = examples();
    assert!(examples.len() >= 6);
    for (name, model) in examples {
        let scene = drawn(&model, Theme::Light);
        for item in scene.items() {
            if let Shape::Text(text) = &item.shape {
                assert!(!text.line.text.ends_with('…'), "{name}: {}", text.line.text);
            }
        }
        let path = keep(&format!("{name}.pdf"), &export::pdf(&scene).unwrap());
        let Some(text) = checked_by("pdftotext", &["-raw"], &path) else {
            return;
        };
        let in_one_line = text.split_whitespace().collect::<Vec<_>>().join(" ");
        for stage in &model.stages {
            assert!(
                in_one_line.contains(&stage.name),
                "{name}: no {}",
                stage.name
            );
        }
    }
}
