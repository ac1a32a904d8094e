//! Other scripts than Latin, Greek and Cyrillic: shaped, reordered, found again in exports; and
//! letters that no font has.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use anabranch::export;
use anabranch::graph::Flow;
use anabranch::model::{
    At, Group, GroupId, Handoff, HandoffId, HandoffKind, Model, Note, NoteId, NoteKind, Phase,
    Severity, Stage, StageId, Team, TeamId,
};
use anabranch::scene::{
    DrawOptions, FontFile, FontSource, Fonts, Line, Scene, Shape, Target, Theme, Weight,
    missing_letters, picture,
};

use crate::export::{checked_by, compare_with_resvg, keep};
use crate::fonts::{NAMES, TestFonts, fonts};

/// Stages with the names of all scripts, one after another.
pub fn model() -> Model {
    let mut model = Model {
        name: "كل الخطوط".to_owned(),
        ..Model::default()
    };
    let team = TeamId::new("team").unwrap();
    model.teams.push(Team::new(team, "法務 (قانونية)"));
    for (n, name) in NAMES.into_iter().enumerate() {
        let id = |n: usize| StageId::new(&format!("s{n}")).unwrap();
        let mut stage = Stage::new(id(n), name);
        stage.team = Some(team);
        stage.work = Some("4h".parse().unwrap());
        model.stages.push(stage);
        if n > 0 {
            let handoff = HandoffId::new(&format!("h{n}")).unwrap();
            model.handoffs.push(Handoff::new(handoff, id(n - 1), id(n)));
        }
    }
    model
}

fn drawn(model: &Model, theme: Theme) -> Scene {
    let options = DrawOptions {
        theme,
        fonts: fonts(),
        ..DrawOptions::default()
    };
    picture(model, &Flow::of(model), &options).0
}

fn glyphs_of<'a>(line: &'a Line, text: &str) -> Vec<(u16, &'a str)> {
    let start = line.text.find(text).unwrap();
    let of = start..start + text.len();
    line.glyphs
        .iter()
        .filter(|glyph| glyph.text.start >= of.start && glyph.text.end <= of.end)
        .map(|glyph| (glyph.id, &line.text[glyph.text.clone()]))
        .collect()
}

#[test]
fn every_export_has_every_script() {
    let model = model();
    for theme in Theme::ALL {
        let scene = drawn(&model, theme);
        assert!(scene.missing().is_empty());
        compare_with_resvg(&format!("scripts-{}", theme.name()), &scene);
    }
    let scene = drawn(&model, Theme::Light);
    // Also when a band ends in the middle of a letter: see `export::png`.
    let svg = export::svg(&scene);
    assert!(svg.contains("aria-label=\"مراجعة قانونية\""));
    let pdf = keep("scripts.pdf", &export::pdf(&scene).unwrap());
    checked_by("qpdf", &["--check"], &pdf);
    let Some(text) = checked_by("pdftotext", &[], &pdf) else {
        return;
    };
    let squeezed = |text: &str| {
        let is_kept = |letter: &char| letter.is_alphanumeric();
        text.chars().filter(is_kept).collect::<String>()
    };
    for name in NAMES {
        for word in name.split([' ', '、', '-']) {
            let is_there = squeezed(&text).contains(&squeezed(word));
            assert!(is_there, "no {word} of {name} in {text}");
        }
    }
}

#[test]
fn arabic_letters_are_joined_and_stand_from_right_to_left() {
    let fonts = fonts();
    let line = fonts.line("سلام لا", Weight::Regular);
    assert!(line.missing.is_empty());
    assert_eq!(line.runs.len(), 1);
    assert!(line.runs[0].is_right_to_left);
    // What is read first stands last.
    let order: Vec<usize> = line.glyphs.iter().map(|glyph| glyph.text.start).collect();
    assert!(order.is_sorted_by(|a, b| a > b), "{order:?}");
    // In the middle of a word a letter has another form than alone; lam and alef become one.
    let alone = fonts.line("م", Weight::Regular).glyphs[0].id;
    let beside = fonts.line("مم", Weight::Regular);
    assert!(beside.glyphs.iter().all(|glyph| glyph.id != alone));
    assert_eq!(glyphs_of(&line, "لا").first().unwrap().1, "لا");
}

#[test]
fn texts_of_two_directions_are_reordered() {
    let fonts = fonts();
    let line = fonts.line("עריכה (שלב 2)", Weight::Regular);
    let seen: Vec<&str> = line
        .runs
        .iter()
        .map(|run| &line.text[run.text.clone()])
        .collect();
    // From the left: the figure, then the words; the brackets are those of the bundled font or of
    // the script's, turned round.
    assert_eq!(seen.concat().chars().count(), line.text.chars().count());
    let place = |letters: &str| {
        let start = line.text.find(letters).unwrap();
        let glyph = line.glyphs.iter().find(|glyph| glyph.text.start == start);
        glyph.unwrap().x
    };
    assert!(place(")") < place("2"), "{seen:?}");
    assert!(place("2") < place("ב"));
    assert!(place("ש") < place("("));
    assert!(place("(") < place("ה"));
    let bracket = |line: &Line, at: usize| {
        let glyph = line.glyphs.iter().find(|glyph| glyph.text.start == at);
        glyph.unwrap().id
    };
    // `(` is read first and opens to the left: it has the shape of `)`.
    let latin = fonts.line("(a)", Weight::Regular);
    let open = line.text.find('(').unwrap();
    let run = line.runs.iter().find(|run| run.text.contains(&open));
    if run.unwrap().face.is_bundled() {
        assert_eq!(bracket(&line, open), bracket(&latin, 2));
    }
}

#[test]
fn digits_of_persian_keep_their_order() {
    let fonts = fonts();
    let line = fonts.line("الحلقة ۱۲۳", Weight::Regular);
    let digits = line.runs.iter().find(|run| {
        let letters = &line.text[run.text.clone()];
        letters.contains('۱')
    });
    let digits = digits.unwrap();
    assert!(!digits.is_right_to_left);
    let first = line.glyphs[digits.glyphs.clone()].first().unwrap();
    assert!(line.text[first.text.clone()].starts_with('۱'));
    // Somebody who takes Arabic digits for letters to be read from the right gets them turned.
    assert_eq!(digits.letters(&line), "۳۲۱");
    let plain = fonts.line("مراجعة", Weight::Regular);
    assert_eq!(plain.runs[0].letters(&plain), "مراجعة");
}

#[test]
fn marks_belong_to_their_letters() {
    let fonts = fonts();
    for text in ["क्षेत्र", "ที่", "שָׁלוֹם"] {
        let line = fonts.line(text, Weight::Regular);
        assert!(line.missing.is_empty(), "{text}");
        assert_eq!(line.runs.len(), 1, "{text}");
        let has_mark_in_place = line.glyphs.iter().any(|glyph| glyph.advance == 0.0)
            || line.glyphs.len() < text.chars().count();
        assert!(has_mark_in_place, "{text} {:?}", line.glyphs);
    }
}

#[test]
fn blanks_and_marks_of_a_script_stay_with_it() {
    let fonts = fonts();
    let runs = |text: &str| {
        let line = fonts.line(text, Weight::Regular);
        let runs = line.runs.iter();
        runs.map(|run| {
            (
                line.text[run.text.clone()].to_owned(),
                run.face.is_bundled(),
            )
        })
        .collect::<Vec<_>>()
    };
    let one = |text: &str, is_bundled| vec![(text.to_owned(), is_bundled)];
    assert_eq!(runs("مراجعة قانونية"), one("مراجعة قانونية", false));
    assert_eq!(runs("审核、发布"), one("审核、发布", false));
    assert_eq!(runs("a、b").len(), 3);
    assert_eq!(
        runs("Legal 法务 3"),
        [
            ("Legal ".to_owned(), true),
            ("法务".to_owned(), false),
            (" 3".to_owned(), true)
        ]
    );
}

#[test]
fn a_heavier_weight_has_its_own_face_where_there_is_one() {
    let fonts = fonts();
    let face = |text: &str, weight: Weight| fonts.line(text, weight).runs[0].face;
    assert_ne!(
        face("שלום", Weight::Regular),
        face("שלום", Weight::SemiBold)
    );
    assert_eq!(
        face("审核", Weight::Regular),
        face("审核", Weight::SemiBold)
    );
    // A variable font is one file: it is asked for the weight.
    let width = |weight: Weight| fonts.line("\u{13a0}", weight).width;
    let expected = |weight: f32| (600.0 + (weight - 100.0) / 8.0) / 1000.0;
    assert!((width(Weight::Regular) - expected(400.0)).abs() < 1e-3);
    assert!((width(Weight::SemiBold) - expected(600.0)).abs() < 1e-3);
    let right_end = |weight: Weight| {
        let face = face("\u{13a0}", weight);
        let glyph = fonts.line("\u{13a0}", weight).glyphs[0].id;
        face.outline(glyph).bounds().right()
    };
    assert!(right_end(Weight::SemiBold) - right_end(Weight::Regular) > 0.02);
}

#[test]
fn faces_do_not_depend_on_what_was_asked_before() {
    let ids = |order: &mut dyn Iterator<Item = &str>| {
        let fonts = fonts();
        let mut lines: Vec<(String, Vec<(u16, usize)>)> = order
            .map(|text| {
                let line = fonts.line(text, Weight::Regular);
                let glyphs = line.runs.iter().flat_map(|run| {
                    let glyphs = line.glyphs[run.glyphs.clone()].iter();
                    glyphs.map(|glyph| (glyph.id, run.face.bytes.len()))
                });
                (text.to_owned(), glyphs.collect())
            })
            .collect();
        lines.sort();
        lines
    };
    assert_eq!(
        ids(&mut NAMES.into_iter()),
        ids(&mut NAMES.into_iter().rev())
    );
}

#[test]
fn text_without_blanks_is_broken_between_its_letters() {
    let lines = fonts().wrapped("法务审核、发布翻译", Weight::SemiBold, 15.0, 80.0, 2);
    let texts: Vec<&str> = lines.iter().map(|line| line.text.as_str()).collect();
    assert_eq!(texts.concat(), "法务审核、发布翻译");
    assert_eq!(texts.len(), 2);
    for line in &lines {
        assert!(line.width * 15.0 <= 80.0);
        assert!(!line.text.starts_with('、'), "{texts:?}");
    }
}

/// Counts how often it is asked, and has nothing.
struct Asked(Arc<AtomicUsize>);

impl FontSource for Asked {
    fn font_for(&self, _: char, _: Weight) -> Option<FontFile> {
        self.0.fetch_add(1, Ordering::Relaxed);
        None
    }
}

#[test]
fn other_fonts_are_looked_for_only_when_a_letter_needs_one() {
    let asked = Arc::new(AtomicUsize::new(0));
    let fonts = Fonts::with(Asked(Arc::clone(&asked)));
    let (series, flow, _) = crate::scene::series();
    let options = DrawOptions {
        fonts: fonts.clone(),
        ..DrawOptions::default()
    };
    assert_eq!(missing_letters(&series, &fonts), []);
    picture(&series, &flow, &options);
    fonts.line("Überprüfung Каталог Ελληνικά €", Weight::Regular);
    assert_eq!(asked.load(Ordering::Relaxed), 0);
    for _ in 0..3 {
        fonts.line("审", Weight::Regular);
        missing_letters(&model(), &fonts);
    }
    let letters: std::collections::BTreeSet<char> = model()
        .stages
        .iter()
        .flat_map(|stage| stage.name.chars().collect::<Vec<_>>())
        .collect();
    let most = 2 * letters.len();
    let times = asked.load(Ordering::Relaxed);
    assert!(0 < times && times <= most, "{times} of {most}");
}

#[test]
fn a_letter_that_no_font_has_is_a_box_and_a_problem() {
    let mut model = model();
    assert_eq!(missing_letters(&model, &fonts()), []);
    let id = |name: &str| StageId::new(name).unwrap();
    model
        .stages
        .update(|_| true, |stage| stage.name = "Legal".to_owned());
    model
        .teams
        .update(|_| true, |team| "Post".clone_into(&mut team.name));
    let mut odd = Stage::new(id("odd"), "Œuvre ꙮ ꙮ ᚠᚢᚦᚨᚱᚲ");
    odd.phase = Some(Phase::Own("ᚠ".to_owned()));
    model.stages.push(odd);
    let handoff = HandoffId::new("back").unwrap();
    let mut back = Handoff::new(handoff, id("odd"), id("s0"));
    back.kind = HandoffKind::Feedback;
    "ᚠ".clone_into(&mut back.artifact);
    model.handoffs.push(back);
    let group = GroupId::new("g").unwrap();
    model.groups.push(Group {
        id: group,
        name: "ᚠ".to_owned(),
        stages: vec![id("odd")],
        is_collapsed: false,
        colour: None,
    });
    let note = NoteId::new("n").unwrap();
    model.notes.push(Note {
        id: note,
        kind: NoteKind::Sticky,
        text: "a\nᚠ".to_owned(),
        at: Default::default(),
    });
    let fonts = fonts();
    let problems = missing_letters(&model, &fonts);
    let places: Vec<(At, &str)> = problems
        .iter()
        .map(|problem| (problem.at, problem.field.unwrap()))
        .collect();
    assert_eq!(
        places,
        [
            (At::Stage(id("odd")), "name"),
            (At::Stage(id("odd")), "phase"),
            (At::Handoff(handoff), "artifact"),
            (At::Group(group), "name"),
            (At::Note(note), "text"),
        ]
    );
    assert!(problems.iter().all(|problem| {
        problem.severity == Severity::Warning
            && problem.code == "missing-letters"
            && problem.hint.is_some()
    }));
    assert_eq!(
        problems[0].message,
        "The name of Œuvre ꙮ ꙮ ᚠᚢᚦᚨᚱᚲ has letters that no font here has, drawn as boxes: ꙮ (U+A66E), ᚠ (U+16A0), \
         ᚢ (U+16A2), ᚦ (U+16A6), ᚨ (U+16A8) and 2 more"
    );
    assert_eq!(
        problems[1].message,
        "The phase of Œuvre ꙮ ꙮ ᚠᚢᚦᚨᚱᚲ has a letter that no font here has, drawn as a box: ᚠ (U+16A0)"
    );
    // Each is the bundled font's box.
    let options = DrawOptions {
        fonts,
        ..DrawOptions::default()
    };
    let (scene, _) = picture(&model, &Flow::of(&model), &options);
    assert!(scene.missing().contains(&'ꙮ') && scene.missing().contains(&'ᚠ'));
    let boxes = scene
        .items_of(Target::Stage(id("odd")))
        .find_map(|item| match &item.shape {
            Shape::Text(text) if text.line.text.contains('ꙮ') => Some(text.line.clone()),
            _ => None,
        })
        .unwrap();
    let of_odd = glyphs_of(&boxes, "ꙮ");
    assert_eq!(of_odd[0].0, 0);
    compare_with_resvg("missing", &scene);
}

#[test]
fn symbols_and_pictures_of_any_kind_do_no_harm() {
    let fonts = fonts();
    for text in [
        "👩\u{200d}💻 🇩🇪 1\u{fe0f}\u{20e3}",
        "a\u{200d}",
        "\u{301}",
        "ن\u{301}a",
        "\u{202e}abc\u{202c}",
        "\u{2067}שלום\u{2069}",
        "\u{200f}",
        "审\u{301}",
        "\u{1f3fb}",
    ] {
        for weight in Weight::ALL {
            let line = fonts.line(text, weight);
            assert!(line.width.is_finite(), "{text:?}");
            let mut covered: Vec<_> = line.runs.iter().map(|run| run.text.clone()).collect();
            covered.sort_by_key(|range| range.start);
            let end = covered.iter().fold(0, |end, range| {
                assert_eq!(range.start, end, "{text:?}");
                range.end
            });
            assert_eq!(end, line.text.len(), "{text:?}");
        }
    }
    // What is never seen is never missing.
    let line = fonts.line("a\u{200d}\u{fe0f}b", Weight::Regular);
    assert!(line.missing.is_empty());
}

#[test]
fn the_systems_fonts_can_be_asked() {
    // What is there depends on the machine; that an answer is a font that has the letter does not.
    let fonts = Fonts::system();
    for letter in ['ש', '中', 'क', '🎬', '\u{2fffe}'] {
        if let Some(face) = fonts.face_for(letter, Weight::SemiBold) {
            assert!(face.has(letter));
            assert_eq!(fonts.face(face.id), Some(face));
        }
    }
    assert_eq!(fonts.face_for('\u{2fffe}', Weight::Regular), None);
    let _is_a_source = TestFonts.font_for('ש', Weight::Regular);
}
