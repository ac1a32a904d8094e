//! Whole numbers for nodes so that edges are short: the network simplex of layered drawings
//! (Gansner, Koutsofios, North and Vo 1993).
//!
//! A spanning tree of edges at their least length says where everything is. Exchanging a tree edge
//! that would better be longer for one that limits it makes the edges shorter in all, until no such
//! edge is left.

use super::TidyControl;

/// That the number of `head` is at least `least` above that of `tail`, and what each step more
/// costs.
#[derive(Clone, Copy, Debug)]
pub(super) struct Edge {
    pub(super) tail: usize,
    pub(super) head: usize,
    pub(super) least: i32,
    pub(super) weight: i32,
}

const NONE: u32 = u32::MAX;

/// An exchange takes as long as the part that it moves is large. With this much in all, about two
/// seconds, what is left to gain is little: few exchanges of large parts.
const MOST_MOVED: usize = 100_000_000;

/// Returns a number for each of `count` nodes, at least 0, so that what the edges cost is least, or
/// as little as `most` exchanges make it, and those until it is cancelled.
///
/// Node 0 comes before all others. What else has no edge that leads to it must lead to nodes that
/// have one. Returns nothing when edges go round in a circle, or when something leads to node 0.
pub(super) fn solve(
    count: usize,
    edges: &[Edge],
    most: usize,
    control: &TidyControl,
) -> Option<Vec<i32>> {
    let mut tree = Tree::begin(count, edges)?;
    let mut at = 0;
    for _ in 0..most {
        if tree.moved > MOST_MOVED || control.is_cancelled() {
            break;
        }
        let Some(leaving) = tree.leaving(&mut at) else {
            break;
        };
        if !tree.exchange(leaving) {
            break;
        }
    }
    let first = tree.numbers.iter().copied().min().unwrap_or(0);
    Some(tree.numbers.iter().map(|number| number - first).collect())
}

struct Tree<'a> {
    edges: &'a [Edge],
    /// The edges at each node, those that lead to it and those that leave it.
    near: Vec<u32>,
    first: Vec<u32>,
    numbers: Vec<i32>,
    /// The edge to the parent, and the parent; none at node 0.
    up: Vec<u32>,
    parent: Vec<u32>,
    children: Vec<Vec<u32>>,
    /// What leaves the part below a node less what leads to it, by weight.
    outward: Vec<i64>,
    /// Whether a node is in the part that is being moved: the number of the exchange.
    mark: Vec<u32>,
    round: u32,
    part: Vec<u32>,
    /// How many nodes all parts had that were moved.
    moved: usize,
}

impl<'a> Tree<'a> {
    fn begin(count: usize, edges: &'a [Edge]) -> Option<Self> {
        let mut first = vec![0_u32; count + 1];
        for edge in edges {
            first[edge.tail + 1] += 1;
            first[edge.head + 1] += 1;
        }
        for at in 0..count {
            first[at + 1] += first[at];
        }
        let mut next = first.clone();
        let mut near = vec![0; 2 * edges.len()];
        for (at, edge) in edges.iter().enumerate() {
            for node in [edge.tail, edge.head] {
                near[next[node] as usize] = at as u32;
                next[node] += 1;
            }
        }
        let mut tree = Self {
            edges,
            near,
            first,
            numbers: vec![0; count],
            up: vec![NONE; count],
            parent: vec![NONE; count],
            children: vec![Vec::new(); count],
            outward: vec![0; count],
            mark: vec![0; count],
            round: 0,
            part: Vec::new(),
            moved: 0,
        };
        let order = tree.number()?;
        for &node in &order[1..] {
            let (node, edge) = (node as usize, tree.up[node as usize] as usize);
            let Edge { tail, head, .. } = edges[edge];
            let parent = if tail == node { head } else { tail };
            tree.parent[node] = parent as u32;
            tree.children[parent].push(node as u32);
        }
        for edge in edges {
            tree.outward[edge.tail] += i64::from(edge.weight);
            tree.outward[edge.head] -= i64::from(edge.weight);
        }
        // Every node comes after its parent.
        for &node in order[1..].iter().rev() {
            let sum = tree.outward[node as usize];
            tree.outward[tree.parent[node as usize] as usize] += sum;
        }
        Some(tree)
    }

    fn near(&self, node: usize) -> impl Iterator<Item = (usize, &'a Edge)> + '_ {
        let edges = self.edges;
        let range = self.first[node] as usize..self.first[node + 1] as usize;
        self.near[range]
            .iter()
            .map(move |&edge| (edge as usize, &edges[edge as usize]))
    }

    /// Numbers all nodes by the longest way to them, and those to which nothing leads as high as
    /// can be. Returns the nodes, each after the one that its tightest edge joins it to.
    fn number(&mut self) -> Option<Vec<u32>> {
        let count = self.numbers.len();
        let mut missing = vec![0_u32; count];
        for edge in self.edges {
            missing[edge.head] += 1;
        }
        let is_source: Vec<bool> = missing.iter().map(|&missing| missing == 0).collect();
        if count == 0 || !is_source[0] {
            return None;
        }
        for edge in self.edges {
            if edge.tail != 0 && is_source[edge.tail] {
                missing[edge.head] -= 1;
            }
        }
        let mut order = vec![0_u32];
        let mut done = 0;
        self.numbers.fill(i32::MIN / 2);
        self.numbers[0] = 0;
        while let Some(&node) = order.get(done) {
            done += 1;
            let range = self.first[node as usize] as usize..self.first[node as usize + 1] as usize;
            for at in range {
                let edge = self.near[at];
                let Edge {
                    tail, head, least, ..
                } = self.edges[edge as usize];
                if tail != node as usize {
                    continue;
                }
                if self.numbers[head] < self.numbers[tail] + least {
                    self.numbers[head] = self.numbers[tail] + least;
                    self.up[head] = edge;
                }
                missing[head] -= 1;
                if missing[head] == 0 {
                    order.push(head as u32);
                }
            }
        }
        for node in (1..count).filter(|&node| is_source[node]) {
            let tightest = self
                .near(node)
                .map(|(at, edge)| (self.numbers[edge.head] - edge.least, at))
                .min()?;
            self.numbers[node] = tightest.0;
            self.up[node] = tightest.1 as u32;
            order.push(node as u32);
        }
        (order.len() == count).then_some(order)
    }

    /// Returns a node whose edge to its parent would better be longer: the one that gains most of
    /// the next few.
    fn leaving(&self, at: &mut usize) -> Option<usize> {
        const FEW: usize = 30;
        let count = self.numbers.len();
        let (mut best, mut found) = (None, 0);
        let mut most = 0;
        for _ in 0..count {
            *at += 1;
            if *at >= count {
                *at = 1;
            }
            let node = *at;
            if node >= count {
                return None;
            }
            let edge = self.edges[self.up[node] as usize];
            let gain = if edge.head == node {
                self.outward[node]
            } else {
                -self.outward[node]
            };
            if gain > 0 {
                found += 1;
                if gain > most {
                    (most, best) = (gain, Some(node));
                }
                if found == FEW {
                    break;
                }
            }
        }
        best
    }

    /// Lets the part below `node` go as far as the next edge allows. Returns whether one did.
    fn exchange(&mut self, node: usize) -> bool {
        self.round += 1;
        let round = self.round;
        let mut part = std::mem::take(&mut self.part);
        part.clear();
        part.push(node as u32);
        self.mark[node] = round;
        let mut done = 0;
        while let Some(&at) = part.get(done) {
            done += 1;
            for &child in &self.children[at as usize] {
                self.mark[child as usize] = round;
                part.push(child);
            }
        }
        self.moved += part.len();
        let goes_up = self.edges[self.up[node] as usize].head == node;
        let mut entering: Option<(i32, u32, usize)> = None;
        for &at in &part {
            for (number, edge) in self.near(at as usize) {
                let (inner, outer) = if goes_up {
                    (edge.tail, edge.head)
                } else {
                    (edge.head, edge.tail)
                };
                if inner != at as usize || self.mark[outer] == round {
                    continue;
                }
                let slack = self.numbers[edge.head] - self.numbers[edge.tail] - edge.least;
                if entering.is_none_or(|(least, best, _)| (slack, number as u32) < (least, best)) {
                    entering = Some((slack, number as u32, inner));
                }
            }
        }
        let Some((slack, edge, inner)) = entering else {
            self.part = part;
            return false;
        };
        if slack > 0 {
            let by = if goes_up { slack } else { -slack };
            for &at in &part {
                self.numbers[at as usize] += by;
            }
        }
        self.part = part;
        self.hang(node, inner, edge);
        true
    }

    /// Hangs the part below `node` up at `inner`, by `edge`.
    fn hang(&mut self, node: usize, inner: usize, edge: u32) {
        let all = self.outward[node];
        let mut above = self.parent[node];
        let siblings = &mut self.children[above as usize];
        siblings.retain(|&child| child != node as u32);
        while above != NONE {
            self.outward[above as usize] -= all;
            above = self.parent[above as usize];
        }
        // From `inner` up to `node` parents become children.
        let Edge { tail, head, .. } = self.edges[edge as usize];
        let (mut at, mut below) = (inner, 0);
        let (mut parent, mut up) = (if tail == inner { head } else { tail }, edge);
        loop {
            let (old_parent, old_up) = (self.parent[at], self.up[at]);
            let sum = self.outward[at];
            self.outward[at] = all - below;
            below = sum;
            self.parent[at] = parent as u32;
            self.up[at] = up;
            self.children[parent].push(at as u32);
            if at == node {
                break;
            }
            let next = old_parent as usize;
            self.children[next].retain(|&child| child != at as u32);
            (parent, up, at) = (at, old_up, next);
        }
        let mut above = self.parent[inner];
        while above != NONE {
            self.outward[above as usize] += all;
            above = self.parent[above as usize];
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn edge(tail: usize, head: usize, least: i32, weight: i32) -> Edge {
        Edge {
            tail,
            head,
            least,
            weight,
        }
    }

    fn cost(edges: &[Edge], numbers: &[i32]) -> i64 {
        let length = |edge: &Edge| i64::from(numbers[edge.head] - numbers[edge.tail]);
        edges
            .iter()
            .map(|edge| i64::from(edge.weight) * length(edge))
            .sum()
    }

    fn holds(edges: &[Edge], numbers: &[i32]) -> bool {
        edges
            .iter()
            .all(|edge| numbers[edge.head] - numbers[edge.tail] >= edge.least)
    }

    /// The least cost with numbers below `below`, by trying all.
    fn least(count: usize, edges: &[Edge], below: i32) -> i64 {
        let mut numbers = vec![0; count];
        let mut least = i64::MAX;
        loop {
            if holds(edges, &numbers) {
                least = least.min(cost(edges, &numbers));
            }
            let Some(at) = (0..count).find(|&at| numbers[at] + 1 < below) else {
                return least;
            };
            numbers[..at].fill(0);
            numbers[at] += 1;
        }
    }

    #[test]
    fn what_goes_round_in_a_circle_has_no_numbers() {
        let round = [edge(0, 1, 1, 1), edge(1, 2, 1, 1), edge(2, 1, 1, 1)];
        assert_eq!(solve(3, &round, 99, &TidyControl::default()), None);
        assert_eq!(
            solve(2, &[edge(1, 0, 1, 1)], 99, &TidyControl::default()),
            None
        );
    }

    proptest! {
        #![proptest_config(crate::cases::cases(256))]

        #[test]
        fn no_other_numbers_cost_less(
            ways in proptest::collection::vec((0..5_usize, 0..5_usize, 0..2_i32, 0..4_i32), 0..9),
            pairs in proptest::collection::vec((1..5_usize, 1..5_usize), 0..2),
        ) {
            // Node 0 before all; two edges from a node of its own pull a pair together.
            let mut edges: Vec<Edge> = (1..5).map(|node| edge(0, node, 0, 0)).collect();
            for (a, b, length, weight) in ways {
                if a != b {
                    edges.push(edge(a.min(b), a.max(b), length, weight));
                }
            }
            let count = 5 + pairs.len();
            for (at, (a, b)) in pairs.into_iter().enumerate() {
                edges.push(edge(5 + at, a, 0, 2));
                edges.push(edge(5 + at, b, -1, 2));
            }
            let control = TidyControl::default();
            let numbers = solve(count, &edges, 10_000, &control).expect("it goes nowhere back");
            prop_assert!(holds(&edges, &numbers), "{numbers:?}");
            prop_assert_eq!(cost(&edges, &numbers), least(count, &edges, 6));
        }
    }
}
