//! What an interview sets out with.

use candor_core::interview::Question;
use candor_interviewer::{
    background::Background,
    bank::{self, About},
    strategy::Plan,
};
use sha2::{Digest, Sha256};

use super::InterviewArgs;

/// The shipped questions of the role, in an order that the seed decides; those about the job and the person first.
pub fn make(args: &InterviewArgs, about: About) -> Plan {
    let seed = args
        .seed
        .unwrap_or_else(|| uuid::Uuid::now_v7().as_u64_pair().1);
    let mut questions = bank::shipped(args.role, &args.lang).to_vec();
    questions.retain(|question| !args.interview_type.leaves_out(question.phase));
    questions.sort_by_cached_key(|question| rank(seed, question));
    for unused in bank::fit(&mut questions, about, &args.lang) {
        let (reason, paper) = (unused.reason, unused.paper);
        eprintln!("note: {reason}; the {paper} does not decide which questions come first");
    }
    Plan {
        family: args.role,
        interview_type: args.interview_type,
        language: args.lang.clone(),
        duration_s: args.minutes * 60.0,
        difficulty: args.difficulty,
        questions,
        background: Background::new(about.job, about.resume, &[], &args.lang),
    }
}

fn rank(seed: u64, question: &Question) -> [u8; 32] {
    let mut hash = Sha256::new();
    hash.update(seed.to_le_bytes());
    hash.update(&question.id);
    hash.finalize().into()
}
