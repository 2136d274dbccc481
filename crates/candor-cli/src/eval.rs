//! `candor eval`: figures against labelled data as a table or JSON.

use anyhow::Result;
use candor_app::eval::{self, EvalError, Figure, SUITES, SuiteReport};
use candor_media::Tools;

use crate::{
    args::EvalArgs,
    engines::{InstalledEngines, SttChoice},
    exit::Refused,
};

/// Runs the suites that were asked for.
pub fn run(args: &EvalArgs) -> Result<()> {
    let tools = Tools::find()?;
    let engines = InstalledEngines::open(SttChoice::parse(&args.stt_model)?)?;
    let wished: Vec<&str> = if args.suite == "all" {
        SUITES.to_vec()
    } else {
        vec![&args.suite]
    };
    let mut reports = Vec::new();
    for suite in &wished {
        match eval::run(suite, &args.data, &tools, &engines) {
            Ok(report) => reports.push(report),
            Err(error @ (EvalError::NoData(_) | EvalError::Unavailable(_))) if wished.len() > 1 => {
                eprintln!("{suite}: skipped: {error}");
            }
            Err(error @ (EvalError::NoData(_) | EvalError::UnknownSuite(_))) => {
                return Err(Refused(error.to_string()).into());
            }
            Err(error) => return Err(error.into()),
        }
    }
    if args.json {
        println!("{}", serde_json::to_string_pretty(&reports)?);
    } else {
        for report in &reports {
            print(report, args.clips);
        }
    }
    Ok(())
}

fn print(report: &SuiteReport, clips: bool) {
    println!("\n{}", report.suite);
    for figure in &report.figures {
        line("  ", figure);
    }
    if clips {
        for (clip, figures) in &report.clips {
            println!("  {clip}");
            for figure in figures {
                line("    ", figure);
            }
        }
    }
    for skipped in &report.skipped {
        println!("  skipped: {skipped}");
    }
}

fn line(indent: &str, figure: &Figure) {
    let value = figure
        .value
        .map_or_else(|| "–".to_owned(), |value| format!("{value:.4}"));
    println!(
        "{indent}{:<52} {value:>10} {:<6} n = {}",
        figure.name, figure.unit, figure.n
    );
}
