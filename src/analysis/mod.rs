//! Figures from records or from a Model.
