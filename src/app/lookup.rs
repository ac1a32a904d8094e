//! Answers of the disk for what is drawn in every frame: asked when it is first shown and when the
//! window gains the focus, never in the frame itself. A share that does not answer holds up the one
//! thread that asks it.

use std::borrow::Borrow;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::mpsc::{self, Receiver, Sender};

use egui::Context;

use crate::scene::Fonts;
use crate::store::{self, Backup, Files};

use super::pattern_palette::{OwnPattern, read_patterns};
use super::thumbnails::Thumbnails;

/// What menus and the start screen want to know of files.
pub struct Lookups {
    is_there: Lookup<bool>,
    backups: Lookup<Vec<Backup>>,
    patterns: Lookup<Vec<OwnPattern>>,
    /// Small pictures of drawings.
    pub thumbnails: Thumbnails,
}

impl Lookups {
    /// Makes it, with the folder that backups are kept in, and what letters are drawn with.
    pub fn new(
        files: &Arc<dyn Files + Send + Sync>,
        backups: Option<PathBuf>,
        fonts: &Fonts,
    ) -> Self {
        let (is_there, earlier) = (Arc::clone(files), Arc::clone(files));
        let own = Arc::clone(files);
        Self {
            is_there: Lookup::new(
                move |path: &PathBuf| matches!(is_there.state(path), Ok(Some(state)) if state.is_file),
            ),
            // Where the folder cannot be read there are none to be opened.
            backups: Lookup::new(move |path: &PathBuf| {
                backups
                    .as_deref()
                    .and_then(|folder| store::backups(&*earlier, folder, path).ok())
                    .unwrap_or_default()
            }),
            thumbnails: Thumbnails::new(files, fonts),
            patterns: Lookup::new(move |folder: &PathBuf| read_patterns(&*own, folder)),
        }
    }

    /// Returns whether a file is there. While that is not known it counts as being there: opening it
    /// says what is wrong.
    pub fn is_there(&mut self, ctx: &Context, path: &Path) -> bool {
        self.is_there.answer(ctx, path).copied().unwrap_or(true)
    }

    /// Returns the patterns in a folder; none while that is not known.
    pub fn patterns(&mut self, ctx: &Context, folder: &Path) -> Option<&[OwnPattern]> {
        self.patterns.answer(ctx, folder).map(Vec::as_slice)
    }

    /// Returns what a file held before it was saved, the latest first; none while that is not known.
    pub fn backups(&mut self, ctx: &Context, path: &Path) -> Option<&[Backup]> {
        self.backups.answer(ctx, path).map(Vec::as_slice)
    }
}

/// One question about paths, or about something else, and its answers so far.
pub struct Lookup<A, K = PathBuf> {
    ask: Arc<dyn Fn(&K) -> A + Send + Sync>,
    entries: BTreeMap<K, Entry<A>>,
    told: Sender<(K, A)>,
    answers: Receiver<(K, A)>,
    had_focus: bool,
    /// How often the window has gained the focus.
    focused: u64,
}

struct Entry<A> {
    answer: Option<A>,
    /// The frame in which it was last shown.
    shown: u64,
    /// How often the window had gained the focus when it was asked for.
    asked: Option<u64>,
    is_under_way: bool,
}

impl<A: Send + 'static, K: Ord + Clone + Send + 'static> Lookup<A, K> {
    /// Makes it with what asks the disk, in a thread.
    pub fn new(ask: impl Fn(&K) -> A + Send + Sync + 'static) -> Self {
        let (told, answers) = mpsc::channel();
        Self {
            ask: Arc::new(ask),
            entries: BTreeMap::new(),
            told,
            answers,
            had_focus: false,
            focused: 0,
        }
    }

    /// Returns the newest answer, and has the disk asked when this is shown for the first time after
    /// a frame without it, or after the window has gained the focus.
    pub fn answer<Q>(&mut self, ctx: &Context, of: &Q) -> Option<&A>
    where
        K: Borrow<Q>,
        Q: ToOwned<Owned = K> + ?Sized,
    {
        while let Ok((answered, answer)) = self.answers.try_recv() {
            if let Some(entry) = self.entries.get_mut::<K>(&answered) {
                entry.answer = Some(answer);
                entry.is_under_way = false;
            }
        }
        let has_focus = ctx.input(|input| input.focused);
        self.focused += u64::from(has_focus && !self.had_focus);
        self.had_focus = has_focus;
        let frame = ctx.cumulative_frame_nr();
        let entry = self.entries.entry(of.to_owned()).or_insert(Entry {
            answer: None,
            shown: frame,
            asked: None,
            is_under_way: false,
        });
        if frame > entry.shown + 1 {
            entry.asked = None;
        }
        entry.shown = frame;
        if entry.asked != Some(self.focused) && !entry.is_under_way {
            entry.asked = Some(self.focused);
            let (ask, told) = (Arc::clone(&self.ask), self.told.clone());
            let (of, ctx) = (of.to_owned(), ctx.clone());
            let started = std::thread::Builder::new()
                .name("lookup".to_owned())
                .spawn(move || {
                    let answer = ask(&of);
                    // The window may be gone by now; then nobody waits for the answer.
                    let _nobody_waits = told.send((of, answer));
                    ctx.request_repaint();
                });
            entry.is_under_way = started.is_ok();
        }
        entry.answer.as_ref()
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};
    use std::time::{Duration, Instant};

    use super::*;

    fn frame(ctx: &Context, focused: bool, draw: impl FnMut(&mut egui::Ui)) {
        let input = egui::RawInput {
            focused,
            ..egui::RawInput::default()
        };
        let mut output = ctx.run_ui(input, draw);
        // Nobody paints it.
        output.textures_delta.clear();
    }

    /// A disk that answers when it is let.
    #[test]
    fn the_disk_is_asked_when_shown_and_on_focus_and_holds_nobody_up() {
        let (let_go, gate) = mpsc::channel::<bool>();
        let gate = std::sync::Mutex::new(gate);
        let asked = Arc::new(AtomicUsize::new(0));
        let count = Arc::clone(&asked);
        let mut lookup = Lookup::new(move |_: &PathBuf| {
            count.fetch_add(1, Ordering::SeqCst);
            gate.lock().unwrap().recv().unwrap_or_default()
        });
        let ctx = Context::default();
        let path = Path::new("/share/model.ron");
        let show = |lookup: &mut Lookup<bool>, focused| {
            let mut answer = None;
            frame(&ctx, focused, |ui| {
                answer = lookup.answer(ui.ctx(), path).copied();
            });
            answer
        };
        let wait_for = |number: usize| {
            let begin = Instant::now();
            while asked.load(Ordering::SeqCst) < number {
                assert!(begin.elapsed() < Duration::from_secs(10), "asked {number}");
                std::thread::sleep(Duration::from_millis(2));
            }
        };
        // The disk does not answer: nobody waits, and it is not asked over and over.
        for _ in 0..20 {
            assert_eq!(show(&mut lookup, true), None);
        }
        wait_for(1);
        let shows = |lookup: &mut Lookup<bool>, focused, expected| {
            let begin = Instant::now();
            while show(lookup, focused) != Some(expected) {
                assert!(begin.elapsed() < Duration::from_secs(10), "{expected}");
                std::thread::sleep(Duration::from_millis(2));
            }
            for _ in 0..20 {
                assert_eq!(show(lookup, focused), Some(expected));
            }
        };
        let_go.send(true).unwrap();
        shows(&mut lookup, true, true);
        assert_eq!(asked.load(Ordering::SeqCst), 1);
        // The window loses the focus and gains it again.
        shows(&mut lookup, false, true);
        assert_eq!(asked.load(Ordering::SeqCst), 1);
        let_go.send(false).unwrap();
        shows(&mut lookup, true, false);
        assert_eq!(asked.load(Ordering::SeqCst), 2);
        // Not shown for a while, then again.
        for _ in 0..2 {
            frame(&ctx, true, |_| {});
        }
        let_go.send(true).unwrap();
        shows(&mut lookup, true, true);
        assert_eq!(asked.load(Ordering::SeqCst), 3);
    }
}
