//! Changes of the Model's own fields.

use crate::model::{Model, ModelChange};

use super::{EditError, Effect};

pub(super) fn apply(model: &mut Model, change: &ModelChange) -> Result<Effect, EditError> {
    fn put<T: Clone + PartialEq>(field: &mut T, value: &T) -> Effect {
        if field == value {
            return Effect::Unchanged;
        }
        field.clone_from(value);
        Effect::Changed
    }
    let settings = &mut model.settings;
    Ok(match change {
        ModelChange::Name(name) => put(&mut model.name, name),
        ModelChange::Description(text) => put(&mut model.description, text),
        ModelChange::Currency(currency) => put(&mut model.currency, currency),
        ModelChange::Start(start) => put(&mut settings.start, start),
        ModelChange::Horizon(horizon) => put(&mut settings.horizon, horizon),
        ModelChange::WarmUp(warm_up) => put(&mut settings.warm_up, warm_up),
        ModelChange::Seed(seed) => put(&mut settings.seed, seed),
        ModelChange::Precision(precision) => put(&mut settings.precision, precision),
        ModelChange::LaneMode(mode) => put(&mut model.lane_mode, mode),
    })
}
