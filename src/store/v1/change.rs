//! Changes in the file: one flat list of verbs, so that a Change is one readable line.
//!
//! `set_team("legal", people(4))`, `relax_handoffs(["script--edit"])`. What the model groups by
//! subject is spelled in the verb; fields are those of the element, with the new value in brackets.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::model::{
    CalendarChange, Change, DemandId, GroupChange, HandoffChange, Id, InterventionChange,
    NoteChange, ScenarioChange, Slug, StageChange, StreamChange, TeamChange, ViewChange,
};

use super::board::{GroupFile, InterventionFile, NoteFile, ScenarioFile, ViewFile};
use super::change_fields::{
    CalendarFieldFile, DemandFieldFile, GroupFieldFile, HandoffFieldFile, InterventionFieldFile,
    ModelFieldFile, NoteFieldFile, ScenarioFieldFile, StageFieldFile, StreamFieldFile,
    TeamFieldFile, ViewFieldFile,
};
use super::elements::FileElement;
use super::handoff::HandoffFile;
use super::leaf::{Figure, Pair, Text};
use super::people::{CalendarFile, TeamFile};
use super::reader::{Place, Reader};
use super::stage::StageFile;
use super::stream::{DemandFile, StreamFile};

/// Makes the enum of verbs; `add_…` ones hold the element and where in the order it goes.
macro_rules! change_file {
    (
        add { $($add:ident { $element:ident: $file:ident })* }
        other { $($other:tt)* }
    ) => {
        /// One Change.
        #[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
        #[serde(rename_all = "snake_case", bound(deserialize = "'de: 'a"))]
        pub(in crate::store) enum ChangeFile<'a> {
            $($add {
                $element: Box<$file<'a>>,
                #[serde(default, skip_serializing_if = "Option::is_none")]
                position: Option<Figure<'a>>,
            },)*
            $($other)*
        }
    };
}

change_file! {
    add {
        AddStage { stage: StageFile }
        AddHandoff { handoff: HandoffFile }
        AddTeam { team: TeamFile }
        AddCalendar { calendar: CalendarFile }
        AddStream { stream: StreamFile }
        AddScenario { scenario: ScenarioFile }
        AddIntervention { intervention: InterventionFile }
        AddView { view: ViewFile }
    }
    other {
        SetModel(ModelFieldFile<'a>),
        RemoveStages(Vec<Text<'a>>),
        SetStages(Vec<Text<'a>>, StageFieldFile<'a>),
        MoveStages(Vec<Text<'a>>, Pair),
        ReorderStage(Text<'a>, Figure<'a>),
        RemoveHandoffs(Vec<Text<'a>>),
        SetHandoffs(Vec<Text<'a>>, HandoffFieldFile<'a>),
        ReconnectHandoff { handoff: Text<'a>, from: Text<'a>, to: Text<'a> },
        RelaxHandoffs(Vec<Text<'a>>),
        UnrelaxHandoffs(Vec<Text<'a>>),
        ReorderHandoff(Text<'a>, Figure<'a>),
        RemoveTeam(Text<'a>),
        SetTeam(Text<'a>, TeamFieldFile<'a>),
        RemoveCalendar(Text<'a>),
        SetCalendar(Text<'a>, CalendarFieldFile<'a>),
        RemoveStream(Text<'a>),
        SetStream(Text<'a>, StreamFieldFile<'a>),
        AddDemand { stream: Text<'a>, demand: Box<DemandFile<'a>> },
        RemoveDemand { stream: Text<'a>, demand: Text<'a> },
        SetDemand { stream: Text<'a>, demand: Text<'a>, field: DemandFieldFile<'a> },
        RemoveScenario(Text<'a>),
        SetScenario(Text<'a>, ScenarioFieldFile<'a>),
        RemoveIntervention(Text<'a>),
        SetIntervention(Text<'a>, InterventionFieldFile<'a>),
        RemoveView(Text<'a>),
        SetView(Text<'a>, ViewFieldFile<'a>),
        ReorderView(Text<'a>, Figure<'a>),
        AddNote { note: Box<NoteFile<'a>> },
        RemoveNotes(Vec<Text<'a>>),
        SetNote(Text<'a>, NoteFieldFile<'a>),
        AddGroup { group: Box<GroupFile<'a>> },
        RemoveGroup(Text<'a>),
        SetGroup(Text<'a>, GroupFieldFile<'a>),
    }
}

fn id_text<I: Id>(id: &I) -> Text<'static> {
    id.slug().as_str().into()
}

fn id_texts<I: Id>(ids: &[I]) -> Vec<Text<'static>> {
    ids.iter().map(id_text).collect()
}

fn position_file(position: Option<usize>) -> Option<Figure<'static>> {
    position.map(position_figure)
}

fn position_figure(position: usize) -> Figure<'static> {
    Figure::Whole(position as i128)
}

impl<'a> From<&'a Change> for ChangeFile<'a> {
    fn from(change: &'a Change) -> Self {
        match change {
            Change::Model(change) => Self::SetModel(change.into()),
            Change::Stage(change) => stage_change_file(change),
            Change::Handoff(change) => handoff_change_file(change),
            Change::Team(change) => match change {
                TeamChange::Add { team, position } => Self::AddTeam {
                    team: Box::new((&**team).into()),
                    position: position_file(*position),
                },
                TeamChange::Remove { team } => Self::RemoveTeam(id_text(team)),
                TeamChange::Set { team, field } => Self::SetTeam(id_text(team), field.into()),
            },
            Change::Calendar(change) => match change {
                CalendarChange::Add { calendar, position } => Self::AddCalendar {
                    calendar: Box::new((&**calendar).into()),
                    position: position_file(*position),
                },
                CalendarChange::Remove { calendar } => Self::RemoveCalendar(id_text(calendar)),
                CalendarChange::Set { calendar, field } => {
                    Self::SetCalendar(id_text(calendar), field.into())
                }
            },
            Change::Stream(change) => stream_change_file(change),
            Change::Scenario(change) => match change {
                ScenarioChange::Add { scenario, position } => Self::AddScenario {
                    scenario: Box::new((&**scenario).into()),
                    position: position_file(*position),
                },
                ScenarioChange::Remove { scenario } => Self::RemoveScenario(id_text(scenario)),
                ScenarioChange::Set { scenario, field } => {
                    Self::SetScenario(id_text(scenario), field.into())
                }
            },
            Change::Intervention(change) => match change {
                InterventionChange::Add {
                    intervention,
                    position,
                } => Self::AddIntervention {
                    intervention: Box::new((&**intervention).into()),
                    position: position_file(*position),
                },
                InterventionChange::Remove { intervention } => {
                    Self::RemoveIntervention(id_text(intervention))
                }
                InterventionChange::Set {
                    intervention,
                    field,
                } => Self::SetIntervention(id_text(intervention), field.into()),
            },
            Change::View(change) => match change {
                ViewChange::Add { view, position } => Self::AddView {
                    view: Box::new((&**view).into()),
                    position: position_file(*position),
                },
                ViewChange::Remove { view } => Self::RemoveView(id_text(view)),
                ViewChange::Set { view, field } => Self::SetView(id_text(view), field.into()),
                ViewChange::Reorder { view, position } => {
                    Self::ReorderView(id_text(view), position_figure(*position))
                }
            },
            Change::Note(change) => match change {
                NoteChange::Add { note } => Self::AddNote {
                    note: Box::new((&**note).into()),
                },
                NoteChange::Remove { notes } => Self::RemoveNotes(id_texts(notes)),
                NoteChange::Set { note, field } => Self::SetNote(id_text(note), field.into()),
            },
            Change::Group(change) => match change {
                GroupChange::Add { group } => Self::AddGroup {
                    group: Box::new((&**group).into()),
                },
                GroupChange::Remove { group } => Self::RemoveGroup(id_text(group)),
                GroupChange::Set { group, field } => Self::SetGroup(id_text(group), field.into()),
            },
        }
    }
}

fn stage_change_file(change: &StageChange) -> ChangeFile<'_> {
    match change {
        StageChange::Add { stage, position } => ChangeFile::AddStage {
            stage: Box::new((&**stage).into()),
            position: position_file(*position),
        },
        StageChange::Remove { stages } => ChangeFile::RemoveStages(id_texts(stages)),
        StageChange::Set { stages, field } => ChangeFile::SetStages(id_texts(stages), field.into()),
        StageChange::Move { stages, by } => ChangeFile::MoveStages(id_texts(stages), (*by).into()),
        StageChange::Reorder { stage, position } => {
            ChangeFile::ReorderStage(id_text(stage), position_figure(*position))
        }
    }
}

fn handoff_change_file(change: &HandoffChange) -> ChangeFile<'_> {
    match change {
        HandoffChange::Add { handoff, position } => ChangeFile::AddHandoff {
            handoff: Box::new((&**handoff).into()),
            position: position_file(*position),
        },
        HandoffChange::Remove { handoffs } => ChangeFile::RemoveHandoffs(id_texts(handoffs)),
        HandoffChange::Set { handoffs, field } => {
            ChangeFile::SetHandoffs(id_texts(handoffs), field.into())
        }
        HandoffChange::Reconnect { handoff, from, to } => ChangeFile::ReconnectHandoff {
            handoff: id_text(handoff),
            from: id_text(from),
            to: id_text(to),
        },
        HandoffChange::Relax {
            handoffs,
            is_relaxed: true,
        } => ChangeFile::RelaxHandoffs(id_texts(handoffs)),
        HandoffChange::Relax {
            handoffs,
            is_relaxed: false,
        } => ChangeFile::UnrelaxHandoffs(id_texts(handoffs)),
        HandoffChange::Reorder { handoff, position } => {
            ChangeFile::ReorderHandoff(id_text(handoff), position_figure(*position))
        }
    }
}

fn stream_change_file(change: &StreamChange) -> ChangeFile<'_> {
    match change {
        StreamChange::Add { stream, position } => ChangeFile::AddStream {
            stream: Box::new((&**stream).into()),
            position: position_file(*position),
        },
        StreamChange::Remove { stream } => ChangeFile::RemoveStream(id_text(stream)),
        StreamChange::Set { stream, field } => ChangeFile::SetStream(id_text(stream), field.into()),
        StreamChange::AddDemand { stream, demand } => ChangeFile::AddDemand {
            stream: id_text(stream),
            demand: Box::new((&**demand).into()),
        },
        StreamChange::RemoveDemand { stream, demand } => ChangeFile::RemoveDemand {
            stream: id_text(stream),
            demand: id_text(demand),
        },
        StreamChange::SetDemand {
            stream,
            demand,
            field,
        } => ChangeFile::SetDemand {
            stream: id_text(stream),
            demand: id_text(demand),
            field: field.into(),
        },
    }
}

/// Reads the id of an element that a Change adds: as said, or made from its name.
fn added<I: Id>(
    id: Option<&Text<'_>>,
    made: impl FnOnce() -> Slug,
    reader: &mut Reader,
    at: Place<'_>,
) -> Option<I> {
    match id {
        Some(text) => reader.id(text, at.field("id")),
        None => Some(I::from_slug(made())),
    }
}

fn read_position(
    position: Option<&Figure<'_>>,
    reader: &mut Reader,
    at: Place<'_>,
) -> Option<usize> {
    reader.whole(position, at.field("position"), 0..=u32::MAX as usize)
}

/// Reads `add_…`: the element's id, the element itself, its place in the order.
macro_rules! read_add {
    ($reader:ident, $at:ident, $file:ident, $field:literal, $position:ident) => {{
        let at = $at.field($field);
        let id = added($file.id.as_ref(), || $file.name_for_id(), $reader, at)?;
        (
            Arc::new($file.read(id, $reader, at)),
            read_position($position.as_ref(), $reader, $at),
        )
    }};
}

impl ChangeFile<'_> {
    /// Turns it into the model's; nothing when an id in it is no id, which is noted.
    pub fn read(&self, reader: &mut Reader, at: Place<'_>) -> Option<Change> {
        // What stands in the brackets of a verb.
        let (first, second) = (at.item(0), at.item(1));
        Some(match self {
            Self::SetModel(field) => Change::Model(field.read(reader, first)),
            Self::AddTeam { team, position } => {
                let (team, position) = read_add!(reader, at, team, "team", position);
                Change::Team(TeamChange::Add { team, position })
            }
            Self::RemoveTeam(team) => Change::Team(TeamChange::Remove {
                team: reader.id(team, first)?,
            }),
            Self::SetTeam(team, field) => {
                let field = field.read(reader, second);
                let team = reader.id(team, first)?;
                Change::Team(TeamChange::Set { team, field })
            }
            Self::AddCalendar { calendar, position } => {
                let (calendar, position) = read_add!(reader, at, calendar, "calendar", position);
                Change::Calendar(CalendarChange::Add { calendar, position })
            }
            Self::RemoveCalendar(calendar) => Change::Calendar(CalendarChange::Remove {
                calendar: reader.id(calendar, first)?,
            }),
            Self::SetCalendar(calendar, field) => {
                let field = field.read(reader, second);
                let calendar = reader.id(calendar, first)?;
                Change::Calendar(CalendarChange::Set { calendar, field })
            }
            Self::AddScenario { scenario, position } => {
                let (scenario, position) = read_add!(reader, at, scenario, "scenario", position);
                Change::Scenario(ScenarioChange::Add { scenario, position })
            }
            Self::RemoveScenario(scenario) => Change::Scenario(ScenarioChange::Remove {
                scenario: reader.id(scenario, first)?,
            }),
            Self::SetScenario(scenario, field) => {
                let field = field.read(reader, second);
                let scenario = reader.id(scenario, first)?;
                Change::Scenario(ScenarioChange::Set { scenario, field })
            }
            Self::AddIntervention {
                intervention,
                position,
            } => {
                let (intervention, position) =
                    read_add!(reader, at, intervention, "intervention", position);
                Change::Intervention(InterventionChange::Add {
                    intervention,
                    position,
                })
            }
            Self::RemoveIntervention(intervention) => {
                Change::Intervention(InterventionChange::Remove {
                    intervention: reader.id(intervention, first)?,
                })
            }
            Self::SetIntervention(intervention, field) => {
                let field = field.read(reader, second);
                let intervention = reader.id(intervention, first)?;
                Change::Intervention(InterventionChange::Set {
                    intervention,
                    field,
                })
            }
            Self::AddView { view, position } => {
                let (view, position) = read_add!(reader, at, view, "view", position);
                Change::View(ViewChange::Add { view, position })
            }
            Self::RemoveView(view) => Change::View(ViewChange::Remove {
                view: reader.id(view, first)?,
            }),
            Self::SetView(view, field) => {
                let field = field.read(reader, second);
                let view = reader.id(view, first)?;
                Change::View(ViewChange::Set { view, field })
            }
            Self::ReorderView(view, position) => Change::View(ViewChange::Reorder {
                view: reader.id(view, first)?,
                position: reader.whole(Some(position), second, 0..=u32::MAX as usize)?,
            }),
            Self::AddNote { note } => {
                let at = at.field("note");
                let id = added(note.id.as_ref(), || note.name_for_id(), reader, at)?;
                let note = Arc::new(note.read(id, reader, at));
                Change::Note(NoteChange::Add { note })
            }
            Self::RemoveNotes(notes) => Change::Note(NoteChange::Remove {
                notes: reader.ids(notes, first),
            }),
            Self::SetNote(note, field) => {
                let field = field.read(reader, second);
                let note = reader.id(note, first)?;
                Change::Note(NoteChange::Set { note, field })
            }
            Self::AddGroup { group } => {
                let at = at.field("group");
                let id = added(group.id.as_ref(), || group.name_for_id(), reader, at)?;
                let group = Arc::new(group.read(id, reader, at));
                Change::Group(GroupChange::Add { group })
            }
            Self::RemoveGroup(group) => Change::Group(GroupChange::Remove {
                group: reader.id(group, first)?,
            }),
            Self::SetGroup(group, field) => {
                let field = field.read(reader, second);
                let group = reader.id(group, first)?;
                Change::Group(GroupChange::Set { group, field })
            }
            Self::AddStage { .. }
            | Self::RemoveStages(_)
            | Self::SetStages(..)
            | Self::MoveStages(..)
            | Self::ReorderStage(..) => Change::Stage(self.read_stage_change(reader, at)?),
            Self::AddHandoff { .. }
            | Self::RemoveHandoffs(_)
            | Self::SetHandoffs(..)
            | Self::ReconnectHandoff { .. }
            | Self::RelaxHandoffs(_)
            | Self::UnrelaxHandoffs(_)
            | Self::ReorderHandoff(..) => Change::Handoff(self.read_handoff_change(reader, at)?),
            Self::AddStream { .. }
            | Self::RemoveStream(_)
            | Self::SetStream(..)
            | Self::AddDemand { .. }
            | Self::RemoveDemand { .. }
            | Self::SetDemand { .. } => Change::Stream(self.read_stream_change(reader, at)?),
        })
    }

    fn read_stage_change(&self, reader: &mut Reader, at: Place<'_>) -> Option<StageChange> {
        let (first, second) = (at.item(0), at.item(1));
        Some(match self {
            Self::AddStage { stage, position } => {
                let (stage, position) = read_add!(reader, at, stage, "stage", position);
                StageChange::Add { stage, position }
            }
            Self::RemoveStages(stages) => StageChange::Remove {
                stages: reader.ids(stages, first),
            },
            Self::SetStages(stages, field) => StageChange::Set {
                stages: reader.ids(stages, first),
                field: field.read(reader, second),
            },
            Self::MoveStages(stages, by) => StageChange::Move {
                stages: reader.ids(stages, first),
                by: reader.vector(*by, second),
            },
            Self::ReorderStage(stage, position) => StageChange::Reorder {
                stage: reader.id(stage, first)?,
                position: reader.whole(Some(position), second, 0..=u32::MAX as usize)?,
            },
            _ => return None,
        })
    }

    fn read_handoff_change(&self, reader: &mut Reader, at: Place<'_>) -> Option<HandoffChange> {
        let (first, second) = (at.item(0), at.item(1));
        Some(match self {
            Self::AddHandoff { handoff, position } => {
                let (handoff, position) = read_add!(reader, at, handoff, "handoff", position);
                HandoffChange::Add { handoff, position }
            }
            Self::RemoveHandoffs(handoffs) => HandoffChange::Remove {
                handoffs: reader.ids(handoffs, first),
            },
            Self::SetHandoffs(handoffs, field) => HandoffChange::Set {
                handoffs: reader.ids(handoffs, first),
                field: field.read(reader, second),
            },
            Self::ReconnectHandoff { handoff, from, to } => HandoffChange::Reconnect {
                handoff: reader.id(handoff, at.field("handoff"))?,
                from: reader.id(from, at.field("from"))?,
                to: reader.id(to, at.field("to"))?,
            },
            Self::RelaxHandoffs(handoffs) => HandoffChange::Relax {
                handoffs: reader.ids(handoffs, first),
                is_relaxed: true,
            },
            Self::UnrelaxHandoffs(handoffs) => HandoffChange::Relax {
                handoffs: reader.ids(handoffs, first),
                is_relaxed: false,
            },
            Self::ReorderHandoff(handoff, position) => HandoffChange::Reorder {
                handoff: reader.id(handoff, first)?,
                position: reader.whole(Some(position), second, 0..=u32::MAX as usize)?,
            },
            _ => return None,
        })
    }

    fn read_stream_change(&self, reader: &mut Reader, at: Place<'_>) -> Option<StreamChange> {
        let (first, second) = (at.item(0), at.item(1));
        Some(match self {
            Self::AddStream { stream, position } => {
                let (stream, position) = read_add!(reader, at, stream, "stream", position);
                StreamChange::Add { stream, position }
            }
            Self::RemoveStream(stream) => StreamChange::Remove {
                stream: reader.id(stream, first)?,
            },
            Self::SetStream(stream, field) => {
                let field = field.read(reader, second);
                let stream = reader.id(stream, first)?;
                StreamChange::Set { stream, field }
            }
            Self::AddDemand { stream, demand } => {
                let place = at.field("demand");
                let id: DemandId =
                    added(demand.id.as_ref(), || demand.name_for_id(), reader, place)?;
                let demand = Arc::new(demand.read(id, reader, place));
                let stream = reader.id(stream, at.field("stream"))?;
                StreamChange::AddDemand { stream, demand }
            }
            Self::RemoveDemand { stream, demand } => StreamChange::RemoveDemand {
                stream: reader.id(stream, at.field("stream"))?,
                demand: reader.id(demand, at.field("demand"))?,
            },
            Self::SetDemand {
                stream,
                demand,
                field,
            } => {
                let field = field.read(reader, at.field("field"));
                StreamChange::SetDemand {
                    stream: reader.id(stream, at.field("stream"))?,
                    demand: reader.id(demand, at.field("demand"))?,
                    field,
                }
            }
            _ => return None,
        })
    }
}
