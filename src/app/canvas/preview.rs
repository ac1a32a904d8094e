//! Under the field of a stage's line: what was understood of it, and the owners that it may mean.

use egui::accesskit::Role;
use egui::{CornerRadius, FontId, Id, Sense, Stroke, StrokeKind, Ui, WidgetInfo, vec2};

use crate::app::fields::capitalized;
use crate::app::names::seen;
use crate::app::style;
use crate::interact::{Link, Owner, owner_of};
use crate::model::Model;
use crate::quick::{QuickError, StageLine, owner_at_end};

use super::naming::{Named, Naming};

/// So many owners are offered.
const MOST_OWNERS: usize = 6;

/// What is said of an empty line.
const EMPTY: &str = "Name 4h @Owner 85%   Tab: next   Shift+Tab: beside it   Enter: done";

/// Returns the teams that the owner being typed may mean; none once it is one of them.
pub(super) fn offered(model: &Model, text: &str) -> Vec<String> {
    let Some(typed) = owner_at_end(text) else {
        return Vec::new();
    };
    let typed = text[typed].trim_start().to_lowercase();
    let names = || model.teams.iter().map(|team| &team.name);
    if names().any(|name| name.to_lowercase() == typed) {
        return Vec::new();
    }
    let fits = |name: &&String| name.to_lowercase().starts_with(&typed);
    names().filter(fits).take(MOST_OWNERS).cloned().collect()
}

/// Returns a line as it was understood.
fn understood(model: &Model, line: &StageLine, link: Link, is_new: bool) -> String {
    let mut parts = vec![line.name.clone()];
    parts.extend(line.work.as_ref().map(ToString::to_string));
    if line.is_automatic {
        parts.push("automatic".to_owned());
    }
    let name = |team| {
        let team = model.teams.find(team);
        team.map_or_else(String::new, |team| team.name.clone())
    };
    match owner_of(model, line, link) {
        Owner::Nobody if is_new => parts.push("no owner".to_owned()),
        Owner::Nobody => {}
        Owner::Team(team) => parts.push(name(team)),
        Owner::CarriedOver(team) => parts.push(format!("{} (carried over)", name(team))),
        Owner::New(team) => parts.push(format!("{team} (new team)")),
    }
    parts.extend(line.ca.map(|ca| format!("{ca} complete and accurate")));
    parts.join(" · ")
}

/// Draws what was understood, and the owners offered with the one that Tab takes.
pub(super) fn preview_ui(
    ui: &Ui,
    field: egui::Rect,
    model: &Model,
    naming: &Naming,
    line: &Result<StageLine, QuickError>,
    link: Link,
    owners: &[String],
) {
    let visuals = ui.visuals();
    let is_new = matches!(naming.what, Named::New { .. });
    let (sentence, ink) = match line {
        _ if naming.text.trim().is_empty() => (EMPTY.to_owned(), visuals.weak_text_color()),
        Ok(line) => (
            understood(model, line, link, is_new),
            visuals.weak_text_color(),
        ),
        Err(fault) => {
            let hint = fault.hint.as_ref();
            let hint = hint.map_or_else(String::new, |hint| format!("; {hint}"));
            let sentence = format!("{}{hint}.", capitalized(&fault.message));
            (sentence, visuals.error_fg_color)
        }
    };
    let chosen = naming.chosen.unwrap_or(0);
    let mut lines = vec![(sentence, ink, false)];
    for (n, owner) in owners.iter().enumerate() {
        let ink = visuals.text_color();
        lines.push((format!("@{owner}"), ink, n == chosen));
    }
    let painter = ui.painter();
    let font = FontId::proportional(style::size::SMALL);
    let galleys: Vec<_> = lines
        .iter()
        .map(|(text, ink, _)| {
            let shown = seen(ui.ctx(), text).into_owned();
            painter.layout(shown, font.clone(), *ink, 420.0)
        })
        .collect();
    let width = galleys.iter().map(|one| one.size().x).fold(0.0, f32::max);
    let height: f32 = galleys.iter().map(|one| one.size().y + 4.0).sum();
    let margin = vec2(8.0, 6.0);
    let place = egui::Rect::from_min_size(
        field.left_bottom() + vec2(0.0, 2.0),
        vec2(width, height) + 2.0 * margin,
    );
    painter.rect(
        place,
        CornerRadius::same(6),
        visuals.panel_fill,
        Stroke::new(1.0, visuals.window_stroke.color),
        StrokeKind::Middle,
    );
    let mut at = place.min + margin;
    for (n, (galley, (text, ink, is_chosen))) in galleys.into_iter().zip(lines).enumerate() {
        let size = galley.size();
        let row = egui::Rect::from_min_size(at, vec2(width, size.y)).expand(2.0);
        if is_chosen {
            let fill = visuals.selection.bg_fill;
            painter.rect_filled(row, CornerRadius::same(3), fill);
        }
        painter.galley(at, galley, ink);
        let response = ui.interact(row, Id::unique(("understood", n)), Sense::hover());
        response.widget_info(|| WidgetInfo::labeled(Role::Label, true, text.clone()));
        at.y += size.y + 4.0;
    }
}
