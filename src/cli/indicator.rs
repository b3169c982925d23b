//! `indicator`: an indicator's entry in the dictionary, its targets, its SQL and where it stands.

use serde_json::Value;

use super::Context;
use super::build::engine;
use super::error::CliError;
use super::output::Answer;
use super::sql::{answer, register_published};
use crate::publish::read_manifest;
use crate::store::VersionNumber;

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

pub(super) async fn indicator(
    context: &Context,
    pipeline: Option<&String>,
    version: Option<VersionNumber>,
    id: &str,
) -> Result<Answer, CliError> {
    let pipeline = context.pipeline(pipeline)?;
    let dataset = &pipeline.dataset;
    let Some((commit, manifest)) = read_manifest(&context.store, dataset, version).await? else {
        let version = version.map(|version| version.to_string());
        return Err(CliError::NothingPublished { dataset: dataset.clone(), version });
    };
    let session = engine(context)?.session();
    register_published(&session, &context.store, &commit, &manifest, &["indicator", "target", "indicator_value"])
        .await?;
    let session = &session;
    let rows = |sql: String| async move {
        match answer(session, &sql).await? {
            Answer::Rows { columns, rows } => Ok((columns, rows)),
            Answer::Text(_) => Err(CliError::Bug),
        }
    };
    // An id is letters, digits and underscores: anything else names no indicator, and would be SQL.
    let known = rows("SELECT indicator_id FROM indicator ORDER BY indicator_id".to_owned()).await?.1;
    let ids: Vec<&str> = known.iter().filter_map(|row| row.first()?.as_str()).collect();
    if !ids.contains(&id) {
        return Err(CliError::unknown("indicator", id, ids.iter().copied()));
    }
    let (columns, entry) = rows(format!("SELECT * FROM indicator WHERE indicator_id = '{id}'")).await?;
    let field = |name: &str| {
        let place = columns.iter().position(|column| column == name);
        place.and_then(|place| entry.first()?.get(place)).map(shown).unwrap_or_default()
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
    let targets = rows(format!(
        "SELECT target_id, op, target_value, unit, target_year, source FROM target
         WHERE indicator_id = '{id}' ORDER BY target_year, target_id"
    ));
    for target in targets.await?.1 {
        let words: Vec<String> = target.iter().map(shown).filter(|word| !word.is_empty()).collect();
        text.push_str(&format!("\nMåltal / Target {}\n", words.join(" ")));
    }
    let values = rows(format!(
        "SELECT year, value, obs_status FROM indicator_value
         WHERE indicator_id = '{id}' AND geo_level = 'country' AND breakdown_dim = 'all' ORDER BY year"
    ));
    text.push_str("\nDanmark\n");
    for row in values.await?.1 {
        let [year, value, status] = row.as_slice() else { continue };
        let value = value.as_f64().map_or_else(|| "-".to_owned(), |value| format!("{value:.2}"));
        text.push_str(&format!("    {}  {value} {}\n", shown(year), shown(status)));
    }
    let folder = context.project.sql(&pipeline.name);
    let file = folder.join("indicators").join(format!("{id}.sql"));
    let file = file.strip_prefix(&context.project.root).unwrap_or(&file);
    text.push_str(&format!("\nSQL\n    {}\n", file.display()));
    Ok(Answer::Text(text))
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
