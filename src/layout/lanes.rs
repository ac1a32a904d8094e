//! Lanes: which stage belongs to which, and the bands behind them.

use crate::model::{Automation, LaneMode, Model, Stage, WorldPoint, WorldRect};

use super::{FOOT, HEADER, Lane, Layout};

/// The room left of, right of and below everything inside the lanes.
const MARGIN: f64 = 24.0;

/// The lanes that have members, in the order of the mode: phases in the standard order, then those
/// of the user by first mention; teams and streams as in the file; last the stages without any.
pub(super) struct Membership {
    names: Vec<String>,
    /// The lane of each stage.
    pub(super) lane_of: Vec<usize>,
}

impl Membership {
    /// Sorts the stages of a model into lanes; nothing when it is not divided.
    pub(super) fn of(model: &Model) -> Option<Self> {
        let (count, all): (usize, Vec<Option<usize>>) = match model.lane_mode {
            LaneMode::None => return None,
            LaneMode::Team => (
                model.teams.len(),
                by(model, |stage| model.teams.position(stage.team?)),
            ),
            LaneMode::Stream => (
                model.streams.len(),
                by(model, |stage| model.streams.position(stage.stream?)),
            ),
            LaneMode::Phase => {
                let phases = model.phases();
                let at = by(model, |stage| {
                    let phase = stage.phase.as_ref()?;
                    phases.iter().position(|other| other == phase)
                });
                (phases.len(), at)
            }
        };
        let all: Vec<usize> = all.into_iter().map(|lane| lane.unwrap_or(count)).collect();
        let mut used: Vec<usize> = all.clone();
        used.sort_unstable();
        used.dedup();
        let lane_of = all
            .iter()
            .map(|lane| used.binary_search(lane).expect("every lane was noted"))
            .collect();
        let phases = model.phases();
        let names = used
            .iter()
            .map(|&lane| {
                match model.lane_mode {
                    _ if lane == count => without(model, &all, lane),
                    LaneMode::Team => model.teams.at(lane).map(|team| team.name.clone()),
                    LaneMode::Stream => model.streams.at(lane).map(|stream| stream.name.clone()),
                    _ => phases.get(lane).map(|phase| phase.name().to_owned()),
                }
                .unwrap_or_default()
            })
            .collect();
        Some(Self { names, lane_of })
    }

    /// Returns how many lanes there are.
    pub(super) fn count(&self) -> usize {
        self.names.len()
    }

    /// Returns the bands behind the cards, from top to bottom, across the whole drawing.
    ///
    /// Bands follow the cards, wherever these were put by hand. Where the members of two lanes
    /// interleave, the border lies midway between the two lanes' middles.
    pub(super) fn bands(&self, layout: &Layout) -> Vec<Lane> {
        struct Extent {
            lane: usize,
            top: f64,
            bottom: f64,
            middles: f64,
            members: f64,
        }
        let mut extents: Vec<Extent> = (0..self.count())
            .map(|lane| Extent {
                lane,
                top: f64::INFINITY,
                bottom: f64::NEG_INFINITY,
                middles: 0.0,
                members: 0.0,
            })
            .collect();
        for (card, &lane) in layout.stages.iter().zip(&self.lane_of) {
            let extent = &mut extents[lane];
            extent.top = extent.top.min(card.min.y);
            extent.bottom = extent.bottom.max(card.max.y);
            extent.middles += card.center().y;
            extent.members += 1.0;
        }
        extents.sort_by(|a, b| {
            (a.middles / a.members)
                .total_cmp(&(b.middles / b.members))
                .then(a.lane.cmp(&b.lane))
        });
        let mut borders: Vec<f64> = Vec::with_capacity(extents.len() + 1);
        for (place, extent) in extents.iter().enumerate() {
            let border = match place.checked_sub(1).map(|above| &extents[above]) {
                None => (extent.top - HEADER).min(layout.bounds.min.y - FOOT / 2.0),
                Some(above) if extent.top - HEADER >= above.bottom => {
                    let room = extent.top - HEADER - above.bottom;
                    // The upper lane keeps its foot; more room than both need is shared.
                    extent.top - HEADER - ((room - FOOT) / 2.0).max(0.0).min(room)
                }
                Some(above) if extent.top >= above.bottom => (above.bottom + 4.0).min(extent.top),
                Some(above) => {
                    (above.middles / above.members + extent.middles / extent.members) / 2.0
                }
            };
            let least = borders.last().copied().unwrap_or(f64::NEG_INFINITY);
            borders.push(border.max(least).round());
        }
        let last = extents.last().map_or(0.0, |extent| extent.bottom + FOOT);
        let last = last.max(layout.bounds.max.y + FOOT / 2.0);
        borders.push(last.max(borders.last().copied().unwrap_or(last)).round());
        extents
            .iter()
            .zip(borders.windows(2))
            .map(|(extent, border)| Lane {
                name: self.names[extent.lane].clone(),
                rect: WorldRect {
                    min: WorldPoint::new(layout.bounds.min.x - MARGIN, border[0]),
                    max: WorldPoint::new(layout.bounds.max.x + MARGIN, border[1]),
                },
            })
            .collect()
    }
}

fn by(model: &Model, lane: impl Fn(&Stage) -> Option<usize>) -> Vec<Option<usize>> {
    model.stages.iter().map(lane).collect()
}

/// What the lane of the stages without a lane is called.
fn without(model: &Model, lanes: &[usize], lane: usize) -> Option<String> {
    let name = match model.lane_mode {
        LaneMode::Phase => "No phase",
        LaneMode::Stream => "No stream",
        _ => {
            let mut members = model
                .stages
                .iter()
                .zip(lanes)
                .filter(|(_, at)| **at == lane);
            if members.all(|(stage, _)| stage.automation() == Automation::Automatic) {
                "Automatic"
            } else {
                "No team"
            }
        }
    };
    Some(name.to_owned())
}
