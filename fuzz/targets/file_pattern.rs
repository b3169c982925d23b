//! Patterns of files' names: a name fits, nearly fits or does not, and the name that was meant fits.
#![no_main]

use maaltal_definition::{FilePattern, Misfit, plain_name, without_compression};

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    let Ok(text) = std::str::from_utf8(data) else { return };
    // The first line is the pattern, the others are names.
    let mut lines = text.split('\n');
    let Some(pattern) = lines.next().and_then(FilePattern::parse) else { return };
    assert_eq!(Some(pattern.to_string().as_str()), text.split('\n').next());
    let _ = (pattern.of_all(), pattern.folder(), pattern.of_year(2018));
    for name in lines.take(4) {
        assert!(name.starts_with(without_compression(name)));
        let plain = plain_name(name);
        assert_eq!(plain_name(&plain), plain, "plain once is plain for good");
        let (fits, nearly) = (pattern.matches(&plain), pattern.nearly(name));
        assert!(fits.is_none() || nearly.is_none(), "{name:?} fits, and nearly");
        if let Some(found) = fits {
            assert!(pattern.has_year() || found.year.is_none());
            assert_eq!(pattern.has_day(), found.extract_date.is_some());
            let said = [pattern.name_in(&plain), pattern.part_in(&plain)];
            assert_eq!(said.map(|it| it.is_some()), [pattern.has_name(), pattern.has_part()]);
        }
        if let Some(near) = nearly {
            assert!(!near.misfits.is_empty());
            let fits = near.meant.as_ref().is_none_or(|meant| pattern.matches(meant).is_some());
            assert!(fits, "{:?} was meant by {name:?}, and does not fit {pattern}", near.meant);
            assert!(
                near.misfits != [Misfit::Case] || near.meant.is_some(),
                "{name:?} differs from {pattern} in its case"
            );
        }
    }
});
