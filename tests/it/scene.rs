//! Tests of scene.
