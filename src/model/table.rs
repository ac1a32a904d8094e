//! An ordered collection of elements, cheap to copy and quick to search by id.

use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::places::Places;
use super::slug::Id;

/// What a [`Table`] holds: an element that knows its id.
pub trait Element: Clone + PartialEq {
    /// The kind of id.
    type Id: Id;
    /// Returns the element's own id.
    fn id(&self) -> Self::Id;
}

/// So many elements are taken out one by one rather than by making the table anew.
const A_FEW: usize = 16;

/// Elements in their order in the file, each shared with the Models before and after an edit.
///
/// Copying a table costs nothing that grows with its length, and two copies share every element
/// that is the same in both; putting one in or taking one out costs little more, wherever it
/// stands. So a history of whole Models stays small.
#[derive(Clone)]
pub struct Table<T: Element> {
    elements: imbl::Vector<Arc<T>>,
    places: Places<T::Id>,
}

impl<T: Element> Default for Table<T> {
    fn default() -> Self {
        Self {
            elements: imbl::Vector::new(),
            places: Places::default(),
        }
    }
}

impl<T: Element + std::fmt::Debug> std::fmt::Debug for Table<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_list().entries(self.iter()).finish()
    }
}

impl<T: Element> PartialEq for Table<T> {
    fn eq(&self, other: &Self) -> bool {
        self.elements.ptr_eq(&other.elements)
            || (self.len() == other.len()
                && self
                    .elements
                    .iter()
                    .zip(&other.elements)
                    .all(|(a, b)| Arc::ptr_eq(a, b) || a == b))
    }
}

impl<T: Element> Table<T> {
    /// Returns how many elements there are.
    pub fn len(&self) -> usize {
        self.elements.len()
    }

    /// Returns whether there is no element.
    pub fn is_empty(&self) -> bool {
        self.elements.is_empty()
    }

    /// Returns the elements in order.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = &T> + ExactSizeIterator {
        self.elements.iter().map(AsRef::as_ref)
    }

    /// Returns the element with this id.
    pub fn find(&self, id: T::Id) -> Option<&T> {
        self.elements.get(self.position(id)?).map(AsRef::as_ref)
    }

    /// Returns the element with this id, shared.
    pub fn find_shared(&self, id: T::Id) -> Option<&Arc<T>> {
        self.elements.get(self.position(id)?)
    }

    /// Returns the element with this id for changing; it is copied first when it is shared.
    ///
    /// The id must stay what it is.
    pub fn find_mut(&mut self, id: T::Id) -> Option<&mut T> {
        let position = self.position(id)?;
        self.elements.get_mut(position).map(Arc::make_mut)
    }

    /// Returns whether an element has this id.
    pub fn contains(&self, id: T::Id) -> bool {
        self.places.position(id).is_some()
    }

    /// Returns where in the order the element with this id stands.
    pub fn position(&self, id: T::Id) -> Option<usize> {
        self.places.position(id).map(|at| at as usize)
    }

    /// Returns the element at a place in the order.
    pub fn at(&self, position: usize) -> Option<&T> {
        self.elements.get(position).map(AsRef::as_ref)
    }

    /// Adds an element at the end. Returns false, changing nothing, when its id is taken.
    pub fn push(&mut self, element: T) -> bool {
        self.insert(self.len(), element)
    }

    /// Adds an element at a place in the order (the end, when past it). Returns false, changing
    /// nothing, when its id is taken.
    pub fn insert(&mut self, position: usize, element: T) -> bool {
        let id = element.id();
        if self.contains(id) {
            return false;
        }
        let position = position.min(self.len());
        self.elements.insert(position, Arc::new(element));
        let position = u32::try_from(position).expect("fewer than 2^32 elements");
        self.places.insert(id, position);
        self.refresh_places();
        true
    }

    /// Takes the element with this id out.
    pub fn remove(&mut self, id: T::Id) -> Option<Arc<T>> {
        let position = self.places.remove(id)?;
        let element = self.elements.remove(position as usize);
        self.refresh_places();
        Some(element)
    }

    /// Keeps the elements for which `keep` holds. Returns how many went.
    pub fn retain(&mut self, keep: impl Fn(&T) -> bool) -> usize {
        let going: Vec<T::Id> = self
            .iter()
            .filter(|element| !keep(element))
            .map(Element::id)
            .collect();
        if going.len() <= A_FEW {
            for &id in &going {
                self.remove(id);
            }
        } else {
            self.elements.retain(|element| keep(element));
            self.places = Places::of(self.elements.iter().map(|element| element.id()));
        }
        going.len()
    }

    /// Moves the element with this id to a place in the order. Returns whether anything changed.
    pub fn move_to(&mut self, id: T::Id, position: usize) -> bool {
        let Some(from) = self.position(id) else {
            return false;
        };
        let position = position.min(self.len() - 1);
        if from == position {
            return false;
        }
        let element = self.elements.remove(from);
        self.elements.insert(position, element);
        self.places.remove(id);
        self.places.insert(id, position as u32);
        self.refresh_places();
        true
    }

    /// Applies `change` to every element that `concerns` picks; the others stay shared.
    pub fn update(&mut self, concerns: impl Fn(&T) -> bool, mut change: impl FnMut(&mut T)) {
        let positions: Vec<usize> = self
            .iter()
            .enumerate()
            .filter(|(_, element)| concerns(element))
            .map(|(at, _)| at)
            .collect();
        for at in positions {
            if let Some(element) = self.elements.get_mut(at) {
                change(Arc::make_mut(element));
            }
        }
    }

    /// Returns where elements differ from those of an earlier table, and where new ones are, in
    /// order; nothing when it holds other elements in those places, or fewer. Those that both share
    /// are not looked at.
    pub fn since(&self, before: &Self) -> Option<Vec<usize>> {
        if self.len() < before.len() {
            return None;
        }
        let mut changed = Vec::new();
        if !self.elements.ptr_eq(&before.elements) {
            for (at, (now, then)) in self.elements.iter().zip(&before.elements).enumerate() {
                if Arc::ptr_eq(now, then) {
                    continue;
                }
                if now.id() != then.id() {
                    return None;
                }
                if now != then {
                    changed.push(at);
                }
            }
        }
        changed.extend(before.len()..self.len());
        Some(changed)
    }

    fn refresh_places(&mut self) {
        if self.places.is_stale() {
            self.places = Places::of(self.elements.iter().map(|element| element.id()));
        }
    }
}

impl<T: Element> FromIterator<T> for Table<T> {
    /// Collects elements; of several with one id the first stays.
    fn from_iter<I: IntoIterator<Item = T>>(elements: I) -> Self {
        let elements = elements.into_iter();
        let mut places = FxHashMap::default();
        places.reserve(elements.size_hint().0);
        let mut kept = imbl::Vector::new();
        for element in elements {
            if let std::collections::hash_map::Entry::Vacant(free) = places.entry(element.id()) {
                free.insert(kept.len() as u32);
                kept.push_back(Arc::new(element));
            }
        }
        Self {
            elements: kept,
            places: Places::new(places),
        }
    }
}

impl<'a, T: Element> IntoIterator for &'a Table<T> {
    type Item = &'a T;
    type IntoIter = std::iter::Map<
        imbl::vector::Iter<'a, Arc<T>, imbl::shared_ptr::DefaultSharedPtr>,
        fn(&'a Arc<T>) -> &'a T,
    >;
    fn into_iter(self) -> Self::IntoIter {
        self.elements.iter().map(AsRef::as_ref)
    }
}
