//! Where each table of the diagram stands: in layers, what is referred to on the left of what refers to it.

use std::collections::HashMap;

use tenon_model::{Schema, Table};

pub(super) const HEAD: f64 = 30.0;
pub(super) const ROW: f64 = 20.0;
const GAP_X: f64 = 88.0;
const GAP_Y: f64 = 28.0;
const MARGIN: f64 = 28.0;
/// More columns than this are summed up in a line.
const MAX_ROWS: usize = 12;
/// A layer taller than this goes on beside itself.
const MAX_HEIGHT: f64 = 1100.0;
/// About how wide a letter is, in the drawing's units.
const LETTER: f64 = 6.7;

/// A column's line in its box.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Line {
    pub(super) name: String,
    pub(super) data_type: String,
    pub(super) is_key: bool,
    pub(super) is_reference: bool,
}

/// A table's box.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Node {
    pub(super) name: String,
    pub(super) lines: Vec<Line>,
    /// How many columns are not shown.
    pub(super) hidden: usize,
    pub(super) x: f64,
    pub(super) y: f64,
    pub(super) width: f64,
    pub(super) height: f64,
}

/// A relation, from a line of one box to a line of another.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Edge {
    pub(super) from: usize,
    pub(super) from_line: usize,
    pub(super) to: usize,
    pub(super) to_line: usize,
    pub(super) title: String,
}

/// The whole drawing.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Layout {
    pub(super) nodes: Vec<Node>,
    pub(super) edges: Vec<Edge>,
    pub(super) width: f64,
    pub(super) height: f64,
}

/// Places every table of a schema.
pub(super) fn layout(schema: &Schema) -> Layout {
    let mut nodes: Vec<Node> = schema.tables.values().map(|table| node(table)).collect();
    let edges = edges(schema, &nodes);
    let mut columns = split_tall(&nodes, order(&nodes, &edges, layers(nodes.len(), &edges)));
    columns.extend(alone(&nodes, &edges));
    let (width, height) = place(&mut nodes, &columns);
    Layout { nodes, edges, width, height }
}

fn node(table: &Table) -> Node {
    let refers = |name: &tenon_model::Ident| table.foreign_keys.iter().any(|key| key.columns.contains(name));
    let line = |column: &tenon_model::Column| Line {
        name: clip(column.name.as_str(), 28),
        data_type: clip(&column.data_type.to_string().replace('"', ""), 18),
        is_key: table.key_columns().contains(&column.name),
        is_reference: refers(&column.name),
    };
    // Keys and references always show; they are what the lines lead to.
    let mut room = MAX_ROWS.saturating_sub(table.columns.iter().map(line).filter(|line| line.is_key || line.is_reference).count());
    let mut lines = Vec::new();
    for column in table.columns.iter().map(line) {
        let is_plain = !(column.is_key || column.is_reference);
        if is_plain && room == 0 {
            continue;
        }
        room -= usize::from(is_plain);
        lines.push(column);
    }
    let hidden = table.columns.len() - lines.len();
    let letters = |text: &str| text.chars().count() as f64;
    let widest = lines.iter().map(|line| letters(&line.name) + letters(&line.data_type)).fold(0.0, f64::max);
    let name = clip(table.name.as_str(), 32);
    let width = (widest * LETTER + 64.0).max(letters(&name) * 7.6 + 32.0).max(150.0);
    let shown = lines.len() + usize::from(hidden > 0);
    let height = HEAD + shown as f64 * ROW + 6.0;
    Node { name: table.name.as_str().to_owned(), lines, hidden, x: 0.0, y: 0.0, width, height }
}

/// A text of at most so many characters.
pub(super) fn clip(text: &str, most: usize) -> String {
    if text.chars().count() <= most { text.to_owned() } else { text.chars().take(most - 1).chain(['…']).collect() }
}

fn edges(schema: &Schema, nodes: &[Node]) -> Vec<Edge> {
    let place: HashMap<&str, usize> = nodes.iter().enumerate().map(|(n, node)| (node.name.as_str(), n)).collect();
    let line = |node: usize, column: Option<&tenon_model::Ident>| {
        let wanted = column.map(|column| clip(column.as_str(), 28)).unwrap_or_default();
        nodes[node].lines.iter().position(|line| line.name == wanted).unwrap_or(0)
    };
    let mut edges = Vec::new();
    for (from, table) in schema.tables.values().enumerate() {
        for key in &table.foreign_keys {
            let Some(&to) = place.get(key.references.as_str()) else { continue };
            edges.push(Edge {
                from,
                from_line: line(from, key.columns.first()),
                to,
                to_line: line(to, key.referenced_columns.first()),
                title: format!(
                    "{}.{} refers to {}",
                    table.name,
                    key.columns.iter().map(tenon_model::Ident::as_str).collect::<Vec<_>>().join(", "),
                    key.references
                ),
            });
        }
    }
    edges
}

/// The layer of each related table: one to the right of everything it refers to. Edges that close a circle do not count.
fn layers(count: usize, edges: &[Edge]) -> Vec<Vec<usize>> {
    let mut depth = vec![0_usize; count];
    // Longest paths by relaxation; a circle would go on for ever, so rounds are bounded and circles end where they end.
    for _ in 0..count.min(24) {
        let mut is_stable = true;
        for edge in edges.iter().filter(|edge| edge.from != edge.to) {
            let wanted = depth[edge.to] + 1;
            if depth[edge.from] < wanted && wanted < count {
                depth[edge.from] = wanted;
                is_stable = false;
            }
        }
        if is_stable {
            break;
        }
    }
    let is_related = |n: &usize| edges.iter().any(|edge| edge.from != edge.to && (edge.from == *n || edge.to == *n));
    let deepest = depth.iter().copied().max().unwrap_or(0);
    let in_layer = |layer: usize| (0..count).filter(is_related).filter(|n| depth[*n] == layer).collect::<Vec<_>>();
    (0..=deepest).map(in_layer).filter(|layer| !layer.is_empty()).collect()
}

/// Sorts each layer by the mean place of its neighbours, to and fro, so that few lines cross.
fn order(nodes: &[Node], edges: &[Edge], mut layers: Vec<Vec<usize>>) -> Vec<Vec<usize>> {
    let mut place = vec![0.0; nodes.len()];
    let settle = |layer: &[usize], place: &mut Vec<f64>| {
        let mut y = 0.0;
        for n in layer {
            place[*n] = y + nodes[*n].height / 2.0;
            y += nodes[*n].height + GAP_Y;
        }
    };
    for layer in &layers {
        settle(layer, &mut place);
    }
    for round in 0..6 {
        let turn: Vec<usize> = if round % 2 == 0 { (0..layers.len()).collect() } else { (0..layers.len()).rev().collect() };
        for l in turn {
            let mean = |n: usize| {
                let others: Vec<f64> = edges
                    .iter()
                    .filter_map(|edge| match (edge.from == n, edge.to == n) {
                        (true, false) => Some(place[edge.to]),
                        (false, true) => Some(place[edge.from]),
                        _ => None,
                    })
                    .collect();
                if others.is_empty() { place[n] } else { others.iter().sum::<f64>() / others.len() as f64 }
            };
            let means: HashMap<usize, f64> = layers[l].iter().map(|n| (*n, mean(*n))).collect();
            layers[l].sort_by(|a, b| means[a].total_cmp(&means[b]));
            settle(&layers[l], &mut place);
        }
    }
    layers
}

/// Layers that would be too tall go on in a column of their own.
fn split_tall(nodes: &[Node], layers: Vec<Vec<usize>>) -> Vec<Vec<usize>> {
    let mut columns = Vec::new();
    for layer in layers {
        let mut column = Vec::new();
        let mut height = 0.0;
        for n in layer {
            if height + nodes[n].height > MAX_HEIGHT && !column.is_empty() {
                columns.push(std::mem::take(&mut column));
                height = 0.0;
            }
            height += nodes[n].height + GAP_Y;
            column.push(n);
        }
        columns.push(column);
    }
    columns
}

/// Tables without relations stand at the right, in columns about as tall as they are many.
fn alone(nodes: &[Node], edges: &[Edge]) -> Vec<Vec<usize>> {
    let is_alone = |n: &usize| !edges.iter().any(|edge| edge.from != edge.to && (edge.from == *n || edge.to == *n));
    let lonely: Vec<usize> = (0..nodes.len()).filter(is_alone).collect();
    if lonely.is_empty() { Vec::new() } else { split_tall(nodes, vec![lonely]) }
}

/// Gives every box its place; answers with the drawing's size.
fn place(nodes: &mut [Node], columns: &[Vec<usize>]) -> (f64, f64) {
    let column_height = |nodes: &[Node], column: &[usize]| column.iter().map(|n| nodes[*n].height + GAP_Y).sum::<f64>() - GAP_Y;
    let tallest = columns.iter().map(|column| column_height(nodes, column)).fold(0.0, f64::max);
    let mut x = MARGIN;
    for column in columns {
        let width = column.iter().map(|n| nodes[*n].width).fold(0.0, f64::max);
        let mut y = MARGIN + (tallest - column_height(nodes, column)) / 2.0;
        for n in column {
            (nodes[*n].x, nodes[*n].y, nodes[*n].width) = (x, y, width);
            y += nodes[*n].height + GAP_Y;
        }
        x += width + GAP_X;
    }
    (x - GAP_X + MARGIN, tallest + 2.0 * MARGIN)
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use proptest::prelude::*;
    use tenon_model::{Column, DataType, ForeignKey, Ident, ReferentialAction, ScalarType, Unique};

    use super::*;

    fn ident(text: &str) -> Ident {
        Ident::new(text).unwrap()
    }

    fn column(name: &str) -> Column {
        let data_type = DataType::Scalar(ScalarType::BigInt);
        Column { not_null: true, ..Column::new(ident(name), data_type) }
    }

    fn schema(columns: &[usize], relations: &[(usize, usize)]) -> Schema {
        let table = |(n, count): (usize, &usize)| {
            let own = relations.iter().filter(|(from, _)| *from == n).map(|(_, to)| *to);
            let foreign_keys = own
                .map(|to| ForeignKey {
                    name: ident("fk"),
                    columns: vec![ident("c0")],
                    references: ident(&format!("t{to:02}")),
                    referenced_columns: vec![ident("c0")],
                    on_delete: ReferentialAction::NoAction,
                    on_update: ReferentialAction::NoAction,
                })
                .collect();
            let name = ident(&format!("t{n:02}"));
            let table = Table {
                columns: (0..*count).map(|c| column(&format!("c{c}"))).collect(),
                primary_key: Some(Unique { name: ident("pk"), columns: vec![ident("c0")] }),
                foreign_keys,
                ..Table::new(name.clone())
            };
            (name, Arc::new(table))
        };
        Schema { tables: columns.iter().enumerate().map(table).collect(), ..Schema::default() }
    }

    #[test]
    fn what_refers_stands_to_the_right_of_what_it_refers_to() {
        let layout = layout(&schema(&[2, 3, 20], &[(1, 0), (2, 1)]));
        assert!(layout.nodes[0].x < layout.nodes[1].x && layout.nodes[1].x < layout.nodes[2].x);
        assert_eq!((layout.nodes[2].lines.len(), layout.nodes[2].hidden), (12, 8));
    }

    proptest! {
        #[test]
        fn no_two_tables_overlap(
            columns in prop::collection::vec(1_usize..30, 1..40),
            relations in prop::collection::vec((0_usize..40, 0_usize..40), 0..60),
        ) {
            let count = columns.len();
            let relations: Vec<_> = relations.into_iter().map(|(a, b)| (a % count, b % count)).collect();
            let layout = layout(&schema(&columns, &relations));
            for (n, a) in layout.nodes.iter().enumerate() {
                prop_assert!(a.x >= 0.0 && a.y >= 0.0 && a.x + a.width <= layout.width && a.y + a.height <= layout.height);
                for b in &layout.nodes[n + 1..] {
                    let apart = a.x + a.width <= b.x || b.x + b.width <= a.x || a.y + a.height <= b.y || b.y + b.height <= a.y;
                    prop_assert!(apart, "{} and {}", a.name, b.name);
                }
            }
        }
    }
}
