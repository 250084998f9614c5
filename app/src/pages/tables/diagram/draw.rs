//! The diagram as SVG. Colours come from the stylesheet, by class.

use std::fmt::Write as _;

use super::layout::{Edge, HEAD, Layout, Node, ROW, clip};
use crate::paths;

/// The drawing.
pub(super) fn svg(layout: &Layout) -> String {
    let (width, height) = (layout.width, layout.height);
    let mut out = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width:.0}\" height=\"{height:.0}\" viewBox=\"0 0 {width:.0} {height:.0}\" \
         role=\"group\" aria-labelledby=\"diagram-title diagram-about\"><title id=\"diagram-title\">Tables and relations</title>\
         <desc id=\"diagram-about\">{} tables and {} relations; the list below the drawing says the same in words.</desc>",
        layout.nodes.len(),
        layout.edges.len()
    );
    for edge in &layout.edges {
        draw_edge(&mut out, layout, edge);
    }
    for node in &layout.nodes {
        draw_node(&mut out, node);
    }
    out.push_str("</svg>");
    out
}

fn draw_node(out: &mut String, node: &Node) {
    let Node { x, y, width, height, .. } = node;
    let _ = write!(
        out,
        "<g transform=\"translate({x:.1} {y:.1})\"><rect class=\"box\" width=\"{width:.1}\" height=\"{height:.1}\" rx=\"6\"/>\
         <path class=\"box-head\" d=\"M.5 {HEAD}V6.5a6 6 0 0 1 6-6H{:.1}a6 6 0 0 1 6 6V{HEAD}z\"/>\
         <path class=\"rule\" d=\"M0 {HEAD}H{width:.1}\"/>\
         <a href=\"{}\"><text class=\"title\" x=\"12\" y=\"20\">{}</text></a>",
        width - 6.5,
        paths::structure(&node.name),
        escape(&clip(&node.name, 32))
    );
    for (n, line) in node.lines.iter().enumerate() {
        let baseline = HEAD + n as f64 * ROW + 16.0;
        let mark = if line.is_key {
            "PK"
        } else if line.is_reference {
            "FK"
        } else {
            ""
        };
        let _ = write!(
            out,
            "<text class=\"key\" x=\"10\" y=\"{baseline}\">{mark}</text><text x=\"30\" y=\"{baseline}\">{}</text>\
             <text class=\"column-type\" x=\"{:.1}\" y=\"{baseline}\" text-anchor=\"end\">{}</text>",
            escape(&line.name),
            width - 10.0,
            escape(&line.data_type)
        );
    }
    if node.hidden > 0 {
        let baseline = HEAD + node.lines.len() as f64 * ROW + 16.0;
        let _ = write!(out, "<text class=\"column-type\" x=\"30\" y=\"{baseline}\">+ {} more</text>", node.hidden);
    }
    out.push_str("</g>");
}

/// A line from the column that refers to the key it refers to; it leaves each box on the side that faces the other.
fn draw_edge(out: &mut String, layout: &Layout, edge: &Edge) {
    let (from, to) = (&layout.nodes[edge.from], &layout.nodes[edge.to]);
    let middle = |node: &Node, line: usize| node.y + HEAD + line as f64 * ROW + ROW / 2.0;
    let (y1, y2) = (middle(from, edge.from_line), middle(to, edge.to_line));
    let (x1, out1) = if from.x > to.x { (from.x, -1.0) } else { (from.x + from.width, 1.0) };
    let (x2, out2) = if from.x > to.x {
        (to.x + to.width, 1.0)
    } else if from.x < to.x {
        (to.x, -1.0)
    } else {
        (to.x + to.width, 1.0)
    };
    let bend = ((x1 - x2).abs() / 2.0).clamp(36.0, 140.0);
    let _ = write!(
        out,
        "<path class=\"relation\" d=\"M{x1:.1} {y1:.1}C{:.1} {y1:.1} {:.1} {y2:.1} {x2:.1} {y2:.1}\"><title>{}</title></path>\
         <circle class=\"end\" cx=\"{x2:.1}\" cy=\"{y2:.1}\" r=\"3.5\"/>",
        x1 + out1 * bend,
        x2 + out2 * bend,
        escape(&edge.title)
    );
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
