//! Everything egui: window, panels, dialogs, Scene to egui shapes, worker threads.
