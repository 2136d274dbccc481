//! An interview in the terminal, played through.

use std::{
    io::Write,
    path::Path,
    process::{Child, Output, Stdio},
};

use candor_app::transcripts::read;
use candor_testkit::{
    chat::{Act, ChatServer},
    read_json,
};
use serde_json::Value;

use crate::served::{candor, until};

/// An answer that says something.
const ANSWER: &str = "In my last project I owned the billing service. Requests were slow, so I measured them, \
    found a missing index and added it. The median went from 900 ms to 40 ms, and I wrote a test that watches it.";

fn begin(arguments: &[&str]) -> Child {
    candor(&[&["interview"], arguments].concat())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap()
}

fn play(arguments: &[&str], said: &str) -> Output {
    let mut child = begin(arguments);
    // One that is refused or over does not listen to the end.
    let _ = child.stdin.take().unwrap().write_all(said.as_bytes());
    child.wait_with_output().unwrap()
}

fn turns(folder: &Path, kind: &str) -> Vec<String> {
    let path = folder.join("session.json");
    if !path.exists() {
        return Vec::new();
    }
    let session: Value = read_json(&path);
    let turns = session["turns"].as_array().unwrap();
    turns
        .iter()
        .filter(|turn| turn["kind"] == kind)
        .map(|turn| turn["text"].as_str().unwrap().to_owned())
        .collect()
}

#[test]
fn an_interview_ends_by_itself_with_a_report_of_what_was_asked() {
    let outside = tempfile::tempdir().unwrap();
    let folder = outside.path().join("talk");
    let said = format!("{ANSWER}\n\n").repeat(60);
    let arguments = [
        "--role",
        "behavioral",
        "--minutes",
        "10",
        "--seed",
        "7",
        "--outdir",
    ];
    let played = play(
        &[&arguments[..], &[folder.to_str().unwrap()]].concat(),
        &said,
    );
    let printed = String::from_utf8_lossy(&played.stdout);
    assert!(
        played.status.success(),
        "{printed}{}",
        String::from_utf8_lossy(&played.stderr)
    );
    let asked = turns(&folder, "question");
    assert!(asked.len() >= 3, "{asked:?}");
    assert_eq!(turns(&folder, "closing").len(), 1);
    let report: Value = read_json(&folder.join("report.json"));
    let questions = report["questions"].as_array().unwrap();
    assert_eq!(questions.len(), asked.len());
    for question in questions {
        let words = question["asked"].as_str().unwrap();
        assert!(asked.iter().any(|asked| asked.contains(words)), "{words}");
    }
    assert!(report["overall"]["score"].as_f64().unwrap() > 0.0);
    assert_eq!(report["recommendation"], Value::Null, "it is for practice");
    let why = report["not_measured"].to_string();
    assert!(why.contains("practice_recommendation"), "{why}");
    assert!(!printed.contains("marks speak"), "{printed}");
    assert!(
        printed.contains("overall: ") && printed.contains("report: "),
        "{printed}"
    );
    let pdf = std::fs::read(folder.join("report.pdf")).unwrap();
    assert!(pdf.starts_with(b"%PDF-"));
    let table = std::fs::read_to_string(folder.join("report.csv")).unwrap();
    assert!(table.lines().count() > questions.len());
    said_with_times(&folder);
}

/// Every answer stands in the transcripts, with who spoke.
fn said_with_times(folder: &Path) {
    let n_answers = turns(folder, "answer").len();
    for (name, answer) in [
        ("transcript.txt", "Candidate: In my last project"),
        ("transcript.vtt", "<v Candidate>In my last project"),
        ("transcript.srt", "Candidate: In my last project"),
    ] {
        let text = std::fs::read_to_string(folder.join(name)).unwrap();
        assert_eq!(text.matches(answer).count(), n_answers, "{name}");
    }
    let cues = read(&folder.join("transcript.vtt")).unwrap();
    assert!(cues.segments.len() > n_answers, "and the farewell");
    let ends = cues.segments.iter().filter_map(|cue| cue.span);
    assert!(ends.map(|span| span.end_s).is_sorted());
}

#[test]
fn an_interview_that_broke_off_goes_on_where_it_was() {
    let outside = tempfile::tempdir().unwrap();
    let folder = outside.path().join("talk");
    let path = folder.to_str().unwrap();
    let mut child = begin(&["--outdir", path]);
    let said = format!("{ANSWER}\n\n");
    let mut stdin = child.stdin.take().unwrap();
    stdin.write_all(said.as_bytes()).unwrap();
    until("the answer is kept", || {
        turns(&folder, "answer") == [ANSWER]
    });
    child.kill().unwrap();
    child.wait().unwrap();

    let again = play(&["--outdir", path], "");
    assert_eq!(again.status.code(), Some(2), "it is not begun anew");
    let goes_on = play(&["--continue", path], "/skip\n/stop\n");
    assert!(goes_on.status.success());
    assert_eq!(turns(&folder, "answer"), [ANSWER], "nothing was lost");
    assert_eq!(turns(&folder, "skip").len(), 1);
    assert!(folder.join("report.json").is_file());
    let over = play(&["--continue", path], "");
    assert_eq!(over.status.code(), Some(2), "it is over");
}

#[test]
fn an_interview_that_goes_on_a_day_later_has_lost_no_time() {
    let outside = tempfile::tempdir().unwrap();
    let folder = outside.path().join("talk");
    let path = folder.to_str().unwrap();
    let mut child = begin(&["--minutes", "10", "--outdir", path]);
    let mut stdin = child.stdin.take().unwrap();
    stdin.write_all(format!("{ANSWER}\n\n").as_bytes()).unwrap();
    until("the answer is kept", || {
        turns(&folder, "answer") == [ANSWER]
    });
    child.kill().unwrap();
    child.wait().unwrap();
    let file = folder.join("session.json");
    let mut session: Value = read_json(&file);
    session["state"]["last_at"] = "2024-01-01T00:00:00Z".into();
    std::fs::write(&file, session.to_string()).unwrap();

    let goes_on = play(&["--continue", path], "/skip\n/stop\n");
    assert!(goes_on.status.success());
    assert_eq!(turns(&folder, "skip").len(), 1);
    let session: Value = read_json(&file);
    assert_eq!(session["state"]["end"], "stopped", "its time is not up");
    let used_s = session["state"]["used_s"].as_f64().unwrap();
    assert!(used_s < 300.0, "{used_s}");
}

#[test]
fn a_chat_model_that_fails_leaves_the_terminal_its_own_evaluator() {
    let chat = ChatServer::start([Act::status(503)]);
    let outside = tempfile::tempdir().unwrap();
    let settings = outside.path().join("candor.toml");
    let text = format!(
        "[chat]\nurl = \"{}\"\nmodel = \"m-1\"\naccess = \"open\"\n",
        chat.url()
    );
    std::fs::write(&settings, text).unwrap();
    let folder = outside.path().join("talk");
    let arguments = [
        "--chat",
        "--config",
        settings.to_str().unwrap(),
        "--outdir",
        folder.to_str().unwrap(),
    ];
    let played = play(&arguments, &format!("{ANSWER}\n\n/stop\n"));
    let told = String::from_utf8_lossy(&played.stderr);
    assert!(played.status.success(), "{told}");
    assert!(
        told.contains("are sent to the chat model m-1 at 127.0.0.1"),
        "{told}"
    );
    let session = std::fs::read_to_string(folder.join("session.json")).unwrap();
    assert!(session.contains("chat_unavailable"), "{session}");
    assert!(!chat.got().is_empty());
}

#[test]
fn a_short_resume_is_not_called_a_job_description() {
    let outside = tempfile::tempdir().unwrap();
    let resume = outside.path().join("resume.txt");
    std::fs::write(&resume, "Sold things.\n").unwrap();
    let folder = outside.path().join("talk");
    let arguments = [
        "--resume",
        resume.to_str().unwrap(),
        "--outdir",
        folder.to_str().unwrap(),
    ];
    let played = play(&arguments, "/stop\n");
    let told = String::from_utf8_lossy(&played.stderr);
    assert!(
        told.contains("résumé") && !told.contains("job description"),
        "{told}"
    );
}

#[test]
fn what_can_not_be_is_refused_with_what_can() {
    for (arguments, told) in [
        (["--role", "pilot"], "customer_success"),
        (["--lang", "de"], "en, tr, fr, id"),
        (["--minutes", "0"], "2 to 120 minutes"),
        (["--continue", "nowhere"], "nowhere holds no interview"),
        (["--chat", "--minutes=5"], "chat.url"),
    ] {
        let refused = play(&arguments, "");
        let said = String::from_utf8_lossy(&refused.stderr);
        assert_eq!(refused.status.code(), Some(2), "{said}");
        assert!(said.contains(told), "{said}");
    }
}

#[test]
fn a_job_description_and_a_resume_decide_what_is_asked_first() {
    let outside = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| {
        let path = outside.path().join(name);
        std::fs::write(&path, text).unwrap();
        path.to_str().unwrap().to_owned()
    };
    let job = write(
        "job.md",
        "# Backend engineer\n\n## Requirements\n- You design database schemas and tune slow SQL queries with indexes.\n\
         - You know caching and cache invalidation.\n- You run services in production and write tests.\n",
    );
    let resume = write(
        "resume.txt",
        "Experience\nThree years of backend work. I designed database schemas for a shop, tuned SQL queries, added \
         indexes and wrote tests for all services.\n\nSkills\nSQL, Rust, PostgreSQL\n",
    );
    let folder = outside.path().join("talk");
    let path = folder.to_str().unwrap();
    let files = ["--jd", &job, "--resume", &resume, "--outdir", path];
    let played = play(&files, "/stop\n");
    let printed = String::from_utf8_lossy(&played.stdout);
    assert!(played.status.success(), "{printed}");
    assert!(printed.contains("not mentioned: "), "{printed}");
    let matched: Value = read_json(&folder.join("match.json"));
    let terms = |of: &str| matched[of].to_string().to_lowercase();
    assert!(terms("matched").contains("sql") && terms("missing").contains("cach"));
    let share = matched["share"].as_f64().unwrap();
    assert!(share > 0.2 && share < 1.0, "{share}");
    let session: Value = read_json(&folder.join("session.json"));
    let questions = session["plan"]["questions"].as_array().unwrap();
    let first = questions[0].to_string().to_lowercase();
    assert!(
        first.contains("database") || first.contains("index"),
        "{first}"
    );

    let picture = write("scan.pdf", "%PDF-1.4\nnothing else");
    let refused = play(&["--jd", &picture], "");
    assert_eq!(refused.status.code(), Some(2));
    let why = String::from_utf8_lossy(&refused.stderr);
    assert!(why.contains("damaged"), "{why}");
}
