//! The document of a practice session.

use super::*;

fn report() -> PracticeReport {
    let score = |name: &str, value: Result<f64, &str>| PracticeScore {
        name: name.to_owned(),
        value: value.map_err(str::to_owned),
    };
    PracticeReport {
        facts: vec![("Role", "Nurse & <b>carer</b>".to_owned())],
        scores: vec![
            score("Speech fluency", Ok(61.54)),
            score("Engagement", Err("no face was seen")),
        ],
        parts: vec![PracticePart {
            label: "Why do you want to work here?".to_owned(),
            start_s: Some(0.0),
            end_s: Some(75.0),
            fluency: Some(70.25),
            ..PracticePart::default()
        }],
        feedback: vec!["A practice interview with room to develop.".to_owned()],
        strengths: Vec::new(),
        improvements: vec!["Shorten long pauses. ".repeat(400)],
        not_measured: vec![("Head stability".to_owned(), "no face was seen".to_owned())],
        formulas: vec![("document".to_owned(), "practice-document.v2".to_owned())],
    }
}

fn practised() -> About {
    About {
        title: "Interview practice report: Nurse in Health".to_owned(),
        candidate: Some("Zoë İnce".to_owned()),
        position: None,
        made_at: "2026-01-31T12:00:00Z".parse().expect("a time"),
        purpose: Purpose::Practice,
        decision: None,
    }
}

#[test]
fn a_practice_report_says_its_scores_and_what_was_not_measured() {
    let made = practice_pdf(&report(), &practised(), Paper::A4).expect("it can be written");
    let text = letters(&words(&made));
    for said in [
        "Interview practice report: Nurse in Health",
        "Zoë İnce",
        "Nurse & <b>carer</b>",
        "61.5 of 100",
        "Not measured",
        "no face was seen",
        "0 s to 1 min 15 s",
        "70.2",
        "None stood out.",
        "practice-document.v2",
    ] {
        assert!(text.contains(&letters(said)), "{said}");
    }
    assert!(
        !text.contains(&letters("Recommendation")),
        "practice recommends nobody"
    );
    assert!(opened(&made).get_pages().len() > 1, "long texts go on");
    let again = practice_pdf(&report(), &practised(), Paper::A4).expect("it can be written");
    assert_eq!(made, again);
}

#[test]
fn an_empty_report_is_a_document_too() {
    let made = practice_pdf(&PracticeReport::default(), &practised(), Paper::Letter);
    let text = words(&made.expect("it can be written"));
    assert!(text.contains("Everything in this report was measured."));
}
