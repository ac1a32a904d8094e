//! What a change is worth: saving, payback, net present value, break-even (definitions 4.6).

use crate::model::{Intervention, Money};

use super::figures::StreamFigures;

/// Days of a year, to which costs and savings are counted.
const DAYS_PER_YEAR: f64 = 365.0;

/// What a change costs and brings.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Investment {
    /// Money, once.
    pub once: f64,
    /// Money a year.
    pub yearly: f64,
    /// Money saved per item: cost and cost of delay before, less those after.
    pub saving_per_item: f64,
    /// Items a year.
    pub items_per_year: f64,
}

impl Investment {
    /// Puts together what an intervention costs and what two studies found.
    ///
    /// Nothing when neither cost nor cost of delay was computed in both, or no item is done.
    pub fn of(
        intervention: &Intervention,
        before: &StreamFigures,
        after: &StreamFigures,
    ) -> Option<Self> {
        let amount = |money: Option<Money>| money.map_or(0.0, Money::get);
        Some(Self {
            once: amount(intervention.once),
            yearly: amount(intervention.yearly),
            saving_per_item: saving_per_item(before, after)?,
            items_per_year: after.throughput_per_day.value()? * DAYS_PER_YEAR,
        })
    }

    /// Returns what is saved a year, the yearly cost taken off.
    pub fn net_per_year(self) -> f64 {
        self.saving_per_item * self.items_per_year - self.yearly
    }

    /// Returns the years until it has paid for itself: investment / net benefit a year. Nothing
    /// when it never does.
    pub fn payback_years(self) -> Option<f64> {
        let net = self.net_per_year();
        if self.once <= 0.0 && net >= 0.0 {
            return Some(0.0);
        }
        (net > 0.0).then(|| self.once / net)
    }

    /// Returns the net present value over some years at a yearly rate of discount:
    /// Σ net / (1 + r)^t − investment.
    pub fn net_present_value(self, years: u32, rate: f64) -> f64 {
        let (mut value, mut factor) = (-self.once, 1.0);
        for _ in 0..years {
            factor /= 1.0 + rate;
            value += self.net_per_year() * factor;
        }
        value
    }

    /// Returns how many items a year it takes so that it pays for itself within some years:
    /// (investment / years + yearly cost) / saving per item. Nothing when an item saves nothing.
    pub fn break_even_items(self, years: f64) -> Option<f64> {
        (self.saving_per_item > 0.0 && years > 0.0)
            .then(|| (self.once / years + self.yearly) / self.saving_per_item)
    }
}

/// Returns the money that an item costs less after a change: its cost and its cost of delay, each
/// where both studies have it. Nothing when neither does.
pub fn saving_per_item(before: &StreamFigures, after: &StreamFigures) -> Option<f64> {
    let fall = |pick: fn(&StreamFigures) -> super::Figure| {
        Some(pick(before).value()? - pick(after).value()?)
    };
    let cost = fall(|figures| figures.cost_per_item);
    let delay = fall(|figures| figures.cost_of_delay_per_item);
    match (cost, delay) {
        (None, None) => None,
        (cost, delay) => Some(cost.unwrap_or(0.0) + delay.unwrap_or(0.0)),
    }
}

/// Returns the hours of people that an item needs less after a change ("manual intervention time",
/// definitions 4.7). Nothing when one of the studies has none.
pub fn manual_hours_saved(before: &StreamFigures, after: &StreamFigures) -> Option<f64> {
    Some(before.manual_hours_per_item.value()? - after.manual_hours_per_item.value()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    const CHANGE: Investment = Investment {
        once: 12_000.0,
        yearly: 2_000.0,
        saving_per_item: 50.0,
        items_per_year: 100.0,
    };

    #[test]
    fn an_investment_pays_for_itself_by_what_it_saves() {
        assert_eq!(CHANGE.net_per_year(), 3_000.0);
        assert_eq!(CHANGE.payback_years(), Some(4.0));
        assert_eq!(CHANGE.break_even_items(4.0), Some(100.0));
        assert_eq!(CHANGE.net_present_value(4, 0.0), 0.0);
        // 3,000 / 1.1 + 3,000 / 1.21 − 12,000.
        assert!((CHANGE.net_present_value(2, 0.1) + 6_793.388_43).abs() < 1e-5);
    }

    #[test]
    fn what_saves_less_than_it_costs_never_pays() {
        let change = Investment {
            items_per_year: 30.0,
            ..CHANGE
        };
        assert_eq!(change.payback_years(), None);
        let free = Investment {
            once: 0.0,
            yearly: 0.0,
            ..CHANGE
        };
        assert_eq!(free.payback_years(), Some(0.0));
        let useless = Investment {
            saving_per_item: 0.0,
            ..CHANGE
        };
        assert_eq!(useless.break_even_items(4.0), None);
    }
}
