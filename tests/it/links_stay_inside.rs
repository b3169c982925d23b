//! A link in a local store that leads out of it is refused, whatever is asked; one that stays inside is as good as a folder.

use std::fs;
use std::os::unix::fs::symlink;

use crate::support::small::Small;

#[test]
fn a_store_is_not_written_through_a_link_that_leads_out_of_it() {
    for zone in ["staged", "derived", "published", "remembered"] {
        let small = Small::practices("closed");
        fs::create_dir(small.0.path("elsewhere")).unwrap();
        fs::create_dir(small.0.path("data")).unwrap();
        symlink(small.0.path("elsewhere"), small.0.path("data").join(zone)).unwrap();
        let told = small.0.maaltal(&["run"]);
        assert_eq!(told.code, 7, "{zone}: {}", told.stderr);
        assert!(told.stderr.contains(" leads out of the store ") && told.stderr.contains("hint: "), "{}", told.stderr);
        assert!(small.0.files("elsewhere").is_empty(), "{zone}");
    }
}

#[test]
fn a_store_is_not_read_through_a_link_that_leads_out_of_it() {
    let small = Small::published();
    let zone = small.0.path("data/published/small");
    let version = fs::read_dir(&zone).unwrap().map(|entry| entry.unwrap().path());
    let version =
        version.into_iter().find(|path| path.file_name().unwrap().to_str().unwrap().starts_with("v1-")).unwrap();
    for file in ["open.parquet", "manifest.json"] {
        let (inside, outside) = (version.join(file), small.0.path("elsewhere"));
        fs::rename(&inside, &outside).unwrap();
        symlink(&outside, &inside).unwrap();
        let told = small.0.maaltal(&["sql", "SELECT * FROM open"]);
        assert_eq!(told.code, 7, "{file}: {}", told.stderr);
        assert!(told.stderr.contains(" leads out of the store ") && told.stdout.is_empty(), "{}", told.stderr);
        fs::remove_file(&inside).unwrap();
        // Nor where it leads to nothing.
        symlink("../../../../nowhere", &inside).unwrap();
        assert_eq!(small.0.maaltal(&["sql", "SELECT * FROM open"]).code, 7, "{file}");
        fs::remove_file(&inside).unwrap();
        fs::rename(&outside, &inside).unwrap();
    }
    assert_eq!(small.0.sql("SELECT * FROM open").len(), 1);
}

#[test]
fn a_link_that_stays_inside_and_one_to_the_store_itself_are_followed() {
    let small = Small::practices("closed");
    fs::create_dir_all(small.0.path("disk/real")).unwrap();
    symlink("disk", small.0.path("data")).unwrap();
    symlink("real", small.0.path("disk/staged")).unwrap();
    small.0.succeeds(&["run"]);
    assert!(small.0.files("disk/real").iter().any(|file| file.ends_with("_artefact.json")));
    assert_eq!(small.0.sql("SELECT * FROM open").len(), 1);
}

/// Extracts lie where others put them, perhaps on a share: what is linked there is delivered there.
#[test]
fn a_link_among_the_extracts_is_the_file_that_it_leads_to() {
    let small = Small::practices("closed");
    fs::rename(small.0.path("extracts/reg.csv"), small.0.path("delivered.csv")).unwrap();
    symlink("../delivered.csv", small.0.path("extracts/reg.csv")).unwrap();
    small.0.succeeds(&["run"]);
    assert_eq!(small.0.sql("SELECT * FROM open").len(), 1);
}
