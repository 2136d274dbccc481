//! `candor interview`: an interview in the terminal, from the greeting to the report.

use std::io::{self, BufRead, Write};

use anyhow::Result;
use candor_app::engines::Engines;
use candor_core::purpose::Purpose;
use candor_interviewer::{
    evaluation::Evaluator,
    report::{self, Scoring},
    session::{LONGEST_ANSWER, Reply, Session},
};
use jiff::Timestamp;

use crate::{
    engines::{InstalledEngines, SttChoice},
    exit::Refused,
};

mod args;
mod console;
mod folder;
mod mind;
mod papers;
mod plan;
mod summary;

pub use args::InterviewArgs;
use console::{Said, listen};
use folder::Folder;
use mind::{Chat, Mind};
use papers::Papers;

/// Holds the interview. Every answer is on disk before the next question is asked: a session that broke off
/// goes on with `--continue`.
pub fn run(args: &InterviewArgs) -> Result<()> {
    let papers = Papers::read(args)?;
    let chat = Chat::open(args)?;
    let folder = Folder::open(args)?;
    let engines = InstalledEngines::open(SttChoice::None)?;
    let embedder = engines.embedder();
    if let Err(reason) = &embedder {
        eprintln!("note: {reason}; answers are compared by their words alone");
    }
    let evaluator = Evaluator::new(embedder.ok());
    let mut session = folder
        .read()?
        .unwrap_or_else(|| Session::new(plan::make(args, papers.about())));
    if let Some(first) = session.plan.questions.first() {
        evaluator.warm_up(session.plan.family, first)?;
    }
    let mind = Mind::new(chat, evaluator);
    let (mut input, mut output) = (io::stdin().lock(), io::stdout().lock());
    if let Some(matched) = papers.matched(&session.plan.language) {
        papers::print(&matched, &mut output)?;
        if let Ok(matched) = &matched {
            folder.write_match(matched)?;
        }
    }
    hold(&mut session, &mind, &folder, &mut input, &mut output)?;
    let purpose = Purpose::from(args.purpose);
    let report = session.report(&Scoring::default());
    let report = match purpose {
        Purpose::Practice => report::rehearsed(report),
        Purpose::Hiring => report,
    };
    let paths = folder.write_report(&report, purpose)?;
    let cues = folder.write_cues(&session)?;
    summary::print(&report, &mut output)?;
    let names = ["report", "to print", "table", "cues", "cues"];
    for (what, path) in names.iter().zip(paths.iter().chain(&cues)) {
        writeln!(output, "{:<9} {}", format!("{what}:"), path.display())?;
    }
    Ok(())
}

/// Asks and listens until the interview is over.
fn hold(
    session: &mut Session,
    mind: &Mind,
    folder: &Folder,
    input: &mut impl BufRead,
    output: &mut impl Write,
) -> Result<()> {
    writeln!(output, "{}", console::HELP)?;
    match session.turns.last() {
        None => {
            let reply = session.begin(Timestamp::now())?;
            folder.keep(session)?;
            say(&reply, output)?;
        }
        Some(_) if session.has_ended() => {
            return Err(Refused("this interview is over; begin another one".to_owned()).into());
        }
        Some(turn) => console::say(&turn.text, output)?,
    }
    while !session.has_ended() {
        // Neither the time since it broke off nor what the interviewer takes to judge and to ask is the candidate's.
        session.state.take_up(Timestamp::now());
        let asked = session.pending_answer("");
        let is_code = asked.is_some_and(|(question, _)| question.coding.is_some());
        let said = listen(input, output, is_code)?;
        let now = Timestamp::now();
        let step = match said {
            Said::TooMuch => {
                writeln!(
                    output,
                    "(longer than {LONGEST_ANSWER} characters; please shorten it)"
                )?;
                continue;
            }
            Said::Words(text) => {
                let assessment = mind.judge(session, &text)?;
                let mut step = session.answer(&text, assessment, now);
                if let Ok(reply) = &mut step {
                    mind.word(session, reply);
                }
                step
            }
            Said::Skip => session.skip(now),
            Said::Repeat => session.repeat(now),
            Said::Stop => session.stop(now),
        };
        match step {
            Ok(reply) => {
                folder.keep(session)?;
                say(&reply, output)?;
            }
            Err(error) => writeln!(output, "({error})")?,
        }
    }
    Ok(())
}

fn say(reply: &Reply, output: &mut impl Write) -> io::Result<()> {
    console::say(&reply.turn.text, output)?;
    if let Some(coding) = &reply.coding {
        writeln!(output, "\n{}", coding.starter_code.trim_end())?;
    }
    Ok(())
}
