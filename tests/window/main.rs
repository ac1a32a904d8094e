//! All tests of the window, in one binary; they need `--features window-tests`.
