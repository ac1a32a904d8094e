//! Drives the window as a user does: with pointer and keys, and by the names of things.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use anabranch::app::{FileDialogs, Picture, ScriptedDialogs, Surroundings, Window};
use anabranch::edit::Selection;
use anabranch::model::{Model, StageId, WorldPoint, WorldRect};
use anabranch::scene::Fonts;
use anabranch::store::{DiskFiles, Files};
use egui::{Event, Key, Modifiers, PointerButton, Pos2, pos2};
use egui_kittest::Harness;
use egui_kittest::kittest::Queryable as _;

/// Returns the display, for one test at a time: windows take the keys from each other.
pub fn screen() -> MutexGuard<'static, ()> {
    static SCREEN: Mutex<()> = Mutex::new(());
    // A test that failed has left it as it is.
    SCREEN.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The window with somebody at it.
pub struct User {
    /// What drives it.
    pub harness: Harness<'static, Window>,
}

impl User {
    /// Starts the program, with a file opened in it when one is given.
    pub fn start(file: Option<&Path>) -> Self {
        Self::start_with(file, Arc::new(DiskFiles))
    }

    /// Starts the program over other files.
    pub fn start_with(file: Option<&Path>, files: Arc<dyn Files + Send + Sync>) -> Self {
        // The same on every machine.
        Self::start_in(file, files, Fonts::bundled())
    }

    /// Starts the program with a folder for journals and backups, and waits until it has looked what is there.
    pub fn start_journaled(
        file: Option<&Path>,
        files: Arc<dyn Files + Send + Sync>,
        data: &Path,
    ) -> Self {
        let mut user = Self::start_as(
            file,
            Surroundings {
                files,
                dialogs: Box::new(ScriptedDialogs::default()),
                settings_path: None,
                data_folder: Some(data.to_owned()),
                claim_folder: None,
                open_elsewhere: |_| Ok(()),
                fonts: Fonts::bundled(),
            },
        );
        std::thread::sleep(Duration::from_millis(300));
        user.settle();
        user
    }

    /// Starts the program with other fonts.
    pub fn start_in(
        file: Option<&Path>,
        files: Arc<dyn Files + Send + Sync>,
        fonts: Fonts,
    ) -> Self {
        Self::start_as(
            file,
            Surroundings {
                files,
                dialogs: Box::new(ScriptedDialogs::default()),
                settings_path: None,
                data_folder: None,
                claim_folder: None,
                open_elsewhere: |_| Ok(()),
                fonts,
            },
        )
    }

    /// Starts the program in other surroundings.
    pub fn start_as(file: Option<&Path>, surroundings: Surroundings) -> Self {
        let file = file.map(Path::to_owned);
        let mut harness = Harness::builder()
            .with_size(egui::vec2(1440.0, 900.0))
            .with_step_dt(1.0 / 60.0)
            .with_max_steps(64)
            .allow_missing_glyphs()
            .build_eframe(move |creation| {
                Window::new(&creation.egui_ctx, surroundings, file.as_deref())
            });
        harness.step();
        harness.step();
        Self { harness }
    }

    /// Starts the program and begins a new stream.
    pub fn start_empty() -> Self {
        let mut user = Self::start(None);
        user.press_button("New stream");
        user
    }

    /// Returns the window.
    pub fn window(&self) -> &Window {
        self.harness.state()
    }

    /// Returns the document's model.
    pub fn model(&self) -> &Model {
        self.window().document().model()
    }

    /// Lets a few frames pass.
    pub fn settle(&mut self) {
        self.harness.run_steps(4);
    }

    /// Answers the next questions for files with these.
    pub fn will_answer(&mut self, answers: impl IntoIterator<Item = Option<PathBuf>>) {
        let dialogs: Box<dyn FileDialogs> = Box::new(ScriptedDialogs::new(answers));
        self.harness.state_mut().set_dialogs(dialogs);
    }

    /// Asks for something as panels do.
    pub fn carry_out(&mut self, command: anabranch::app::Command) {
        self.harness.state_mut().ask_for(command);
        self.settle();
    }

    /// Selects these.
    pub fn select(&mut self, selection: Selection) {
        self.harness.state_mut().select(selection);
        self.settle();
    }

    /// Makes the window light or dark.
    pub fn choose_theme(&mut self, theme: egui::ThemePreference) {
        self.harness.ctx.set_theme(theme);
        self.settle();
    }

    /// Presses the button of this name.
    pub fn press_button(&mut self, name: &str) {
        self.harness
            .get_by_role_and_label(egui::accesskit::Role::Button, name)
            .click();
        self.settle();
    }

    /// Presses a key.
    pub fn press(&mut self, modifiers: Modifiers, key: Key) {
        self.harness.key_press_modifiers(modifiers, key);
        self.settle();
    }

    /// Types a text into what has the focus.
    pub fn type_text(&mut self, text: &str) {
        self.harness.event(Event::Text(text.to_owned()));
        self.settle();
    }

    /// Puts a value into the field of this name and leaves it.
    pub fn fill(&mut self, field: &str, value: &str) {
        self.harness
            .get_by_role_and_label(egui::accesskit::Role::TextInput, field)
            .focus();
        self.settle();
        self.press(Modifiers::COMMAND, Key::A);
        self.type_text(value);
        self.press(Modifiers::NONE, Key::Enter);
    }

    /// Moves the pointer somewhere.
    pub fn hover(&mut self, at: Pos2) {
        self.harness.hover_at(at);
        self.settle();
    }

    fn button(&mut self, at: Pos2, pressed: bool) {
        self.harness.event(Event::PointerButton {
            pos: at,
            button: PointerButton::Primary,
            pressed,
            modifiers: Modifiers::NONE,
        });
    }

    /// Presses the button somewhere and holds it.
    pub fn press_down(&mut self, at: Pos2) {
        self.hover(at);
        self.button(at, true);
        self.harness.step();
    }

    /// Lets the button go somewhere.
    pub fn let_go(&mut self, at: Pos2) {
        self.button(at, false);
        self.settle();
    }

    /// Clicks somewhere.
    pub fn click(&mut self, at: Pos2) {
        self.hover(at);
        self.button(at, true);
        self.harness.step();
        self.button(at, false);
        // Longer than a double click may take.
        self.harness.run_steps(24);
    }

    /// Clicks with the secondary button.
    pub fn secondary_click(&mut self, at: Pos2) {
        self.hover(at);
        for pressed in [true, false] {
            self.harness.event(Event::PointerButton {
                pos: at,
                button: PointerButton::Secondary,
                pressed,
                modifiers: Modifiers::NONE,
            });
            self.harness.step();
        }
        self.settle();
    }

    /// Clicks so quickly that the button is down and up again within one frame.
    pub fn quick_click(&mut self, at: Pos2) {
        self.hover(at);
        self.harness.run_steps(24);
        self.button(at, true);
        self.button(at, false);
        self.settle();
    }

    /// Double-clicks somewhere.
    pub fn double_click(&mut self, at: Pos2) {
        self.hover(at);
        // Longer after the last click than a double click may take.
        self.harness.run_steps(24);
        for pressed in [true, false, true, false] {
            self.button(at, pressed);
            self.harness.step();
        }
        self.settle();
    }

    /// Drags from one place to another.
    pub fn drag(&mut self, from: Pos2, to: Pos2) {
        self.hover(from);
        self.button(from, true);
        self.harness.step();
        for n in 1..=4 {
            self.harness.hover_at(from + (to - from) * (n as f32 / 4.0));
            self.harness.step();
        }
        self.button(to, false);
        self.settle();
    }

    /// Returns where in the window a point of the canvas is.
    pub fn on_screen(&self, at: WorldPoint) -> Pos2 {
        let at = self.window().canvas().viewport.screen_from_world(at);
        pos2(at.x, at.y)
    }

    /// Returns a place of the empty canvas, so many points from the middle of what is seen.
    pub fn on_canvas(&self, x: f32, y: f32) -> Pos2 {
        self.on_screen(self.window().canvas().viewport.visible().center()) + egui::vec2(x, y)
    }

    /// Returns the picture.
    pub fn picture(&self) -> &Picture {
        self.window().picture().expect("the canvas has been drawn")
    }

    /// Returns the stage of this name.
    pub fn stage(&self, name: &str) -> StageId {
        let found = self.model().stages.iter().find(|stage| stage.name == name);
        found
            .unwrap_or_else(|| panic!("there is no stage {name}"))
            .id
    }

    /// Returns where a stage's card stands on the canvas.
    pub fn card(&self, name: &str) -> WorldRect {
        let at = self
            .model()
            .stages
            .position(self.stage(name))
            .expect("just found");
        self.picture().layout.stages[at]
    }

    /// Waits until the numbers of the newest revision are final.
    pub fn wait_for_numbers(&mut self) {
        let begin = Instant::now();
        while self.window().results().final_numbers().is_none() {
            assert!(
                begin.elapsed() < Duration::from_secs(120),
                "no numbers came"
            );
            std::thread::sleep(Duration::from_millis(5));
            self.harness.step();
        }
        self.settle();
    }

    /// Waits until something is wrong or doubtful.
    pub fn wait_for_problems(&mut self) {
        let begin = Instant::now();
        while self.window().results().problems().is_empty() {
            assert!(begin.elapsed() < Duration::from_secs(60), "no problems");
            std::thread::sleep(Duration::from_millis(5));
            self.harness.step();
        }
        self.settle();
    }

    /// Returns the mean lead time shown, in seconds.
    pub fn mean_lead_time(&mut self) -> f64 {
        self.wait_for_numbers();
        let numbers = self
            .window()
            .results()
            .final_numbers()
            .expect("just waited for");
        numbers.study.mean_lead_time().expect("it settles").value
    }
}
