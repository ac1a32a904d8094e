//! Groups: an outline around the stages of one that is open, a card for one that is collapsed.

use rustc_hash::{FxHashMap, FxHashSet};

use super::Canvas;
use super::card::{self, Inks};
use crate::model::{Group, GroupId, Stage, TeamId, WorldRect};
use crate::scene::caption::CardText;
use crate::scene::font::Weight;
use crate::scene::geom::{Point, Rect};
use crate::scene::heat;
use crate::scene::list::{Layer, Painter, Shape, Stroke, Target};
use crate::scene::theme::Rgba;
use crate::scene::{BODY, GRID, NAMES_FROM_ZOOM};

/// Between the stages of a group and its outline.
const AROUND: f32 = 12.0;
/// How far each card of the pile behind that of a collapsed group reaches out.
const PILE: [f32; 2] = [6.0, 3.0];

/// Draws the groups.
pub fn groups(canvas: &Canvas<'_>, painter: &mut Painter) {
    let mut collapsed: FxHashMap<GroupId, WorldRect> = FxHashMap::default();
    for (folded, &rect) in canvas.layout.folded.iter().zip(&canvas.layout.stages) {
        if let Some(group) = folded {
            collapsed.insert(*group, rect);
        }
    }
    for group in &canvas.model.groups {
        match collapsed.get(&group.id) {
            Some(&rect) => collapsed_group(canvas, painter, group, rect.into()),
            None if !group.is_collapsed => outline(canvas, painter, group),
            None => {}
        }
    }
}

fn outline(canvas: &Canvas<'_>, painter: &mut Painter, group: &Group) {
    let around = group
        .stages
        .iter()
        .filter_map(|&stage| canvas.rect_of(stage))
        .fold(Rect::NOTHING, |all, rect| all.union(rect.into()));
    if around.is_empty() {
        return;
    }
    let rect = around.grown(AROUND);
    let colour = group.colour.map_or(canvas.palette.line, Rgba::from);
    painter.on(Layer::Groups, Target::Group(group.id));
    painter.draw(Shape::Rect {
        rect,
        radii: [2.0 * GRID; 4],
        fill: None,
        stroke: Some(Stroke::new(colour, 1.25).dashed(2.0, 4.0).round()),
    });
    painter.from_zoom(NAMES_FROM_ZOOM);
    let name = canvas
        .fonts
        .fitted(&group.name, Weight::SemiBold, BODY, rect.width());
    let place = Point::new(rect.left() + GRID, rect.top() - 6.0);
    painter.text(name, BODY, place, canvas.palette.muted);
}

/// A card on a pile: what it is called, how many stages and teams there are.
fn collapsed_group(canvas: &Canvas<'_>, painter: &mut Painter, group: &Group, rect: Rect) {
    let (model, palette) = (canvas.model, canvas.palette);
    let members: FxHashSet<_> = group.stages.iter().copied().collect();
    let stages: Vec<&Stage> = members
        .iter()
        .filter_map(|&stage| model.stages.find(stage))
        .collect();
    let mut teams: Vec<TeamId> = stages.iter().filter_map(|stage| stage.team).collect();
    teams.sort_unstable();
    teams.dedup();
    let counted = |count: usize, one: &str, several: &str| match count {
        1 => format!("1 {one}"),
        count => format!("{count} {several}"),
    };
    let text = CardText {
        name: group.name.trim().to_owned(),
        owner: counted(stages.len(), "stage", "stages"),
        work: match teams[..] {
            [team] => (model.teams.find(team)).map_or_else(String::new, |team| team.name.clone()),
            _ => counted(teams.len(), "team", "teams"),
        },
        ..CardText::default()
    };
    let share = canvas.options.heat.as_ref().map(|heat| {
        stages
            .iter()
            .map(|stage| heat.of_stage(stage.id))
            .sum::<f32>()
    });
    let fill = match share.map(heat::level) {
        Some(level @ 1..) => palette.heat[level],
        _ => palette.card,
    };
    let common = stages
        .iter()
        .map(|stage| canvas.colouring.strip(model, stage))
        .reduce(|all, one| if all == one { all } else { palette.no_team });
    let strip = group.colour.map(Rgba::from).or(common);
    painter.on(Layer::Stages, Target::Group(group.id));
    for by in PILE {
        painter.draw(Shape::Rect {
            rect: rect.moved(by, by),
            radii: [card::RADIUS; 4],
            fill: Some(palette.card),
            stroke: Some(Stroke::new(palette.card_border, 1.0)),
        });
    }
    card::plate(
        painter,
        rect,
        fill,
        strip.unwrap_or(palette.no_team),
        palette,
    );
    let inks = Inks::on(fill, share, palette);
    card::words(canvas, painter, &text, rect, inks);
    if let Some(share) = share {
        card::bar(canvas, painter, rect, share, fill, inks);
    }
}
