//! Replications side by side on threads, their results in order.

use std::collections::BTreeMap;
use std::num::NonZeroUsize;
use std::ops::ControlFlow;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::time::Duration;

use crate::sim::Control;

/// How often whoever waits is told how far the runs are.
const TICK: Duration = Duration::from_millis(40);

/// What happens while work is under way.
pub(super) enum Step<T> {
    /// The next result.
    Result(T),
    /// Nothing, but time has passed.
    Tick,
}

/// Runs `work(0)`, `work(1)`, … below `count` on threads, and gives the results to `take` in that
/// order on the calling thread until it breaks.
///
/// What was computed beyond that is thrown away, so the number of threads does not matter. Work
/// that returns nothing was cancelled: everything ends. When this returns, no thread runs any more;
/// `control` is cancelled to make that so.
pub(super) fn in_order<T: Send>(
    threads: NonZeroUsize,
    count: u32,
    control: &Control,
    work: impl Fn(u32) -> Option<T> + Sync,
    mut take: impl FnMut(Step<T>) -> ControlFlow<()>,
) {
    let next = AtomicU32::new(0);
    let is_over = AtomicBool::new(false);
    let threads = threads.get().min(count as usize);
    std::thread::scope(|scope| {
        let (sender, results) = channel();
        for _ in 0..threads {
            let sender = sender.clone();
            let (next, is_over, work) = (&next, &is_over, &work);
            scope.spawn(move || {
                while !is_over.load(Ordering::Relaxed) {
                    let n = next.fetch_add(1, Ordering::Relaxed);
                    if n >= count {
                        return;
                    }
                    let result = work(n);
                    let was_cancelled = result.is_none();
                    if sender.send((n, result)).is_err() || was_cancelled {
                        return;
                    }
                }
            });
        }
        drop(sender);

        let mut early = BTreeMap::new();
        let mut expected = 0;
        'results: loop {
            match results.recv_timeout(TICK) {
                Ok((n, Some(result))) => {
                    early.insert(n, result);
                    while let Some(result) = early.remove(&expected) {
                        expected += 1;
                        if take(Step::Result(result)).is_break() {
                            break 'results;
                        }
                    }
                }
                // All workers have gone: everything is done, or one has panicked, which the end of
                // the scope passes on.
                Ok((_, None)) | Err(RecvTimeoutError::Disconnected) => break,
                Err(RecvTimeoutError::Timeout) => {
                    if take(Step::Tick).is_break() {
                        break;
                    }
                }
            }
        }
        is_over.store(true, Ordering::Relaxed);
        control.cancel();
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    fn taken(threads: usize, count: u32, most: usize) -> Vec<u32> {
        let mut taken = Vec::new();
        in_order(
            NonZeroUsize::new(threads).unwrap(),
            count,
            &Control::new(),
            |n| {
                // Later work is done sooner.
                std::thread::sleep(Duration::from_millis(u64::from(8 - n % 8)));
                Some(n)
            },
            |step| {
                if let Step::Result(n) = step {
                    taken.push(n);
                }
                if taken.len() == most {
                    ControlFlow::Break(())
                } else {
                    ControlFlow::Continue(())
                }
            },
        );
        taken
    }

    #[test]
    fn results_come_in_order_for_any_number_of_threads() {
        for threads in [1, 2, 3, 7] {
            assert_eq!(taken(threads, 20, 99), (0..20).collect::<Vec<_>>());
            assert_eq!(taken(threads, 20, 5), [0, 1, 2, 3, 4], "{threads}");
        }
    }

    #[test]
    fn cancelled_work_ends_everything() {
        let mut taken = 0;
        in_order(
            NonZeroUsize::new(2).unwrap(),
            1000,
            &Control::new(),
            |n| (n < 3).then_some(n),
            |step| {
                taken += u32::from(matches!(step, Step::Result(_)));
                ControlFlow::Continue(())
            },
        );
        assert!(taken <= 3);
    }
}
