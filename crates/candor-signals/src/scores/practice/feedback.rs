//! The contract's thresholds in words: strengths, improvements, levels.

use candor_core::measured::Measured;

/// Most strengths and most improvements.
const MOST: usize = 3;

/// How the total is called.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// 80 and more.
    Strong,
    /// 65 and more.
    Solid,
    /// Less.
    Developing,
}

/// What a person is told.
#[derive(Debug, Clone, PartialEq)]
pub struct Feedback {
    /// What went well, at most three.
    pub strengths: Vec<String>,
    /// What to work on, at most three.
    pub improvements: Vec<String>,
    /// How the total is called; none without a total.
    pub verdict: Option<Verdict>,
    /// All of it as one text.
    pub text: String,
}

/// Feedback from the four summary scores and the total. A score that was not measured is not spoken of.
pub fn feedback(
    engagement: &Measured<f64>,
    speech: &Measured<f64>,
    emotion: &Measured<f64>,
    content: &Measured<f64>,
    overall: &Measured<f64>,
) -> Feedback {
    let rows = [
        (
            content,
            65.0,
            "Your answers stay close to the question and the role.",
            "Tie your answers closer to the question and the role: name the problem, what you did and \
             what came of it.",
        ),
        (
            speech,
            60.0,
            "You speak fluently and at an easy pace.",
            "Work on fluency: aim for about 135 words per minute and shorten long pauses.",
        ),
        (
            engagement,
            60.0,
            "You keep contact with the camera and hold your head calmly.",
            "Look at the camera more steadily and keep your head turned towards it.",
        ),
        (
            emotion,
            60.0,
            "Your expression stays even throughout.",
            "Your expression changes a lot; pause for a breath before difficult answers. (An expressive \
             face is not a fault: this figure only tells how much it changes.)",
        ),
    ];
    let (mut strengths, mut improvements) = (Vec::new(), Vec::new());
    for (score, limit, well, better) in rows {
        match score {
            Ok(score) if *score < limit => improvements.push(better.to_owned()),
            Ok(_) => strengths.push(well.to_owned()),
            Err(_) => {}
        }
    }
    strengths.truncate(MOST);
    improvements.truncate(MOST);
    let verdict = overall.as_ref().ok().map(|score| match score {
        score if *score >= 80.0 => Verdict::Strong,
        score if *score >= 65.0 => Verdict::Solid,
        _ => Verdict::Developing,
    });
    let opening = match verdict {
        Some(Verdict::Strong) => "A strong practice interview.",
        Some(Verdict::Solid) => "A solid practice interview.",
        Some(Verdict::Developing) => "A practice interview with room to develop.",
        None => "There is too little in this recording for an overall score.",
    };
    let text = std::iter::once(opening)
        .chain(
            improvements
                .first()
                .or(strengths.first())
                .map(String::as_str),
        )
        .collect::<Vec<_>>()
        .join(" ");
    Feedback {
        strengths,
        improvements,
        verdict,
        text,
    }
}

/// A rubric's level.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Level {
    /// 85 and more.
    Excellent,
    /// 70 and more.
    Good,
    /// Less.
    NeedsImprovement,
}

impl Level {
    /// As the contract writes it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Excellent => "Excellent",
            Self::Good => "Good",
            Self::NeedsImprovement => "Needs Improvement",
        }
    }
}

/// Level of a score, 0 to 100.
pub fn level(score: f64) -> Level {
    match score {
        score if score >= 85.0 => Level::Excellent,
        score if score >= 70.0 => Level::Good,
        _ => Level::NeedsImprovement,
    }
}
