//! The syntax tree: what stands in the text, and where.

use std::ops::Range;

use crate::model::{Distribution, ElapsedTime, Share, WorkTime};

/// A name, and the bytes it stands in.
#[derive(Clone, Debug, PartialEq)]
pub struct Name {
    pub text: String,
    pub at: Range<usize>,
}

/// What stands inside an arrow: `>2d?>`, `<20% x3<`, `~10%>`.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Arrow {
    pub at: Range<usize>,
    pub share: Option<Share>,
    pub delay: Option<Distribution<ElapsedTime>>,
    pub is_automatic: bool,
    pub is_customary: bool,
    pub at_most: Option<u32>,
}

impl Arrow {
    /// Returns whether it says no more than that the item moves on.
    pub fn is_plain(&self) -> bool {
        *self
            == Self {
                at: self.at.clone(),
                ..Self::default()
            }
    }
}

/// Who owns a stage.
#[derive(Clone, Debug, PartialEq)]
pub enum Owner {
    /// Left out: the one before.
    Before,
    /// `@-`.
    Nobody,
    /// `@Name`.
    Named(Name),
}

/// A stage as it is first named.
#[derive(Clone, Debug, PartialEq)]
pub struct StageText {
    pub name: Name,
    pub work: Option<Distribution<WorkTime>>,
    pub ca: Option<Share>,
    pub is_automatic: bool,
    pub owner: Owner,
}

/// Rework or feedback behind a stage.
#[derive(Clone, Debug, PartialEq)]
pub struct Side {
    pub is_feedback: bool,
    pub arrow: Arrow,
    pub to: Name,
}

/// How the branches of a group belong together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GroupKind {
    /// `{ , }`.
    All,
    /// `[ | ]`.
    One,
}

/// One of several ways.
#[derive(Clone, Debug, PartialEq)]
pub struct Branch {
    pub share: Option<Share>,
    /// How items come to its first stage, where that differs from the other branches.
    pub lead: Option<Arrow>,
    pub chain: Chain,
    /// How items leave its last stage, where that differs from the other branches.
    pub trail: Option<Arrow>,
}

/// What stands between arrows.
#[derive(Clone, Debug, PartialEq)]
pub enum Element {
    Stage(StageText, Vec<Side>),
    Reference(Name, Vec<Side>),
    Group {
        kind: GroupKind,
        branches: Vec<Branch>,
        at: Range<usize>,
    },
}

/// An element and how items come to it.
#[derive(Clone, Debug, PartialEq)]
pub struct Step {
    pub arrow: Arrow,
    pub element: Element,
}

/// Elements one after the other; the arrow of the first means nothing.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Chain {
    pub steps: Vec<Step>,
}
