//! What comes before what: topological order, cycles, strongly connected parts.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use petgraph::graph::{DiGraph, NodeIndex};

use super::links::StageGraph;

impl StageGraph {
    /// Returns the stages, each after all that lead to it, and otherwise in file order; nothing
    /// when the ways run in a circle.
    pub fn topological_order(&self) -> Option<Vec<u32>> {
        let mut missing: Vec<u32> = self
            .stages()
            .map(|stage| self.ways_in(stage).len() as u32)
            .collect();
        let mut free: BinaryHeap<Reverse<u32>> = self
            .stages()
            .filter(|&stage| missing[stage as usize] == 0)
            .map(Reverse)
            .collect();
        let mut order = Vec::with_capacity(self.len());
        while let Some(Reverse(stage)) = free.pop() {
            order.push(stage);
            for way in self.ways_out(stage) {
                let missing = &mut missing[way.stage as usize];
                *missing -= 1;
                if *missing == 0 {
                    free.push(Reverse(way.stage));
                }
            }
        }
        (order.len() == self.len()).then_some(order)
    }

    /// Returns the strongly connected parts: the largest sets of stages each of which can be
    /// reached from each. Stages in file order; each part after those that lead to it.
    pub fn strong_parts(&self) -> Vec<Vec<u32>> {
        let mut graph = DiGraph::<(), ()>::with_capacity(self.len(), 0);
        for _ in self.stages() {
            graph.add_node(());
        }
        for stage in self.stages() {
            for way in self.ways_out(stage) {
                graph.add_edge(
                    NodeIndex::new(stage as usize),
                    NodeIndex::new(way.stage as usize),
                    (),
                );
            }
        }
        // Kosaraju's, since petgraph's Tarjan recurses and a chain of 100,000 stages is allowed.
        let parts = petgraph::algo::kosaraju_scc(&graph).into_iter().rev();
        parts
            .map(|part| {
                let mut part: Vec<u32> = part.iter().map(|node| node.index() as u32).collect();
                part.sort_unstable();
                part
            })
            .collect()
    }

    /// Returns the strongly connected parts that hold a circle: several stages, or one with a way
    /// to itself. Stages in file order, parts by their first stage.
    pub fn circular_parts(&self) -> Vec<Vec<u32>> {
        let mut parts = self.strong_parts();
        parts.retain(|part| {
            part.len() > 1
                || self
                    .ways_out(part[0])
                    .iter()
                    .any(|way| way.stage == part[0])
        });
        parts.sort_unstable();
        parts
    }

    /// Returns a shortest circle through the first stage of each strongly connected part that has
    /// one, from that stage along the ways; the way from the last stage leads to the first again.
    pub fn cycles(&self) -> Vec<Vec<u32>> {
        if self.topological_order().is_some() {
            return Vec::new();
        }
        let mut came_from = vec![u32::MAX; self.len()];
        self.circular_parts()
            .into_iter()
            .map(|part| {
                let first = part[0];
                let mut line = std::collections::VecDeque::from([first]);
                while let Some(stage) = line.pop_front() {
                    for way in self.ways_out(stage) {
                        if way.stage == first {
                            let mut cycle = vec![stage];
                            while let Some(&last) = cycle.last().filter(|&&last| last != first) {
                                cycle.push(came_from[last as usize]);
                            }
                            cycle.reverse();
                            return cycle;
                        }
                        if came_from[way.stage as usize] == u32::MAX
                            && part.binary_search(&way.stage).is_ok()
                        {
                            came_from[way.stage as usize] = stage;
                            line.push_back(way.stage);
                        }
                    }
                }
                // Not reached: in a strongly connected part some way leads back to its first stage.
                part
            })
            .collect()
    }
}
