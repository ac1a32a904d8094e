//! The command line: arguments, printed text, exit codes.
