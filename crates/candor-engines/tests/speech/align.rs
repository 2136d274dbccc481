//! When PocketSphinx finds the words of a known text. `--nocapture` prints the figures.

use std::time::Instant;

use candor_core::{
    ports::{AlignedWord, Aligner, EngineError, Unwatched, Watch},
    span::Span,
};
use candor_engines::speech::pocketsphinx::{ModelFiles, PocketsphinxAligner};

use super::{
    recordings::{SYSTEM_MODEL, audio, json, speech, text},
    support::{shared, skip},
};

const JFK: &str = "And so my fellow Americans, ask not what your country can do for you, ask what \
                   you can do for your country.";
const AUSTEN: &str = "and mister john dashwood had then leisure to consider how much there might \
                      be prudently in his power to do for them";

fn aligner(test: &str) -> Option<PocketsphinxAligner> {
    let files = [
        shared().join("models/pocketsphinx/en-us"),
        SYSTEM_MODEL.into(),
    ]
    .iter()
    .find_map(|dir| ModelFiles::find(dir).ok());
    let Some(files) = files else {
        skip(test, "a PocketSphinx model for English");
        return None;
    };
    Some(PocketsphinxAligner::load(&files).expect("the model loads"))
}

fn words(text: &str) -> Vec<String> {
    text.split_whitespace().map(str::to_owned).collect()
}

/// The words of `text` in a recording; `None` where something is missing.
fn align(test: &str, name: &str, text: &str) -> Option<Vec<AlignedWord>> {
    let (aligner, samples) = (aligner(test)?, audio(test, name)?);
    let start = Instant::now();
    let aligned = aligner
        .align(&samples, &speech(&samples), &words(text), &Unwatched)
        .expect("an alignment");
    let real_time_factor = start.elapsed().as_secs_f64() * 16_000.0 / samples.len() as f64;
    println!("{name}: real-time factor {real_time_factor:.2}");
    Some(aligned)
}

/// Absolute errors of all starts and ends, sorted, in seconds.
fn errors(name: &str, aligned: &[AlignedWord], truth: &[Span]) -> Vec<f64> {
    assert_eq!(aligned.len(), truth.len());
    let mut errors: Vec<f64> = aligned
        .iter()
        .zip(truth)
        .filter_map(|(word, truth)| Some((word.span?, truth)))
        .flat_map(|(found, truth)| {
            [
                (found.start_s - truth.start_s).abs(),
                (found.end_s - truth.end_s).abs(),
            ]
        })
        .collect();
    errors.sort_by(f64::total_cmp);
    let at = |percent: usize| errors[(errors.len() - 1) * percent / 100];
    let n_placed = aligned.iter().filter(|word| word.span.is_some()).count();
    println!(
        "{name}: {n_placed} of {} words, errors in s: median {:.3}, 90 % {:.3}, most {:.3}",
        truth.len(),
        at(50),
        at(90),
        at(100)
    );
    errors
}

fn reference(name: &str) -> Vec<Span> {
    json(name)["words"]
        .as_array()
        .expect("words")
        .iter()
        .map(|word| {
            Span::new(
                word["start"].as_f64().expect("a start"),
                word["end"].as_f64().expect("an end"),
            )
        })
        .collect()
}

/// Share of words found, weighted by confidence: what tells a right text from a wrong one.
fn fit(aligned: &[AlignedWord]) -> f64 {
    let sum: f64 = aligned.iter().map(|word| f64::from(word.confidence)).sum();
    sum / aligned.len() as f64
}

fn median(sorted: &[f64]) -> f64 {
    sorted[sorted.len() / 2]
}

#[test]
fn a_sentence_is_aligned_as_its_corpus_says() {
    let test = "a_sentence_is_aligned_as_its_corpus_says";
    let name = "video/grid_id2_swwp2s.mpg";
    let Some(aligned) = align(test, name, "set white with p two soon") else {
        return;
    };
    let truth: Vec<Span> = text("media/video/grid_id2_swwp2s.align")
        .lines()
        .map(|line| line.split_whitespace().collect::<Vec<_>>())
        .filter(|fields| fields[2] != "sil")
        .map(|fields| {
            let time_s = |field: &str| field.parse::<f64>().unwrap() / 25_000.0;
            Span::new(time_s(fields[0]), time_s(fields[1]))
        })
        .collect();
    assert!(median(&errors(name, &aligned, &truth)) <= 0.08);
}

#[test]
fn telephone_sentences_are_aligned_as_another_aligner_says() {
    let test = "telephone_sentences_are_aligned_as_another_aligner_says";
    let name = "audio/harvard_list30.mp3";
    if audio(test, name).is_none() {
        return;
    }
    let Some(aligned) = align(test, name, &text("media/audio/harvard_list30.txt")) else {
        return;
    };
    let errors = errors(
        name,
        &aligned,
        &reference("media/audio/harvard_list30.words.json"),
    );
    assert!(median(&errors) <= 0.08);
    assert!(aligned.iter().filter(|word| word.span.is_some()).count() >= 82);
    assert!(fit(&aligned) > 0.85, "{}", fit(&aligned));
}

#[test]
fn clear_speech_is_aligned_to_a_few_hundredths_of_a_second() {
    let test = "clear_speech_is_aligned_to_a_few_hundredths_of_a_second";
    for (name, said) in [
        ("jfk.wav", JFK),
        ("librivox_austen_0870.wav", AUSTEN),
        (
            "librivox_austen_0880.wav",
            "he was not an ill disposed young man",
        ),
    ] {
        let Some(aligned) = align(test, &format!("audio/{name}"), said) else {
            return;
        };
        let truth = reference(&format!("media/align/{name}.words.json"));
        let errors = errors(name, &aligned, &truth);
        assert!(median(&errors) <= 0.03, "{name}");
        assert!(fit(&aligned) > 0.9, "{name}: {}", fit(&aligned));
    }
}

/// A long address, of whose text one sentence was replaced and another removed.
#[test]
fn a_long_text_with_mistakes_holds_on_to_the_speech() {
    let test = "a_long_text_with_mistakes_holds_on_to_the_speech";
    const FOREIGN: &str =
        "Everybody was happy to hear that the weather would be fine on the next day.";
    if audio(test, "audio/columbia.wma").is_none() {
        return;
    }
    let said = text("media/audio/columbia.txt");
    let given = said
        .replace("There are no survivors.", FOREIGN)
        .replace("You're not alone. Our entire nation grieves with you.", "");
    assert_ne!(said, given);
    let Some(aligned) = align(test, "audio/columbia.wma", &given) else {
        return;
    };
    let foreign = words(&given[..given.find(FOREIGN).unwrap()]).len();
    let foreign = foreign..foreign + words(FOREIGN).len();
    let is_placed = |word: &&AlignedWord| word.span.is_some();
    let n_foreign = aligned[foreign.clone()].iter().filter(is_placed).count();
    let n_placed = aligned.iter().filter(is_placed).count();
    println!(
        "{n_placed} of {} words placed, {n_foreign} of {} that were not said; fit {:.2}",
        aligned.len(),
        foreign.len(),
        fit(&aligned)
    );
    assert!(n_foreign <= 4);
    assert!(n_placed - n_foreign >= (aligned.len() - foreign.len()) * 95 / 100);
    let spans: Vec<Span> = aligned.iter().filter_map(|word| word.span).collect();
    assert!(
        spans
            .windows(2)
            .all(|pair| pair[0].end_s <= pair[1].start_s + 1e-9)
    );
    // "… and may God continue to bless America" ends the address.
    assert!(spans.last().unwrap().end_s > 190.0);
}

#[test]
fn a_text_of_another_recording_does_not_fit() {
    let test = "a_text_of_another_recording_does_not_fit";
    for (name, said) in [
        ("video/grid_id2_swwp2s.mpg", "lay blue at x four now"),
        ("audio/jfk.wav", AUSTEN),
        ("audio/librivox_austen_0870.wav", JFK),
    ] {
        let Some(aligned) = align(test, name, said) else {
            return;
        };
        println!("{name}: fit {:.2}", fit(&aligned));
        assert!(fit(&aligned) < 0.5, "{name}: {}", fit(&aligned));
    }
}

#[test]
fn numbers_names_and_dashes_are_found_as_they_are_said() {
    let test = "numbers_names_and_dashes_are_found_as_they_are_said";
    let written = "Set WHITE – with “p” 2, soon!";
    let Some(aligned) = align(test, "video/grid_id2_swwp2s.mpg", written) else {
        return;
    };
    let placed: Vec<bool> = aligned.iter().map(|word| word.span.is_some()).collect();
    assert_eq!(placed, [true, true, false, true, true, true, true]);
    // Spellings that no dictionary has; their guessed sounds place them roughly.
    let unknown = JFK
        .replace("Americans", "Amerikans")
        .replace(" not", " nöt");
    if let Some(aligned) = align(test, "audio/jfk.wav", &unknown) {
        let starts_at = |index: usize, start_s: f64| {
            let word: &AlignedWord = &aligned[index];
            word.span
                .is_some_and(|span| (span.start_s - start_s).abs() < 0.15)
        };
        assert!(starts_at(4, 1.63) && starts_at(6, 3.99), "{aligned:?}");
    }
}

#[test]
fn nothing_to_align_gives_nothing() {
    let test = "nothing_to_align_gives_nothing";
    let Some(aligner) = aligner(test) else {
        return;
    };
    let silence = vec![0.0; 32_000];
    let align = |speech: &[Span], text: &str| {
        aligner
            .align(&silence, speech, &words(text), &Unwatched)
            .unwrap()
    };
    assert!(align(&[Span::new(0.0, 2.0)], "").is_empty());
    let absent = AlignedWord {
        span: None,
        confidence: 0.0,
    };
    assert_eq!(align(&[], "some words"), [absent.clone(), absent]);
    assert_eq!(
        align(&[Span::new(0.0, 2.0)], &"word ".repeat(500)).len(),
        500
    );
    assert_eq!(
        align(&[Span::new(1.0, 1.01)], "漢字 \u{0} \"(2) <s>").len(),
        4
    );
}

#[test]
fn a_cancelled_alignment_stops() {
    struct Cancelled;
    impl Watch for Cancelled {
        fn progress(&self, _fraction: f32) {}
        fn is_cancelled(&self) -> bool {
            true
        }
    }
    let Some(aligner) = aligner("a_cancelled_alignment_stops") else {
        return;
    };
    let samples = vec![0.1; 32_000];
    let outcome = aligner.align(&samples, &[Span::new(0.0, 2.0)], &words("a b"), &Cancelled);
    assert!(matches!(outcome, Err(EngineError::Cancelled)));
}
