//! Tidying up: worked out in a thread, carried out as one edit, and shown as a movement.

use std::rc::Rc;
use std::sync::Arc;
use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::time::{Duration, Instant};

use egui::{Align2, Area, Context, Id, ProgressBar, vec2};

use crate::app::canvas::Picture;
use crate::app::mishap::watched;
use crate::edit;
use crate::layout::{Tidied, TidyControl};
use crate::model::{StageId, WorldPoint};
use crate::scene;

use super::Window;

/// What takes longer than this shows how far it is, and can be cancelled.
const BLINK: Duration = Duration::from_millis(60);

/// How long cards glide to their new places, in seconds.
const GLIDE: f64 = 0.35;

/// More cards than this do not glide: nobody could follow them all.
const MOST_GLIDING: usize = 300;

/// A frame of a glide that takes longer than this ends it.
const LONGEST_FRAME: Duration = Duration::from_millis(40);

/// Tidying up that is under way.
pub(super) struct Tidying {
    /// What it is about.
    revision: u64,
    control: Arc<TidyControl>,
    answer: Receiver<Option<Tidied>>,
}

impl Drop for Tidying {
    fn drop(&mut self) {
        self.control.cancel();
    }
}

/// Cards on the way to their new places.
pub(super) struct Glide {
    /// The revision in which they stand there.
    revision: u64,
    /// When it began, in seconds of the window's clock.
    since: f64,
    ways: Vec<(StageId, WorldPoint, WorldPoint)>,
}

impl Window {
    /// Begins to tidy up what is selected, or everything when that is less than two stages.
    pub(super) fn tidy_up(&mut self, ctx: &Context) {
        self.refresh(ctx);
        let Some(picture) = self.picture.clone() else {
            return;
        };
        let model = self.document.model();
        let selected = edit::with_members(model, self.document.selection()).stages();
        let chosen = if selected.len() < 2 {
            Vec::new()
        } else {
            selected
        };
        let control = Arc::new(TidyControl::default());
        let (out, answer) = mpsc::channel();
        let model = self.document.shared_model();
        let fonts = self.surroundings.fonts.clone();
        let (wakes, asked) = (ctx.clone(), Arc::clone(&control));
        // Not the picture itself: it goes on with the next edit.
        let (flow, layout) = (Arc::clone(&picture.flow), Arc::clone(&picture.layout));
        let work = move || {
            let tidied = watched(|| scene::tidy(&model, &flow, &layout, &chosen, &fonts, &asked));
            if let Ok(tidied) = tidied {
                // The window may be gone; then nobody listens.
                let _nobody_listens = out.send(tidied);
            }
            drop(out);
            wakes.request_repaint();
        };
        let thread = std::thread::Builder::new().name("tidying up".to_owned());
        if let Err(error) = thread.spawn(work) {
            let now = ctx.input(|input| input.time);
            self.canvas
                .say(format!("Tidying up cannot begin: {error}."), now);
            return;
        }
        // One that is under way already ends here.
        self.tidying = Some(Tidying {
            revision: self.document.revision(),
            control,
            answer,
        });
        self.take_in_tidying(BLINK, ctx);
    }

    /// Carries out what was worked out, if it is there after so long.
    pub(super) fn take_in_tidying(&mut self, wait: Duration, ctx: &Context) {
        let Some(tidying) = &self.tidying else { return };
        let now = ctx.input(|input| input.time);
        let sentence = match tidying.answer.recv_timeout(wait) {
            Err(RecvTimeoutError::Timeout) => return,
            Err(RecvTimeoutError::Disconnected) => {
                Some("Tidying up failed: the program itself is at fault. Nothing has changed.")
            }
            Ok(None) => None,
            Ok(Some(_)) if tidying.revision != self.document.revision() => {
                Some("The drawing has changed meanwhile, so it was not tidied up.")
            }
            Ok(Some(tidied)) => self.tidied(&tidied, now),
        };
        self.tidying = None;
        if let Some(sentence) = sentence {
            self.canvas.say(sentence.to_owned(), now);
        }
    }

    /// Puts everything at its new place. Returns what there is to say.
    fn tidied(&mut self, tidied: &Tidied, now: f64) -> Option<&'static str> {
        let model = self.document.shared_model();
        let changes = edit::put(&model, &tidied.stages, &tidied.notes, &tidied.ways);
        if changes.is_empty() {
            return Some("Everything is tidy already.");
        }
        let picture = self.picture.clone();
        let stood = |id| {
            let at = model.stages.position(id)?;
            let rect = picture.as_ref()?.layout.stages.get(at)?;
            Some(rect.min)
        };
        let stages = tidied.stages.iter();
        let ways = stages.filter_map(|&(id, to)| Some((id, stood(id)?, to)));
        let ways: Vec<_> = ways.filter(|(_, from, to)| from != to).collect();
        self.edit("Tidy up".to_owned(), &changes, None, now);
        if !self.settings.reduces_motion && model.stages.len() <= MOST_GLIDING {
            self.glide = Some(Glide {
                revision: self.document.revision(),
                since: now,
                ways,
            });
        }
        None
    }

    /// Returns whether something was under way that has been cancelled by this.
    pub(super) fn cancel_tidying(&mut self) -> bool {
        self.tidying.take().is_some()
    }

    /// Returns what the canvas shows while cards glide; nothing when none do.
    pub(super) fn gliding(&mut self, picture: &Picture, ctx: &Context) -> Option<Rc<Picture>> {
        let glide = self.glide.as_ref()?;
        let share = (ctx.input(|input| input.time) - glide.since) / GLIDE;
        if share >= 1.0 || glide.revision != picture.key.revision {
            self.glide = None;
            return None;
        }
        let started = Instant::now();
        // Slow at both ends.
        let share = share.max(0.0);
        let share = share * share * (3.0 - 2.0 * share);
        let mut between = self.document.model().clone();
        let ways = glide.ways.iter();
        let ways = ways.map(|&(id, from, to)| {
            let x = from.x + (to.x - from.x) * share;
            let y = from.y + (to.y - from.y) * share;
            (id, WorldPoint::new(x.round(), y.round()))
        });
        let changes = edit::put(&between, &ways.collect::<Vec<_>>(), &[], &[]);
        if edit::apply_all(&mut between, &changes).is_err() {
            self.glide = None;
            return None;
        }
        let key = picture.key.clone();
        let shown = Picture::of(&between, key, &self.surroundings.fonts);
        if started.elapsed() > LONGEST_FRAME {
            self.glide = None;
        }
        ctx.request_repaint();
        Some(Rc::new(shown))
    }

    /// Shows how far tidying up is, with a button that ends it.
    pub(super) fn tidying_ui(&mut self, ctx: &Context) {
        let Some(tidying) = &self.tidying else { return };
        let share = tidying.control.progress();
        let area = Area::new(Id::unique("tidying")).anchor(Align2::CENTER_CENTER, vec2(0.0, 0.0));
        let is_cancelled = area.show(ctx, |ui| {
            egui::Frame::popup(ui.style()).show(ui, |ui| {
                ui.set_width(280.0);
                ui.label("Tidying up…");
                ui.add(ProgressBar::new(share as f32).show_percentage());
                ui.button("Cancel").clicked()
            })
        });
        if is_cancelled.inner.inner {
            self.cancel_tidying();
        } else {
            // So that the bar goes on; what was worked out wakes the window by itself.
            ctx.request_repaint_after(Duration::from_millis(100));
        }
    }
}
