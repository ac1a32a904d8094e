//! An ordered collection of elements, cheap to copy and quick to search by id.

use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::slug::Id;

/// What a [`Table`] holds: an element that knows its id.
pub trait Element: Clone + PartialEq {
    /// The kind of id.
    type Id: Id;
    /// Returns the element's own id.
    fn id(&self) -> Self::Id;
}

/// Elements in their order in the file, each shared with the Models before and after an edit.
///
/// Copying a table costs nothing that grows with its length, and two copies share every element
/// that is the same in both; so a history of whole Models stays small.
#[derive(Clone)]
pub struct Table<T: Element> {
    elements: imbl::Vector<Arc<T>>,
    /// Position of each id. Shared until an element is added or removed.
    index: Arc<FxHashMap<T::Id, u32>>,
}

impl<T: Element> Default for Table<T> {
    fn default() -> Self {
        Self {
            elements: imbl::Vector::new(),
            index: Arc::default(),
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
        self.index.contains_key(&id)
    }

    /// Returns where in the order the element with this id stands.
    pub fn position(&self, id: T::Id) -> Option<usize> {
        self.index.get(&id).map(|&at| at as usize)
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
        let is_last = position == self.len();
        self.elements.insert(position, Arc::new(element));
        if is_last {
            let position = u32::try_from(position).expect("fewer than 2^32 elements");
            Arc::make_mut(&mut self.index).insert(id, position);
        } else {
            self.rebuild_index();
        }
        true
    }

    /// Takes the element with this id out.
    pub fn remove(&mut self, id: T::Id) -> Option<Arc<T>> {
        let position = self.position(id)?;
        let element = self.elements.remove(position);
        self.rebuild_index();
        Some(element)
    }

    /// Keeps the elements for which `keep` holds. Returns how many went.
    pub fn retain(&mut self, mut keep: impl FnMut(&T) -> bool) -> usize {
        let before = self.len();
        if self.iter().all(&mut keep) {
            return 0;
        }
        self.elements.retain(|element| keep(element));
        self.rebuild_index();
        before - self.len()
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
        self.rebuild_index();
        true
    }

    /// Applies `change` to every element that `concerns` picks; the others stay shared.
    pub fn update(&mut self, concerns: impl Fn(&T) -> bool, mut change: impl FnMut(&mut T)) {
        let positions: Vec<usize> = (0..self.len())
            .filter(|&at| {
                self.elements
                    .get(at)
                    .is_some_and(|element| concerns(element))
            })
            .collect();
        for at in positions {
            if let Some(element) = self.elements.get_mut(at) {
                change(Arc::make_mut(element));
            }
        }
    }

    fn rebuild_index(&mut self) {
        self.index = Arc::new(
            self.elements
                .iter()
                .enumerate()
                .map(|(at, element)| (element.id(), at as u32))
                .collect(),
        );
    }
}

impl<T: Element> FromIterator<T> for Table<T> {
    /// Collects elements; of several with one id the first stays.
    fn from_iter<I: IntoIterator<Item = T>>(elements: I) -> Self {
        let mut index = FxHashMap::default();
        let mut kept = imbl::Vector::new();
        for element in elements {
            if let std::collections::hash_map::Entry::Vacant(free) = index.entry(element.id()) {
                free.insert(kept.len() as u32);
                kept.push_back(Arc::new(element));
            }
        }
        Self {
            elements: kept,
            index: Arc::new(index),
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
