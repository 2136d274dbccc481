//! Figures of a report, or why there are none.

use candor_core::{
    measured::{Measured, NotMeasured},
    report::{Observation, Report},
};

/// A figure of the report, or why there is none.
pub(super) fn figure(report: &Report, group: &str, name: &str) -> Measured<f64> {
    match report
        .candor
        .measurements
        .get(group)
        .and_then(|group| group.get(name))
    {
        Some(observation) => observed(Some(observation)),
        None => Err(absent(report, group)),
    }
}

pub(super) fn observed(observation: Option<&Observation>) -> Measured<f64> {
    let missing = || NotMeasured::new("not_measured", "the report holds no such figure");
    let observation = observation.ok_or_else(missing)?;
    observation
        .value
        .ok_or_else(|| observation.reason.clone().unwrap_or_else(missing))
}

/// Why a whole group is missing: the report says so under the documented fields that rest on it.
fn absent(report: &Report, group: &str) -> NotMeasured {
    let path = match group {
        "face" => "nonverbal.eye_contact_ratio",
        _ => "speech.silence_sec",
    };
    reason(report, path)
}

pub(super) fn reason(report: &Report, path: &str) -> NotMeasured {
    report
        .candor
        .not_measured
        .get(path)
        .cloned()
        .unwrap_or_else(|| NotMeasured::new("not_measured", "the report holds no such figure"))
}

pub(super) fn no_face() -> NotMeasured {
    NotMeasured::new("no_face", "no face was seen")
}
