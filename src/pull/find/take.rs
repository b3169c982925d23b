//! Which of a year's files serves it.

use super::extract::Extract;
use crate::definition::{Contract, OfAYear, Pipeline};

/// What becomes of the files of a year.
pub(super) enum Taken {
    /// One serves it.
    One(Extract),
    /// None was drawn before the day that the contract gives.
    TooLate(Vec<Extract>),
    /// Two are as good as each other.
    Ambiguous([String; 2]),
}

/// The one of a year's files that serves it, as the contract says.
pub(super) fn take(contract: &Contract, pipeline: &Pipeline, year: i16, files: Vec<Extract>) -> Taken {
    let of = files.len();
    let (mut candidates, others): (Vec<Extract>, Vec<Extract>) = match contract.of_a_year {
        OfAYear::NewestBefore(day) => {
            let end = day.in_year(contract.serves.named_for(year));
            files.into_iter().partition(|file| file.extract_date.is_some_and(|drawn| drawn < end))
        }
        OfAYear::Newest | OfAYear::Nearest => (files, Vec::new()),
    };
    // The best last: the newest, or of two that are as near the earlier.
    match (contract.of_a_year, pipeline.reference_date(year)) {
        (OfAYear::Nearest, Some(reference)) => {
            let distance = |file: &Extract| {
                let days = file.extract_date.and_then(|drawn| drawn.since(reference).ok());
                days.map(|days| (days.get_days().abs(), days.get_days()))
            };
            candidates.sort_by_key(|file| std::cmp::Reverse(distance(file)));
        }
        _ => candidates.sort_by_key(|file| file.extract_date),
    }
    match last(candidates, of) {
        Ok(Some(best)) => Taken::One(best),
        Ok(None) => Taken::TooLate(others),
        Err(files) => Taken::Ambiguous(files),
    }
}

/// The newest of files that each serve all years; two that are as new are as good as each other.
pub(super) fn newest(mut files: Vec<Extract>) -> Result<Option<Extract>, [String; 2]> {
    let of = files.len();
    files.sort_by_key(|file| file.extract_date);
    last(files, of)
}

/// The last of files in order, chosen from so many, unless the one before it is of the same day.
fn last(mut files: Vec<Extract>, chosen_from: usize) -> Result<Option<Extract>, [String; 2]> {
    match files.as_slice() {
        [.., a, b] if a.extract_date == b.extract_date => Err([a.file.clone(), b.file.clone()]),
        _ => Ok(files.pop().map(|best| Extract { chosen_from, ..best })),
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::{Date, date};
    use proptest::prelude::*;

    use super::*;

    fn extract(day: Date) -> Extract {
        Extract {
            year: Some(day.year()),
            extract_date: Some(day),
            ..Extract::undigested("reg", &format!("reg_{day}.csv"), 1)
        }
    }

    /// A pipeline whose reference day is 1 May, and a contract whose `[delivery]` says this.
    fn definitions(delivery: &str) -> (Contract, Pipeline) {
        let folder = tempfile::tempdir().unwrap();
        let write = |file: &str, text: &str| {
            let file = folder.path().join("pipelines").join(file);
            std::fs::create_dir_all(file.parent().unwrap()).unwrap();
            std::fs::write(file, text).unwrap();
        };
        write(
            "sources/reg.toml",
            &format!(
                "name = \"reg\"\ntitle = {{ da = \"\", en = \"\" }}\nprovider = \"\"\nlayout = \"\"\norigin = \"extracts\"\n\
                 files = [\"reg_{{date}}.csv\"]\nsensitivity = \"open\"\nevery = \"year\"\n{delivery}\n[format]\n\
                 kind = \"csv\"\nencoding = \"utf-8\"\ndelimiter = \";\"\n[policy]\ncolumns = \"freeze\"\n\
                 types = \"freeze\"\nrows = \"freeze\"\n[[table]]\nname = \"reg\"\ntitle = {{ da = \"\", en = \"\" }}\n\
                 [[table.column]]\nraw = \"nr\"\nname = \"nr\"\ntype = \"text\"\nda = \"\"\nen = \"\"\n"
            ),
        );
        write(
            "small.toml",
            "title = { da = \"\", en = \"\" }\nyears = { from = 2018, to = 2019 }\nreference_day = \"05-01\"\n\
             dataset = \"small\"\nschedule = { cron = \"0 5 * * *\", time_zone = \"Europe/Copenhagen\" }\n",
        );
        write(
            "datasets/small.toml",
            "name = \"small\"\ntitle = { da = \"\", en = \"\" }\ndescription = { da = \"\", en = \"\" }\ntable = []\n",
        );
        write(
            "environments/local.toml",
            "extracts = \".\"\nstore = \"data\"\npseudonym_key = { env = \"KEY\" }\n\
             resources = { memory_mib = 256, parallel_extracts = 1 }\n",
        );
        std::fs::create_dir_all(folder.path().join("sql/small")).unwrap();
        let project =
            crate::definition::Project::read(folder.path(), "local").unwrap_or_else(|errors| panic!("{errors:?}"));
        (project.contracts["reg"].clone(), project.pipelines["small"].clone())
    }

    fn taken((contract, pipeline): &(Contract, Pipeline), days: &[Date]) -> Option<(Date, usize)> {
        match take(contract, pipeline, 2018, days.iter().copied().map(extract).collect()) {
            Taken::One(extract) => Some((extract.extract_date.unwrap(), extract.chosen_from)),
            Taken::TooLate(files) => {
                assert_eq!(files.len(), days.len());
                None
            }
            Taken::Ambiguous(files) => panic!("{files:?}"),
        }
    }

    #[test]
    fn the_contract_says_which_of_a_years_files_serves_it() {
        let days = [date(2018, 2, 1), date(2018, 4, 29), date(2018, 5, 3), date(2018, 12, 31)];
        for (delivery, day) in [
            ("", days[3]),
            ("delivery = { of_a_year = \"newest\" }", days[3]),
            ("delivery = { of_a_year = \"newest-before\", before = \"05-03\" }", days[1]),
            ("delivery = { of_a_year = \"newest-before\", before = \"05-04\" }", days[2]),
            ("delivery = { of_a_year = \"nearest\" }", days[1]),
        ] {
            assert_eq!(taken(&definitions(delivery), &days), Some((day, 4)), "{delivery}");
        }
        let before = definitions("delivery = { of_a_year = \"newest-before\", before = \"02-01\" }");
        assert_eq!(taken(&before, &days), None, "none was drawn before that day");
    }

    #[test]
    fn two_files_of_one_day_are_as_good_as_each_other() {
        let twice = vec![extract(date(2018, 4, 18)), extract(date(2018, 4, 18))];
        for delivery in ["", "delivery = { of_a_year = \"nearest\" }"] {
            let (contract, pipeline) = definitions(delivery);
            assert!(matches!(take(&contract, &pipeline, 2018, twice.clone()), Taken::Ambiguous(_)), "{delivery}");
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(32))]
        #[test]
        fn none_is_nearer_than_the_nearest(numbers in proptest::collection::btree_set(1_i16..366, 1..12)) {
            let definitions = definitions("delivery = { of_a_year = \"nearest\" }");
            let first = date(2018, 1, 1);
            let days: Vec<Date> =
                numbers.iter().map(|number| first.checked_add(jiff::Span::new().days(*number - 1)).unwrap()).collect();
            let (nearest, _) = taken(&definitions, &days).unwrap();
            let distance = |day: Date| day.since(date(2018, 5, 1)).unwrap().get_days().abs();
            prop_assert!(days.iter().all(|day| distance(nearest) <= distance(*day)));
        }
    }
}
