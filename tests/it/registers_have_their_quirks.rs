//! What is odd in the real registers is in the testdata, and no figure stumbles over it.

use crate::published_figures_come_out::published;
use crate::support::{number, text};

#[test]
fn a_provider_number_that_was_handed_on_is_two_practices() {
    let handed_on = published().sql(
        "SELECT later.year, COUNT(*) AS numbers
         FROM derived.active_practice AS later
         INNER JOIN derived.active_practice AS earlier
             ON earlier.ydernr = later.ydernr AND earlier.tilgang_dato < later.tilgang_dato AND earlier.year = 2014
         WHERE later.year IN (2018, 2025) GROUP BY later.year ORDER BY later.year",
    );
    assert!(handed_on.len() == 2 && number(&handed_on[1], "numbers") > 20.0, "{handed_on:?}");
    // One holder at a time.
    let twice = published()
        .sql("SELECT year, ydernr FROM derived.active_practice GROUP BY year, ydernr HAVING COUNT(*) > 1 LIMIT 3");
    assert!(twice.is_empty(), "{twice:?}");
}

#[test]
fn a_doctor_at_several_practices_is_counted_once() {
    let counted = published().sql(
        "SELECT COUNT(*) AS roles, COUNT(DISTINCT person_id) AS doctors, MAX(practices) AS most
         FROM (
             SELECT person_id, ydernr, COUNT(*) OVER (PARTITION BY person_id) AS practices
             FROM (SELECT DISTINCT person_id, ydernr FROM derived.active_doctor WHERE year = 2018) AS doctor
         ) AS role",
    );
    assert!(number(&counted[0], "roles") > number(&counted[0], "doctors"), "{counted:?}");
    assert!(number(&counted[0], "most") >= 2.0, "{counted:?}");
    let published = published().sql(
        "SELECT value FROM indicator_value
         WHERE indicator_id = 'r1_laeger_almenmedicinsk_tilbud' AND geo_level = 'country' AND geo_version = 'all'
             AND breakdown_dim = 'all' AND year = 2018",
    );
    assert_eq!(published.len(), 1);
    assert_eq!(number(&published[0], "value"), number(&counted[0], "doctors"));
}

#[test]
fn a_practice_that_moved_to_another_municipality_is_counted_where_it_is() {
    let moved = published().sql(
        "SELECT after.year, after.ydernr, before.place_code AS left_place, after.place_code AS new_place
         FROM derived.active_practice AS after
         INNER JOIN derived.active_practice AS before
             ON before.ydernr = after.ydernr AND before.tilgang_dato = after.tilgang_dato
             AND before.year = after.year - 1 AND before.place_code != after.place_code
         WHERE LENGTH(before.place_code) = 3 AND LENGTH(after.place_code) = 3 ORDER BY after.year, after.ydernr",
    );
    assert!(moved.len() > 10, "{moved:?}");
    // The register says so with two periods of status that meet on the day of the move.
    let part = |column| text(&moved[0], column);
    let days = published().sql(&format!(
        "SELECT DISTINCT DATE_PART('year', after.gyldig_fra) AS year
         FROM staged.yder_status AS after
         INNER JOIN staged.yder_status AS before
             ON before.ydernr = after.ydernr AND before.gyldig_til = after.gyldig_fra
         WHERE after.ydernr = '{}' AND before.kommunekode = '{}' AND after.kommunekode = '{}'",
        part("ydernr"),
        part("left_place"),
        part("new_place")
    ));
    assert_eq!(days.len(), 1, "{days:?}");
    assert_eq!(number(&days[0], "year"), number(&moved[0], "year") - 1.0);
}

#[test]
fn christiansoe_has_people_and_belongs_nowhere() {
    let people = published().sql(
        "SELECT omraade, SUM(antal) AS people FROM staged.befolkning WHERE omraade IN ('411', '825') GROUP BY omraade",
    );
    assert_eq!(people.len(), 2, "{people:?}");
    assert!(people.iter().all(|place| number(place, "people") > 0.0), "{people:?}");
    let somewhere = published().sql("SELECT * FROM staged.kommune_geografi WHERE kommunekode = '411'");
    assert!(somewhere.is_empty(), "{somewhere:?}");
}

#[test]
fn laesoe_has_people_and_no_doctor() {
    let practices = published().sql("SELECT * FROM derived.active_practice WHERE place_code = '825'");
    assert!(practices.is_empty(), "{practices:?}");
    let listed = published().sql(
        "SELECT COUNT(*) AS listed FROM staged.tilmelding AS listing
         INNER JOIN staged.sikret AS person ON person.person_id = listing.person_id
         WHERE person.kommunekode = '825' AND listing.til IS NULL",
    );
    assert!(number(&listed[0], "listed") > 0.0, "whoever lives there has a doctor elsewhere: {listed:?}");
}
