//! A report with everything, and one with nothing.

use std::collections::BTreeMap;

use candor_core::{
    interview::{
        CitedEvidence, CompetencyResult, Difficulty, Driver, Evidence, FormulaResult,
        InterviewReport, Mark, Phase, QuestionResult, Recommendation, RedFlag, Remark, RoleFamily,
    },
    measured::{Measured, NotMeasured},
    report::Provenance,
};

use super::super::{About, Purpose};

pub(super) fn about() -> About {
    About {
        title: "Site reliability engineer, İzmir".to_owned(),
        candidate: Some("Ayşe Nur Yıldırım".to_owned()),
        position: Some("Platform team".to_owned()),
        made_at: "2026-11-28T15:40:00Z".parse().expect("a time"),
        purpose: Purpose::Hiring,
        decision: None,
    }
}

fn evidence(quote: &str) -> Evidence {
    Evidence {
        quote: quote.to_owned(),
        start: 0,
        end: quote.chars().count(),
        start_s: None,
        end_s: None,
        supports: "depth".to_owned(),
    }
}

fn cited(quote: &str) -> CitedEvidence {
    CitedEvidence {
        turn_id: "turn-2".to_owned(),
        evidence: evidence(quote),
    }
}

/// Why one competency has no level.
const NO_LEVEL: &str = "the evaluator has no measure of its own for it";

fn competency(
    key: &str,
    weight: f64,
    mark: Measured<Mark>,
    level: Option<f64>,
    quote: Option<&str>,
) -> CompetencyResult {
    CompetencyResult {
        key: key.to_owned(),
        name: (key == "systems_thinking").then(|| "Thinking in systems & queues".to_owned()),
        weight,
        mark,
        level,
        no_level: (key == "integrity").then(|| NotMeasured::new("no_measure", NO_LEVEL)),
        evidence: quote.into_iter().map(cited).collect(),
    }
}

fn mark(score: f64, uncertainty: Option<f64>, n: usize) -> Measured<Mark> {
    Ok(Mark {
        score,
        uncertainty,
        n,
    })
}

const OUTAGE: &str = "Last March our payment service lost one of its two database replicas on a Friday evening. I was \
    on call. First I looked at the error rate per endpoint and saw that only writes failed, so I put the service into \
    read-only mode within four minutes and told support what customers would see.\nThen I compared the replication lag \
    of both machines. The second one was ninety seconds behind and still falling back. I decided against a failover, \
    because we would have lost those ninety seconds of payments, and instead added a disk to the primary, which had \
    filled up with write-ahead logs that nobody could ship any more.\nAfter forty minutes writes were back. We lost no \
    payment. The week after I wrote an alert on the growth of the log folder, and a runbook, and I gave a talk about it \
    to the other teams, because three of them had the same set-up and did not know.";
const TURKISH: &str = "Ekibimizde ığüşöç İĞÜŞÖÇ harfleriyle yazılmış eski bir servis vardı; kimse dokunmak istemiyordu. \
    Önce testleri yazdım, sonra küçük parçalar hâlinde yeniden düzenledim. Sonuçta yanıt süresi 800 milisaniyeden 120 \
    milisaniyeye düştü ve gece nöbetlerinde artık o servis için uyandırılmıyoruz.";
const FRENCH: &str = "C'était du déjà-vu : une œuvre collective où chacun croyait que l'autre s'en chargeait. J'ai \
    proposé une règle simple, un responsable par alerte, et ça a marché dès la première semaine. déjà œuvre çà Élève.";
const INDONESIAN: &str = "Saya menjelaskan kepada pewawancara dan tim bahwa perubahan itu berisiko, lalu saya usulkan \
    peluncuran bertahap supaya kami bisa mundur kapan saja.";
const FEEDBACK: &str = "Tells a concrete situation with own steps and a measured result. Says what was decided against \
    and why. What was learned is passed on to other teams. A word about how the customers were told afterwards would \
    have made it complete, and how the cost of the added disk was justified stays open; neither takes away from a \
    clear and well-built answer that goes far below the surface of the question that was asked.";

struct Row<'a> {
    phase: Phase,
    difficulty: Difficulty,
    asked: &'a str,
    answers: &'a [&'a str],
    score: Measured<f64>,
    points: Option<(usize, usize)>,
    feedback: Option<&'a str>,
}

fn question(index: usize, row: Row) -> QuestionResult {
    let is_skipped = row
        .score
        .as_ref()
        .err()
        .is_some_and(|reason| reason.code == "skipped");
    QuestionResult {
        question_id: format!("q-{}", index + 1),
        phase: row.phase,
        difficulty: row.difficulty,
        asked: row.asked.to_owned(),
        answers: row
            .answers
            .iter()
            .map(|&answer| answer.to_owned())
            .collect(),
        is_skipped,
        spread: None,
        score: row.score,
        key_points: row.points,
        feedback: row.feedback.map(str::to_owned),
    }
}

fn rows() -> Vec<Row<'static>> {
    let missing = |code: &str, message: &str| Err(NotMeasured::new(code, message));
    let row = |phase, difficulty, asked, answers, score, points, feedback| Row {
        phase,
        difficulty,
        asked,
        answers,
        score,
        points,
        feedback,
    };
    use Difficulty::{Easy, Hard, Medium};
    vec![
        row(
            Phase::Intro,
            Easy,
            "What brought you to reliability work, and what keeps you there?",
            &[
                "I began in support. Every night the same ticket came, and at some point I asked the developers whether I could read the code. Since then I like to remove the cause more than the symptom.",
            ],
            Ok(6.8),
            Some((2, 3)),
            Some(
                "Names a cause and a turning point. What keeps the candidate in the field stays general.",
            ),
        ),
        row(
            Phase::Technical,
            Medium,
            "Tell me about an outage that you led. What did you look at first, what did you decide against, and how did you know that it was over?",
            &[
                OUTAGE,
                "We kept the read-only mode for ten more minutes and watched the lag stay at zero before we opened it again.",
            ],
            Ok(9.1),
            Some((5, 6)),
            Some(FEEDBACK),
        ),
        row(
            Phase::Technical,
            Medium,
            "Yavaş ve testleri olmayan eski bir servisi nasıl ele alırsınız?",
            &[TURKISH],
            Ok(8.2),
            Some((3, 4)),
            Some("Starts with tests, goes in small steps and gives a figure for the result."),
        ),
        row(
            Phase::Technical,
            Hard,
            "How would you find out whether a queue or its consumers are the bottleneck, if you could look at three figures only?",
            &["I would look at the processor. Maybe memory."],
            Ok(3.1),
            Some((1, 5)),
            Some(
                "Two figures are named without saying what they would show. Waiting time, service time and the number of jobs in flight are missing.",
            ),
        ),
        row(
            Phase::Coding,
            Medium,
            "Write a function that merges overlapping intervals.",
            &[
                "fn merge(mut spans: Vec<(u32, u32)>) -> Vec<(u32, u32)> {\n    spans.sort();\n    let mut merged: Vec<(u32, u32)> = Vec::new();\n    for (from, to) in spans {\n        match merged.last_mut() {\n            Some(last) if from <= last.1 => last.1 = last.1.max(to),\n            _ => merged.push((from, to)),\n        }\n    }\n    merged\n}",
            ],
            Ok(7.6),
            None,
            Some("Correct for empty input, touching and nested intervals."),
        ),
        row(
            Phase::Behavioral,
            Medium,
            "Racontez un désaccord dans votre équipe et ce que vous avez fait.",
            &[FRENCH],
            Ok(6.2),
            Some((2, 4)),
            Some(
                "A situation and a step of one's own. The other side of the disagreement is not told.",
            ),
        ),
        row(
            Phase::Behavioral,
            Medium,
            "Ceritakan saat Anda harus meyakinkan orang lain untuk berhati-hati.",
            &[INDONESIAN],
            Ok(5.4),
            Some((2, 4)),
            Some("A sensible proposal, without what came of it."),
        ),
        row(
            Phase::Behavioral,
            Hard,
            "When did you last break a rule at work, and what happened then?",
            &[
                "We had a rule that two people look at every change of the firewall. I switched the check off for a night because I wanted to be done, and I did not tell anybody.",
            ],
            Ok(2.4),
            Some((0, 3)),
            Some(
                "A rule for safety was switched off and kept quiet; nothing was learned from it by the candidate's own account.",
            ),
        ),
        row(
            Phase::Behavioral,
            Easy,
            "What would your last colleagues say that they miss about working with you?",
            &[],
            missing("skipped", "the candidate would rather not answer"),
            None,
            None,
        ),
        row(
            Phase::WrapUp,
            Easy,
            "Is there anything that we should have asked?",
            &["No."],
            missing(
                "too_short",
                "the answer is too short to be judged: one word",
            ),
            None,
            None,
        ),
    ]
}

/// Ten questions, long answers, four languages, two without a mark, two red flags.
pub(super) fn rich() -> InterviewReport {
    let remark = |id: &str, text: &str, quotes: &[&str]| Remark {
        question_id: id.to_owned(),
        text: text.to_owned(),
        evidence: quotes.iter().map(|quote| cited(quote)).collect(),
    };
    let flag = |statement: &str, quote: &str| RedFlag {
        statement: statement.to_owned(),
        evidence: evidence(quote),
    };
    let not_assessed = NotMeasured::new("not_assessed", "no answer about it could be judged");
    let settings = [
        ("prompt", "answers.v4"),
        ("repeats", "3"),
        ("temperature", "0"),
    ];
    let settings: BTreeMap<String, String> = settings
        .into_iter()
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .collect();
    InterviewReport {
        version: 1,
        family: RoleFamily::Technical,
        language: "tr".to_owned(),
        started_at: Some("2026-11-28T14:02:00Z".parse().expect("a time")),
        ended_at: Some("2026-11-28T14:36:30Z".parse().expect("a time")),
        used_s: 1_934.0,
        overall: mark(6.4, Some(0.7), 8),
        formula: None,
        recommendation: Some(Recommendation::Hire),
        summary: "9 of 10 questions were answered and 8 judged: 6.4 of 10 (64 %). The marks speak for hire; a person \
                  decides."
            .to_owned(),
        competencies: vec![
            competency("incident_response", 0.3, mark(8.7, Some(0.4), 3), Some(4.4), Some("I decided against a failover, because we would have lost those ninety seconds of payments")),
            competency("communication", 0.2, mark(6.3, Some(1.1), 4), Some(3.2), Some("told support what customers would see")),
            competency("systems_thinking", 0.2, mark(3.1, None, 1), Some(2.0), Some("I would look at the processor. Maybe memory.")),
            competency("code_quality", 0.15, mark(7.6, Some(0.2), 2), Some(3.9), None),
            competency("integrity", 0.1, mark(2.4, Some(0.5), 1), None, Some("I switched the check off for a night because I wanted to be done")),
            competency("teamwork", 0.05, Err(not_assessed), None, None),
        ],
        strengths: vec![
            remark("q-2", FEEDBACK, &["I put the service into read-only mode within four minutes", "We lost no payment. The week after I wrote an alert on the growth of the log folder, and a runbook"]),
            remark("q-3", "Starts with tests, goes in small steps and gives a figure for the result.", &["Sonuçta yanıt süresi 800 milisaniyeden 120 milisaniyeye düştü"]),
        ],
        improvements: vec![
            remark("q-8", "A rule for safety was switched off and kept quiet; nothing was learned from it by the candidate's own account.", &["I did not tell anybody"]),
            remark("q-4", "Two figures are named without saying what they would show.", &[]),
        ],
        red_flags: vec![
            flag("Says that a safety check was switched off on purpose.", "I switched the check off for a night because I wanted to be done"),
            flag("Says that it was kept from the team.", "and I did not tell anybody"),
        ],
        questions: rows().into_iter().enumerate().map(|(n, row)| question(n, row)).collect(),
        not_measured: vec![
            NotMeasured::new("skipped", "the candidate would rather not answer"),
            NotMeasured::new("too_short", "the answer is too short to be judged: one word"),
        ],
        provenance: vec![
            Provenance {
                engine: "builtin".to_owned(),
                version: "0.1.0".to_owned(),
                model: Some("multilingual-e5-small".to_owned()),
                model_sha256: Some("9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08".to_owned()),
                formula: Some("answer-heuristics.v3".to_owned()),
                settings: BTreeMap::new(),
            },
            Provenance {
                engine: "chat".to_owned(),
                version: "2026-10".to_owned(),
                model: Some("example-large".to_owned()),
                model_sha256: None,
                formula: Some("answer-judge.v2".to_owned()),
                settings,
            },
        ],
    }
}

/// The rich one, with a total by a formula of the position.
pub(super) fn by_formula() -> InterviewReport {
    let driver = |name: &str, value: Measured<f64>, contribution| Driver {
        name: name.to_owned(),
        value,
        neutral: 5.0,
        contribution,
    };
    let not_assessed = NotMeasured::new("not_assessed", "no answer about it could be judged");
    InterviewReport {
        overall: mark(7.9, Some(0.6), 7),
        formula: Some(FormulaResult {
            text: "0.6 * incident_response + 0.3 * communication + 0.1 * teamwork".to_owned(),
            drivers: vec![
                driver("incident_response", Ok(8.7), Some(2.47)),
                driver("communication", Ok(6.3), Some(0.43)),
                driver("teamwork", Err(not_assessed), None),
            ],
            left_out: vec!["teamwork".to_owned()],
            by_weights: Some(6.4),
            explanation: "7.9 of 10 by the formula, mostly from incident_response +2.5, communication +0.4. Not \
                          assessed and left out, the other weights scaled up: teamwork. The weights of the rubric \
                          alone would give 6.4."
                .to_owned(),
        }),
        ..rich()
    }
}

/// An interview that nothing could be judged in.
pub(super) fn poor() -> InterviewReport {
    let reason = || NotMeasured::new("no_evaluator", "no evaluator was available");
    let questions = rows()
        .into_iter()
        .take(3)
        .enumerate()
        .map(|(n, row)| QuestionResult {
            score: Err(reason()),
            key_points: None,
            feedback: None,
            answers: Vec::new(),
            ..question(n, row)
        });
    let not_assessed = || {
        Err(NotMeasured::new(
            "not_assessed",
            "no answer about it could be judged",
        ))
    };
    InterviewReport {
        started_at: None,
        ended_at: None,
        used_s: 42.0,
        language: "en".to_owned(),
        overall: Err(NotMeasured::new(
            "nothing_judged",
            "no answer could be judged",
        )),
        recommendation: None,
        summary: "0 of 3 questions were answered; there is no score: no answer could be judged."
            .to_owned(),
        competencies: vec![
            competency("communication", 0.5, not_assessed(), None, None),
            competency("judgment", 0.5, not_assessed(), None, None),
        ],
        strengths: Vec::new(),
        improvements: Vec::new(),
        red_flags: Vec::new(),
        questions: questions.collect(),
        not_measured: vec![reason()],
        provenance: Vec::new(),
        ..rich()
    }
}
