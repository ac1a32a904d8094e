//! Nothing is lost: the journal against a plain reference model, and through real kills of a real
//! process. The rules of the journal itself are tested beside it.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use anabranch::edit::{self, Document, Effect, Gesture, Selected, Selection};
use anabranch::model::Model;
use anabranch::store::journal::{self, Draft, Keeper, Origin};
use anabranch::store::{self, DiskFiles, Files, Fingerprint, MemoryFiles};
use proptest::prelude::*;

use crate::build;
use crate::edit::{Dice, change, dice};
use crate::random::Random;

type SharedFiles = Arc<dyn Files + Send + Sync>;

/// A document as the window has it: with its file and its journal.
struct Desk {
    files: SharedFiles,
    folder: PathBuf,
    file: PathBuf,
    most_entries: usize,
    document: Document,
    draft: Option<Draft>,
    keeper: Keeper,
    gesture: Option<Gesture>,
}

/// What is done at a desk.
#[derive(Clone, Debug)]
enum Step {
    Edit {
        dice: Dice,
        goes_on: bool,
    },
    Undo,
    Redo,
    Select(usize),
    Draft(bool),
    Save,
    /// Goes back to what the file has, as a step.
    Revert,
}

impl Desk {
    /// Goes on with what was left behind, else opens the file.
    fn begin(files: SharedFiles, folder: &Path, file: &Path, most_entries: usize) -> Self {
        let left = journal::find(&*files, folder).expect("the folder can be read");
        assert!(left.unreadable.is_empty(), "{:?}", left.unreadable);
        assert!(left.found.len() < 2, "{:?}", left.found);
        let (document, draft, keeper) = match left.found.first() {
            Some(found) => {
                assert_eq!(found.disk, journal::Disk::AsKnown);
                let found = journal::recover(&files, &found.journal).expect("it was found");
                (found.document, found.draft, found.keeper)
            }
            None => {
                let (loaded, fingerprint) = store::load_known(&*files, file).expect("a model");
                let document = Document::opened(loaded.model, file.to_owned());
                let origin = Origin {
                    title: "model.ron".to_owned(),
                    path: Some(file.to_owned()),
                    fingerprint: Some(fingerprint),
                    model: document.shared_model(),
                    unknown: Vec::new(),
                };
                let keeper = Keeper::new(Arc::clone(&files), folder, origin);
                (document, None, keeper)
            }
        };
        let mut desk = Self {
            files,
            folder: folder.to_owned(),
            file: file.to_owned(),
            most_entries,
            document,
            draft,
            keeper: keeper.with_most_entries(most_entries),
            gesture: None,
        };
        desk.document.note_deeds();
        desk
    }

    /// Does something, and has it written.
    fn take(&mut self, step: &Step, say: &mut dyn FnMut(&str)) {
        match step {
            Step::Edit { dice, goes_on } => {
                let gesture = match self.gesture {
                    Some(gesture) if *goes_on => gesture,
                    _ => Gesture::begin(),
                };
                self.gesture = Some(gesture);
                let change = change(self.document.model(), dice);
                // What cannot be applied is none of the journal's business.
                let _refused = self.document.edit("Edit", &[change], Some(gesture));
            }
            Step::Undo => {
                self.document.undo();
            }
            Step::Redo => {
                self.document.redo();
            }
            Step::Select(n) => {
                let stage = self.document.model().stages.at(*n);
                let selection = stage.map(|stage| Selection::of(Selected::Stage(stage.id)));
                self.document.select(selection.unwrap_or_default());
            }
            Step::Draft(types) => {
                self.draft = types.then(|| Draft {
                    label: "Name".to_owned(),
                    text: format!("Name {}", self.document.revision()),
                });
                self.keeper
                    .keep_draft(self.draft.clone(), SystemTime::now());
            }
            Step::Save => {
                let text = store::write(self.document.model());
                let fingerprint = Fingerprint::of(text.as_bytes());
                self.keep();
                self.keeper
                    .keep_saving(&self.file, fingerprint, SystemTime::now());
                self.write();
                self.keeper.sync().expect("it can be synced");
                say("saving");
                store::save_bytes(&*self.files, &self.file, text.as_bytes()).expect("it is saved");
                self.is_saved();
                say("saved");
            }
            Step::Revert => {
                let (loaded, fingerprint) =
                    store::load_known(&*self.files, &self.file).expect("the file is whole");
                let selection = self.document.selection().clone();
                if loaded.model != *self.document.model() {
                    self.document
                        .become_model("Go back", Arc::new(loaded.model), selection);
                }
                self.keep();
                self.keeper
                    .keep_saving(&self.file, fingerprint, SystemTime::now());
                self.write();
                self.keeper.sync().expect("it can be synced");
                self.is_saved();
            }
        }
        self.keep();
        self.write();
    }

    fn is_saved(&mut self) {
        let model = self.document.shared_model();
        self.document
            .mark_saved(Arc::clone(&model), self.file.clone());
        let (steps, selection) = (self.document.history().len(), self.document.selection());
        self.keeper
            .keep_saved(model, steps, selection.clone(), SystemTime::now());
    }

    fn keep(&mut self) {
        for done in self.document.take_done() {
            self.keeper.keep(&done, SystemTime::now());
        }
    }

    fn write(&mut self) {
        self.keeper.write().expect("it can be written");
    }
}

/// The states of a document: the one now, those that undo leads to, those that redo leads to; the
/// nearest first.
fn states(document: &Document) -> (Arc<Model>, Vec<Arc<Model>>, Vec<Arc<Model>>) {
    let (mut undo, mut redo) = (Vec::new(), Vec::new());
    let mut copy = document.clone();
    while copy.undo() {
        undo.push(copy.shared_model());
    }
    let mut copy = document.clone();
    while copy.redo() {
        redo.push(copy.shared_model());
    }
    (document.shared_model(), undo, redo)
}

/// A document without any cleverness: lists of Models.
struct Plain {
    now: Arc<Model>,
    /// The nearest last.
    undo: Vec<Arc<Model>>,
    redo: Vec<Arc<Model>>,
    file: Arc<Model>,
    has_draft: bool,
    /// Whether the last step was an edit that another can go on with.
    in_gesture: bool,
}

impl Plain {
    fn opened(model: Arc<Model>) -> Self {
        Self {
            now: Arc::clone(&model),
            undo: Vec::new(),
            redo: Vec::new(),
            file: model,
            has_draft: false,
            in_gesture: false,
        }
    }

    fn take(&mut self, step: &Step) {
        match step {
            Step::Edit { dice, goes_on } => {
                let mut next = self.now.as_ref().clone();
                let change = change(&next, dice);
                let is_changed = edit::apply(&mut next, &change) == Ok(Effect::Changed);
                let goes_on = *goes_on && self.in_gesture && self.redo.is_empty();
                // One gesture is one step, and none when it ends where it began.
                self.in_gesture = goes_on;
                if !is_changed || next == *self.now {
                    return;
                }
                self.redo.clear();
                let before = std::mem::replace(&mut self.now, Arc::new(next));
                if !goes_on {
                    self.undo.push(before);
                } else if self.undo.last() == Some(&self.now) {
                    self.undo.pop();
                    self.in_gesture = false;
                    return;
                }
                self.in_gesture = true;
            }
            Step::Undo => {
                if let Some(state) = self.undo.pop() {
                    self.redo.push(std::mem::replace(&mut self.now, state));
                    self.in_gesture = false;
                }
            }
            Step::Redo => {
                if let Some(state) = self.redo.pop() {
                    self.undo.push(std::mem::replace(&mut self.now, state));
                    self.in_gesture = false;
                }
            }
            Step::Select(_) => {}
            Step::Draft(types) => self.has_draft = *types,
            Step::Save => self.file = Arc::clone(&self.now),
            Step::Revert if self.now == self.file => {}
            Step::Revert => {
                self.redo.clear();
                let file = Arc::clone(&self.file);
                self.undo.push(std::mem::replace(&mut self.now, file));
                self.in_gesture = false;
            }
        }
    }
}

fn steps() -> impl Strategy<Value = Step> {
    prop_oneof![
        12 => (dice(), prop::bool::weighted(0.3))
            .prop_map(|(dice, goes_on)| Step::Edit { dice, goes_on }),
        4 => Just(Step::Undo),
        2 => Just(Step::Redo),
        1 => (0..5_usize).prop_map(Step::Select),
        1 => any::<bool>().prop_map(Step::Draft),
        2 => Just(Step::Save),
        1 => Just(Step::Revert),
    ]
}

const FOLDER: &str = "/data/journals";
const FILE: &str = "/home/model.ron";

proptest! {
    #![proptest_config(crate::cases::cases(1_000))]

    #[test]
    fn crashes_lose_nothing_whatever_was_done(
        lives in prop::collection::vec(prop::collection::vec(steps(), 0..25), 1..5),
        // With few, the journal begins anew all the time.
        most_entries in prop_oneof![Just(3_usize), Just(1_000)],
    ) {
        let mut files = Arc::new(MemoryFiles::new());
        files.put(FILE, store::write(&build::model("a > b ?> c > d\nb <10%< c")), 0o644);
        let mut plain = None;
        let mut selected = Selection::default();
        for life in &lives {
            let shared: SharedFiles = Arc::clone(&files) as _;
            let mut desk = Desk::begin(shared, Path::new(FOLDER), Path::new(FILE), most_entries);
            let plain = plain.get_or_insert_with(|| Plain::opened(desk.document.shared_model()));
            let (now, undo, redo) = states(&desk.document);

            // What was now is now.
            prop_assert_eq!(&now, &plain.now);
            prop_assert_eq!(desk.draft.is_some(), plain.has_draft);
            if desk.document.is_modified() || plain.has_draft {
                prop_assert_eq!(desk.document.selection(), &selected);
            }
            // Taking back leads to the file.
            prop_assert_eq!(undo.last().unwrap_or(&now), &plain.file);
            // What can be done again could be done again before.
            let nearest: Vec<_> = plain.redo.iter().rev().take(redo.len()).cloned().collect();
            prop_assert_eq!(&redo, &nearest);
            let is_saved = plain.now == plain.file && !plain.has_draft;
            if most_entries > 100 && !is_saved {
                // Where the journal did not begin anew, all of it still can; and taking back goes
                // through nothing that was not on the way before.
                prop_assert_eq!(redo.len(), plain.redo.len());
                for state in &undo {
                    prop_assert!(plain.undo.contains(state) || plain.file == *state);
                }
            }
            plain.undo = undo.into_iter().rev().collect();
            plain.redo = redo.into_iter().rev().collect();
            plain.in_gesture = false;
            for step in life {
                desk.take(step, &mut |_| {});
                plain.take(step);
                prop_assert_eq!(desk.document.model(), plain.now.as_ref());
            }
            selected = desk.document.selection().clone();
            if life.len() % 3 == 0 {
                desk.keeper.sync().unwrap();
                files = Arc::new(files.after_power_cut(life.len() % 2 == 0));
            } else {
                files = Arc::new(files.after_kill());
            }
        }
    }
}

impl Random {
    fn step(&mut self) -> Step {
        match self.below(20) {
            0..=10 => Step::Edit {
                dice: Dice {
                    kind: self.below(24) as u8,
                    a: self.below(40),
                    b: self.below(40),
                    value: self.below(8) as u8,
                },
                goes_on: self.below(3) == 0,
            },
            11..=13 => Step::Undo,
            14 => Step::Redo,
            15 => Step::Select(self.below(5)),
            16 => Step::Draft(self.below(2) == 0),
            _ => Step::Save,
        }
    }
}

/// What must come back after a crash, in one number: Model, selection, draft, and what taking
/// everything back leads to. (The steps between are compared with the reference model above.)
fn summary(document: &Document, draft: Option<&Draft>) -> u64 {
    let mut document = document.clone();
    document.begin_history_at_saved();
    let (now, undo, _) = states(&document);
    let mut text = store::write(&now);
    if document.is_modified() || draft.is_some() {
        text.push_str(&format!("{:?} {draft:?}", document.selection()));
        text.push_str(&store::write(undo.last().unwrap_or(&now)));
    }
    Fingerprint::of(text.as_bytes()).hash
}

const CHILD: &str = "ANABRANCH_TEST_CHILD";
const ROUNDS: &str = "ANABRANCH_KILL_ROUNDS";

/// No test of its own: the process that is killed. It says what it is about to write, and when it
/// is written.
#[test]
fn child_that_is_killed() {
    let Some(folder) = std::env::var_os(CHILD) else {
        return;
    };
    let folder = PathBuf::from(folder);
    let seed = SystemTime::now()
        .duration_since(SystemTime::UNIX_EPOCH)
        .map_or(1, |since| since.as_nanos() as u64);
    println!("@ recovering");
    let mut desk = Desk::begin(
        Arc::new(DiskFiles),
        &folder.join("journals"),
        &folder.join("model.ron"),
        12,
    );
    println!("@ recovered");
    let mut random = Random(seed);
    loop {
        let step = random.step();
        // What it will be is known only afterwards; so it is done to a copy first.
        let mut copy = Desk {
            files: Arc::new(MemoryFiles::new()),
            folder: desk.folder.clone(),
            file: desk.file.clone(),
            most_entries: desk.most_entries,
            document: desk.document.clone(),
            draft: desk.draft.clone(),
            keeper: Keeper::new(
                Arc::new(MemoryFiles::new()),
                &desk.folder,
                Origin {
                    title: String::new(),
                    path: None,
                    fingerprint: None,
                    model: desk.document.shared_model(),
                    unknown: Vec::new(),
                },
            ),
            gesture: desk.gesture,
        };
        copy.take(&step, &mut |_| {});
        let what = summary(&copy.document, copy.draft.as_ref());
        println!("@ will {what:x} {step:?}");
        desk.take(&step, &mut |phase| println!("@ {phase}"));
        println!("@ did {:x}", summary(&desk.document, desk.draft.as_ref()));
        if random.below(4) == 0 {
            desk.keeper.sync().expect("it can be synced");
        }
    }
}

/// Runs a process that edits, saves and recovers, kills it at a random moment, again and again, and
/// compares what is there each time with what it had said.
///
/// `ANABRANCH_KILL_ROUNDS=1000 cargo test --no-default-features --test it killed -- --nocapture`
#[test]
fn nothing_is_lost_when_the_process_is_killed() {
    let rounds: u32 = std::env::var(ROUNDS)
        .ok()
        .and_then(|rounds| rounds.parse().ok())
        .unwrap_or(25);
    let home = tempfile::tempdir().expect("a folder");
    let file = home.path().join("model.ron");
    let model = build::model("a > b ?> c > d\nb <10%< c");
    store::save(&DiskFiles, &file, &model).expect("it is saved");
    let mut random = Random(u64::from(std::process::id()));
    // What may be there: what was written for certain, and what may just have been.
    let mut known = vec![summary(&Document::opened(model, file.clone()), None)];
    let mut phases: BTreeMap<String, u32> = BTreeMap::new();
    let mut steps = 0;
    for round in 0..rounds {
        let mut child = Command::new(std::env::current_exe().expect("this program"))
            .args(["journal::child_that_is_killed", "--exact", "--nocapture"])
            .env(CHILD, home.path())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("it starts");
        let lines = BufReader::new(child.stdout.take().expect("it was asked for")).lines();
        let reader = std::thread::spawn(move || -> Vec<String> {
            lines
                .map_while(Result::ok)
                .filter_map(|line| line.strip_prefix("@ ").map(str::to_owned))
                .collect()
        });
        // Every other time while it starts and recovers.
        let within = if round % 2 == 0 { 90_000 } else { 9_000 };
        std::thread::sleep(Duration::from_micros(random.below(within) as u64));
        child.kill().expect("it can be killed");
        let output = child.wait_with_output().expect("it is gone");
        let said = reader.join().expect("reading does not panic");
        assert!(
            output.stderr.is_empty(),
            "round {round}: {}",
            String::from_utf8_lossy(&output.stderr)
        );

        for line in &said {
            let mut words = line.split(' ');
            let phase = words.next();
            let hash = words.next().map(|hash| u64::from_str_radix(hash, 16));
            match (phase, hash) {
                (Some("will"), Some(Ok(hash))) => {
                    known.truncate(1);
                    known.push(hash);
                }
                (Some("did"), Some(Ok(hash))) => {
                    known = vec![hash];
                    steps += 1;
                }
                _ => {}
            }
        }
        let phase = said.last().map_or("starting", |line| {
            line.split(' ').next().unwrap_or_default()
        });
        *phases.entry(phase.to_owned()).or_default() += 1;

        // What the next process will find, on a copy, so that it finds it too.
        let copy = copy_of(home.path());
        let (files, in_copy) = (Arc::new(DiskFiles), copy.path().join("journals"));
        let left = journal::find(&*files, &in_copy).expect("the folder can be read");
        assert!(
            left.unreadable.is_empty(),
            "round {round}: {:?}",
            left.unreadable
        );
        let found = match left.found.first() {
            Some(found) => {
                let shared: SharedFiles = files;
                let found = journal::recover(&shared, &found.journal).expect("it was found");
                let (now, undo, _) = states(&found.document);
                let first = store::write(undo.last().unwrap_or(&now));
                assert!(
                    first.as_bytes() == std::fs::read(&file).expect("it is there"),
                    "round {round}: taking everything back does not lead to the file"
                );
                summary(&found.document, found.draft.as_ref())
            }
            None => {
                let loaded = store::load(&DiskFiles, &file).expect("the file is whole");
                summary(&Document::opened(loaded.model, file.clone()), None)
            }
        };
        assert!(
            known.contains(&found),
            "round {round}: {found:x} is not among {known:x?}; said {said:#?}; in {:?}",
            copy.keep()
        );
        known = vec![found];
    }
    println!("{rounds} kills, {steps} steps, nothing lost; killed while {phases:?}");
    assert!(steps > u64::from(rounds), "{steps}");
}

/// A copy of a folder with one level of folders in it.
fn copy_of(folder: &Path) -> tempfile::TempDir {
    let copy = tempfile::tempdir().expect("a folder");
    let mut open = vec![(folder.to_owned(), copy.path().to_owned())];
    while let Some((from, to)) = open.pop() {
        for entry in std::fs::read_dir(from).expect("it can be read") {
            let entry = entry.expect("it can be read");
            let target = to.join(entry.file_name());
            if entry.path().is_dir() {
                std::fs::create_dir(&target).expect("a folder");
                open.push((entry.path(), target));
            } else {
                std::fs::copy(entry.path(), target).expect("it can be copied");
            }
        }
    }
    copy
}

/// A journal that held nothing any more was taken away, but the disk did not know it yet: a power cut
/// brought it back without its last entry, and what had been taken back was offered again. (The
/// property test above found it, once in thousands.)
#[test]
fn a_power_cut_brings_no_journal_back() {
    let files = Arc::new(MemoryFiles::new());
    files.put(FILE, store::write(&build::model("a > b")), 0o644);
    let begin = |files: &Arc<MemoryFiles>| {
        let shared: SharedFiles = Arc::clone(files) as _;
        Desk::begin(shared, Path::new(FOLDER), Path::new(FILE), 1_000)
    };
    let mut desk = begin(&files);
    let add = Step::Edit {
        dice: Dice {
            kind: 0,
            a: 0,
            b: 0,
            value: 0,
        },
        goes_on: false,
    };
    for step in [add, Step::Undo] {
        desk.take(&step, &mut |_| {});
    }
    // The last entry is written, but not confirmed by the disk.
    let killed = Arc::new(files.after_kill());
    let desk = begin(&killed);
    assert!(!desk.document.is_modified());
    let after = killed.after_power_cut(false);
    let left = journal::find(&after, Path::new(FOLDER)).unwrap();
    assert!(left.found.is_empty(), "{:?}", left.found);
}
