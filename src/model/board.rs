//! What else a Model holds: scenarios and interventions, views, notes and groups.

use super::change::Change;
use super::slug::{GroupId, InterventionId, NoteId, ScenarioId, StageId, ViewId};
use super::stage::Placement;
use super::table::Element;
use super::value::{Colour, Money, WorldRect};

/// A named list of Changes to the Model ("what if"), never a copy of it.
#[derive(Clone, Debug, PartialEq)]
pub struct Scenario {
    /// Which scenario this is.
    pub id: ScenarioId,
    /// What people call it.
    pub name: String,
    /// What it is about.
    pub description: String,
    /// The scenario it builds on; the baseline when left out.
    pub on: Option<ScenarioId>,
    /// What is different, in the order in which it is applied.
    pub changes: Vec<Change>,
}

/// A named set of Changes with its price, offered to the advisor.
#[derive(Clone, Debug, PartialEq)]
pub struct Intervention {
    /// Which intervention this is.
    pub id: InterventionId,
    /// What people call it.
    pub name: String,
    /// What it changes.
    pub changes: Vec<Change>,
    /// Money, once.
    pub once: Option<Money>,
    /// Money a year.
    pub yearly: Option<Money>,
}

/// What a view lays over the drawing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Overlay {
    /// Where the lead time goes.
    Heat,
    /// How busy the teams are.
    Utilisation,
    /// What needs no person.
    Automation,
}

/// A frame of the canvas with what to show in it, in the order of presenting.
#[derive(Clone, Debug, PartialEq)]
pub struct View {
    /// Which view this is.
    pub id: ViewId,
    /// What people call it.
    pub name: String,
    /// The part of the canvas; everything when left out.
    pub frame: Option<WorldRect>,
    /// The scenario shown; the baseline when left out.
    pub scenario: Option<ScenarioId>,
    /// What lies over the drawing.
    pub overlay: Option<Overlay>,
    /// The sentence under the drawing.
    pub caption: String,
    /// Whether items move.
    pub plays: bool,
}

/// The kind of a Note.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum NoteKind {
    /// A piece of paper.
    #[default]
    Sticky,
    /// A kaizen burst: something to be improved here.
    Kaizen,
}

/// A note on the canvas.
#[derive(Clone, Debug, PartialEq)]
pub struct Note {
    /// Which note this is.
    pub id: NoteId,
    /// Its kind.
    pub kind: NoteKind,
    /// What it says.
    pub text: String,
    /// Where it is drawn.
    pub at: Placement,
}

/// Stages that can be shown as one.
#[derive(Clone, Debug, PartialEq)]
pub struct Group {
    /// Which group this is.
    pub id: GroupId,
    /// What people call it.
    pub name: String,
    /// Its stages.
    pub stages: Vec<StageId>,
    /// Whether it is shown as one.
    pub is_collapsed: bool,
    /// Its colour.
    pub colour: Option<Colour>,
}

macro_rules! elements {
    ($($element:ty => $id:ty),* $(,)?) => {$(
        impl Element for $element {
            type Id = $id;
            fn id(&self) -> $id {
                self.id
            }
        }
    )*};
}

elements! {
    Scenario => ScenarioId,
    Intervention => InterventionId,
    View => ViewId,
    Note => NoteId,
    Group => GroupId,
}

/// How the canvas is divided into lanes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum LaneMode {
    /// Not at all.
    #[default]
    None,
    /// A lane for each team.
    Team,
    /// A lane for each phase.
    Phase,
    /// A lane for each stream.
    Stream,
}
