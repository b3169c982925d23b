//! Statistics Denmark's population register BEF: one row a resident on 31 December. The register is
//! SAS; this is what a converter makes of it, with the case of the names differing between years.

use jiff::civil::date;

use crate::SynthError;
use crate::country::calibration::REGIONS;
use crate::files::{Cell, Charset, Coverage, Csv, Folder, Spec};
use crate::people::People;

/// The register has more: those of family, dwelling and origin are left out.
const COLUMNS: [&str; 11] =
    ["PNR", "KOEN", "FOED_DAG", "ALDER", "REG", "KOM", "STATSB", "REFERENCETID", "CPRTJEK", "CPRTYPE", "VERSION"];
const DENMARK: &str = "5100";

/// Writes the population of 31 December before the year.
pub(crate) fn write(people: &People<'_>, year: i16, folder: &Folder) -> Result<(), SynthError> {
    let path = format!("bef/bef{}12.csv.zst", year - 1);
    let lower = COLUMNS.map(str::to_lowercase);
    let columns: Vec<&str> = if year % 2 == 0 { COLUMNS.to_vec() } else { lower.iter().map(String::as_str).collect() };
    let spec = Spec { path: &path, table: "bef", columns: &columns, coverage: Coverage::Sample };
    let csv = Csv { charset: Charset::Utf8, delimiter: ';', header: true, trailer: None };
    let mut file = folder.csv(spec, csv)?;
    let day = date(year - 1, 12, 31);
    let reference = day.to_string();
    for citizen in people.iter() {
        let Some(home) = citizen.home_on(day) else { continue };
        file.row(&[
            Cell::Text(citizen.cpr()),
            Cell::Number(if citizen.female { "2" } else { "1" }),
            Cell::Text(&citizen.born.to_string()),
            Cell::Number(&citizen.age_on(day).to_string()),
            Cell::Text(people.region(home).map_or("0", |region| REGIONS[region].register_code)),
            Cell::Text(people.code(home)),
            Cell::Text(DENMARK),
            Cell::Text(&reference),
            Cell::Number("0"),
            Cell::Number("0"),
            Cell::Text("1"),
        ])?;
    }
    file.finish()
}
