//! Parts of constructed recordings: one word per half second where somebody speaks.

use candor_core::transcript::Accuracy;

use super::*;

/// A transcript whose sentences are said at the given times, a word each 0.4 s.
fn said(sentences: &[(f64, &str)]) -> Transcript {
    let segments = sentences
        .iter()
        .map(|&(start_s, text)| {
            let words = text
                .split(' ')
                .enumerate()
                .map(|(i, text)| Word {
                    text: text.to_owned(),
                    span: Some(Span::new(
                        start_s + i as f64 * 0.4,
                        start_s + i as f64 * 0.4 + 0.4,
                    )),
                    confidence: None,
                })
                .collect();
            TranscriptSegment { span: None, words }
        })
        .collect();
    Transcript {
        language: Some("en".to_owned()),
        segments,
        engine: "given".to_owned(),
        model: None,
        accuracy: Accuracy::Given,
        verbatim: true,
    }
}

fn speech_of(transcript: &Transcript) -> Vec<Span> {
    transcript
        .segments
        .iter()
        .filter_map(|segment| {
            let first = segment.words.first()?.span?;
            let last = segment.words.last()?.span?;
            Some(Span::new(first.start_s, last.end_s))
        })
        .collect()
}

fn figure(part: &Part, name: &str) -> Option<f64> {
    let figure = part.figures.iter().find(|figure| figure.name == name);
    figure.expect("figure has this name").value.clone().ok()
}

fn two_answers() -> Transcript {
    said(&[
        (2.0, "Um, I built the payment service in Rust."),
        (6.0, "The payment service handles every order."),
        (30.0, "My dog runs in the park, uh, every morning."),
        (40.0, "A dog needs a park."),
    ])
}

#[test]
fn markers_give_parts_with_their_own_figures() {
    let transcript = two_answers();
    let speech = speech_of(&transcript);
    let marker = |start_s: f64, end_s: f64, title: &str| QuestionMarker {
        span: Span::new(start_s, end_s),
        title: title.to_owned(),
        question_end_s: Ok(start_s),
    };
    let markers = [
        marker(20.0, 200.0, "What does your dog do in the park?"),
        marker(0.0, 20.0, "Which service did you build?"),
    ];
    let inputs = Inputs {
        duration_s: 50.0,
        speech: Some(&speech),
        transcript: Some(&transcript),
        markers: &markers,
    };
    let parts = cut(&inputs, None).expect("no embedder");
    assert_eq!(parts.len(), 2);
    assert_eq!(parts[0].title, "Which service did you build?");
    assert_eq!(parts[1].span, Span::new(20.0, 50.0));
    assert!(parts.iter().all(|part| part.basis == Basis::QuestionMarker));
    assert_eq!(figure(&parts[0], "n_words"), Some(14.0));
    assert_eq!(figure(&parts[1], "n_words"), Some(14.0));
    assert_eq!(figure(&parts[0], "hesitations"), Some(1.0));
    assert_eq!(figure(&parts[0], "words_per_minute"), Some(42.0));
    let speaking_s = figure(&parts[1], "speaking_s").expect("has speech");
    assert!((speaking_s - 5.6).abs() < 1e-9);
    assert!((figure(&parts[0], "response_latency_s").expect("answered") - 2.0).abs() < 1e-9);
    assert!((figure(&parts[1], "response_latency_s").expect("answered") - 10.0).abs() < 1e-9);
    assert!(figure(&parts[1], "relevance").expect("compared") > 0.3);
    assert!(
        parts[0]
            .keywords
            .iter()
            .any(|keyword| keyword.term == "payment service")
    );
}

#[test]
fn an_answer_has_its_own_pace_and_an_unknown_question_time_gives_no_latency() {
    let transcript = two_answers();
    let speech = speech_of(&transcript);
    let timed = |id: &str, asked_s, start_s, end_s| TimedAnswer {
        id: id.to_owned(),
        title: "What does your dog do in the park?".to_owned(),
        asked_s,
        start_s: Some(start_s),
        end_s: Some(end_s),
    };
    let answers = [
        timed("q1", Some(0.5), 2.0, 10.0),
        timed("q2", None, 30.0, 42.0),
    ];
    let placed = place(&answers, 50.0);
    let inputs = Inputs {
        duration_s: 50.0,
        speech: Some(&speech),
        transcript: Some(&transcript),
        markers: &placed.markers,
    };
    let parts = cut(&inputs, None).expect("no embedder");
    assert_eq!(figure(&parts[0], "n_words"), Some(14.0));
    assert_eq!(figure(&parts[0], "words_per_minute"), Some(105.0));
    assert!((figure(&parts[0], "response_latency_s").expect("asked") - 1.5).abs() < 1e-9);
    assert_eq!(figure(&parts[1], "words_per_minute"), Some(70.0));
    assert_eq!(figure(&parts[1], "hesitations"), Some(1.0));
    assert_eq!(figure(&parts[1], "response_latency_s"), None);
}

#[test]
fn a_short_recording_is_one_part_even_without_word_times() {
    let transcript = crate::text::tokens::plain("Um, I was there.", Some("en"));
    let inputs = Inputs {
        duration_s: 30.0,
        speech: None,
        transcript: Some(&transcript),
        markers: &[],
    };
    let parts = cut(&inputs, None).expect("no embedder");
    assert_eq!(parts.len(), 1);
    assert_eq!(parts[0].basis, Basis::Whole);
    assert_eq!(figure(&parts[0], "n_words"), Some(4.0));
    assert_eq!(figure(&parts[0], "hesitations"), Some(1.0));
    assert_eq!(figure(&parts[0], "speech_ratio"), None);
}

#[test]
fn a_long_silence_cuts_and_the_parts_cover_the_recording() {
    let speech = [Span::new(1.0, 40.0), Span::new(46.0, 90.0)];
    let inputs = Inputs {
        duration_s: 100.0,
        speech: Some(&speech),
        transcript: None,
        markers: &[],
    };
    let parts = cut(&inputs, None).expect("no embedder");
    let spans: Vec<Span> = parts.iter().map(|part| part.span).collect();
    assert_eq!(spans, [Span::new(0.0, 43.0), Span::new(43.0, 100.0)]);
    assert!(parts.iter().all(|part| part.basis == Basis::Silence));
    assert_eq!(figure(&parts[0], "speaking_s"), Some(39.0));
    assert_eq!(figure(&parts[0], "n_words"), None);
    assert_eq!(parts[1].title, "Part 2");
}

#[test]
fn a_change_of_topic_at_a_pause_cuts() {
    let cooking = [
        "The kitchen oven bakes fresh bread daily.",
        "Bread from the oven smells fresh.",
        "A kitchen oven needs careful bread timing.",
        "Fresh bread leaves the kitchen oven warm.",
        "The oven timing makes bread fresh.",
    ];
    let sailing = [
        "The sailing boat crossed the stormy sea.",
        "A stormy sea shakes every sailing boat.",
        "Our boat crew loves the stormy sea.",
        "The crew steered the sailing boat home.",
        "Sailing needs a crew and a boat.",
    ];
    let sentences: Vec<(f64, &str)> = cooking
        .iter()
        .chain(&sailing)
        .enumerate()
        .map(|(i, &text)| (i as f64 * 10.0, text))
        .collect();
    let transcript = said(&sentences);
    // Speech without long silences, but with a pause before the new topic.
    let speech = [Span::new(0.0, 49.0), Span::new(50.0, 98.0)];
    let inputs = Inputs {
        duration_s: 100.0,
        speech: Some(&speech),
        transcript: Some(&transcript),
        markers: &[],
    };
    let parts = cut(&inputs, None).expect("no embedder");
    assert_eq!(parts.len(), 2);
    assert!(parts.iter().all(|part| part.basis == Basis::Topic));
    assert!((parts[1].span.start_s - 49.5).abs() < 1e-9);
    assert!(parts[0].title.contains("oven") || parts[0].title.contains("bread"));
    assert!(parts[1].text.starts_with("The sailing"));
}

#[test]
fn words_and_hesitations_of_the_parts_add_up_to_the_whole() {
    let transcript = two_answers();
    let speech = [Span::new(2.0, 9.0), Span::new(30.0, 75.0)];
    let inputs = Inputs {
        duration_s: 80.0,
        speech: Some(&speech),
        transcript: Some(&transcript),
        markers: &[],
    };
    let parts = cut(&inputs, None).expect("no embedder");
    // The long silence is too near the beginning to cut at 19.5 s: one part.
    assert_eq!(parts.len(), 1);
    let sum = |name: &str| -> f64 { parts.iter().filter_map(|part| figure(part, name)).sum() };
    assert!((sum("n_words") - 28.0).abs() < 1e-9);
    assert!((sum("hesitations") - 2.0).abs() < 1e-9);
}
