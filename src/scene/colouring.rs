//! What the colours of cards stand for: their teams, phases, or who does the work.

use serde::{Deserialize, Serialize};

use super::font::Weight;
use super::fonts::Fonts;
use super::geom::{Point, Rect};
use super::list::{Layer, Painter, Scene, Shape, Stroke};
use super::theme::{Palette, Rgba, Theme};
use super::{BODY, GRID};
use crate::model::{Automation, Model, Phase, Stage};

/// What the colours of cards stand for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ColourBy {
    /// The team, in a strip; a stage's own colour tints its card.
    #[default]
    Team,
    /// The phase, in the strip and as a tint of the whole card.
    Phase,
    /// Who does the work: people, people and machines, machines.
    Automation,
}

impl ColourBy {
    /// All of them, in the order of the menu.
    pub const ALL: [Self; 3] = [Self::Team, Self::Phase, Self::Automation];

    /// Returns what menus and legends call it.
    pub fn label(self) -> &'static str {
        match self {
            Self::Team => "Team",
            Self::Phase => "Phase",
            Self::Automation => "Automation",
        }
    }

    /// Returns the name that the command line knows it by.
    pub fn name(self) -> &'static str {
        match self {
            Self::Team => "team",
            Self::Phase => "phase",
            Self::Automation => "automation",
        }
    }

    /// Returns the one of this name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|by| by.name() == name)
    }
}

/// How much of the colour of its phase or automation is in a card: text keeps its contrast.
const TINT: f32 = 0.12;

/// The colours of the cards of a model.
#[derive(Clone, Debug, PartialEq)]
pub struct Colouring {
    by: ColourBy,
    palette: &'static Palette,
    /// In order; empty unless by phase.
    phases: Vec<Phase>,
}

impl Colouring {
    /// Prepares colouring the stages of a model.
    pub fn new(model: &Model, by: ColourBy, palette: &'static Palette) -> Self {
        let phases = match by {
            ColourBy::Phase => model.phases(),
            _ => Vec::new(),
        };
        Self {
            by,
            palette,
            phases,
        }
    }

    /// Returns the colour of the strip of a stage.
    pub fn strip(&self, model: &Model, stage: &Stage) -> Rgba {
        let palette = self.palette;
        let found = match self.by {
            ColourBy::Team => stage.team.and_then(|team| {
                let own = model.teams.find(team)?.colour.map(Rgba::from);
                Some(own.unwrap_or(nth(palette, model.teams.position(team)?)))
            }),
            ColourBy::Phase => stage.phase.as_ref().and_then(|phase| {
                let at = self.phases.iter().position(|one| one == phase)?;
                Some(nth(palette, at))
            }),
            ColourBy::Automation => Some(of_automation(palette, stage.automation())),
        };
        found.unwrap_or(palette.no_team)
    }

    /// Returns the colour that a card is filled with.
    pub fn fill(&self, model: &Model, stage: &Stage) -> Rgba {
        let card = self.palette.card;
        match (self.by, stage.at.colour) {
            (ColourBy::Team, Some(own)) => card.mixed(Rgba::from(own), super::OWN_TINT),
            (ColourBy::Team, None) => card,
            _ => card.mixed(self.strip(model, stage), TINT),
        }
    }

    /// Returns what the colours of a model's cards mean, in order. Nothing for teams: each card says
    /// its own.
    pub fn meanings(&self, model: &Model) -> Vec<(String, Rgba)> {
        let mut meanings = Vec::new();
        match self.by {
            ColourBy::Team => {}
            ColourBy::Phase => {
                let phases = self.phases.iter().enumerate();
                for (at, phase) in phases {
                    let is_used = |stage: &Stage| stage.phase.as_ref() == Some(phase);
                    if model.stages.iter().any(is_used) {
                        meanings.push((phase.name().to_owned(), nth(self.palette, at)));
                    }
                }
                if model.stages.iter().any(|stage| stage.phase.is_none()) {
                    meanings.push(("No phase".to_owned(), self.palette.no_team));
                }
            }
            ColourBy::Automation => {
                for (automation, name) in [
                    (Automation::Manual, "Manual"),
                    (Automation::Assisted, "Assisted"),
                    (Automation::Automatic, "Automatic"),
                ] {
                    let is_used = |stage: &Stage| stage.automation() == automation;
                    if model.stages.iter().any(is_used) {
                        let colour = of_automation(self.palette, automation);
                        meanings.push((name.to_owned(), colour));
                    }
                }
            }
        }
        meanings
    }
}

/// The nth of the colours that are told apart; again from the front when they are used up.
fn nth(palette: &Palette, at: usize) -> Rgba {
    palette.teams[at % palette.teams.len()]
}

fn of_automation(palette: &Palette, automation: Automation) -> Rgba {
    match automation {
        Automation::Manual => palette.teams[1],
        Automation::Assisted => palette.teams[3],
        Automation::Automatic => palette.teams[4],
    }
}

/// Width of a coloured field of the legend.
const SWATCH: f32 = 14.0;
/// From the border of the legend to what stands in it.
const PADDING: f32 = 12.0;
/// The legend goes on in the next row before it is wider than this.
const WIDEST: f32 = 480.0;
/// Height of a row.
const ROW: f32 = 20.0;

/// Draws what the colours mean with the upper left corner at a place. Returns where it is.
pub fn draw_meanings(
    painter: &mut Painter,
    corner: Point,
    by: ColourBy,
    meanings: &[(String, Rgba)],
    palette: &Palette,
    fonts: &Fonts,
) -> Rect {
    let title = fonts.line(by.label(), Weight::SemiBold);
    let mut place = Point::new(title.width * BODY + 2.0 * GRID, 0.0);
    let indent = place.x;
    let mut widest = 0.0_f32;
    let mut entries = Vec::new();
    for (name, colour) in meanings {
        let name = fonts.fitted(name, Weight::Regular, BODY, WIDEST / 2.0);
        let width = SWATCH + 6.0 + name.width * BODY;
        if place.x > indent && place.x + width > WIDEST {
            place = Point::new(indent, place.y + ROW);
        }
        widest = widest.max(place.x + width);
        entries.push((place, name, *colour));
        place.x += width + 2.0 * GRID;
    }
    let rect = Rect::new(
        corner.x,
        corner.y,
        widest.max(indent) + 2.0 * PADDING,
        place.y + ROW + PADDING,
    );
    painter.on(Layer::Legend, None);
    painter.draw(Shape::Rect {
        rect,
        radii: [GRID; 4],
        fill: Some(palette.card),
        stroke: Some(Stroke::new(palette.card_border, 1.0)),
    });
    let start = Point::new(rect.left() + PADDING, rect.top() + PADDING / 2.0 + 15.0);
    painter.text(title, BODY, start, palette.text);
    for (place, name, colour) in entries {
        let base = start.moved(place.x, place.y);
        let swatch = Rect::new(base.x, base.y - 11.0, SWATCH, 12.0);
        painter.draw(Shape::filled(swatch, 3.0, colour));
        painter.text(name, BODY, base.moved(SWATCH + 6.0, 0.0), palette.text);
    }
    rect
}

/// Returns what the colours mean alone, beginning at (0, 0); nothing when they mean teams.
pub fn meanings(model: &Model, by: ColourBy, theme: Theme, fonts: &Fonts) -> Option<Scene> {
    let palette = theme.palette();
    let meanings = Colouring::new(model, by, palette).meanings(model);
    if meanings.is_empty() {
        return None;
    }
    let mut painter = Painter::default();
    draw_meanings(
        &mut painter,
        Point::new(0.0, 0.0),
        by,
        &meanings,
        palette,
        fonts,
    );
    Some(painter.finish(palette.background, ""))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::StageId;

    #[test]
    fn words_on_tinted_cards_read() {
        for theme in Theme::ALL {
            let palette = theme.palette();
            for colour in palette.teams.into_iter().chain([palette.no_team]) {
                let fill = palette.card.mixed(colour, TINT);
                for ink in [palette.text, palette.muted] {
                    let contrast = ink.contrast(fill);
                    assert!(contrast >= 4.5, "{theme:?} {colour:?} {contrast}");
                }
            }
        }
    }

    #[test]
    fn all_stages_have_the_colour_that_is_explained() {
        let mut model = Model::default();
        let phases = [
            Some(Phase::Rights),
            Some(Phase::Own("Archive".to_owned())),
            None,
            Some(Phase::Rights),
        ];
        for (n, phase) in phases.into_iter().enumerate() {
            let id = StageId::new(&format!("s-{n}")).unwrap();
            let mut stage = Stage::new(id, format!("S {n}"));
            stage.phase = phase;
            model.stages.push(stage);
        }
        for by in [ColourBy::Phase, ColourBy::Automation] {
            let colouring = Colouring::new(&model, by, Theme::Light.palette());
            let meanings = colouring.meanings(&model);
            for stage in &model.stages {
                let strip = colouring.strip(&model, stage);
                let explained = meanings.iter().filter(|(_, colour)| *colour == strip);
                assert_eq!(explained.count(), 1, "{by:?} {}", stage.name);
            }
        }
        let colouring = Colouring::new(&model, ColourBy::Phase, Theme::Light.palette());
        let meanings = colouring.meanings(&model).into_iter();
        let names: Vec<String> = meanings.map(|(name, _)| name).collect();
        assert_eq!(names, ["Rights & compliance", "Archive", "No phase"]);
    }

    #[test]
    fn the_legend_holds_its_words() {
        let mut model = Model::default();
        for n in 0..14 {
            let id = StageId::new(&format!("s-{n}")).unwrap();
            let mut stage = Stage::new(id, "S");
            stage.phase = Some(Phase::Own(format!("A phase with a long name {n}")));
            model.stages.push(stage);
        }
        let scene = meanings(&model, ColourBy::Phase, Theme::Dark, &Fonts::bundled());
        let scene = scene.expect("there are phases");
        let frame = scene.items().next().expect("it is drawn").bounds;
        for item in scene.items() {
            assert!(frame.holds(item.bounds, 0.0), "{:?}", item.bounds);
        }
        assert!(frame.width() <= WIDEST + 2.0 * PADDING);
    }
}
