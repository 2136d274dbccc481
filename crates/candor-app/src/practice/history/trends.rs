//! Trends of like sessions: the documented rule on the total, and first and last values of every score.

use serde_json::Value;

use super::Scored;

/// Points that the total must change by to count as better or worse.
const CHANGE: f64 = 2.0;
/// The total.
const OVERALL: &str = "overallPerformanceScore";

/// A documented target of a score. Nobody measured how people in general do: it is no norm.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Benchmark {
    /// The score.
    pub score: &'static str,
    /// The target, 0 to 100.
    pub target: f64,
}

/// The contract's 75/75/75/80; it does not say which score is which, the total is taken for the last.
pub const BENCHMARKS: [Benchmark; 4] = [
    Benchmark {
        score: "engagementScore",
        target: 75.0,
    },
    Benchmark {
        score: "communicationEffectiveness",
        target: 75.0,
    },
    Benchmark {
        score: "contentRelevanceScore",
        target: 75.0,
    },
    Benchmark {
        score: OVERALL,
        target: 80.0,
    },
];

/// Scores whose first and last values are told.
const SCORES: [&str; 8] = [
    OVERALL,
    "engagementScore",
    "communicationEffectiveness",
    "contentRelevanceScore",
    "speechFluency",
    "confidenceScore",
    "emotionalStability",
    "interviewReadiness",
];

/// Which way the total went.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Trend {
    /// By [`CHANGE`] points or more upwards.
    Improving,
    /// By [`CHANGE`] points or more downwards.
    Declining,
    /// In between.
    Stable,
    /// Fewer than two totals were measured.
    InsufficientData,
}

impl Trend {
    /// As clients read it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Improving => "improving",
            Self::Declining => "declining",
            Self::Stable => "stable",
            Self::InsufficientData => "insufficient_data",
        }
    }
}

/// First and last value of a score.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ScoreChange {
    /// The score.
    pub score: &'static str,
    /// Sessions in which it was measured.
    pub n: usize,
    /// The first value; none: never measured.
    pub first: Option<f64>,
    /// The last value.
    pub last: Option<f64>,
}

/// Sessions that can be compared.
#[derive(Debug, Clone, PartialEq)]
pub struct Group {
    /// Role, as the newest session writes it.
    pub job_role: String,
    /// Field, as the newest session writes it.
    pub domain: String,
    /// Versions of the formulas.
    pub formulas: Value,
    /// Which way the total went.
    pub trend: Trend,
    /// First and last values; the total comes first.
    pub scores: Vec<ScoreChange>,
    /// The sessions, oldest first.
    pub sessions: Vec<Scored>,
}

/// Groups sessions, which come oldest first; the group of the newest session comes first.
pub fn groups(scored: Vec<Scored>) -> Vec<Group> {
    let key = |one: &Scored| {
        let plain = |text: &str| text.trim().to_lowercase();
        (
            plain(&one.job_role),
            plain(&one.domain),
            one.formulas.to_string(),
        )
    };
    let mut found: Vec<Vec<Scored>> = Vec::new();
    for one in scored {
        match found.iter_mut().find(|group| key(&group[0]) == key(&one)) {
            Some(group) => group.push(one),
            None => found.push(vec![one]),
        }
    }
    found.sort_by_key(|group| std::cmp::Reverse(group.last().map(|one| one.started_at)));
    found.into_iter().filter_map(group).collect()
}

fn group(sessions: Vec<Scored>) -> Option<Group> {
    let newest = sessions.last()?;
    let scores: Vec<ScoreChange> = SCORES
        .iter()
        .map(|score| change(&sessions, score))
        .collect();
    Some(Group {
        job_role: newest.job_role.clone(),
        domain: newest.domain.clone(),
        formulas: newest.formulas.clone(),
        trend: trend(&scores[0]),
        scores,
        sessions,
    })
}

fn change(sessions: &[Scored], score: &'static str) -> ScoreChange {
    let known: Vec<f64> = sessions
        .iter()
        .filter_map(|one| one.summary_scores[score].as_f64())
        .collect();
    ScoreChange {
        score,
        n: known.len(),
        first: known.first().copied(),
        last: known.last().copied(),
    }
}

fn trend(total: &ScoreChange) -> Trend {
    match (total.n, total.first, total.last) {
        (2.., Some(first), Some(last)) if last - first >= CHANGE => Trend::Improving,
        (2.., Some(first), Some(last)) if last - first <= -CHANGE => Trend::Declining,
        (2.., Some(_), Some(_)) => Trend::Stable,
        _ => Trend::InsufficientData,
    }
}

#[cfg(test)]
mod tests {
    use candor_core::ids::InterviewId;
    use jiff::{SignedDuration, Timestamp};
    use serde_json::json;

    use super::*;

    fn scored(at: i64, role: &str, formula: &str, overall: &Value) -> Scored {
        Scored {
            session: InterviewId::generate(),
            job_role: role.to_owned(),
            domain: "FinTech".to_owned(),
            started_at: Timestamp::UNIX_EPOCH + SignedDuration::from_hours(at),
            summary_scores: json!({ "overallPerformanceScore": overall }),
            rubric: json!({}),
            formulas: json!({ "summary": formula }),
        }
    }

    fn of(totals: &[Value]) -> Trend {
        let totals = totals.iter().enumerate();
        let all = totals.map(|(at, total)| scored(at as i64, "Nurse", "v1", total));
        groups(all.collect()).remove(0).trend
    }

    #[test]
    fn two_points_of_the_total_make_a_trend() {
        assert_eq!(
            of(&[json!(60.0), json!(90.0), json!(62.0)]),
            Trend::Improving
        );
        assert_eq!(of(&[json!(60.0), json!(61.9)]), Trend::Stable);
        assert_eq!(of(&[json!(60.0), json!(58.1)]), Trend::Stable);
        assert_eq!(of(&[json!(60.0), json!(58.0)]), Trend::Declining);
        assert_eq!(of(&[json!(60.0)]), Trend::InsufficientData);
        assert_eq!(of(&[json!(60.0), Value::Null]), Trend::InsufficientData);
        assert_eq!(
            of(&[Value::Null, json!(60.0), json!(70.0)]),
            Trend::Improving
        );
    }

    #[test]
    fn only_like_sessions_are_compared() {
        let all = vec![
            scored(1, "Nurse", "v1", &json!(50.0)),
            scored(2, "Engineer", "v1", &json!(70.0)),
            scored(3, " NURSE", "v1", &json!(40.0)),
            scored(4, "Nurse", "v2", &json!(90.0)),
        ];
        let found = groups(all);
        let told: Vec<_> = found
            .iter()
            .map(|group| (group.job_role.as_str(), group.trend, group.sessions.len()))
            .collect();
        assert_eq!(
            told,
            [
                ("Nurse", Trend::InsufficientData, 1),
                (" NURSE", Trend::Declining, 2),
                ("Engineer", Trend::InsufficientData, 1),
            ]
        );
        let total = found[1].scores[0];
        assert_eq!(
            (total.n, total.first, total.last),
            (2, Some(50.0), Some(40.0))
        );
    }
}
