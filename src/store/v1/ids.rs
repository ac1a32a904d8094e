//! Ids in the file: said, or left out and made from names; unique.

use rustc_hash::FxHashSet;

use crate::model::{Id, Slug};

use super::leaf::Text;
use super::reader::{Place, Reader, unreadable};

/// Returns the ids of a list of elements, in order: those said, and for those left out one made
/// from the name, with `-2` appended for the second of that name.
pub(super) fn table_ids<'f, I: Id, N: FnOnce() -> Slug>(
    elements: impl Iterator<Item = (Option<&'f Text<'f>>, N)>,
    reader: &mut Reader,
    at: Place<'_>,
) -> Vec<I> {
    let mut left_out = Vec::new();
    let mut ids: Vec<I> = Vec::with_capacity(elements.size_hint().0);
    for (n, (said, made)) in elements.enumerate() {
        ids.push(match said {
            Some(text) => {
                let element = at.item(n);
                reader
                    .id(text, element.field("id"))
                    .unwrap_or_else(unreadable)
            }
            None => {
                left_out.push((n, made()));
                unreadable()
            }
        });
    }
    if !left_out.is_empty() {
        let mut taken: FxHashSet<I> = ids.iter().copied().collect();
        for (n, made) in left_out {
            let mut id = I::from_slug(made);
            let mut number = 2;
            while !taken.insert(id) {
                id = I::from_slug(made.numbered(number));
                number += 1;
            }
            ids[n] = id;
        }
    }
    ids
}

/// Notes a fault for every id that another element has already.
pub(super) fn unique<I: Id>(ids: &[I], reader: &mut Reader, at: Place<'_>) {
    let mut seen = FxHashSet::default();
    for (n, &id) in ids.iter().enumerate() {
        if !seen.insert(id) && id != unreadable() {
            let element = at.item(n);
            reader.fault(
                element.field("id"),
                format!("another {} has the id {:?}", I::KIND, id.slug().as_str()),
                Some(format!("write another id, for instance \"{id}-2\"")),
            );
        }
    }
}
