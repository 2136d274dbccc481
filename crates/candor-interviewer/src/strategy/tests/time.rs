//! Breaks, the time budget and the end.

use super::*;

#[test]
fn a_break_stops_the_clock_and_nothing_can_be_answered_in_it() {
    let mut held = Held::new(full(RoleFamily::Sales));
    held.begin();
    held.wait(60);
    held.state.pause(held.now).expect("it runs");
    held.wait(1200);
    let late = held.now;
    assert_eq!(
        held.state.answer(&held.plan, &Answered::Skipped, late),
        Err(StrategyError::IsPaused)
    );
    assert_eq!(
        held.state.repeat(&held.plan, late),
        Err(StrategyError::IsPaused)
    );
    // Only looked at, it stays as it is.
    let mut seen = held.state.clone();
    assert_eq!(seen.expire(&held.plan, late), None);
    held.state.resume(late).expect("it is paused");
    assert_eq!(held.state.resume(late), Err(StrategyError::NotPaused));
    assert!((held.state.used_s - 60.0).abs() < 1e-9);
    asks(held.answer(marked(0.5)));
    assert!((held.state.used_s - 120.0).abs() < 1e-9);
}

#[test]
fn pauses_stop_the_clock_for_half_an_hour_in_all() {
    let mut held = Held::new(full(RoleFamily::Sales));
    held.begin();
    for seconds in [1500, 400] {
        held.state.pause(held.now).expect("it runs");
        held.wait(seconds);
        held.state.resume(held.now).expect("it is paused");
    }
    assert!((held.state.paused_s - 1900.0).abs() < 1e-9);
    assert!(
        (held.state.used_s - 100.0).abs() < 1e-9,
        "what is too long counts"
    );
    let before = held.state.clone();
    assert_eq!(held.state.pause(held.now), Err(StrategyError::NoPauseLeft));
    assert_eq!(held.state, before);
    asks(held.answer(marked(0.5)));
}

#[test]
fn a_pause_that_nobody_ends_ends_with_the_interview() {
    let mut held = Held::new(full(RoleFamily::Sales));
    held.begin();
    held.wait(600);
    held.state.pause(held.now).expect("it runs");
    held.wait(1800 + 3000 - 1);
    let mut seen = held.state.clone();
    assert_eq!(seen.expire(&held.plan, held.now), None);
    held.wait(1);
    let step = held.state.expire(&held.plan, held.now).expect("it is up");
    assert_eq!(closes(&step), EndReason::OutOfTime);
    assert_eq!(held.state.resume(held.now), Err(StrategyError::HasEnded));
}

#[test]
fn a_time_in_which_the_program_was_away_does_not_count() {
    let mut held = Held::new(full(RoleFamily::Sales));
    held.begin();
    held.wait(30);
    held.skip();
    held.wait(7200);
    held.state.take_up(held.now);
    held.wait(10);
    asks(held.answer(marked(0.5)));
    assert!(held.state.used_s < 200.0, "{}", held.state.used_s);
    assert!(held.state.paused_s.abs() < 1e-9);
}

#[test]
fn clocks_that_run_backwards_take_no_time_and_give_none() {
    let mut held = Held::new(full(RoleFamily::Sales));
    held.now += SignedDuration::from_secs(1000);
    held.begin();
    held.wait(-500);
    held.skip();
    assert!(held.state.used_s.abs() < 1e-9);
    held.wait(490);
    held.skip();
    assert!(held.state.used_s.abs() < 1e-9, "{}", held.state.used_s);
}

#[test]
fn time_is_left_for_wrap_up_and_the_rest_is_dropped() {
    let mut short = full(RoleFamily::Sales);
    short.duration_s = 600.0;
    let mut held = Held::new(short);
    held.begin();
    // The first answer takes most of the time.
    held.wait(420);
    let next = asks(held.answer(missing(0.5, "mentions effect 0")));
    assert_eq!(next.kind, TurnKind::Question);
    assert_eq!(held.state.phase, Phase::WrapUp);
    assert_eq!(closes(&held.answer(marked(0.5))), EndReason::Completed);
    assert!(held.state.used_s < 600.0);
}

#[test]
fn an_interview_ends_when_its_time_is_up() {
    let mut held = Held::new(full(RoleFamily::Sales));
    held.begin();
    held.wait(3599);
    assert_eq!(held.state.expire(&held.plan, held.now), None);
    held.wait(1);
    let step = held.state.expire(&held.plan, held.now).expect("it is up");
    assert_eq!(closes(&step), EndReason::OutOfTime);
    let mut held = Held::new(full(RoleFamily::Sales));
    held.begin();
    held.wait(3600);
    assert_eq!(closes(&held.answer(marked(0.9))), EndReason::OutOfTime);
    assert_eq!(held.state.end, Some(EndReason::OutOfTime));
}

#[test]
fn it_can_be_stopped_at_any_time_and_begun_once() {
    let mut held = Held::new(full(RoleFamily::Sales));
    let early = held.state.answer(&held.plan, &Answered::Skipped, held.now);
    assert_eq!(early, Err(StrategyError::NotBegun));
    held.begin();
    assert_eq!(
        held.state.begin(&held.plan, held.now),
        Err(StrategyError::HasBegun)
    );
    held.state.pause(held.now).expect("it runs");
    let step = held.state.stop(&held.plan, held.now).expect("it runs");
    assert_eq!(closes(&step), EndReason::Stopped);
    assert_eq!(held.state.resume(held.now), Err(StrategyError::HasEnded));
}
