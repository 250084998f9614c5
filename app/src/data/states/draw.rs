//! A drawing of the ways of a state as SVG: the states one below the other in their order, and beside each the transitions
//! that leave it, each on a line of its own that leads to the lane of the state it goes to. Nothing overlaps, whatever the
//! graph, and it is narrow enough for a phone. Colours come from the stylesheet, by class.

use std::fmt::Write as _;

use tenon_model::{Ident, ScalarType, Schema, StateTransition, Table};

const BOX: usize = 118;
const LABEL: usize = 132;
const LANE: usize = 14;
const ROW: usize = 28;
const HEAD: usize = 34;
const GAP: usize = 14;
/// Letters that fit into a box and above a line.
const NAME: usize = 15;
const WORDS: usize = 21;

struct Node<'t> {
    state: &'t str,
    y: usize,
    height: usize,
    out: Vec<&'t StateTransition>,
    begins: bool,
}

/// The drawing of a column's states; `now` is marked.
pub(crate) fn drawing(schema: &Schema, table: &Table, column: &Ident, now: Option<&str>) -> String {
    let nodes = nodes(schema, table, column);
    let reached: Vec<&str> = nodes.iter().map(|n| n.state).filter(|state| is_reached(&nodes, state)).collect();
    let width = BOX + LABEL + LANE * (reached.len() + 1) + 8;
    let height = nodes.last().map_or(0, |node| node.y + node.height) + 4;
    let mut out = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\" viewBox=\"0 0 {width} {height}\" role=\"img\" \
         aria-label=\"{}\">",
        escape(&in_words(schema, table, column, now).join(" "))
    );
    for node in &nodes {
        for (line, transition) in node.out.iter().enumerate() {
            draw_way(&mut out, &nodes, &reached, (node, line, transition));
        }
    }
    for node in &nodes {
        draw_node(&mut out, node, now == Some(node.state), reached.contains(&node.state));
    }
    out.push_str("</svg>");
    out
}

/// The same in sentences.
pub(crate) fn in_words(schema: &Schema, table: &Table, column: &Ident, now: Option<&str>) -> Vec<String> {
    let mut all: Vec<String> = now.map(|state| format!("Now: {state}.")).into_iter().collect();
    for node in nodes(schema, table, column) {
        let ways: Vec<String> = node.out.iter().map(|t| format!("{} leads to {}", t.label(), t.to)).collect();
        let begins = if node.begins { " (rows begin here)" } else { "" };
        let ways = if ways.is_empty() { "leads nowhere".to_owned() } else { ways.join(", ") };
        all.push(format!("{}{begins}: {ways}.", node.state));
    }
    all
}

fn nodes<'t>(schema: &'t Schema, table: &'t Table, column: &'t Ident) -> Vec<Node<'t>> {
    let Some(ScalarType::Enum(name)) = table.column(column.as_str()).map(|c| c.data_type.element()) else { return Vec::new() };
    let beginnings = table.beginnings(column);
    let mut y = 4;
    let node = |state: &'t String| {
        let out: Vec<_> = table.states_after(column, state).collect();
        let height = HEAD + ROW * out.len();
        let begins = beginnings.as_ref().is_none_or(|states| states.contains(&state.as_str()));
        let node = Node { state, y, height, out, begins };
        y += height + GAP;
        node
    };
    schema.enum_values(name.as_str()).iter().map(node).collect()
}

fn is_reached(nodes: &[Node<'_>], state: &str) -> bool {
    nodes.iter().any(|node| node.out.iter().any(|t| t.to == state))
}

/// From the row of a state's box to the lane of another, along it, and back to that one's head.
fn draw_way(out: &mut String, nodes: &[Node<'_>], reached: &[&str], (node, line, way): (&Node<'_>, usize, &StateTransition)) {
    let (Some(target), Some(lane)) = (nodes.iter().find(|n| n.state == way.to), reached.iter().position(|state| *state == way.to))
    else {
        return;
    };
    let from = node.y + HEAD + ROW * line + ROW / 2 + 6;
    let to = target.y + HEAD / 2;
    let x = BOX + LABEL + LANE * (lane + 1);
    let title = format!("{}: {} → {}", way.label(), node.state, way.to);
    let _ = write!(
        out,
        "<g class=\"way\"><title>{}</title><path d=\"M{BOX} {from}H{x}V{to}H{}\"/>\
         <path class=\"tip\" d=\"M{} {to}l8 -4v8z\"/><text x=\"{}\" y=\"{}\">{}</text></g>",
        escape(&title),
        BOX + 10,
        BOX + 3,
        BOX + 8,
        from - 5,
        escape(&clip(&way.label(), WORDS))
    );
}

fn draw_node(out: &mut String, node: &Node<'_>, now: bool, reached: bool) {
    let class = if now { "state now" } else { "state" };
    let middle = node.y + HEAD / 2;
    let (x, height) = (3, node.height);
    let lost = if node.begins || reached { "" } else { " lost" };
    let _ = write!(
        out,
        "<g class=\"{class}{lost}\"><rect x=\"{x}\" y=\"{}\" width=\"{}\" height=\"{height}\" rx=\"6\"/>",
        node.y,
        BOX - x
    );
    if node.begins {
        let _ = write!(out, "<circle class=\"begin\" cx=\"14\" cy=\"{middle}\" r=\"3.5\"><title>Rows begin here</title></circle>");
    }
    if node.out.is_empty() {
        let _ = write!(
            out,
            "<rect class=\"last\" x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\" rx=\"4\"/>",
            x + 3,
            node.y + 3,
            BOX - x - 6,
            height - 6
        );
    }
    let _ = write!(out, "<text x=\"24\" y=\"{}\">{}</text></g>", middle + 4, escape(&clip(node.state, NAME)));
}

fn clip(text: &str, most: usize) -> String {
    if text.chars().count() <= most { text.to_owned() } else { text.chars().take(most - 1).chain(['…']).collect() }
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_drawing_says_what_it_shows_and_nothing_in_it_is_markup() {
        let schema = tenon_engine::tables::schema_from_sql(
            "create type s as enum ('new', 'a<b', 'done', 'lost'); create table t (id bigint primary key, s s not null default 'new');
             create transition go on t (s) from 'new' to 'a<b'; create transition finish on t (s) from 'new', 'a<b' to 'done';
             comment on transition go on t is '<b>\"Go\"</b>';",
        )
        .unwrap();
        let table = schema.table("t").unwrap();
        let column = &table.columns[1].name;
        assert_eq!(
            in_words(&schema, table, column, Some("new")).join(" "),
            "Now: new. new (rows begin here): Finish leads to done, <b>\"Go\"</b> leads to a<b. a<b: Finish leads to done. \
             done: leads nowhere. lost: leads nowhere."
        );
        let svg = drawing(&schema, table, column, Some("new"));
        assert_eq!(svg.matches("class=\"way\"").count(), 3);
        assert_eq!(svg.matches("class=\"state now\"").count(), 1);
        assert_eq!(svg.matches("class=\"state lost\"").count(), 1);
        assert!(!svg.contains("<b>") && svg.contains("a&lt;b"));
    }
}
