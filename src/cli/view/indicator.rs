//! An indicator in words: its entry in the dictionary, its targets, its SQL and where the country stands.

use serde_json::Value;

use super::Answer;
use crate::job::Entry;

/// The six points of an official statistic, and what surrounds them.
const POINTS: [(&str, &str); 9] = [
    ("Formål / Purpose", "purpose"),
    ("Indhold og afgrænsning / Content and delimitation", "definition"),
    ("Population", "population"),
    ("Forbehold / Caveats", "caveats"),
    ("Datakilde / Data source", "data_source"),
    ("Offentliggørelse / Publication", "publication"),
    ("Enhed / Unit", ""),
    ("Registre / Registers", ""),
    ("Kilde / Source", ""),
];

pub(in crate::cli) fn indicator(id: &str, entry: &Entry) -> Answer {
    let field = |name: &str| {
        let place = entry.dictionary.columns.iter().position(|column| column == name);
        place.and_then(|place| entry.dictionary.rows.first()?.get(place)).map(shown).unwrap_or_default()
    };
    let mut text = format!("{id}: {} / {}\n", field("title_da"), field("title_en"));
    for (title, name) in POINTS {
        let (danish, english) = match title {
            "Enhed / Unit" => (field("unit"), String::new()),
            "Registre / Registers" => (field("source_registers"), String::new()),
            "Kilde / Source" => (field("source"), String::new()),
            _ => (field(&format!("{name}_da")), field(&format!("{name}_en"))),
        };
        text.push_str(&format!("\n{title}\n"));
        for words in [danish, english].iter().filter(|words| !words.is_empty()) {
            text.push_str(&wrapped(words));
        }
    }
    for target in &entry.targets.rows {
        let words: Vec<String> = target.iter().map(shown).filter(|word| !word.is_empty()).collect();
        text.push_str(&format!("\nMåltal / Target {}\n", words.join(" ")));
    }
    text.push_str("\nDanmark\n");
    for row in &entry.values.rows {
        let [year, value, status] = row.as_slice() else { unreachable!("the query has three columns") };
        let value = value.as_f64().map_or_else(|| "-".to_owned(), |value| format!("{value:.2}"));
        text.push_str(&format!("    {}  {value} {}\n", shown(year), shown(status)));
    }
    text.push_str(&format!("\nSQL\n    {}\n", entry.sql.display()));
    Answer::Text(text)
}

fn shown(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

/// Indented lines of at most 100 letters.
fn wrapped(words: &str) -> String {
    let mut text = String::new();
    let mut line = String::new();
    for word in words.split_whitespace() {
        if line.chars().count() + word.chars().count() >= 96 {
            text.push_str(&format!("    {line}\n"));
            line.clear();
        }
        if !line.is_empty() {
            line.push(' ');
        }
        line.push_str(word);
    }
    text + &format!("    {line}\n")
}
