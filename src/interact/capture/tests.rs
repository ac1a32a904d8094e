use super::*;
use crate::edit::{Document, Selection};
use crate::graph::Flow;
use crate::layout::Layout;
use crate::model::WorldSize;
use crate::quick::{new_model, read_line, say_model};
use crate::scene::{Fonts, lay_out};

/// A document, and where its stages stand.
struct Bench {
    document: Document,
    layout: Layout,
}

impl Bench {
    fn of(text: &str) -> Self {
        let mut bench = Self {
            document: Document::new(new_model(text, "Test").unwrap()),
            layout: Layout::default(),
        };
        bench.lay_out();
        bench
    }

    fn lay_out(&mut self) {
        let model = self.document.model();
        self.layout = lay_out(model, &Flow::of(model), &Fonts::bundled());
    }

    fn look<T>(&self, with: impl FnOnce(&Sight<'_>) -> T) -> T {
        let flow = Flow::of(self.document.model());
        with(&Sight {
            model: self.document.model(),
            flow: &flow,
            selection: &Selection::default(),
            layout: &self.layout,
            stage_size: WorldSize::new(160.0, 80.0),
            zoom: 1.0,
            view: WorldRect::default(),
        })
    }

    fn stage(&self, name: &str) -> StageId {
        let mut stages = self.document.model().stages.iter();
        stages.find(|stage| stage.name == name).unwrap().id
    }

    fn make(&mut self, line: &str, link: Link) {
        let corner = self
            .look(|sight| place_for(sight, link))
            .unwrap_or_default();
        let line = read_line(line).unwrap();
        let steps = self.document.history().len();
        let made = capture(self.document.model(), &line, corner, link);
        self.document
            .edit("Add stage", &made.changes, None)
            .unwrap();
        assert_eq!(self.document.history().len(), steps + 1);
        self.lay_out();
        let new = self.document.model().stages.position(made.stage).unwrap();
        for (n, other) in self.layout.stages.iter().enumerate() {
            assert!(n == new || !other.overlaps(self.layout.stages[new]));
        }
        // Nothing is wrong with what quick entry takes.
        new_model(&self.said(), "Again").unwrap();
    }

    fn said(&self) -> String {
        say_model(self.document.model()).text.replace("\n ", "")
    }
}

#[test]
fn a_stream_with_parallel_work_is_captured_stage_by_stage() {
    let mut bench = Bench::of("Script 3d @Writers");
    for (line, from, is_beside) in [
        ("Edit 5d @Post", "Script", false),
        ("Transcode 2h!", "Edit", false),
        ("Metadata 4h", "Transcode", true),
        ("Compliance 1d @Legal 85%", "Metadata", true),
        ("Publish", "Compliance", false),
        ("Archive 1h @-", "Publish", false),
    ] {
        let from = bench.stage(from);
        bench.make(
            line,
            if is_beside {
                Link::Beside(from)
            } else {
                Link::Next(from)
            },
        );
    }
    assert_eq!(
        bench.said(),
        "Script 3d @Writers > Edit 5d @Post > { Transcode 2h!, Metadata 4h, \
         Compliance 1d @Legal 85% } > Publish > Archive 1h @-"
    );
    let rect = |name: &str| {
        let at = bench.document.model().stages.position(bench.stage(name));
        bench.layout.stages[at.unwrap()]
    };
    assert!(rect("Metadata").min.y > rect("Transcode").max.y);
    assert!(rect("Publish").min.x > rect("Metadata").max.x);
    // Arrows walk along what flows.
    let walk_from = |name: &str, way: Walk| {
        let stage = bench.look(|sight| walk(sight, bench.stage(name), way));
        stage.map(|id| bench.document.model().stages.find(id).unwrap().name.clone())
    };
    for (from, way, to) in [
        ("Script", Walk::Right, Some("Edit")),
        ("Edit", Walk::Left, Some("Script")),
        ("Transcode", Walk::Down, Some("Metadata")),
        ("Metadata", Walk::Down, Some("Compliance")),
        ("Compliance", Walk::Up, Some("Metadata")),
        ("Compliance", Walk::Right, Some("Publish")),
        ("Archive", Walk::Right, None),
        ("Script", Walk::Left, None),
    ] {
        assert_eq!(walk_from(from, way).as_deref(), to, "{from} {way:?}");
    }
}

#[test]
fn a_stage_beside_another_is_between_the_same() {
    let mut bench = Bench::of("A > B > C");
    bench.make("D", Link::Beside(bench.stage("B")));
    assert_eq!(bench.said(), "A > { B, D } > C");
    // A first stage: items begin at both.
    let mut bench = Bench::of("A > B");
    bench.make("C", Link::Beside(bench.stage("A")));
    assert_eq!(bench.said(), "{ A, C } > B");
    let at = &bench.document.model().streams.at(0).unwrap().demands[0].at;
    assert_eq!(at, &[bench.stage("A"), bench.stage("C")]);
    let mut bench = Bench::of("A");
    bench.make("B", Link::Beside(bench.stage("A")));
    bench.make("C", Link::Next(bench.stage("B")));
    assert_eq!(bench.said(), "{ A, B } > C");
    // A choice stays one, and does not come together by itself.
    let mut bench = Bench::of("A > [ B | C ]");
    bench.make("D", Link::Beside(bench.stage("C")));
    bench.make("E", Link::Next(bench.stage("D")));
    assert_eq!(bench.said(), "A > [ B | C | D > E ]");
    // After one of several that run side by side, alone.
    let mut bench = Bench::of("A > { B, C }");
    bench.make("D", Link::After(bench.stage("B")));
    assert_eq!(bench.said(), "A > { B > D, C }");
}

#[test]
fn an_owner_left_out_is_the_one_before() {
    let bench = Bench::of("A @T > B! > C @-");
    let model = bench.document.model();
    let team = model.teams.at(0).unwrap().id;
    let owner = |line: &str, before: &str| {
        let line = read_line(line).unwrap();
        match owner_of(model, &line, Link::Next(bench.stage(before))) {
            Owner::New(name) => Err(name.to_owned()),
            other => Ok(format!("{other:?}")),
        }
    };
    let carried = Ok(format!("CarriedOver({team:?})"));
    assert_eq!(owner("D", "A"), carried);
    assert_eq!(owner("D", "B"), carried);
    assert_eq!(owner("D", "C"), Ok("Nobody".to_owned()));
    assert_eq!(owner("D!", "A"), Ok("Nobody".to_owned()));
    assert_eq!(owner("D @-", "A"), Ok("Nobody".to_owned()));
    assert_eq!(owner("D @t", "A"), Ok(format!("Team({team:?})")));
    assert_eq!(owner("D @New", "A"), Err("New".to_owned()));
}

#[test]
fn a_line_about_a_stage_that_is_there_changes_what_it_says() {
    let mut bench = Bench::of("A 1h @T 50%");
    let mut say = |line: &str, expected: &str| {
        let stage = bench.document.model().stages.at(0).unwrap().clone();
        let line = read_line(line).unwrap();
        let changes = restate(bench.document.model(), &stage, &line);
        bench.document.edit("Change stage", &changes, None).unwrap();
        assert_eq!(bench.said(), expected);
        changes.len()
    };
    assert_eq!(say("A", "A 1h @T 50%"), 0);
    assert_eq!(say("B", "B 1h @T 50%"), 1);
    assert_eq!(say("B 2h 60%", "B 2h @T 60%"), 2);
    assert_eq!(say("B @New", "B 2h @New 60%"), 2);
    assert_eq!(say("B!", "B 2h! 60%"), 2);
    assert_eq!(say("B @t", "B 2h! @T 60%"), 1);
    assert_eq!(say("C @-", "C 2h! 60%"), 2);
}
