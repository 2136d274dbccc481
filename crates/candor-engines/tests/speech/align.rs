//! When PocketSphinx finds the words of a known text.

use std::{path::Path, time::Instant};

use candor_core::{
    ports::{AlignedWord, Aligner, Unwatched},
    span::Span,
};
use candor_engines::speech::pocketsphinx::{ModelFiles, PocketsphinxAligner};

use super::support::{audio, json, shared, skip, speech, text};

const SYSTEM_MODEL: &str = "/usr/share/pocketsphinx/model/en-us";

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

#[test]
fn explore() {
    let a = aligner("x").unwrap();
    let start = Instant::now();
    let _ = aligner("x").unwrap();
    println!("load {:.2}", start.elapsed().as_secs_f64());
    let columbia = text("media/audio/columbia.txt");
    let harvard = text("media/audio/harvard_list30.txt");
    let jfk = "And so my fellow Americans, ask not what your country can do for you, ask what you can do for your country.";
    let sets = std::env::var("SETS").unwrap_or_default();
    for (name, text) in [
        ("video/grid_id2_swwp2s.mpg", "set white with p two soon"),
        ("video/grid_id2_swwp2s.mpg", "lay blue at x four now"),
        ("audio/jfk.wav", jfk),
        ("audio/jfk.wav", &harvard[..110]),
        ("audio/harvard_list30.mp3", &harvard),
        ("audio/harvard_list30.mp3", &columbia[..400]),
        ("audio/librivox_austen_0870.wav", "and mister john dashwood had then leisure to consider how much there might be prudently in his power to do for them"),
        ("audio/columbia.wma", &columbia),
        ("audio/columbia.wma", "rust"),
        ("audio/columbia.wma", &columbia.replace("The Columbia's lost.", "Everybody was happy to hear that the weather would be fine on the next day and went home.").replace("These men and women assumed great risk in the service to all humanity.", "")),
    ] {
        if !sets.is_empty() && !name.contains(&sets) { continue; }
        let samples = audio("x", name).unwrap();
        let text = if text == "rust" { std::fs::read_to_string(shared().join("design/STYLE.md")).unwrap().chars().filter(|c| c.is_alphanumeric() || c.is_whitespace() || *c=='\'').take(2000).collect() } else { text.to_owned() };
        let w = words(&text);
        let start = Instant::now();
        let r = a.align(&samples, &speech(&samples), &w, &Unwatched).unwrap();
        let s = start.elapsed().as_secs_f64();
        let placed = r.iter().filter(|w| w.span.is_some()).count();
        let mut conf: Vec<f32> = r.iter().filter(|w| w.span.is_some()).map(|w| w.confidence).collect();
        conf.sort_by(f32::total_cmp);
        let q = |p: usize| conf.get(conf.len() * p / 100).copied().unwrap_or(0.0);
        let reference: Vec<(f64, f64)> = if name.contains("harvard") { json("media/audio/harvard_list30.words.json")["words"].as_array().unwrap().iter().map(|w| (w["start"].as_f64().unwrap(), w["end"].as_f64().unwrap())).collect() } else if name.contains("columbia") || text.len() == 1 { vec![] } else { json(&format!("media/align/{}.words.json", name.split('/').nth(1).unwrap()))["words"].as_array().unwrap().iter().map(|w| (w["start"].as_f64().unwrap(), w["end"].as_f64().unwrap())).collect() };
        if reference.len() == r.len() {
            let mut e: Vec<f64> = r.iter().zip(&reference).filter_map(|(a, b)| a.span.map(|s| [(s.start_s - b.0).abs(), (s.end_s - b.1).abs()])).flatten().collect();
            e.sort_by(f64::total_cmp);
            println!("ERR median {:.3} p90 {:.3} max {:.3}", e[e.len()/2], e[e.len()*9/10], e[e.len()-1]);
        }
        println!("{name}\trtf {:.3}\tplaced {placed}/{}\tconf q5 {:.2} q25 {:.2} q50 {:.2} q75 {:.2} q95 {:.2}", s * 16000.0 / samples.len() as f64, r.len(), q(5), q(25), q(50), q(75), q(95));
        for (w, r) in w.iter().zip(&r).take(if sets.is_empty() {12} else {1000}) {
            println!("   {w}\t{:?}\t{:.2}", r.span.map(|s| ((s.start_s*100.0).round()/100.0, (s.end_s*100.0).round()/100.0)), r.confidence);
        }
    }
    let _ = (
        Path::new(""),
        json as fn(&str) -> _,
        None::<AlignedWord>,
        None::<Span>,
    );
}
