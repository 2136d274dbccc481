//! The job description and the résumé that an interview is held with.

use std::{
    fs::File,
    io::{self, Read, Write},
    path::Path,
};

use anyhow::{Context, Result};
use candor_core::measured::Measured;
use candor_interviewer::{
    bank::About,
    documents::{self, Limits, matching::Match},
};

use super::InterviewArgs;
use crate::exit::Refused;

/// Terms that are named on the screen.
const TERMS: usize = 8;

/// Their texts.
#[derive(Debug, Default)]
pub struct Papers {
    job: Option<String>,
    resume: Option<String>,
}

impl Papers {
    /// Reads what was named.
    ///
    /// # Errors
    /// [`Refused`] for a file that is not read, with what to do.
    pub fn read(args: &InterviewArgs) -> Result<Self> {
        let text = |path: &Option<std::path::PathBuf>| path.as_deref().map(text).transpose();
        Ok(Self {
            job: text(&args.jd)?,
            resume: text(&args.resume)?,
        })
    }

    /// What questions are chosen by.
    pub fn about(&self) -> About<'_> {
        About {
            job: self.job.as_deref(),
            resume: self.resume.as_deref(),
        }
    }

    /// The résumé beside the job description, where both are there.
    pub fn matched(&self, language: &str) -> Option<Measured<Match>> {
        let (resume, job) = (self.resume.as_deref()?, self.job.as_deref()?);
        Some(documents::matching(resume, job, Some(language)))
    }
}

fn text(path: &Path) -> Result<String> {
    let most = Limits::default().bytes as u64;
    let mut bytes = Vec::new();
    File::open(path)
        .and_then(|file| file.take(most + 1).read_to_end(&mut bytes))
        .with_context(|| format!("{} can't be read", path.display()))?;
    let name = path.file_name().and_then(|name| name.to_str());
    let document = documents::read(&bytes, name)
        .map_err(|error| Refused(format!("{}: {error}", path.display())))?;
    if document.cut {
        eprintln!("note: only the beginning of {} was read", path.display());
    }
    if document.hidden_characters > 0 {
        let (n, path) = (document.hidden_characters, path.display());
        eprintln!("note: {n} characters of {path} that nobody would see were left out");
    }
    Ok(document.text)
}

/// Says which of the job's terms the résumé mentions.
pub fn print(matched: &Measured<Match>, output: &mut impl Write) -> io::Result<()> {
    let matched = match matched {
        Ok(matched) => matched,
        Err(reason) => return writeln!(output, "job and résumé: not compared ({reason})"),
    };
    let names = |terms: &[documents::matching::Term]| {
        let names = terms.iter().take(TERMS).map(|term| term.text.as_str());
        names.collect::<Vec<_>>().join(", ")
    };
    let share = 100.0 * matched.share;
    writeln!(
        output,
        "the résumé mentions {share:.0} % of what the job asks for, by weight"
    )?;
    writeln!(output, "  mentioned: {}", names(&matched.matched))?;
    writeln!(output, "  not mentioned: {}", names(&matched.missing))
}
