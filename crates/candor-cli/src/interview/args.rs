//! Flags of `candor interview`.

use std::path::PathBuf;

use candor_core::interview::{Difficulty, InterviewType, RoleFamily};
use candor_interviewer::bank;
use clap::Args;

use crate::args::PurposeArg;

/// Shortest and longest interview in minutes.
const MINUTES: std::ops::RangeInclusive<f64> = 2.0..=120.0;

/// `candor interview`.
#[derive(Debug, Args)]
pub struct InterviewArgs {
    /// What it is about: technical, behavioral, sales or customer_success
    #[arg(long, value_name = "ROLE", default_value = "technical", value_parser = role)]
    pub role: RoleFamily,
    /// What it gives its time to: mixed, technical, behavioral or screening
    #[arg(long = "type", value_name = "TYPE", default_value = "mixed", value_parser = interview_type)]
    pub interview_type: InterviewType,
    /// Language of questions and answers: en, tr, fr or id
    #[arg(long, value_name = "CODE", default_value = "en", value_parser = language)]
    pub lang: String,
    /// How long it may take
    #[arg(long, value_name = "MIN", default_value = "20", value_parser = minutes)]
    pub minutes: f64,
    /// Level to begin with: easy, medium or hard; it follows the answers
    #[arg(long, value_name = "LEVEL", default_value = "medium", value_parser = difficulty)]
    pub difficulty: Difficulty,
    /// Job description (PDF, DOCX or text): questions about it come first
    #[arg(long, value_name = "FILE")]
    pub jd: Option<PathBuf>,
    /// Résumé (PDF, DOCX or text): questions about it come first; with --jd also what of the job it mentions
    #[arg(long, value_name = "FILE")]
    pub resume: Option<PathBuf>,
    /// What it is held for; a report for hiring shows a recommendation and room for a decision
    #[arg(long, value_enum, default_value = "practice")]
    pub purpose: PurposeArg,
    /// Let the chat model of the settings ([chat]) judge the answers and word the questions: they are sent to its server
    #[arg(long)]
    pub chat: bool,
    /// File with settings, for --chat
    #[arg(long, value_name = "FILE", env = "CANDOR_CONFIG")]
    pub config: Option<PathBuf>,
    /// Decides the order of the questions; the same number asks the same ones
    #[arg(long, value_name = "N")]
    pub seed: Option<u64>,
    /// Folder for the interview and its report [default: outputs/interview-<role>-<short id>]
    #[arg(long, value_name = "DIR")]
    pub outdir: Option<PathBuf>,
    /// Go on with the interview in this folder
    #[arg(long = "continue", value_name = "DIR", conflicts_with_all = ["outdir", "jd", "resume"])]
    pub go_on: Option<PathBuf>,
}

fn role(text: &str) -> Result<RoleFamily, String> {
    RoleFamily::from_name(text)
        .ok_or_else(|| "technical, behavioral, sales or customer_success".to_owned())
}

fn interview_type(text: &str) -> Result<InterviewType, String> {
    InterviewType::from_name(text)
        .ok_or_else(|| "mixed, technical, behavioral or screening".to_owned())
}

fn language(text: &str) -> Result<String, String> {
    if bank::LANGUAGES.contains(&text) {
        Ok(text.to_owned())
    } else {
        Err(format!(
            "there are questions in {}",
            bank::LANGUAGES.join(", ")
        ))
    }
}

fn minutes(text: &str) -> Result<f64, String> {
    text.parse()
        .ok()
        .filter(|minutes| MINUTES.contains(minutes))
        .ok_or_else(|| format!("{} to {} minutes", MINUTES.start(), MINUTES.end()))
}

fn difficulty(text: &str) -> Result<Difficulty, String> {
    Difficulty::from_name(text).ok_or_else(|| "easy, medium or hard".to_owned())
}
