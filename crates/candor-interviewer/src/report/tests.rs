use std::collections::BTreeMap;

use candor_core::{
    interview::{
        CompetencyLevel, Difficulty, InterviewType, KeyPointFound, Phase, QuestionSource,
        RoleFamily, Spread,
    },
    report::Provenance,
};
use jiff::{SignedDuration, Timestamp};

use super::*;
use crate::{
    background::Background,
    evaluation::chat,
    strategy::{Answered, Findings, Move},
};

pub(super) fn plan() -> Plan {
    let question = |id: &str, phase, competency: &str| Question {
        id: id.to_owned(),
        phase,
        difficulty: Difficulty::Medium,
        text: format!("What about {id}?"),
        competencies: vec![competency.to_owned()],
        key_points: vec!["one".to_owned(), "two".to_owned()],
        follow_ups: Vec::new(),
        language: "en".to_owned(),
        source: QuestionSource::Bank,
        coding: None,
    };
    Plan {
        family: RoleFamily::Sales,
        interview_type: InterviewType::default(),
        language: "en".to_owned(),
        duration_s: 1800.0,
        difficulty: Difficulty::Medium,
        questions: vec![
            question("a", Phase::Intro, "communication"),
            question("b", Phase::Technical, "judgment"),
            question("c", Phase::Behavioral, "judgment"),
            question("d", Phase::WrapUp, "engagement"),
        ],
        background: Background::default(),
    }
}

pub(super) fn evaluation(score: f64, competency: &str, flags: usize) -> Evaluation {
    let evidence = Evidence {
        quote: "I did".to_owned(),
        start: 0,
        end: 5,
        start_s: None,
        end_s: None,
        supports: "depth".to_owned(),
    };
    let flag = |n: usize| RedFlag {
        statement: format!("flag {score} {n}"),
        evidence: evidence.clone(),
    };
    Evaluation {
        score,
        relevance: score,
        structure: score,
        depth: score,
        key_points: vec![KeyPointFound {
            text: "one".to_owned(),
            degree: 0.9,
            is_made: true,
        }],
        competencies: vec![CompetencyLevel {
            competency: competency.to_owned(),
            level: 1.0 + score * 0.4,
        }],
        red_flags: (0..flags).map(flag).collect(),
        feedback: format!("worth {score}"),
        evidence: vec![evidence.clone()],
        spread: Spread {
            n: 1,
            min: score,
            max: score,
            deviation: 0.0,
        },
        provenance: Provenance {
            engine: "test".to_owned(),
            version: "1".to_owned(),
            model: None,
            model_sha256: None,
            formula: None,
            settings: BTreeMap::new(),
        },
    }
}

/// Holds the interview; each answer is judged as given, `None` is skipped, `Some(None)` can't be judged.
pub(super) fn held(plan: &Plan, marks: &[Option<Option<Evaluation>>]) -> (State, Vec<Turn>) {
    let mut state = State::new(plan);
    let mut now = Timestamp::UNIX_EPOCH;
    let mut turns = Vec::new();
    let mut step = state.begin(plan, now).unwrap();
    for mark in marks {
        let Move::Ask(prompt) = &step else { break };
        let asked_at = now;
        let turn = |speaker, kind, text: &str| Turn {
            id: format!("t{}", prompt.question_id),
            speaker,
            kind,
            text: text.to_owned(),
            question_id: Some(prompt.question_id.clone()),
            at: asked_at,
            evaluation: None,
        };
        turns.push(turn(Speaker::Interviewer, prompt.kind, &prompt.text));
        now += SignedDuration::from_secs(60);
        let answered = match mark {
            None => {
                turns.push(turn(Speaker::Candidate, TurnKind::Skip, ""));
                Answered::Skipped
            }
            Some(judged) => {
                let evaluation = match judged {
                    Some(evaluation) => Judged::Evaluated(Box::new(evaluation.clone())),
                    None => Judged::NotEvaluated(NotMeasured::new("no_model", "no model")),
                };
                turns.push(Turn {
                    evaluation: Some(evaluation),
                    ..turn(Speaker::Candidate, TurnKind::Answer, "I did it")
                });
                Answered::Words(Findings::default())
            }
        };
        step = state.answer(plan, &answered, now).unwrap();
    }
    (state, turns)
}

pub(super) fn given(score: f64, competency: &str) -> Option<Option<Evaluation>> {
    Some(Some(evaluation(score, competency, 0)))
}

fn weighted(weights: &[(&str, f64)]) -> Scoring {
    let weights = weights.iter();
    Scoring {
        weights: weights.map(|(key, by)| ((*key).to_owned(), *by)).collect(),
        ..Scoring::default()
    }
}

#[test]
fn what_a_rubric_does_not_name_is_shown_and_counts_nothing() {
    let plan = plan();
    let marks = [
        given(9.0, "communication"),
        given(4.0, "judgment"),
        given(6.0, "judgment"),
        given(8.0, "engagement"),
    ];
    let (state, turns) = held(&plan, &marks);
    let scoring = weighted(&[("judgment", 4.0), ("engagement", 1.0)]);
    let report = assemble(&plan, &state, &turns, &scoring);
    let overall = report.overall.clone().unwrap();
    assert!((overall.score - (4.0 * 5.0 + 8.0) / 5.0).abs() < 1e-9);
    assert_eq!(overall.n, 3, "the total rests on these");
    let removed = &report.competencies[0];
    assert_eq!(
        (removed.key.as_str(), removed.weight),
        ("communication", 0.0)
    );
    assert!((removed.mark.clone().unwrap().score - 9.0).abs() < 1e-9);

    // A question about no competency still counts like one of mean weight of those that count.
    let mut loose = plan.clone();
    loose.questions[3].competencies.clear();
    let report = assemble(&loose, &state, &turns, &weighted(&[("judgment", 1.0)]));
    assert!((report.overall.unwrap().score - 6.5).abs() < 1e-9);

    let usual = Scoring {
        formula: Some("weighted_mean".to_owned()),
        ..scoring
    };
    let by_formula = assemble(&plan, &state, &turns, &usual).overall.unwrap();
    assert!((by_formula.score - overall.score).abs() < 1e-9);
    assert_eq!(by_formula.n, 3);

    let report = assemble(&plan, &state, &turns, &weighted(&[("flying", 1.0)]));
    let reason = report.overall.clone().unwrap_err();
    assert_eq!(reason.code, "nothing_weighted");
    assert_eq!(report.recommendation, None);
    let formula = Scoring {
        formula: Some("question_mean".to_owned()),
        ..weighted(&[("flying", 1.0)])
    };
    let report = assemble(&plan, &state, &turns, &formula);
    assert!((report.overall.unwrap().score - 27.0 / 4.0).abs() < 1e-9);
    assert_eq!(report.formula.unwrap().by_weights, None);
}

#[test]
fn a_competency_without_a_measure_has_a_mark_and_no_level_and_says_why() {
    let plan = plan();
    let without = |score: f64, formula: Option<&str>| {
        let mut evaluation = evaluation(score, "judgment", 0);
        evaluation.competencies.clear();
        evaluation.provenance.formula = formula.map(str::to_owned);
        Some(Some(evaluation))
    };
    let marks = [
        given(9.0, "communication"),
        without(4.0, Some(builtin::FORMULA)),
        without(6.0, Some(builtin::FORMULA)),
        without(8.0, None),
    ];
    let (state, turns) = held(&plan, &marks);
    let report = assemble(&plan, &state, &turns, &Scoring::default());
    let found: Vec<(f64, bool, Option<&str>)> = report
        .competencies
        .iter()
        .map(|one| {
            let reason = one.no_level.as_ref().map(|reason| reason.code.as_str());
            (
                one.mark.as_ref().unwrap().score,
                one.level.is_some(),
                reason,
            )
        })
        .collect();
    let expected = [
        (9.0, true, None),
        (8.0, false, Some("no_level")),
        (5.0, false, Some("no_measure")),
    ];
    assert_eq!(found, expected);
    // Where there is no mark, its reason says it.
    let (state, turns) = held(&plan, &[given(9.0, "communication"), None, None, None]);
    let report = assemble(&plan, &state, &turns, &Scoring::default());
    assert!(report.competencies.iter().all(|one| one.no_level.is_none()));
}

#[test]
fn competencies_bear_the_names_of_the_rubric() {
    let plan = plan();
    let (state, turns) = held(&plan, &[given(9.0, "communication"), None, None, None]);
    let mut rubric = crate::rubric::generate(&plan.questions[1..3]);
    rubric.competencies[0].name = "Judgment & taste".to_owned();
    let report = assemble(&plan, &state, &turns, &Scoring::from(&rubric));
    let names = report.competencies.iter();
    let names: Vec<(&str, Option<&str>)> = names
        .map(|one| (one.key.as_str(), one.name.as_deref()))
        .collect();
    let expected = [
        ("communication", None),
        ("engagement", None),
        ("judgment", Some("Judgment & taste")),
    ];
    assert_eq!(names[..], expected[..]);
}

#[test]
fn the_total_is_the_weighted_mean_of_the_competencies() {
    let plan = plan();
    let marks = [
        given(9.0, "communication"),
        given(4.0, "judgment"),
        given(6.0, "judgment"),
        given(8.0, "engagement"),
    ];
    let (state, turns) = held(&plan, &marks);
    let report = assemble(&plan, &state, &turns, &Scoring::default());
    let overall = report.overall.clone().unwrap();
    // communication 9, judgment 5, engagement 8
    assert!((overall.score - 22.0 / 3.0).abs() < 1e-9, "{overall:?}");
    assert_eq!(overall.n, 4);
    assert_eq!(report.recommendation, Some(Recommendation::Hire));
    let weights = weighted(&[
        ("communication", 1.0),
        ("judgment", 4.0),
        ("engagement", 1.0),
    ]);
    let by_rubric = assemble(&plan, &state, &turns, &weights).overall.unwrap();
    assert!((by_rubric.score - (9.0 + 4.0 * 5.0 + 8.0) / 6.0).abs() < 1e-9);
    assert_eq!(report.strengths.len(), 2);
    assert_eq!(report.strengths[0].text, "worth 9");
    assert_eq!(report.improvements.len(), 1);
    assert_eq!(report.questions[1].key_points, Some((1, 1)));
}

#[test]
fn questions_about_no_competency_count_together_like_one() {
    let mut plan = plan();
    plan.questions[1].competencies.clear();
    plan.questions[2].competencies.clear();
    let marks = [
        given(9.0, "communication"),
        given(4.0, "judgment"),
        given(6.0, "judgment"),
        given(8.0, "engagement"),
    ];
    let (state, turns) = held(&plan, &marks);
    let overall = assemble(&plan, &state, &turns, &Scoring::default()).overall;
    // communication 9, engagement 8, the two others 5
    assert!((overall.unwrap().score - 22.0 / 3.0).abs() < 1e-9);
    for question in &mut plan.questions {
        question.competencies.clear();
    }
    let report = assemble(&plan, &state, &turns, &Scoring::default());
    assert!((report.overall.clone().unwrap().score - 27.0 / 4.0).abs() < 1e-9);
    assert!(report.competencies.is_empty() && report.recommendation.is_some());
}

#[test]
fn what_was_not_judged_is_no_zero() {
    let plan = plan();
    let (state, turns) = held(
        &plan,
        &[given(9.0, "communication"), Some(None), None, None],
    );
    let report = assemble(&plan, &state, &turns, &Scoring::default());
    assert!((report.overall.clone().unwrap().score - 9.0).abs() < 1e-9);
    let judgment = report.competencies.iter().find(|c| c.key == "judgment");
    let reason = judgment.unwrap().mark.clone().unwrap_err();
    assert_eq!(reason.code, "not_assessed");
    let codes: Vec<&str> = report
        .not_measured
        .iter()
        .map(|r| r.code.as_str())
        .collect();
    assert_eq!(codes, ["no_model", "skipped", "too_little_judged"]);
}

#[test]
fn without_a_judged_answer_there_is_no_recommendation() {
    let plan = plan();
    let (state, turns) = held(&plan, &[None, None, None, None]);
    let report = assemble(&plan, &state, &turns, &Scoring::default());
    assert_eq!(report.overall.clone().unwrap_err().code, "nothing_judged");
    assert_eq!(report.recommendation, None);
    assert!(report.summary.contains("there is no score"));

    let written = serde_json::to_value(&report).unwrap();
    assert_eq!(written["overall"], serde_json::Value::Null);
    assert_eq!(written["not_scored"]["code"], "nothing_judged");
    let question = &written["questions"][0];
    assert_eq!(question["score"], serde_json::Value::Null);
    assert!(question["not_scored"]["code"].is_string());
    assert!(written["competencies"][0]["not_assessed"]["message"].is_string());
    let read: InterviewReport = serde_json::from_value(written).unwrap();
    assert_eq!(read, report);
}

#[test]
fn a_rehearsal_recommends_nothing_and_says_so() {
    let plan = plan();
    let good = [
        given(9.0, "communication"),
        given(9.0, "judgment"),
        given(9.0, "judgment"),
    ];
    let (state, turns) = held(&plan, &good);
    let judged = assemble(&plan, &state, &turns, &Scoring::default());
    assert!(judged.summary.contains("speak"), "{}", judged.summary);
    let report = rehearsed(rehearsed(judged.clone()));
    assert_eq!(report.recommendation, None);
    assert_eq!(report.overall, judged.overall);
    assert!(!report.summary.contains("speak"), "{}", report.summary);
    assert!(report.summary.contains("of 10"), "{}", report.summary);
    let told = report.not_measured.iter();
    assert_eq!(
        told.filter(|reason| reason.code == "practice_recommendation")
            .count(),
        1
    );
}

#[test]
fn one_good_answer_among_skipped_ones_recommends_nothing() {
    let plan = plan();
    let (state, turns) = held(&plan, &[given(10.0, "communication"), None, None, None]);
    let report = assemble(&plan, &state, &turns, &Scoring::default());
    assert!((report.overall.clone().unwrap().score - 10.0).abs() < 1e-9);
    assert_eq!(report.recommendation, None);
    assert!(!is_enough(&report));
    let told = report.not_measured.iter();
    let told: Vec<&NotMeasured> = told.filter(|it| it.code == TOO_LITTLE_JUDGED).collect();
    assert_eq!(told.len(), 1);
    let message = &told[0].message;
    assert!(message.starts_with("1 of 4 questions"), "{message}");
    assert!(report.summary.contains(message), "{}", report.summary);
    let practised = rehearsed(report);
    let mut codes = practised.not_measured.iter().map(|it| &it.code);
    assert!(!codes.any(|code| code == TOO_LITTLE_JUDGED));
    assert!(!practised.summary.contains("speak"));
}

#[test]
fn a_recommendation_takes_three_judged_questions_and_half_of_those_asked() {
    let plan = plan();
    let (good, unjudged) = (given(9.0, "judgment"), Some(None));
    let recommended = |plan: &Plan, marks: &[Option<Option<Evaluation>>]| {
        let (state, turns) = held(plan, marks);
        let report = assemble(plan, &state, &turns, &Scoring::default());
        assert_eq!(is_enough(&report), report.recommendation.is_some());
        report.recommendation.is_some()
    };
    let mut marks = [good.clone(), good.clone(), unjudged, None];
    assert!(!recommended(&plan, &marks), "two of four");
    marks[2] = good;
    assert!(recommended(&plan, &marks), "three of four");
    let (state, turns) = held(&plan, &marks);
    let mut report = assemble(&plan, &state, &turns, &Scoring::default());
    let skipped = QuestionResult {
        score: Err(NotMeasured::new("skipped", "skipped")),
        ..report.questions[0].clone()
    };
    report.questions.truncate(3);
    report.questions.resize(6, skipped.clone());
    assert!(is_enough(&report), "three of six");
    report.questions.push(skipped);
    assert!(!is_enough(&report), "three of seven");
}

#[test]
fn three_red_flags_outweigh_every_mark() {
    let plan = plan();
    let flagged = |score, n| Some(Some(evaluation(score, "communication", n)));
    let (state, turns) = held(&plan, &[flagged(9.0, 2), flagged(10.0, 1)]);
    let report = assemble(&plan, &state, &turns, &Scoring::default());
    assert_eq!(report.red_flags.len(), 3);
    // However few answers they were found in.
    assert_eq!(report.recommendation, Some(Recommendation::NoHire));
    assert_eq!(recommend(0.95, 2), Recommendation::StrongHire);
}

#[test]
fn shares_become_recommendations_at_the_documented_bounds() {
    let all = [0.8, 0.79, 0.6, 0.59, 0.4, 0.39].map(|share| recommend(share, 0).as_str());
    let expected = [
        "strong_hire",
        "hire",
        "hire",
        "borderline",
        "borderline",
        "no_hire",
    ];
    assert_eq!(all, expected);
}

#[test]
fn an_evaluator_is_named_once_with_what_holds_for_all_its_judgements() {
    let plan = plan();
    let mut marks = [given(9.0, "communication"), given(4.0, "judgment")];
    for (n, mark) in marks.iter_mut().flatten().flatten().enumerate() {
        let settings = &mut mark.provenance.settings;
        settings.insert("basis".to_owned(), "embedding".to_owned());
        settings.insert("sentences".to_owned(), n.to_string());
    }
    let (state, turns) = held(&plan, &marks);
    let report = assemble(&plan, &state, &turns, &Scoring::default());
    assert_eq!(report.provenance.len(), 1);
    let settings: Vec<&String> = report.provenance[0].settings.keys().collect();
    assert_eq!(settings, ["basis"]);
}

#[test]
fn reports_tell_what_judged_them_in_one_text() {
    let plan = plan();
    let by = |formula: &str, model: Option<&str>| {
        let mut evaluation = evaluation(6.0, "judgment", 0);
        let provenance = &mut evaluation.provenance;
        provenance.formula = Some(formula.to_owned());
        provenance.model = model.map(str::to_owned);
        provenance.settings = [("prompt".to_owned(), "p.v2".to_owned())].into();
        Some(Some(evaluation))
    };
    let told = |marks: &[Option<Option<Evaluation>>]| {
        let (state, turns) = held(&plan, marks);
        judged_by(&assemble(&plan, &state, &turns, &Scoring::default()))
    };
    let (builtin, chat) = (by("builtin.v2", None), by("chat.v1", Some("large")));
    assert_eq!(told(&[chat.clone(), chat.clone()]), "chat.v1 large p.v2");
    let both = "builtin.v2 p.v2, chat.v1 large p.v2";
    assert_eq!(told(&[chat.clone(), builtin.clone()]), both);
    assert_eq!(told(&[builtin, chat]), both, "whoever came first");
    assert_eq!(told(&[None]), "");
}

#[test]
fn repeated_judgements_show_their_spread_and_single_ones_of_a_model_say_that_there_is_none() {
    let plan = plan();
    let by_chat = |score: f64, n: usize| {
        let mut evaluation = evaluation(score, "judgment", 0);
        evaluation.provenance.formula = Some(chat::FORMULA.to_owned());
        evaluation.spread = Spread {
            n,
            min: score - 1.0,
            max: score + 1.0,
            deviation: if n > 1 { 1.0 } else { 0.0 },
        };
        Some(Some(evaluation))
    };
    let (state, turns) = held(
        &plan,
        &[by_chat(6.0, 3), by_chat(6.0, 1), given(6.0, "judgment")],
    );
    let report = assemble(&plan, &state, &turns, &Scoring::default());
    let spreads: Vec<Option<usize>> = report
        .questions
        .iter()
        .map(|question| question.spread.map(|spread| spread.n))
        .collect();
    assert_eq!(spreads[..3], [Some(3), None, None]);
    let told = report.not_measured.iter().find(|it| it.code == "spread");
    let told = &told.expect("it says so").message;
    assert!(
        told.contains("of 2 answers") && told.contains("judged 1 once"),
        "{told}"
    );
    let read = serde_json::from_value(serde_json::to_value(&report).unwrap());
    assert_eq!(read.ok(), Some(report));

    let (state, turns) = held(&plan, &[by_chat(6.0, 3), by_chat(6.0, 2)]);
    let report = assemble(&plan, &state, &turns, &Scoring::default());
    assert!(report.not_measured.iter().all(|it| it.code != "spread"));
    let uncertainty = report.overall.expect("it is judged").uncertainty;
    assert!((uncertainty.expect("it is known") - 0.5f64.sqrt()).abs() < 1e-9);
}

#[test]
fn a_remark_cites_a_stretch_once_however_much_it_bears_out() {
    let plan = plan();
    let quote = |end: usize, supports: &str| Evidence {
        quote: "I did it"[..end].to_owned(),
        start: 0,
        end,
        start_s: None,
        end_s: None,
        supports: supports.to_owned(),
    };
    let mut mark = evaluation(9.0, "communication", 0);
    mark.evidence = vec![quote(8, "relevance"), quote(8, "depth"), quote(5, "depth")];
    let (state, turns) = held(&plan, &[Some(Some(mark)), None, None, None]);
    let report = assemble(&plan, &state, &turns, &Scoring::default());
    let cited = report.strengths[0].evidence.iter();
    let quotes: Vec<&str> = cited.map(|cited| cited.evidence.quote.as_str()).collect();
    assert_eq!(quotes, ["I did it", "I did"]);
}
