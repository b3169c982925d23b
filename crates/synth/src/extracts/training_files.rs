//! The training regions' files: a workbook with a row for each post that was to start in the year, and a
//! delimited file with the parts of each post.

use crate::SynthError;
use crate::calendar::danish;
use crate::country::Country;
use crate::country::calibration::REGIONS;
use crate::extracts::training::{Post, Training};
use crate::extracts::training_calibration::TRAINING_REGIONS;
use crate::extracts::training_plan;
use crate::files::{Cell, Charset, Coverage, Csv, Folder, Spec, repacked};

const SHEET: &str = "Forløb";
const POST: [&str; 14] = [
    "Forløb",
    "Type",
    "Speciale",
    "Videreuddannelsesregion",
    "Opslagsdato",
    "Runde",
    "Planlagt start",
    "Besat",
    "Besat dato",
    "CPR-nr.",
    "Sammenhængende",
    "Hold",
    "Annulleret",
    "Genopslag af",
];
const ELEMENT: [&str; 9] =
    ["forloeb", "sekvens", "kommunekode", "region", "stedtype", "maaneder", "fuldtidsandel", "start", "slut"];

/// Writes the posts that were to start in the year, from 2011 on, and their parts.
pub(crate) fn write(country: &Country<'_>, seed: u64, year: i16, folder: &Folder) -> Result<(), SynthError> {
    let training = Training::simulate(country, seed);
    let posts: Vec<&Post> = training.posts.iter().filter(|post| post.year == year).collect();
    write_posts(&posts, year, folder)?;
    write_elements(country, &posts, year, folder)
}

/// Writes the files that span the years: the plans, and the counts.
pub(crate) fn write_all(country: &Country<'_>, seed: u64, folder: &Folder) -> Result<(), SynthError> {
    training_plan::write_plans(folder)?;
    training_plan::write_counts(&Training::simulate(country, seed), folder)
}

fn write_posts(posts: &[&Post], year: i16, folder: &Folder) -> Result<(), SynthError> {
    let path = repacked(&format!("uddannelse/forloeb_{year}.xlsx"), year);
    let spec = Spec { path: &path, table: "uddannelsesforloeb", columns: &POST, coverage: Coverage::Everybody };
    let title = format!("Lægelig videreuddannelse: opslåede forløb med start i {year}");
    let mut file = folder.excel(spec, SHEET, &[&title, ""])?;
    for post in posts {
        let (posted, start) = (danish(post.posted), danish(post.start));
        let round = format!("{year}-{}", post.round);
        let filled = post.filled.as_ref().map(|(day, _)| danish(*day));
        let or_missing = |text: Option<&'static str>| text.map_or(Cell::Missing, Cell::Text);
        file.row(&[
            Cell::Text(&post.id),
            Cell::Text(post.kind.code()),
            or_missing(post.spelling),
            Cell::Text(TRAINING_REGIONS[post.training_region].code),
            Cell::Text(&posted),
            Cell::Text(&round),
            Cell::Text(&start),
            yes(post.filled.is_some()),
            filled.as_deref().map_or(Cell::Missing, Cell::Text),
            post.filled.as_ref().map_or(Cell::Missing, |(_, cpr)| Cell::Text(cpr)),
            yes(post.is_combined),
            yes(post.is_team),
            yes(post.is_cancelled),
            post.repeats.as_deref().map_or(Cell::Missing, Cell::Text),
        ])?;
    }
    file.finish()
}

fn write_elements(country: &Country<'_>, posts: &[&Post], year: i16, folder: &Folder) -> Result<(), SynthError> {
    let path = repacked(&format!("uddannelse/forloeb_element_{year}.csv.gz"), year);
    let spec = Spec { path: &path, table: "forloeb_element", columns: &ELEMENT, coverage: Coverage::Everybody };
    let csv = Csv { charset: Charset::Windows1252, delimiter: ';', header: true, trailer: Some("SLUT") };
    let mut file = folder.csv(spec, csv)?;
    for post in posts {
        for (number, element) in (1..).zip(&post.elements) {
            let number: u32 = number;
            let months = format!("{},0", element.months);
            let share = format!("{},{:02}", element.share / 100, element.share % 100);
            file.row(
                &[
                    post.id.as_str(),
                    &number.to_string(),
                    &country.places.list[element.place].code,
                    REGIONS[element.region].code,
                    element.site.code(),
                    &months,
                    &share,
                    &danish(element.start),
                    &danish(element.end),
                ]
                .map(Cell::Text),
            )?;
        }
    }
    file.finish()
}

fn yes(it_is: bool) -> Cell<'static> {
    Cell::Text(if it_is { "J" } else { "N" })
}
