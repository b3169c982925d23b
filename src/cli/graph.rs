//! `graph`: how the sources become the published tables, as a tree or for Mermaid.

use std::collections::{BTreeMap, BTreeSet};

use clap::ValueEnum;

use super::Context;
use super::build::Checked;
use super::error::CliError;
use super::output::Answer;
use crate::derive::{Graph, Relation};

/// How the graph is drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Drawing {
    /// Indented, from the published tables down to the sources.
    Tree,
    /// A Mermaid flowchart, from the sources to the published tables.
    Mermaid,
}

/// What needs what: the models of a folder are one node.
struct Needs<'a> {
    graph: &'a Graph,
    of: BTreeMap<&'a str, BTreeSet<&'a str>>,
}

pub(super) async fn graph(context: &Context, pipeline: Option<&String>, drawing: Drawing) -> Result<Answer, CliError> {
    let checked = Checked::new(context, context.pipeline(pipeline)?).await?;
    let needs = Needs::new(&checked.graph);
    let published: Vec<&str> = checked.dataset.tables.iter().map(|table| table.name.as_str()).collect();
    Ok(Answer::Text(match drawing {
        Drawing::Tree => needs.tree(&published),
        Drawing::Mermaid => needs.mermaid(&published),
    }))
}

impl<'a> Needs<'a> {
    fn new(graph: &'a Graph) -> Self {
        let mut of: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
        for model in &graph.models {
            let node = model.group.as_deref().unwrap_or(model.name());
            let needed = of.entry(node).or_default();
            needed.extend(model.sql.tables.keys().map(|table| Self::node(graph, table)));
            needed.remove(node);
        }
        Self { graph, of }
    }

    /// The node that a table's name stands for.
    fn node(graph: &'a Graph, table: &'a str) -> &'a str {
        match graph.relations.get(table) {
            Some(Relation::Model) => graph.model(table).and_then(|model| model.group.as_deref()).unwrap_or(table),
            _ => table,
        }
    }

    /// What kind of thing a node is, where it is no model.
    fn kind(&self, node: &str) -> Option<String> {
        match self.graph.relations.get(node)? {
            Relation::Source { source, .. } if source == node => Some("source".to_owned()),
            Relation::Source { source, .. } => Some(format!("source {source}")),
            Relation::Account => Some("account of the pull".to_owned()),
            Relation::Group { models } => Some(format!("{} models", models.len())),
            Relation::Model => None,
        }
    }

    fn tree(&self, roots: &[&'a str]) -> String {
        let mut text = String::new();
        let mut shown = BTreeSet::new();
        for root in roots {
            self.branch(root, "", "", &mut shown, &mut text);
        }
        text
    }

    /// A node and what it needs; what was drawn before is not drawn again.
    fn branch(&self, node: &'a str, line: &str, below: &str, shown: &mut BTreeSet<&'a str>, text: &mut String) {
        let kind = self.kind(node).map(|kind| format!(" ({kind})")).unwrap_or_default();
        let needed = self.of.get(node);
        let is_new = shown.insert(node);
        let again = if !is_new && needed.is_some_and(|needed| !needed.is_empty()) { ", as above" } else { "" };
        text.push_str(&format!("{line}{node}{kind}{again}\n"));
        let Some(needed) = needed.filter(|_| is_new) else { return };
        for (place, child) in needed.iter().enumerate() {
            let is_last = place + 1 == needed.len();
            let (corner, bar) = if is_last { ("└─ ", "   ") } else { ("├─ ", "│  ") };
            self.branch(child, &format!("{below}{corner}"), &format!("{below}{bar}"), shown, text);
        }
    }

    fn mermaid(&self, published: &[&'a str]) -> String {
        let mut lines = vec!["flowchart LR".to_owned()];
        let mut sources: BTreeSet<String> = BTreeSet::new();
        for node in self.of.values().flatten() {
            if let Some(Relation::Source { .. } | Relation::Account) = self.graph.relations.get(*node) {
                sources.insert(format!("    {node}[({node})]"));
            }
        }
        lines.extend(sources);
        for node in self.of.keys() {
            lines.push(match self.kind(node) {
                Some(kind) => format!("    {node}[[\"{node}: {kind}\"]]"),
                None if published.contains(node) => format!("    {node}([{node}])"),
                None => format!("    {node}[{node}]"),
            });
        }
        for (node, needed) in &self.of {
            lines.extend(needed.iter().map(|needed| format!("    {needed} --> {node}")));
        }
        lines.join("\n") + "\n"
    }
}
