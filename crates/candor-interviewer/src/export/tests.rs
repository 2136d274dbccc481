use std::sync::OnceLock;

use candor_core::{
    interview::{InterviewReport, Spread},
    measured::NotMeasured,
};
use pdf_extract::{Document, Object};
use proptest::prelude::*;

use super::*;

mod csv;
mod examples;
mod fixtures;
mod practice;

use fixtures::{about, by_formula, poor, rich};

fn made(report: &InterviewReport, about: &About, paper: Paper) -> Vec<u8> {
    pdf(report, about, paper).expect("a report can always be written")
}

fn rich_pdf() -> &'static [u8] {
    static PDF: OnceLock<Vec<u8>> = OnceLock::new();
    PDF.get_or_init(|| made(&rich(), &about(), Paper::A4))
}

/// All words, one space between them.
fn words(pdf: &[u8]) -> String {
    let text = pdf_extract::extract_text_from_mem(pdf).expect("its text can be read");
    squeezed(&text)
}

fn squeezed(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Without any space: where lines break is no matter.
fn letters(text: &str) -> String {
    text.chars().filter(|c| !c.is_whitespace()).collect()
}

fn opened(pdf: &[u8]) -> Document {
    Document::load_mem(pdf).expect("it is a PDF")
}

/// Catalogue entry that stands for itself or as a reference.
fn entry<'a>(document: &'a Document, key: &[u8]) -> &'a Object {
    let object = document.catalog().and_then(|catalog| catalog.get(key));
    let (_, object) = document
        .dereference(object.expect("the entry is there"))
        .expect("the reference leads somewhere");
    object
}

#[test]
fn every_question_and_answer_is_in_the_text() {
    let report = rich();
    let text = letters(&words(rich_pdf()));
    for question in &report.questions {
        assert!(
            text.contains(&letters(&question.asked)),
            "{}",
            question.asked
        );
        for paragraph in question
            .answers
            .iter()
            .flat_map(|answer| answer.split('\n'))
        {
            // A page's frame may stand between two lines of a long paragraph.
            let begin: String = letters(paragraph).chars().take(60).collect();
            assert!(text.contains(&begin), "{begin}");
        }
    }
}

#[test]
fn a_formula_of_the_position_is_told_with_its_drivers() {
    let report = by_formula();
    let text = words(&made(&report, &about(), Paper::A4));
    assert!(text.contains("How the total was made"), "{text}");
    let letters_of = letters(&text);
    let formula = report.formula.unwrap();
    assert!(letters_of.contains(&letters(&formula.text)));
    // A page's frame may stand between two of its lines.
    let begin: String = letters(&formula.explanation).chars().take(40).collect();
    assert!(letters_of.contains(&begin), "{begin}");
    for part in [
        "8.7, which moves the total by +2.5",
        "6.3, which moves the total by +0.4",
    ] {
        assert!(letters_of.contains(&letters(part)), "{part}");
    }
    assert!(letters_of.contains(&letters("Not measured: no answer about it could be judged")));
    assert!(!words(rich_pdf()).contains("How the total was made"));
}

#[test]
fn missing_marks_are_told_with_their_reasons() {
    let report = rich();
    let text = words(rich_pdf());
    assert!(text.contains("Not scored"));
    for reason in report
        .questions
        .iter()
        .filter_map(|q| q.score.as_ref().err())
    {
        assert!(
            letters(&text).contains(&letters(&reason.message)),
            "{reason}"
        );
    }
    let not_assessed = report
        .competencies
        .iter()
        .filter_map(|c| c.mark.as_ref().err());
    for reason in not_assessed {
        assert!(
            letters(&text).contains(&letters(&reason.message)),
            "{reason}"
        );
    }
}

#[test]
fn marks_remarks_flags_and_sources_are_in_the_text() {
    let report = rich();
    let text = letters(&words(rich_pdf()));
    let remarks = report.strengths.iter().chain(&report.improvements);
    for remark in remarks {
        assert!(text.contains(&letters(&remark.text)), "{}", remark.text);
        for cited in &remark.evidence {
            assert!(text.contains(&letters(&cited.evidence.quote)));
        }
    }
    for flag in &report.red_flags {
        assert!(text.contains(&letters(&flag.statement)));
        assert!(text.contains(&letters(&flag.evidence.quote)));
    }
    for expected in [
        "6.4±0.7",
        "Apersondecides",
        "answer-heuristics.v3",
        "Integrity:theevaluatorhasnomeasureofitsownforit",
        "builtin",
        "5of6",
    ] {
        assert!(text.contains(expected), "{expected}");
    }
}

#[test]
fn competencies_are_called_as_in_the_rubric_and_by_their_key_without_one() {
    let text = letters(&words(rich_pdf()));
    assert!(text.contains(&letters("Thinking in systems & queues")));
    assert!(!text.contains("Systemsthinking"));
    assert!(text.contains("Codequality"));
}

#[test]
fn the_spread_of_repeated_judgements_stands_below_the_mark() {
    let mut report = rich();
    report.questions[0].spread = Some(Spread {
        n: 3,
        min: 6.1,
        max: 7.0,
        deviation: 0.45,
    });
    let text = letters(&words(&made(&report, &about(), Paper::A4)));
    assert!(text.contains("in3judgements"), "{text}");
    assert!(!letters(&words(rich_pdf())).contains("judgements"));
}

#[test]
fn a_report_without_marks_says_so_and_shows_no_zero() {
    let text = words(&made(&poor(), &about(), Paper::A4));
    assert!(text.contains("Not scored"));
    assert!(text.contains("no answer could be judged"));
    assert!(letters(&text).contains("Norecommendation"));
    assert!(!text.contains("0.0"), "{text}");
}

#[test]
fn a_rehearsal_shows_neither_recommendation_nor_decision() {
    let practice = About {
        purpose: Purpose::Practice,
        ..about()
    };
    let text = words(&made(&rich(), &practice, Paper::A4)).to_lowercase();
    for unwanted in [
        "decision of a person",
        "marks speak for",
        "borderline",
        "hire",
    ] {
        assert!(!text.contains(unwanted), "{unwanted}");
    }
    assert!(text.contains("rehearsal"));
}

#[test]
fn a_decision_stands_in_place_of_the_room_for_one() {
    let decided = About {
        decision: Some(Decision {
            outcome: "Invite to the second round".to_owned(),
            reason: "Her account of the outage convinced us.".to_owned(),
            by: "Deniz Kaya".to_owned(),
            at: about().made_at,
        }),
        ..about()
    };
    let text = words(&made(&rich(), &decided, Paper::A4));
    assert!(text.contains("Invite to the second round"));
    assert!(text.contains("Deniz Kaya"));
    assert!(!text.contains("Signature"));
}

#[test]
fn both_papers_have_their_size() {
    for (paper, width, height) in [(Paper::A4, 595.28, 841.89), (Paper::Letter, 612.0, 792.0)] {
        let document = opened(&made(&poor(), &about(), paper));
        let pages = document.get_pages();
        assert!(!pages.is_empty());
        for id in pages.values() {
            let page = document.get_dictionary(*id).expect("a page");
            let size = page
                .get(b"MediaBox")
                .and_then(Object::as_array)
                .expect("a size");
            let size: Vec<f32> = size
                .iter()
                .map(|n| n.as_float().expect("a number"))
                .collect();
            assert!(
                (size[2] - width).abs() < 0.1 && (size[3] - height).abs() < 0.1,
                "{size:?}"
            );
        }
    }
}

#[test]
fn pages_are_numbered_to_the_last() {
    let n = opened(rich_pdf()).get_pages().len();
    let text = words(rich_pdf());
    assert!(n > 2);
    assert!(text.contains(&format!("1 of {n}")) && text.contains(&format!("{n} of {n}")));
}

#[test]
fn it_is_tagged_and_has_title_language_and_bookmarks() {
    let document = opened(rich_pdf());
    assert_eq!(
        entry(&document, b"Lang").as_str().ok(),
        Some(b"en".as_slice())
    );
    assert!(entry(&document, b"StructTreeRoot").as_dict().is_ok());
    assert!(entry(&document, b"Outlines").as_dict().is_ok());
    let mark = entry(&document, b"MarkInfo").as_dict().expect("marks");
    assert!(
        mark.get(b"Marked")
            .and_then(Object::as_bool)
            .expect("a flag")
    );
}

#[test]
fn the_same_report_gives_the_same_bytes() {
    assert!(made(&rich(), &about(), Paper::A4) == rich_pdf());
}

#[test]
fn a_report_of_ten_questions_is_small() {
    assert!(rich_pdf().len() < 300_000, "{} bytes", rich_pdf().len());
}

#[test]
fn turkish_french_and_indonesian_letters_can_be_copied() {
    let text = letters(&words(rich_pdf()));
    for expected in ["ığüşöçİĞÜŞÖÇ", "déjàœuvreçàÉlève", "pewawancara"] {
        assert!(text.contains(expected), "{expected}");
    }
}

#[test]
fn letters_without_a_picture_stay_in_the_text() {
    let mut report = rich();
    report.questions[0].answers = vec!["面接 ありがとう 👩‍💻 \u{0} \u{202e}the end".to_owned()];
    let pdf = made(&report, &about(), Paper::A4);
    let told = told(&opened(&pdf));
    for expected in ["面接", "ありがとう", "👩‍💻"] {
        assert!(
            told.iter().any(|text| text.contains(expected)),
            "{expected}: {told:?}"
        );
    }
    let text = words(&pdf);
    assert!(text.contains('\u{fffd}') && text.contains("the end"));
}

/// Texts that stand in place of what is drawn.
fn told(document: &Document) -> Vec<String> {
    let mut told = Vec::new();
    for id in document.get_pages().values() {
        let content = document
            .get_page_content(*id)
            .expect("the page has content");
        let content = pdf_extract::content::Content::decode(&content).expect("it can be read");
        let properties = content
            .operations
            .iter()
            .filter(|one| one.operator == "BDC");
        for operation in properties {
            let text = operation
                .operands
                .iter()
                .filter_map(|one| one.as_dict().ok());
            let text = text.filter_map(|dict| dict.get(b"ActualText").ok()?.as_str().ok());
            told.extend(text.map(utf_16));
        }
    }
    told
}

fn utf_16(bytes: &[u8]) -> String {
    match bytes.strip_prefix(&[0xfe, 0xff]) {
        Some(bytes) => {
            let units: Vec<u16> = bytes
                .chunks(2)
                .map(|two| u16::from_be_bytes([two[0], two[1]]))
                .collect();
            String::from_utf16_lossy(&units)
        }
        None => String::from_utf8_lossy(bytes).into_owned(),
    }
}

#[test]
fn extreme_reports_are_written() {
    let mut report = rich();
    report.questions[0].asked = "Long".repeat(2_000);
    report.questions[1].answers = vec!["x".repeat(20_000), String::new(), "\n".repeat(400)];
    report.questions[2].feedback = Some("word ".repeat(5_000));
    report.red_flags[0].statement = "flag ".repeat(3_000);
    report.competencies[0].key = "k".repeat(500);
    report.questions[3].score = Ok(f64::NAN);
    report.used_s = f64::INFINITY;
    if let Ok(mark) = &mut report.overall {
        mark.uncertainty = Some(f64::INFINITY);
    }
    let about = About {
        title: "T".repeat(1_000),
        candidate: Some("N ".repeat(400)),
        ..about()
    };
    for paper in [Paper::A4, Paper::Letter] {
        assert!(!opened(&made(&report, &about, paper)).get_pages().is_empty());
    }
}

#[test]
fn a_report_of_nothing_is_written() {
    let mut report = poor();
    report.questions.clear();
    report.competencies.clear();
    report.summary.clear();
    report.language.clear();
    let empty = About {
        title: String::new(),
        candidate: Some(String::new()),
        position: None,
        ..about()
    };
    let text = words(&made(&report, &empty, Paper::Letter));
    assert!(text.contains("No question was asked"));
}

#[test]
fn text_stands_out_from_its_ground() {
    use ink::*;
    let pairs = [
        (INK, PAPER),
        (SOFT, PAPER),
        (ACCENT, PAPER),
        (ROSE, PAPER),
        (AMBER, PAPER),
        (INK, WELL),
        (SOFT, WELL),
        (ACCENT, WELL),
        (AMBER, WELL),
    ];
    for (text, ground) in pairs {
        assert!(contrast(text, ground) >= 4.5, "{text:?} on {ground:?}");
    }
    // Bars have to be seen, in grey as well.
    assert!(contrast(ACCENT, TRACK) >= 3.0);
}

/// Contrast ratio of WCAG 2.
fn contrast(a: ink::Ink, b: ink::Ink) -> f64 {
    let channel = |value: u8| {
        let value = f64::from(value) / 255.0;
        match value <= 0.04045 {
            true => value / 12.92,
            false => ((value + 0.055) / 1.055).powf(2.4),
        }
    };
    let light =
        |ink: ink::Ink| 0.2126 * channel(ink.0) + 0.7152 * channel(ink.1) + 0.0722 * channel(ink.2);
    let (a, b) = (light(a), light(b));
    (a.max(b) + 0.05) / (a.min(b) + 0.05)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn no_text_makes_it_fail(
        texts in proptest::collection::vec(any::<String>(), 12),
        wild in "[\\PC\\n\\t\u{0}-\u{1f}\u{1F300}-\u{1F6FF}\u{0300}-\u{036F}\u{0600}-\u{06FF}]{0,400}",
        score in any::<f64>(),
    ) {
        let mut report = rich();
        report.questions.truncate(2);
        report.questions[0].asked = texts[0].clone();
        report.questions[0].answers = vec![texts[1].clone(), wild.clone()];
        report.questions[0].feedback = Some(texts[2].clone());
        report.questions[0].score = Ok(score);
        report.questions[1].score = Err(NotMeasured::new(&texts[3], texts[4].clone()));
        report.competencies[0].key = texts[5].clone();
        report.competencies[1].name = Some(texts[5].clone());
        report.strengths[0].text = wild;
        report.red_flags[0].statement = texts[6].clone();
        report.red_flags[0].evidence.quote = texts[7].clone();
        report.summary = texts[8].clone();
        report.language = texts[9].clone();
        let about = About { title: texts[10].clone(), candidate: Some(texts[11].clone()), ..about() };
        prop_assert!(pdf(&report, &about, Paper::A4).is_ok());
        prop_assert!(super::csv(&report).ends_with("\r\n"));
    }
}
