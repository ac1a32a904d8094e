//! Parts of a drawing that nothing joins, and stages that stand alone.

use crate::model::{WorldPoint, WorldRect, WorldSize};

use super::{Local, Task};
use crate::layout::{ROW_GAP, snap_up};

/// Puts nodes that nothing joins into rows, from `top` downwards.
pub(super) fn grid_of(nodes: &[usize], sizes: &[WorldSize], top: f64) -> Vec<(usize, WorldRect)> {
    let widest = nodes.iter().map(|&n| sizes[n].width).fold(0.0, f64::max);
    let highest = nodes.iter().map(|&n| sizes[n].height).fold(0.0, f64::max);
    let columns = ((nodes.len() as f64).sqrt().ceil() as usize).max(4);
    nodes
        .iter()
        .enumerate()
        .map(|(at, &node)| {
            let corner = WorldPoint::new(
                (at % columns) as f64 * snap_up(widest + ROW_GAP),
                top + (at / columns) as f64 * snap_up(highest + ROW_GAP),
            );
            (node, WorldRect::from_min_size(corner, sizes[node]))
        })
        .collect()
}

/// Returns the parts that wires hold together, each in file order, and the nodes without any.
pub(super) fn connected_parts(task: &Task<'_>) -> (Vec<Vec<usize>>, Vec<usize>) {
    let local = Local::of(task.nodes, task.sizes.len());
    let mut neighbours = vec![Vec::new(); task.nodes.len()];
    for wire in task.wires {
        if let (Some(a), Some(b)) = (local.get(wire.from), local.get(wire.to))
            && a != b
        {
            neighbours[a].push(b);
            neighbours[b].push(a);
        }
    }
    let mut part_of = vec![usize::MAX; task.nodes.len()];
    let mut parts: Vec<Vec<usize>> = Vec::new();
    let mut singles = Vec::new();
    for start in 0..task.nodes.len() {
        if part_of[start] != usize::MAX {
            continue;
        }
        if neighbours[start].is_empty() {
            singles.push(task.nodes[start]);
            continue;
        }
        let mut part = Vec::new();
        let mut open = vec![start];
        part_of[start] = parts.len();
        while let Some(at) = open.pop() {
            part.push(task.nodes[at]);
            for &next in &neighbours[at] {
                if part_of[next] == usize::MAX {
                    part_of[next] = parts.len();
                    open.push(next);
                }
            }
        }
        part.sort_unstable();
        parts.push(part);
    }
    (parts, singles)
}
