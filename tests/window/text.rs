//! The letters on the screen are where the Scene says: egui's widths agree with its own.

use anabranch::app::{install_fonts, lay_out};
use anabranch::scene::{Fonts, Line, Weight};

use crate::fonts::{NAMES, fonts};

#[test]
fn widths_on_screen_agree_with_the_scene_at_five_zooms() {
    let ctx = egui::Context::default();
    install_fonts(&ctx, &Fonts::bundled());
    let texts = [
        "Legal review",
        "Rights & compliance",
        "3 d",
        "4 h – 2 d",
        "85 %",
        "Tue 10:00",
        "AVATAR Wave Ty. To",
        "Überprüfung 0123456789",
        "Каталог Ελληνικά",
    ];
    let mut worst: f32 = 0.0;
    let mut output = ctx.run_ui(egui::RawInput::default(), |ui| {
        for zoom in [0.5, 0.75, 1.0, 1.5, 3.0] {
            for weight in Weight::ALL {
                for size in [11.0, 13.0, 15.0] {
                    for text in texts {
                        let galley = lay_out(ui.ctx(), text, weight.face(), size * zoom);
                        let width = Line::of(text, weight).width * size * zoom;
                        let off = (galley.size().x - width).abs() / width;
                        worst = worst.max(off);
                        assert!(
                            off < 0.02,
                            "{text:?} at {size}×{zoom}: {} and {width}",
                            galley.size().x
                        );
                    }
                }
            }
        }
    });
    // Nobody draws these.
    output.textures_delta.clear();
    println!("the widest difference is {:.2} %", worst * 100.0);
}

#[test]
fn letters_of_every_script_stand_where_the_scene_says() {
    let ctx = egui::Context::default();
    let fonts = fonts();
    install_fonts(&ctx, &fonts);
    // Found before the window draws them, as when a scene is made.
    let odd = ["\u{13a0}\u{13a1}", "ꙮ Legal", "שלום (שלב 2)", "۱۲۳ ٤٥"];
    let lines: Vec<_> = NAMES
        .into_iter()
        .chain(odd)
        .flat_map(|text| Weight::ALL.map(|weight| fonts.line(text, weight)))
        .collect();
    let mut compared = 0;
    let mut output = ctx.run_ui(egui::RawInput::default(), |ui| {
        for zoom in [0.5, 1.0, 1.5, 3.0, 6.0] {
            let size = 15.0 * zoom;
            for line in &lines {
                for run in &line.runs {
                    let letters = run.letters(line);
                    let galley = lay_out(ui.ctx(), &letters, run.face, size);
                    let width = run.width * size;
                    assert!(
                        (galley.size().x - width).abs() < 0.02 * width + 0.5,
                        "{letters:?} of {:?}: {} and {width}",
                        line.text,
                        galley.size().x
                    );
                    let shown: Vec<f32> = galley.rows[0]
                        .glyphs
                        .iter()
                        .filter(|glyph| !glyph.uv_rect.is_nothing())
                        .map(|glyph| glyph.pos.x)
                        .collect();
                    let meant: Vec<f32> = line.glyphs[run.glyphs.clone()]
                        .iter()
                        .filter(|glyph| !run.face.outline(glyph.id).segments.is_empty())
                        .map(|glyph| (glyph.x - run.x) * size)
                        .collect();
                    assert_eq!(shown.len(), meant.len(), "{letters:?} of {:?}", line.text);
                    for (shown, meant) in shown.iter().zip(&meant) {
                        compared += 1;
                        // The screen puts letters on whole pixels.
                        assert!(
                            (shown - meant).abs() <= 1.01,
                            "{letters:?}: {shown} {meant}"
                        );
                    }
                }
            }
        }
    });
    output.textures_delta.clear();
    assert!(compared > 1000, "{compared}");
}
