//! The display list: one picture for screen, SVG, PNG and PDF.
