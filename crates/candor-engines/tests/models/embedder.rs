//! The sentence encoder on real weights.

use std::{fs, path::PathBuf};

use crate::shared;
use candor_core::ports::Embedder;
use candor_engines::{
    embedder::MiniLm,
    import::import_sentence_bert,
    registry::{Registry, RegistryOptions, ResolvedModel, TOKENIZER},
};

const PAIRS: [(&str, &str); 4] = [
    (
        "Tell me about a time you solved a difficult problem.",
        "Last year our database kept failing at night, so I traced it to a missing index and fixed it.",
    ),
    (
        "Why do you want to work here?",
        "I have followed your products for years and I like how you treat your customers.",
    ),
    (
        "What is the difference between a process and a thread?",
        "A process has its own memory, while threads share the memory of their process.",
    ),
    (
        "What is the difference between a process and a thread?",
        "My favourite dish is pasta with tomatoes and basil.",
    ),
];

fn cosine(a: &[f32], b: &[f32]) -> f32 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

/// The installed variant, whatever its files are called.
fn minilm(name: &str) -> Option<(ResolvedModel, MiniLm)> {
    let models = shared::models(name, &["minilm"])?;
    let data = tempfile::tempdir().unwrap();
    let options = RegistryOptions {
        system_dirs: false,
        ..RegistryOptions::in_data_dir(data.path(), Some(models))
    };
    match Registry::open(options).unwrap().find("minilm") {
        Ok(model) => {
            let embedder = MiniLm::open(&model).unwrap();
            Some((model, embedder))
        }
        Err(error) => {
            eprintln!("SKIPPED: {name}: {error}");
            None
        }
    }
}

#[test]
fn an_answer_is_closer_to_its_question_than_an_answer_to_something_else() {
    let name = "an_answer_is_closer_to_its_question_than_an_answer_to_something_else";
    let Some((_, embedder)) = minilm(name) else {
        return;
    };
    let texts: Vec<&str> = PAIRS.iter().flat_map(|&(q, a)| [q, a]).collect();
    let vectors = embedder.embed(&texts).unwrap();
    for vector in &vectors {
        assert!((cosine(vector, vector) - 1.0).abs() < 1e-5);
    }
    let on_topic = cosine(&vectors[4], &vectors[5]);
    let off_topic = cosine(&vectors[6], &vectors[7]);
    assert!(on_topic > 0.5 && off_topic < 0.2, "{on_topic} {off_topic}");
}

#[test]
fn a_text_has_the_same_vector_bit_for_bit_alone_and_in_company() {
    let name = "a_text_has_the_same_vector_bit_for_bit_alone_and_in_company";
    let Some((_, embedder)) = minilm(name) else {
        return;
    };
    let texts: Vec<&str> = PAIRS.iter().flat_map(|&(q, a)| [q, a]).collect();
    let together = embedder.embed(&texts).unwrap();
    assert_eq!(together, embedder.embed(&texts).unwrap());
    for (text, vector) in texts.iter().zip(&together) {
        let alone = embedder.embed(&[text]).unwrap();
        assert_eq!(&alone[0], vector, "{text}");
    }
}

#[test]
fn a_text_beyond_the_window_counts_to_its_end() {
    let name = "a_text_beyond_the_window_counts_to_its_end";
    let Some((_, embedder)) = minilm(name) else {
        return;
    };
    let start = "We grew tomatoes and basil in the garden behind the house. ".repeat(40);
    let end = "The compiler turns the program into machine code. ".repeat(40);
    let both = format!("{start}{end}");
    let unbroken = "word ".repeat(3000);
    let vectors = embedder
        .embed(&[&both, &start, &end, "compilers", &unbroken, ""])
        .unwrap();
    let to_end = cosine(&vectors[0], &vectors[3]);
    let to_start = cosine(&vectors[1], &vectors[3]);
    assert!(to_end > to_start + 0.1, "{to_end} {to_start}");
    assert!(vectors.iter().all(|vector| vector.len() == 384));
}

/// Similarities of [`PAIRS`] by another runtime on the published fp32 weights.
const FP32_SIMILARITIES: [f32; 4] = [0.204_87, 0.224_94, 0.802_84, -0.016_28];
/// The published int8 file keeps one scale for each weight matrix; that costs up to this much.
const INT8_TOLERANCE: f32 = 0.05;

#[test]
fn similarities_stay_near_those_by_fp32() {
    let name = "similarities_stay_near_those_by_fp32";
    let Some((model, embedder)) = minilm(name) else {
        return;
    };
    let tolerance = match model.variant.as_str() {
        "int8" => INT8_TOLERANCE,
        _ => 1e-3,
    };
    for ((question, answer), fp32) in PAIRS.into_iter().zip(FP32_SIMILARITIES) {
        let vectors = embedder.embed(&[question, answer]).unwrap();
        let similarity = cosine(&vectors[0], &vectors[1]);
        eprintln!("{} {similarity:.4} fp32 {fp32:.4}", model.variant);
        assert!((similarity - fp32).abs() < tolerance);
    }
}

#[test]
fn imported_fp32_weights_give_the_reference_similarities() {
    let name = "imported_fp32_weights_give_the_reference_similarities";
    let Some((model, _)) = minilm(name) else {
        return;
    };
    let Some(weights) = std::env::var_os("CANDOR_MINILM_SAFETENSORS").map(PathBuf::from) else {
        eprintln!("SKIPPED: {name}: CANDOR_MINILM_SAFETENSORS");
        return;
    };
    let config = fs::read(weights.with_file_name("config.json")).unwrap();
    let onnx = import_sentence_bert(&config, &fs::read(&weights).unwrap()).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("minilm.onnx");
    fs::write(&path, onnx).unwrap();
    let fp32 = MiniLm::load(&path, model.get(TOKENIZER).unwrap()).unwrap();
    for ((question, answer), wanted) in PAIRS.into_iter().zip(FP32_SIMILARITIES) {
        let vectors = fp32.embed(&[question, answer]).unwrap();
        let similarity = cosine(&vectors[0], &vectors[1]);
        assert!((similarity - wanted).abs() < 1e-3, "{similarity} {wanted}");
    }
}
