//! Scene -> SVG, PNG, PDF.
