//! Rooms import what lies below them, and neither rooms nor the files of a room need each other in a circle.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;
use std::sync::LazyLock;

use regex::Regex;

use crate::support::repository;

/// The rooms from the top down. Rooms on one floor may use each other one way.
const FLOORS: [&[&str]; 8] = [
    &["cli"],
    &["job"],
    &["publish"],
    &["derive"],
    &["engine", "pull", "synth"],
    &["store", "definition"],
    &["observe"],
    &["problem", "protection"],
];

/// The rooms whose files are in order too.
const IN_ORDER: [&str; 8] = ["cli", "job", "publish", "derive", "engine", "pull", "store", "observe"];

type Arrows = BTreeMap<String, BTreeSet<String>>;

/// A file as a module: its path from the root of its crate, whose first part is the room.
struct Module {
    path: Vec<String>,
    code: String,
}

impl Module {
    fn name(&self) -> String {
        self.path.join("::")
    }

    fn room(&self) -> &str {
        &self.path[0]
    }
}

/// A path that a module names, from the root, and whether the module only passes it on.
struct Import {
    path: Vec<String>,
    is_passed_on: bool,
}

/// All modules of the product and of the crates beside it.
fn modules() -> Vec<Module> {
    let mut modules = Vec::new();
    collect(&repository().join("src"), &[], &mut modules);
    for folder in fs::read_dir(repository().join("crates")).into_iter().flatten() {
        let folder = folder.unwrap().path();
        let room = folder.file_name().unwrap().to_str().unwrap().to_owned();
        collect(&folder.join("src"), &[room], &mut modules);
    }
    // What only names the rooms is none.
    modules.retain(|module| !module.path.is_empty() && !["lib", "main"].contains(&module.room()));
    assert!(modules.len() > 50, "{}", modules.len());
    modules
}

fn collect(folder: &Path, above: &[String], modules: &mut Vec<Module>) {
    for entry in fs::read_dir(folder).into_iter().flatten() {
        let path = entry.unwrap().path();
        let stem = path.file_stem().unwrap().to_str().unwrap().to_owned();
        if path.is_dir() {
            collect(&path, &[above, &[stem]].concat(), modules);
        } else if path.extension().is_some_and(|extension| extension == "rs") && stem != "tests" {
            // A crate's root is the room itself, as the `mod.rs` of a folder is.
            let is_face = stem == "mod" || (!above.is_empty() && stem == "lib");
            let name = if is_face { Vec::new() } else { vec![stem] };
            modules.push(Module { path: [above, &name].concat(), code: code(&fs::read_to_string(&path).unwrap()) });
        }
    }
}

/// The text without comments, strings and unit tests: what is left is what the compiler follows.
fn code(text: &str) -> String {
    static TOLD: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r##"(?s)pub\(in [^)]*\)|//[^\n]*|r#".*?"#|"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)'|#\[cfg\(test\)\]\s*mod \w+ \{.*"##)
            .unwrap()
    });
    TOLD.replace_all(text, " ").into_owned()
}

/// Every path of a use tree: `a::{b, c::d as e}` is `a::b` and `a::c::d`.
fn flattened(tree: &str, above: &[String], paths: &mut Vec<Vec<String>>) {
    let tree = tree.trim();
    let (path, group) = match tree.split_once('{') {
        Some((path, group)) => (path, Some(group.trim_end().trim_end_matches('}'))),
        None => (tree.split(" as ").next().unwrap(), None),
    };
    let parts = path.split("::").map(str::trim).filter(|part| !part.is_empty() && *part != "self");
    let above = [above, &parts.map(str::to_owned).collect::<Vec<_>>()].concat();
    let Some(group) = group else { return paths.push(above) };
    let (mut depth, mut start) = (0, 0);
    for (place, letter) in group.char_indices() {
        match letter {
            '{' => depth += 1,
            '}' => depth -= 1,
            ',' if depth == 0 => {
                flattened(&group[start..place], &above, paths);
                start = place + 1;
            }
            _ => {}
        }
    }
    if !group[start..].trim().is_empty() {
        flattened(&group[start..], &above, paths);
    }
}

/// All that a module names by `use`, and by paths within its code.
fn imports(module: &Module, modules: &BTreeMap<Vec<String>, Module>) -> Vec<Import> {
    static USES: LazyLock<Regex> =
        LazyLock::new(|| Regex::new(r"(?s)(pub(?:\([^)]*\))?\s+)?\buse\s+([^;]+);").unwrap());
    static PATHS: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"\b[a-z_]+(?:::\w+)+").unwrap());
    let mut found = Vec::new();
    let mut add = |path: Vec<String>, is_passed_on| {
        found.extend(absolute(module, &path, modules).map(|path| Import { path, is_passed_on }));
    };
    for used in USES.captures_iter(&module.code) {
        let mut paths = Vec::new();
        flattened(&used[2], &[], &mut paths);
        paths.into_iter().for_each(|path| add(path, used.get(1).is_some()));
    }
    for path in PATHS.find_iter(&USES.replace_all(&module.code, " ")) {
        add(path.as_str().split("::").map(str::to_owned).collect(), false);
    }
    found
}

/// The path from the root, where it is one of ours.
fn absolute(module: &Module, path: &[String], modules: &BTreeMap<Vec<String>, Module>) -> Option<Vec<String>> {
    let first = path.first()?.as_str();
    let is_crate = repository().join("crates").join(module.room()).is_dir();
    match first {
        // In a crate of its own the root is the room.
        "crate" if is_crate => Some([&module.path[..1], &path[1..]].concat()),
        "crate" => Some(path[1..].to_vec()),
        "super" => {
            let ups = path.iter().take_while(|part| *part == "super").count();
            let above = module.path.len().checked_sub(ups)?;
            Some([&module.path[..above], &path[ups..]].concat())
        }
        _ => match first.strip_prefix("maaltal_") {
            Some(room) => Some([&[room.to_owned()], &path[1..]].concat()),
            // A child of the module's own.
            None => {
                let child = [module.path.as_slice(), &path[..1]].concat();
                modules.contains_key(&child).then(|| [module.path.as_slice(), path].concat())
            }
        },
    }
}

/// The module that the thing at a path is written in: faces only pass on what their children write.
fn home(
    path: &[String],
    passed_on: &BTreeMap<Vec<String>, Vec<String>>,
    modules: &BTreeMap<Vec<String>, Module>,
) -> Option<Vec<String>> {
    let mut path = path.to_vec();
    for length in (1..=path.len()).rev() {
        if let Some(to) = passed_on.get(&path[..length]) {
            path = [to.as_slice(), &path[length..]].concat();
            break;
        }
    }
    (1..=path.len()).rev().map(|length| path[..length].to_vec()).find(|path| modules.contains_key(path))
}

/// The arrows between rooms, and those between the files of rooms.
fn drawn() -> (Arrows, Arrows) {
    let modules: BTreeMap<Vec<String>, Module> =
        modules().into_iter().map(|module| (module.path.clone(), module)).collect();
    let imports: Vec<(&Module, Vec<Import>)> =
        modules.values().map(|module| (module, imports(module, &modules))).collect();
    let mut passed_on = BTreeMap::new();
    for (module, imports) in &imports {
        for import in imports.iter().filter(|import| import.is_passed_on) {
            if let Some(name) = import.path.last() {
                passed_on.insert([module.path.as_slice(), std::slice::from_ref(name)].concat(), import.path.clone());
            }
        }
    }
    let (mut rooms, mut files) = (Arrows::new(), Arrows::new());
    for (module, imports) in &imports {
        let room = rooms.entry(module.room().to_owned()).or_default();
        room.extend(imports.iter().map(|import| import.path[0].clone()).filter(|room| room != module.room()));
        for import in imports.iter().filter(|import| !import.is_passed_on) {
            let Some(home) = home(&import.path, &passed_on, &modules).map(|home| &modules[&home]) else { continue };
            if home.room() == module.room() && home.path != module.path {
                files.entry(module.name()).or_default().insert(home.name());
            }
        }
    }
    (rooms, files)
}

/// A way from a name back to itself.
fn circle(arrows: &Arrows) -> Option<Vec<String>> {
    fn walk(name: &String, arrows: &Arrows, way: &mut Vec<String>, done: &mut BTreeSet<String>) -> bool {
        if let Some(place) = way.iter().position(|passed| passed == name) {
            way.drain(..place);
            way.push(name.clone());
            return true;
        }
        if !done.contains(name) {
            way.push(name.clone());
            if arrows.get(name).into_iter().flatten().any(|next| walk(next, arrows, way, done)) {
                return true;
            }
            way.pop();
            done.insert(name.clone());
        }
        false
    }
    let mut done = BTreeSet::new();
    arrows.keys().find_map(|name| {
        let mut way = Vec::new();
        walk(name, arrows, &mut way, &mut done).then_some(way)
    })
}

/// What each one imports, a line each.
fn listed(arrows: &Arrows) -> String {
    let line = |(name, to): (&String, &BTreeSet<String>)| {
        format!("{name} → {}\n", to.iter().map(String::as_str).collect::<Vec<_>>().join(", "))
    };
    arrows.iter().map(line).collect()
}

#[test]
fn no_room_reaches_up() {
    let (rooms, _) = drawn();
    println!("{}", listed(&rooms));
    let floor = |room: &str| FLOORS.iter().position(|rooms| rooms.contains(&room));
    let unknown: Vec<&String> =
        rooms.iter().flat_map(|(room, to)| to.iter().chain([room])).filter(|it| floor(it).is_none()).collect();
    assert!(unknown.is_empty(), "rooms without a floor: {unknown:?}");
    for (room, to) in &rooms {
        let up: Vec<&String> = to.iter().filter(|other| floor(other) < floor(room)).collect();
        assert!(up.is_empty(), "{room} reaches up to {up:?}");
    }
    assert_eq!(circle(&rooms), None, "\n{}", listed(&rooms));
    assert!(rooms["cli"].contains("job") && rooms["job"].contains("publish"), "\n{}", listed(&rooms));
}

#[test]
fn no_files_of_a_room_need_each_other_in_a_circle() {
    let (_, files) = drawn();
    for room in IN_ORDER {
        let is_of = |name: &str| name.split("::").next() == Some(room);
        let files: Arrows = files.clone().into_iter().filter(|(name, _)| is_of(name)).collect();
        println!("{}", listed(&files));
        assert_eq!(circle(&files), None);
    }
}
