//! The report in a few lines.

use std::io::{self, Write};

use candor_core::interview::{InterviewReport, Remark};

/// Characters of a question in the table.
const QUESTION: usize = 60;

/// Prints what the interview came to.
pub fn print(report: &InterviewReport, output: &mut impl Write) -> io::Result<()> {
    writeln!(output, "\n{}", report.summary)?;
    match &report.overall {
        Ok(mark) => {
            write!(output, "overall: {:.1} of 10", mark.score)?;
            if let Some(uncertainty) = mark.uncertainty {
                write!(output, " ± {uncertainty:.1}")?;
            }
            let questions = if mark.n == 1 { "question" } else { "questions" };
            writeln!(output, " ({} {questions})", mark.n)?;
        }
        Err(reason) => writeln!(output, "overall: not evaluated ({reason})")?,
    }
    if let Some(formula) = &report.formula {
        writeln!(output, "formula: {}", formula.text)?;
    }
    writeln!(output)?;
    for question in &report.questions {
        let score = match &question.score {
            Ok(score) => format!("{score:>4.1}"),
            Err(_) => "   –".to_owned(),
        };
        let asked: String = question.asked.chars().take(QUESTION).collect();
        let made = question
            .key_points
            .map(|(made, of)| format!("  {made} of {of} key points"))
            .unwrap_or_default();
        writeln!(output, "{score}  {asked:<QUESTION$}{made}")?;
        if let Err(reason) = &question.score {
            writeln!(output, "      not evaluated: {reason}")?;
        }
    }
    remarks("strengths", &report.strengths, output)?;
    remarks("to improve", &report.improvements, output)?;
    writeln!(output)
}

fn remarks(title: &str, remarks: &[Remark], output: &mut impl Write) -> io::Result<()> {
    if remarks.is_empty() {
        return Ok(());
    }
    writeln!(output, "\n{title}")?;
    for remark in remarks {
        writeln!(output, "- {}", remark.text)?;
    }
    Ok(())
}
