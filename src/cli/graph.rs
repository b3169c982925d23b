//! `graph`: how the sources become the published tables, or what one table reads and what reads it; as a tree or for
//! Mermaid.

use std::collections::{BTreeMap, BTreeSet};

use clap::ValueEnum;

use super::error::CliError;
use super::view::Answer;
use crate::derive::{Graph, Relation};
use crate::job::{Compiled, Context, JobError};

/// How the graph is drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Drawing {
    /// Indented: below each table what it reads, down to the sources.
    Tree,
    /// A Mermaid flowchart, from the sources to the published tables.
    Mermaid,
}

/// What needs what: the models of a folder are one node.
struct Needs<'a> {
    graph: &'a Graph,
    of: BTreeMap<&'a str, BTreeSet<&'a str>>,
}

pub(super) async fn graph(
    context: &Context,
    pipeline: Option<&String>,
    table: Option<&str>,
    drawing: Drawing,
) -> Result<Answer, CliError> {
    let compiled = Compiled::new(context, context.pipeline(pipeline)?).await?;
    let mut needs = Needs::new(&compiled.graph);
    let published: Vec<&str> = compiled.dataset.tables.iter().map(|table| table.name.as_str()).collect();
    let Some(table) = table else {
        return Ok(Answer::Text(match drawing {
            Drawing::Tree => needs.tree(&published),
            Drawing::Mermaid => needs.mermaid(&published),
        }));
    };
    let known = compiled.graph.relations.keys().map(String::as_str);
    let table = known.clone().find(|name| *name == table).ok_or_else(|| JobError::unknown("table", table, known))?;
    needs.show_model(table);
    let readers = needs.readers();
    Ok(Answer::Text(match drawing {
        Drawing::Tree => format!("{}\nread by\n{}", needs.tree(&[table]), readers.tree_below(table)),
        Drawing::Mermaid => needs.around(table, &readers).mermaid(&published),
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

    /// Makes a model of a folder a node of its own.
    fn show_model(&mut self, table: &'a str) {
        let Some(model) = self.graph.model(table) else { return };
        let Some(group) = model.group.as_deref() else { return };
        let needed = model.sql.tables.keys().map(|table| Self::node(self.graph, table));
        self.of.insert(table, needed.collect());
        self.of.entry(group).or_default().insert(table);
    }

    /// The same with its arrows turned round: what reads each node, audits included.
    fn readers(&self) -> Self {
        let mut of: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
        let audits = self.graph.audits.iter().map(|audit| {
            let needed = audit.sql.tables.keys().map(|table| Self::node(self.graph, table));
            (audit.sql.name.as_str(), needed.collect::<BTreeSet<_>>())
        });
        let models = self.of.iter().map(|(node, needed)| (*node, needed.clone()));
        for (reader, needed) in models.chain(audits) {
            for table in needed {
                of.entry(table).or_default().insert(reader);
            }
        }
        Self { graph: self.graph, of }
    }

    /// The arrows that lead to `table`, and those that lead from it to other tables.
    fn around(&self, table: &'a str, readers: &Self) -> Self {
        let mut of: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
        for node in self.reached_from(table) {
            if let Some(needed) = self.of.get(node) {
                of.insert(node, needed.clone());
            }
        }
        for node in readers.reached_from(table) {
            // Audits read tables, and make none.
            let tables = readers.of.get(node).into_iter().flatten().filter(|reader| self.of.contains_key(*reader));
            for reader in tables {
                of.entry(reader).or_default().insert(node);
            }
        }
        Self { graph: self.graph, of }
    }

    /// A node and all that its arrows lead to.
    fn reached_from(&self, table: &'a str) -> BTreeSet<&'a str> {
        let mut reached = BTreeSet::from([table]);
        let mut ahead = vec![table];
        while let Some(node) = ahead.pop() {
            ahead.extend(self.of.get(node).into_iter().flatten().copied().filter(|next| reached.insert(next)));
        }
        reached
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
        if self.graph.audits.iter().any(|audit| audit.sql.name == node) {
            return Some("audit".to_owned());
        }
        match self.graph.relations.get(node)? {
            Relation::Source { source, .. } if source == node => Some("source".to_owned()),
            Relation::Source { source, .. } => Some(format!("source {source}")),
            Relation::Account => Some("account of the pull".to_owned()),
            Relation::Hidden => Some("what is hidden".to_owned()),
            Relation::Previous { table } => Some(format!("{table} as published before")),
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

    fn tree_below(&self, root: &'a str) -> String {
        let roots: Vec<&str> = self.of.get(root).into_iter().flatten().copied().collect();
        self.tree(&roots)
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
