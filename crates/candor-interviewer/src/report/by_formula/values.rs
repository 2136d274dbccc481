//! What the names of a formula stand for.

use candor_core::{
    formula::{ANSWERED_SHARE, KEY_POINT_SHARE, MEASURES, QUESTION_MEAN, RED_FLAGS, WEIGHTED_MEAN},
    interview::MAX_MARK,
    measured::{Measured, NotMeasured},
};

use super::{
    super::{counts, mean, nothing_judged, usual_weight},
    Facts, Judgement,
};

impl Facts<'_> {
    /// What a name stands for, were the judged questions marked like this.
    pub(super) fn value(&self, name: &str, scores: &[f64]) -> Measured<f64> {
        match name {
            QUESTION_MEAN => mean(scores).ok_or_else(nothing_judged),
            WEIGHTED_MEAN => self.weighted_mean(scores).ok_or_else(|| {
                let reason = self.by_weights.as_ref().err().cloned();
                reason.unwrap_or_else(nothing_judged)
            }),
            ANSWERED_SHARE => {
                let answered = self.questions.iter().filter(|q| !q.answers.is_empty());
                share(answered.count(), self.questions.len())
                    .ok_or_else(|| NotMeasured::new("nothing_asked", "no question was asked"))
            }
            KEY_POINT_SHARE => {
                let points = self.questions.iter().filter_map(|q| q.key_points);
                let (made, all) = points.fold((0, 0), |sum, one| (sum.0 + one.0, sum.1 + one.1));
                share(made, all).ok_or_else(|| {
                    let message = "no judged question names key points";
                    NotMeasured::new("no_key_points", message)
                })
            }
            RED_FLAGS if self.judgements.is_empty() => Err(nothing_judged()),
            RED_FLAGS => Ok(self.n_red_flags as f64),
            key => self.competency(key, scores),
        }
    }

    fn competency(&self, key: &str, scores: &[f64]) -> Measured<f64> {
        let not_assessed = || NotMeasured::new("not_assessed", "no question was about it");
        if let Some(found) = self.competencies.iter().find(|one| one.key == key)
            && let Err(reason) = &found.mark
        {
            return Err(reason.clone());
        }
        self.mean_of(scores, |one| one.competencies.iter().any(|it| it == key))
            .ok_or_else(not_assessed)
    }

    /// The usual total: the weighted mean of what was assessed; questions about no competency count together like one.
    fn weighted_mean(&self, scores: &[f64]) -> Option<f64> {
        let usual = usual_weight(self.competencies);
        let loose = self.mean_of(scores, |one| one.competencies.is_empty());
        let assessed = self.competencies.iter().filter_map(|one| {
            let mark = self.competency(&one.key, scores).ok()?;
            Some((one.weight, mark))
        });
        let (sum, all) = assessed
            .chain(loose.map(|mark| (usual, mark)))
            .fold((0.0, 0.0), |(sum, all), (weight, mark)| {
                (sum + weight * mark, all + weight)
            });
        (all > 0.0).then(|| sum / all)
    }

    fn mean_of(&self, scores: &[f64], is_one: impl Fn(&Judgement) -> bool) -> Option<f64> {
        let of = self.judgements.iter().zip(scores);
        let of: Vec<f64> = of
            .filter(|(one, _)| is_one(one))
            .map(|(_, score)| *score)
            .collect();
        mean(&of)
    }

    /// Judged questions that the named values rest on.
    pub(super) fn n_named(&self, names: &[String]) -> usize {
        let is_weighted = |name: &String| name == WEIGHTED_MEAN;
        let is_measure = |name: &String| MEASURES.contains(&name.as_str()) && !is_weighted(name);
        let all = names.iter().any(is_measure);
        let weighted = names.iter().any(is_weighted);
        let is_named = |one: &&Judgement| {
            all || (weighted && counts(one.competencies, self.competencies))
                || one.competencies.iter().any(|key| names.contains(key))
        };
        self.judgements.iter().filter(is_named).count()
    }
}

fn share(part: usize, whole: usize) -> Option<f64> {
    (whole > 0).then(|| part as f64 / whole as f64)
}

/// What a value is compared with.
pub(super) fn neutral(name: &str) -> f64 {
    match name {
        ANSWERED_SHARE | KEY_POINT_SHARE => 1.0,
        RED_FLAGS => 0.0,
        _ => MAX_MARK / 2.0,
    }
}
