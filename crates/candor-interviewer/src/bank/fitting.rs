//! The order in which questions of a bank suit a position and a person.

use candor_core::{
    interview::Question,
    measured::{Measured, NotMeasured},
};

use crate::documents::{matching, mentions};

/// What a résumé's terms count beside those of a job description: a question is asked for the position, and chosen
/// among such so that the person has something to tell.
const RESUME: f64 = 0.5;

/// Texts that questions are chosen by.
#[derive(Debug, Clone, Copy, Default)]
pub struct About<'a> {
    /// The job description.
    pub job: Option<&'a str>,
    /// The résumé.
    pub resume: Option<&'a str>,
}

/// A text that could not be used.
#[derive(Debug, Clone, PartialEq)]
pub struct Unused {
    /// Which one it is: `job description` or `résumé`.
    pub paper: &'static str,
    /// Why.
    pub reason: NotMeasured,
}

/// Puts the questions first that speak of what the texts are about, by the weights of the terms that a question, its
/// key points and follow-ups have; others keep their order. Gives the texts that could not be used.
pub fn fit(questions: &mut Vec<Question>, about: About, language: &str) -> Vec<Unused> {
    let texts: Vec<String> = questions.iter().map(whole).collect();
    let weights = |paper: &str, text: Option<&str>, share: f64| -> Measured<Vec<f64>> {
        let Some(text) = text else {
            return Ok(vec![0.0; texts.len()]);
        };
        let weights = mentions(
            paper,
            text,
            texts.iter().map(String::as_str),
            Some(language),
        )?;
        let most = weights.iter().copied().fold(f64::EPSILON, f64::max);
        Ok(weights.iter().map(|weight| share * weight / most).collect())
    };
    let mut unused = Vec::new();
    let mut fits = vec![0.0; texts.len()];
    for (paper, text, share) in [
        (matching::JOB, about.job, 1.0),
        (matching::RESUME, about.resume, RESUME),
    ] {
        match weights(paper, text, share) {
            Ok(part) => fits
                .iter_mut()
                .zip(part)
                .for_each(|(fit, part)| *fit += part),
            Err(reason) => unused.push(Unused { paper, reason }),
        }
    }
    let mut order: Vec<(f64, Question)> = fits.into_iter().zip(questions.drain(..)).collect();
    // Stable: what fits alike stays as it was.
    order.sort_by(|a, b| b.0.total_cmp(&a.0));
    questions.extend(order.into_iter().map(|(_, question)| question));
    unused
}

fn whole(question: &Question) -> String {
    let others = question.key_points.iter().chain(&question.follow_ups);
    others.fold(question.text.clone(), |text, other| text + "\n" + other)
}

#[cfg(test)]
mod tests {
    use candor_core::interview::RoleFamily;

    use super::*;
    use crate::bank::shipped;

    const JOB: &str = "Backend engineer\n\nRequirements\n- You design database schemas and tune slow SQL queries with \
        indexes.\n- You know caching and cache invalidation.\n- You run services in production and write tests.\n";

    fn database(question: &Question) -> bool {
        let text = whole(question).to_lowercase();
        ["database", "index", "sql", "cach"]
            .iter()
            .any(|word| text.contains(word))
    }

    #[test]
    fn questions_about_the_job_come_first_and_none_is_lost() {
        let all = shipped(RoleFamily::Technical, "en");
        let mut fitted = all.to_vec();
        let about = About {
            job: Some(JOB),
            resume: None,
        };
        assert_eq!(fit(&mut fitted, about, "en"), []);
        assert_eq!(fitted.len(), all.len());
        let first = fitted
            .iter()
            .take(8)
            .filter(|question| database(question))
            .count();
        let before = all
            .iter()
            .take(8)
            .filter(|question| database(question))
            .count();
        assert!(
            first >= 6 && first > before,
            "{first} of 8, {before} before"
        );
    }

    #[test]
    fn a_text_that_says_too_little_changes_nothing_and_is_told() {
        let all = shipped(RoleFamily::Sales, "en");
        let mut fitted = all.to_vec();
        let about = About {
            job: Some("Sales, please."),
            resume: Some("Sold things."),
        };
        let unused = fit(&mut fitted, about, "en");
        for (unused, paper) in unused.iter().zip(["job description", "résumé"]) {
            assert_eq!(
                (unused.paper, unused.reason.code.as_str()),
                (paper, "too_short")
            );
            assert!(unused.reason.message.contains(paper), "{unused:?}");
        }
        assert_eq!(unused.len(), 2);
        assert_eq!(fitted, all);
    }
}
