//! What can be reached from where.

use super::links::StageGraph;

/// A set of stages, each known by its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StageSet {
    words: Vec<u64>,
}

impl StageSet {
    /// Makes an empty set for places below `stages`.
    pub fn new(stages: usize) -> Self {
        Self {
            words: vec![0; stages.div_ceil(64)],
        }
    }

    /// Puts a stage in. Returns whether it was not in yet.
    pub fn insert(&mut self, stage: u32) -> bool {
        let word = &mut self.words[stage as usize / 64];
        let bit = 1 << (stage % 64);
        let is_new = *word & bit == 0;
        *word |= bit;
        is_new
    }

    /// Returns whether a stage is in.
    pub fn contains(&self, stage: u32) -> bool {
        self.words[stage as usize / 64] & (1 << (stage % 64)) != 0
    }

    /// Puts every stage of another set in.
    pub fn insert_all(&mut self, other: &Self) {
        for (word, more) in self.words.iter_mut().zip(&other.words) {
            *word |= more;
        }
    }

    /// Returns whether the two have a stage in common.
    pub fn meets(&self, other: &Self) -> bool {
        self.words.iter().zip(&other.words).any(|(a, b)| a & b != 0)
    }

    /// Returns how many stages are in.
    pub fn len(&self) -> usize {
        self.words
            .iter()
            .map(|word| word.count_ones() as usize)
            .sum()
    }

    /// Returns whether no stage is in.
    pub fn is_empty(&self) -> bool {
        self.words.iter().all(|&word| word == 0)
    }

    /// Returns the stages, in order.
    pub fn iter(&self) -> impl Iterator<Item = u32> {
        self.words.iter().zip(0_u32..).flat_map(|(&word, at)| {
            let mut rest = word;
            std::iter::from_fn(move || {
                (rest != 0).then(|| {
                    let bit = rest.trailing_zeros();
                    rest &= rest - 1;
                    at * 64 + bit
                })
            })
        })
    }
}

impl StageGraph {
    /// Returns the stages that can be reached from some, these included.
    pub fn downstream_of(&self, stages: impl IntoIterator<Item = u32>) -> StageSet {
        self.flood(stages, |stage| self.ways_out(stage))
    }

    /// Returns the stages from which some can be reached, these included.
    pub fn upstream_of(&self, stages: impl IntoIterator<Item = u32>) -> StageSet {
        self.flood(stages, |stage| self.ways_in(stage))
    }

    fn flood<'a>(
        &self,
        stages: impl IntoIterator<Item = u32>,
        ways: impl Fn(u32) -> &'a [super::Way],
    ) -> StageSet {
        let mut found = StageSet::new(self.len());
        let mut open: Vec<u32> = stages
            .into_iter()
            .filter(|&stage| found.insert(stage))
            .collect();
        while let Some(stage) = open.pop() {
            for way in ways(stage) {
                if found.insert(way.stage) {
                    open.push(way.stage);
                }
            }
        }
        found
    }

    /// Answers many questions "can `to` be reached from `from` by one way or more?" at once, in
    /// the order asked.
    ///
    /// Sixty-four starts share one walk over the graph, so thousands of questions cost a few
    /// hundred passes at most. The graph must have no cycle; `order` is its topological order.
    pub fn can_reach(&self, order: &[u32], questions: &[(u32, u32)]) -> Vec<bool> {
        let mut starts: Vec<u32> = questions.iter().map(|&(from, _)| from).collect();
        starts.sort_unstable();
        starts.dedup();
        let mut answers = vec![false; questions.len()];
        let mut reached = vec![0_u64; self.len()];
        for chunk in starts.chunks(64) {
            reached.fill(0);
            let bit_of = |stage: u32| chunk.binary_search(&stage).ok().map(|n| 1_u64 << n);
            for &stage in order {
                let bits = reached[stage as usize] | bit_of(stage).unwrap_or(0);
                if bits != 0 {
                    for way in self.ways_out(stage) {
                        reached[way.stage as usize] |= bits;
                    }
                }
            }
            for (answer, &(from, to)) in answers.iter_mut().zip(questions) {
                if let Some(bit) = bit_of(from) {
                    *answer = reached[to as usize] & bit != 0;
                }
            }
        }
        answers
    }

    /// Returns for each stage what lies downstream of it by one way or more; nothing when the
    /// ways run in a circle.
    ///
    /// Takes stages² / 8 bytes: a megabyte for 3,000 stages. For a few stages ask
    /// [`StageGraph::downstream_of`].
    pub fn closure(&self) -> Option<Vec<StageSet>> {
        let order = self.topological_order()?;
        let mut sets = vec![StageSet::new(self.len()); self.len()];
        for &stage in order.iter().rev() {
            let mut below = StageSet::new(self.len());
            for way in self.ways_out(stage) {
                below.insert(way.stage);
                below.insert_all(&sets[way.stage as usize]);
            }
            sets[stage as usize] = below;
        }
        Some(sets)
    }

    /// Returns the pairs of stages that the transitive reduction joins: those with a way between
    /// them and no detour. In order of their places; nothing when the ways run in a circle.
    pub fn reduction(&self) -> Option<Vec<(u32, u32)>> {
        let below = self.closure()?;
        let mut pairs = Vec::new();
        for from in self.stages() {
            let mut detours = StageSet::new(self.len());
            for way in self.ways_out(from) {
                detours.insert_all(&below[way.stage as usize]);
            }
            let first = pairs.len();
            pairs.extend(
                self.ways_out(from)
                    .iter()
                    .map(|way| (from, way.stage))
                    .filter(|&(_, to)| !detours.contains(to)),
            );
            pairs[first..].sort_unstable();
        }
        pairs.dedup();
        Some(pairs)
    }
}

#[cfg(test)]
mod tests {
    use crate::graph::StageGraph;
    use crate::model::{Handoff, HandoffId, Model, Stage, StageId};

    /// A graph of so many stages with these ways.
    fn graph(stages: u32, ways: &[(u32, u32)]) -> StageGraph {
        let id = |n: u32| StageId::new(&format!("s{n}")).unwrap();
        let mut model = Model::default();
        for n in 0..stages {
            model.stages.push(Stage::new(id(n), "Stage"));
        }
        for (n, &(from, to)) in ways.iter().enumerate() {
            let handoff = HandoffId::new(&format!("h{n}")).unwrap();
            model.handoffs.push(Handoff::new(handoff, id(from), id(to)));
        }
        StageGraph::of_model(&model, |_| true)
    }

    #[test]
    fn what_lies_downstream_and_upstream_is_found() {
        let graph = graph(70, &[(0, 1), (1, 69), (2, 69), (69, 3)]);
        let of = |set: crate::graph::StageSet| set.iter().collect::<Vec<_>>();
        assert_eq!(of(graph.downstream_of([1])), [1, 3, 69]);
        assert_eq!(of(graph.upstream_of([69])), [0, 1, 2, 69]);
        assert_eq!(graph.downstream_of([0, 2]).len(), 5);
        let below = graph.closure().unwrap();
        assert_eq!(of(below[0].clone()), [1, 3, 69]);
        assert!(below[3].is_empty());
    }

    #[test]
    fn many_questions_are_answered_as_one_by_one() {
        // More starts than fit in one word.
        let ways: Vec<(u32, u32)> = (0..200)
            .flat_map(|n| [(n, n + 1), (n, n + 7)])
            .filter(|&(from, to)| to < 200 && from % 10 != 3)
            .collect();
        let graph = graph(200, &ways);
        let order = graph.topological_order().unwrap();
        let questions: Vec<(u32, u32)> = (0..200).map(|n| (n, (n * 37 + 11) % 200)).collect();
        let below = graph.closure().unwrap();
        let expected: Vec<bool> = questions
            .iter()
            .map(|&(from, to)| below[from as usize].contains(to))
            .collect();
        assert!(expected.contains(&true) && expected.contains(&false));
        assert_eq!(graph.can_reach(&order, &questions), expected);
    }

    #[test]
    fn order_reduction_and_circles_are_in_file_order() {
        let chain = graph(4, &[(3, 0), (0, 2), (3, 2), (2, 1)]);
        assert_eq!(chain.topological_order(), Some(vec![3, 0, 2, 1]));
        assert_eq!(chain.reduction(), Some(vec![(0, 2), (2, 1), (3, 0)]));
        assert_eq!(chain.cycles(), Vec::<Vec<u32>>::new());
        // Two circles through stage 1, the shorter is told; and a stage that leads to itself.
        let round = graph(6, &[(0, 1), (1, 2), (2, 3), (3, 1), (2, 1), (5, 5)]);
        assert_eq!(round.topological_order(), None);
        assert_eq!(round.closure(), None);
        assert_eq!(round.circular_parts(), [vec![1, 2, 3], vec![5]]);
        let parts = round.strong_parts();
        let place = |part: &[u32]| parts.iter().position(|one| one == part).unwrap();
        assert_eq!(parts.len(), 4);
        assert!(place(&[0]) < place(&[1, 2, 3]));
        assert_eq!(round.cycles(), [vec![1, 2], vec![5]]);
    }
}
