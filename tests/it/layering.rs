//! The layers point one way: a module names only the modules in its row.
//!
//! Good will does not keep this true, so this test reads every file under `src/`.

use std::path::{Path, PathBuf};

/// Which modules a module may use. The order is that of the layers, lowest first.
const LAYERS: &[(&str, &[&str])] = &[
    ("model", &[]),
    ("graph", &["model"]),
    ("check", &["model", "graph", "edit"]),
    ("edit", &["model", "graph"]),
    ("store", &["model", "check", "edit"]),
    ("quick", &["model", "edit", "check"]),
    ("templates", &["model", "edit", "quick", "check"]),
    ("patterns", &["model", "edit", "quick", "check"]),
    ("find", &["model", "edit"]),
    ("sim", &["model", "graph"]),
    ("analysis", &["model", "graph", "sim"]),
    (
        "study",
        &["model", "graph", "edit", "check", "sim", "analysis"],
    ),
    ("layout", &["model", "graph"]),
    ("lists", &["model", "graph", "edit", "quick"]),
    ("words", &["model", "analysis"]),
    ("scene", &["model", "graph", "analysis", "layout", "words"]),
    (
        "interact",
        &["model", "graph", "edit", "quick", "layout", "scene"],
    ),
    ("export", &["model", "analysis", "study", "scene", "words"]),
    (
        "cli",
        &[
            "model",
            "graph",
            "check",
            "edit",
            "quick",
            "templates",
            "store",
            "sim",
            "analysis",
            "study",
            "layout",
            "words",
            "scene",
            "export",
        ],
    ),
    (
        "app",
        &[
            "model",
            "graph",
            "check",
            "edit",
            "quick",
            "templates",
            "patterns",
            "find",
            "store",
            "sim",
            "analysis",
            "study",
            "layout",
            "lists",
            "words",
            "scene",
            "interact",
            "export",
        ],
    ),
];

/// Crates that only `app` may name.
const WINDOW_CRATES: &[&str] = &["egui", "eframe", "epaint", "emath", "rfd", "winit"];

/// Modules that may start threads.
const THREADED: &[&str] = &["study", "app"];

#[test]
fn modules_use_only_what_lies_below_them() {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut faults = Vec::new();
    let mut files = Vec::new();
    collect(&src, &mut files);
    assert!(files.len() > 20, "the sources were not found");
    for file in &files {
        let relative = file.strip_prefix(&src).expect("collected under src");
        let mut parts = relative
            .components()
            .map(|part| part.as_os_str().to_string_lossy());
        let module = parts
            .next()
            .expect("a file has a name")
            .trim_end_matches(".rs")
            .to_owned();
        if module == "main" || module == "lib" {
            continue;
        }
        let Some((_, allowed)) = LAYERS.iter().find(|(name, _)| *name == module) else {
            faults.push(format!("src/{module}: has no row in LAYERS"));
            continue;
        };
        let text = std::fs::read_to_string(file).unwrap();
        for (line, fault) in faults_of(&code_only(&text), &module, allowed) {
            faults.push(format!("{}:{line}: {fault}", relative.display()));
        }
    }
    assert!(faults.is_empty(), "\n{}\n", faults.join("\n"));
}

#[test]
fn the_rules_catch_what_they_are_for() {
    let check = |code: &str, expected: usize| {
        let found = faults_of(&code_only(code), "sim", &["model", "graph"]);
        assert_eq!(found.len(), expected, "{code}: {found:?}");
    };
    check("use crate::model::Span;", 0);
    check("use crate::{model::Span, sim::Plan, graph};", 0);
    check("use crate::app::Window;", 1);
    check("use crate::{model, store::Files, scene};", 2);
    check("fn f() -> crate::words::Sentence {}", 1);
    check("// crate::words is a comment\nlet s = \"crate::words\";", 0);
    check("use egui::Ui;", 1);
    check("use super::super::x;", 1);
    check("std::thread::spawn(f);", 1);
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) {
    let mut entries: Vec<_> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    entries.sort();
    for path in entries {
        if path.is_dir() {
            collect(&path, files);
        } else if path.extension().is_some_and(|end| end == "rs") {
            files.push(path);
        }
    }
}

fn faults_of(code: &str, module: &str, allowed: &[&str]) -> Vec<(usize, String)> {
    let mut faults = Vec::new();
    let line_of = |at: usize| code[..at].matches('\n').count() + 1;
    for (at, _) in code.match_indices("crate::") {
        if code[..at].ends_with(|c: char| c.is_alphanumeric() || c == '_' || c == '$') {
            continue;
        }
        for name in roots(&code[at + "crate::".len()..]) {
            // What properties are tried with is there in tests alone.
            let is_known = name == module || name == "self" || name == "cases";
            if !is_known && !allowed.contains(&name.as_str()) {
                let rule = format!("`{module}` may not use `{name}`, only {allowed:?}");
                faults.push((line_of(at), rule));
            }
        }
    }
    if module != "app" {
        for name in WINDOW_CRATES {
            for (at, _) in code.match_indices(&format!("{name}::")) {
                if !code[..at].ends_with(|c: char| c.is_alphanumeric() || c == '_' || c == ':') {
                    faults.push((line_of(at), format!("only `app` may name `{name}`")));
                }
            }
        }
    }
    if !THREADED.contains(&module) {
        for (at, _) in code.match_indices("thread::") {
            let rest = &code[at + "thread::".len()..];
            if rest.starts_with("spawn") || rest.starts_with("scope") || rest.starts_with("Builder")
            {
                faults.push((line_of(at), format!("only {THREADED:?} may start threads")));
            }
        }
    }
    for (at, _) in code.match_indices("super::super") {
        faults.push((
            line_of(at),
            "write `crate::…` instead of `super::super`".to_owned(),
        ));
    }
    faults
}

/// The first names of a use tree that follows `crate::`.
fn roots(rest: &str) -> Vec<String> {
    let name = |text: &str| -> String {
        text.trim_start()
            .chars()
            .take_while(|c| c.is_alphanumeric() || *c == '_')
            .collect()
    };
    let Some(inside) = rest.strip_prefix('{') else {
        return vec![name(rest)];
    };
    let mut roots = Vec::new();
    let mut depth = 0;
    let mut start = 0;
    for (at, c) in inside.char_indices() {
        match c {
            '{' => depth += 1,
            '}' if depth == 0 => {
                roots.push(name(&inside[start..at]));
                break;
            }
            '}' => depth -= 1,
            ',' if depth == 0 => {
                roots.push(name(&inside[start..at]));
                start = at + 1;
            }
            _ => {}
        }
    }
    roots.retain(|root| !root.is_empty());
    roots
}

/// The text with comments and strings blanked out; lines stay where they are.
fn code_only(text: &str) -> String {
    let bytes: Vec<char> = text.chars().collect();
    let mut code = String::with_capacity(text.len());
    let mut at = 0;
    let blank = |c: char| if c == '\n' { '\n' } else { ' ' };
    while at < bytes.len() {
        let next = bytes.get(at + 1).copied();
        match bytes[at] {
            '/' if next == Some('/') => {
                while at < bytes.len() && bytes[at] != '\n' {
                    at += 1;
                }
            }
            '/' if next == Some('*') => {
                at += 2;
                while at + 1 < bytes.len() && !(bytes[at] == '*' && bytes[at + 1] == '/') {
                    code.push(blank(bytes[at]));
                    at += 1;
                }
                at += 2;
            }
            'r' if next == Some('"') || (next == Some('#') && raw_hashes(&bytes[at + 1..]) > 0) => {
                let hashes = raw_hashes(&bytes[at + 1..]);
                let end: Vec<char> = std::iter::once('"')
                    .chain(std::iter::repeat_n('#', hashes))
                    .collect();
                at += 2 + hashes;
                while at < bytes.len() && !bytes[at..].starts_with(&end) {
                    code.push(blank(bytes[at]));
                    at += 1;
                }
                at += end.len();
            }
            '"' => {
                at += 1;
                while at < bytes.len() && bytes[at] != '"' {
                    if bytes[at] == '\\' {
                        at += 1;
                    }
                    if at < bytes.len() {
                        code.push(blank(bytes[at]));
                    }
                    at += 1;
                }
                at += 1;
            }
            '\'' if next == Some('\\') || bytes.get(at + 2) == Some(&'\'') => {
                at += if next == Some('\\') { 3 } else { 2 };
                while at < bytes.len() && bytes[at] != '\'' {
                    at += 1;
                }
                at += 1;
            }
            c => {
                code.push(c);
                at += 1;
            }
        }
    }
    code
}

/// How many `#` stand before a `"`; 0 when no raw string begins here.
fn raw_hashes(rest: &[char]) -> usize {
    let hashes = rest.iter().take_while(|&&c| c == '#').count();
    if rest.get(hashes) == Some(&'"') {
        hashes
    } else {
        0
    }
}
