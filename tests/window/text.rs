//! The letters on the screen are where the Scene says: egui's widths agree with its own.

use anabranch::app::{install_fonts, lay_out};
use anabranch::scene::{Line, Weight};

#[test]
fn widths_on_screen_agree_with_the_scene_at_five_zooms() {
    let ctx = egui::Context::default();
    install_fonts(&ctx);
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
                        let galley = lay_out(ui.ctx(), text, weight, size * zoom);
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
