//! What benches share: a large drawing, processor time, medians.

#![allow(dead_code, reason = "each bench uses a part of it")]

use std::time::Duration;

use anabranch::model::{
    Distribution, ElapsedTime, Exit, Handoff, HandoffId, Model, Phase, Stage, StageId, Stream,
    StreamId, Team, TeamId, Time as _, Trigger, WorkTime, WorldPoint,
};

/// Returns the processor time that this thread has used; where that is not known, a clock.
pub fn cpu() -> Duration {
    #[cfg(unix)]
    {
        let used = rustix::time::clock_gettime(rustix::time::ClockId::ThreadCPUTime);
        Duration::new(used.tv_sec as u64, used.tv_nsec as u32)
    }
    #[cfg(not(unix))]
    {
        use std::sync::LazyLock;
        use std::time::Instant;
        static BEGIN: LazyLock<Instant> = LazyLock::new(Instant::now);
        BEGIN.elapsed()
    }
}

/// A drawing of `n` stages in chains of ten, with one and a half handoffs a stage; a hundred chains
/// stand below one another, the next hundred to their right, joined to none of these.
pub fn drawing(n: usize) -> Model {
    let mut model = Model {
        name: format!("{n} stages"),
        ..Model::default()
    };
    let stream = StreamId::new("stream").expect("a slug");
    model.streams.push(Stream::new(stream, "Stream"));
    for team in 0..6 {
        let id = TeamId::new(&format!("team-{team}")).expect("a slug");
        model.teams.push(Team::new(id, format!("Team {team}")));
    }
    let id = |at: usize| StageId::new(&format!("stage-{at}")).expect("a slug");
    for at in 0..n {
        let mut stage = Stage::new(id(at), format!("Stage number {at}"));
        stage.stream = Some(stream);
        stage.team = model.teams.at(at % 6).map(|team| team.id);
        stage.phase = Some(Phase::STANDARD[at / 10 % 6].clone());
        stage.work = Some(Distribution::Fixed(WorkTime::parse("4h").expect("a time")));
        stage.exit = Exit::TakeAll;
        stage.at.position = Some(WorldPoint::new(
            (at % 10 + at / 1_000 * 11) as f64 * 264.0,
            (at / 10 % 100) as f64 * 128.0,
        ));
        model.stages.push(stage);
    }
    let mut connect = |from: usize, to: usize| {
        let handoff = HandoffId::new(&format!("stage-{from}--stage-{to}")).expect("a slug");
        let mut handoff = Handoff::new(handoff, id(from), id(to));
        let delay = ElapsedTime::parse("1d").expect("a time");
        handoff.trigger = Trigger::Manual(Distribution::Fixed(delay));
        model.handoffs.push(handoff);
    };
    for at in 0..n {
        if at % 10 < 9 && at + 1 < n {
            connect(at, at + 1);
        }
        if at % 2 == 0 && at + 11 < n && at / 1_000 == (at + 11) / 1_000 {
            connect(at, at + 11);
        }
    }
    model
}

/// Returns the middle one.
pub fn median(mut times: Vec<Duration>) -> Duration {
    times.sort();
    times[times.len() / 2]
}

/// Returns a time in milliseconds.
pub fn millis(time: Duration) -> f64 {
    time.as_secs_f64() * 1e3
}
