//! What the legend of a coloured drawing says.

use crate::analysis::{Estimate, Figures};

use super::number::time;

/// Returns what the shares are of: `mean 21.0 d ± 0.4, calendar`, or that it differs.
pub fn heat_remark(figures: &Figures) -> String {
    let streams = figures.streams.iter();
    remark(streams.filter_map(|stream| stream.lead_time.mean.estimate()))
}

fn remark(mut means: impl Iterator<Item = Estimate>) -> String {
    match (means.next(), means.next()) {
        (Some(mean), None) => format!("mean {}, calendar", time(mean)),
        (Some(_), Some(_)) => "of each stream".to_owned(),
        _ => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_said_of_which_lead_time() {
        let check = |days: &[f64], expected: &str| {
            let means = days.iter().map(|days| Estimate::exact(days * 86_400.0));
            let plain = remark(means).replace(['\u{202f}', '\u{a0}'], " ");
            assert_eq!(plain, expected);
        };
        check(&[21.0], "mean 21 d, calendar");
        check(&[21.0, 3.0], "of each stream");
        check(&[], "");
    }
}
