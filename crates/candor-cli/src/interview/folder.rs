//! Where an interview is kept: `session.json` and `transcript.txt` after each turn, `report.json`, `.pdf` and `.csv`
//! and `transcript.vtt` and `.srt` at the end; with a job description and a résumé also `match.json`.

use std::{
    fs::{self, File},
    io::Write,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result};
use candor_app::transcripts::{TranscriptFormat, write_turns};
use candor_core::{interview::InterviewReport, purpose::Purpose};
use candor_interviewer::{
    documents::matching::Match,
    export::{self, About, Paper},
    session::Session,
};
use jiff::Timestamp;
use uuid::Uuid;

use super::InterviewArgs;
use crate::exit::Refused;

const SESSION: &str = "session.json";
const REPORT: &str = "report.json";
const PDF: &str = "report.pdf";
const TABLE: &str = "report.csv";
const MATCH: &str = "match.json";

/// The folder of one interview.
pub struct Folder {
    path: PathBuf,
    goes_on: bool,
}

impl Folder {
    /// The one that was named, or a new one.
    ///
    /// # Errors
    /// [`Refused`] for a folder that holds another interview, or none where one is to go on.
    pub fn open(args: &InterviewArgs) -> Result<Self> {
        if let Some(path) = &args.go_on {
            if !path.join(SESSION).is_file() {
                let why = format!("{} holds no interview", path.display());
                return Err(Refused(why).into());
            }
            return Ok(Self {
                path: path.clone(),
                goes_on: true,
            });
        }
        let path = args.outdir.clone().unwrap_or_else(|| {
            let unique = Uuid::now_v7().simple().to_string();
            let name = format!("interview-{}-{}", args.role.as_str(), &unique[24..]);
            Path::new("outputs").join(name)
        });
        if path.join(SESSION).exists() {
            let why = format!(
                "{0} holds an interview already; name another folder, or go on with --continue {0}",
                path.display()
            );
            return Err(Refused(why).into());
        }
        fs::create_dir_all(&path)
            .with_context(|| format!("the folder {} can't be made", path.display()))?;
        Ok(Self {
            path,
            goes_on: false,
        })
    }

    /// The interview that goes on.
    pub fn read(&self) -> Result<Option<Session>> {
        if !self.goes_on {
            return Ok(None);
        }
        let path = self.path.join(SESSION);
        let text = fs::read_to_string(&path)
            .with_context(|| format!("{} can't be read", path.display()))?;
        let session = serde_json::from_str(&text)
            .map_err(|error| Refused(format!("{} is no interview: {error}", path.display())))?;
        Ok(Some(session))
    }

    /// Keeps the interview as it is now: whole, or as it was before.
    pub fn keep(&self, session: &Session) -> Result<()> {
        self.write(SESSION, serde_json::to_string_pretty(session)?.as_bytes())?;
        self.write_transcript(session, TranscriptFormat::Text)?;
        Ok(())
    }

    /// Writes what was said with its times, for players and other programs, and tells where.
    pub fn write_cues(&self, session: &Session) -> Result<[PathBuf; 2]> {
        Ok([
            self.write_transcript(session, TranscriptFormat::Vtt)?,
            self.write_transcript(session, TranscriptFormat::Srt)?,
        ])
    }

    fn write_transcript(&self, session: &Session, format: TranscriptFormat) -> Result<PathBuf> {
        let text = write_turns(&session.turns, &session.plan.language, format);
        self.write(format.file_name(), text.as_bytes())
    }

    /// Writes the report and tells where: for programs, for people and for tables.
    pub fn write_report(&self, report: &InterviewReport, purpose: Purpose) -> Result<[PathBuf; 3]> {
        let about = About {
            title: format!("Interview: {}", report.family.as_str().replace('_', " ")),
            candidate: None,
            position: None,
            made_at: Timestamp::now(),
            purpose,
            decision: None,
        };
        let pdf = export::pdf(report, &about, Paper::A4)?;
        Ok([
            self.write(REPORT, serde_json::to_string_pretty(report)?.as_bytes())?,
            self.write(PDF, &pdf)?,
            self.write(TABLE, export::csv(report).as_bytes())?,
        ])
    }

    /// Writes which of the job's terms the résumé mentions.
    pub fn write_match(&self, matched: &Match) -> Result<PathBuf> {
        self.write(MATCH, serde_json::to_string_pretty(matched)?.as_bytes())
    }

    fn write(&self, name: &str, content: &[u8]) -> Result<PathBuf> {
        let path = self.path.join(name);
        let part = self.path.join(format!("{name}.part"));
        let written = || -> std::io::Result<()> {
            let mut file = File::create(&part)?;
            file.write_all(content)?;
            file.sync_all()?;
            fs::rename(&part, &path)
        };
        written().with_context(|| format!("{} can't be written", path.display()))?;
        Ok(path)
    }
}
