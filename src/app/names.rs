//! Names in the window's own words.
//!
//! egui shapes the letters of a script from right to left, but puts one word after the other from
//! left to right. Here words are put as they are seen; who listens hears them as they are read.

use std::borrow::Cow;

use egui::accesskit::Role;
use egui::{Context, Response, Ui, WidgetInfo};

use crate::scene::{Fonts, Weight};

use super::style;

/// Draws a name as a link.
pub fn link_ui(ui: &mut Ui, name: &str) -> Response {
    let response = ui.link(seen(ui.ctx(), name).as_ref());
    heard(&response, Role::Link, name);
    response
}

/// Draws a sentence as a link: it reads from left to right, whatever the name it begins with.
pub fn sentence_link_ui(ui: &mut Ui, sentence: &str) -> Response {
    if reads_one_way(sentence) {
        return ui.link(sentence);
    }
    link_ui(ui, &format!("{LEFT_TO_RIGHT}{sentence}"))
}

/// Returns `from → to`, in this order whatever the names.
pub fn way(from: &str, to: &str) -> String {
    if reads_one_way(from) && reads_one_way(to) {
        return format!("{from} → {to}");
    }
    // Each in an isolate of its own (Unicode, annex 9).
    format!("{LEFT_TO_RIGHT}\u{2068}{from}\u{2069} → \u{2068}{to}\u{2069}")
}

/// A mark that is not seen, after which a text reads from left to right.
const LEFT_TO_RIGHT: char = '\u{200e}';

/// Draws a name.
pub fn name_ui(ui: &mut Ui, name: &str) -> Response {
    let response = ui.label(seen(ui.ctx(), name).as_ref());
    heard(&response, Role::Label, name);
    response
}

/// Tells screen readers the name as it is read, where it is seen otherwise.
pub fn heard(response: &Response, role: Role, name: &str) {
    if reads_one_way(name) {
        return;
    }
    let name = name.to_owned();
    response.widget_info(|| WidgetInfo::labeled(role, true, name.clone()));
}

/// Returns a name with its words in the order in which egui must draw them.
pub fn seen<'a>(ctx: &Context, name: &'a str) -> Cow<'a, str> {
    if reads_one_way(name) {
        return Cow::Borrowed(name);
    }
    Cow::Owned(reordered(name, &style::fonts_of(ctx)))
}

/// Nothing below U+0590 is read from right to left.
fn reads_one_way(name: &str) -> bool {
    name.chars().all(|letter| letter < '\u{590}')
}

fn reordered(name: &str, fonts: &Fonts) -> String {
    let line = fonts.line(name, Weight::Regular);
    let bundled = Weight::Regular.face();
    let mut text = String::new();
    for run in &line.runs {
        let letters = run.letters(&line);
        if !run.is_right_to_left || run.face.is_bundled() {
            text.push_str(&letters);
            continue;
        }
        // egui takes what the bundled font has, such as blanks, from that font: so each word is
        // shaped alone, and the last read comes first.
        let mut parts: Vec<String> = Vec::new();
        let mut was_bundled = None;
        for letter in letters.chars() {
            let is_bundled = bundled.has(letter);
            if was_bundled.replace(is_bundled) == Some(is_bundled) && !is_bundled {
                parts.last_mut().expect("there was one").push(letter);
            } else {
                parts.push(letter.to_string());
            }
        }
        parts.reverse();
        text.push_str(&parts.concat());
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scene::{FontFile, FontSource};

    struct Hebrew;

    impl FontSource for Hebrew {
        fn font_for(&self, letter: char, _: Weight) -> Option<FontFile> {
            ('\u{590}'..'\u{600}')
                .contains(&letter)
                .then(|| FontFile::new(include_bytes!("../../tests/fonts/hebrew.ttf")))
        }
    }

    #[test]
    fn words_stand_as_they_are_seen() {
        let fonts = Fonts::with(Hebrew);
        let check = |name: &str, expected: &str| assert_eq!(reordered(name, &fonts), expected);
        check("שלום", "שלום");
        check("שלום עולם", "עולם שלום");
        check("Edit שלום עולם now", "Edit עולם שלום now");
        check("שלב 2", "2 שלב");
        let plain = |text: String| {
            let is_seen = |letter: &char| !('\u{200b}'..'\u{2070}').contains(letter);
            text.chars().filter(is_seen).collect::<String>()
        };
        let way = reordered(&way("שלום", "עולם אב"), &fonts);
        assert_eq!(plain(way), "שלום → אב עולם");
        let sentence = reordered("\u{200e}שלום has no team.", &fonts);
        assert_eq!(plain(sentence), "שלום has no team.");
    }
}
