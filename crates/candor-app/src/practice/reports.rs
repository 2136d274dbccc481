//! Reports of analysed sessions, made when they are asked for; the session is `report_ready` then.

use std::collections::BTreeMap;

use candor_core::{
    access::{Action, Actor},
    ids::InterviewId,
    purpose::Purpose,
};
use candor_interviewer::export::{self, About, Paper};
use candor_store::records::practice as store;
use serde_json::{Value, json};

use super::{before, documents, sessions};
use crate::{
    App, AppError,
    audit::{self, Entry},
    conduct::Exported,
    documented::practice::{self as documented, ReportAbout},
    fields,
};

/// Most pictures of charts.
const MOST_CHARTS: usize = 12;
/// Longest picture of a chart as a URL, in bytes.
const LONGEST_CHART: usize = 600_000;
/// What a picture begins with; anything else is left out, as documented.
const PICTURE: &str = "data:image/";

/// What a client says about a report.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ReportWishes {
    /// Whether pictures of charts are kept in it.
    pub include_charts: bool,
    /// Pictures by name, as `data:` URLs.
    pub charts: BTreeMap<String, String>,
    /// Name that stands in it; what the person calls themself unless given.
    pub user_name: Option<String>,
    /// `pdf` unless given.
    pub format: Option<String>,
}

/// Makes the report of a session's newest finished analysis.
///
/// # Errors
/// [`AppError::Denied`]; [`AppError::NotFound`] for an unknown session, somebody else's, and one without a
/// finished analysis; [`AppError::Invalid`].
pub async fn generate_report(
    app: &App,
    actor: &Actor,
    session: InterviewId,
    wishes: ReportWishes,
) -> Result<Value, AppError> {
    actor.may(Action::RunAnalyses)?;
    let row = sessions::own(app.store.fresh(), actor, session).await?;
    let charts = charts(wishes.include_charts, wishes.charts)?;
    let user_name = match wishes.user_name {
        Some(name) => fields::line("userName", &name, 100)?,
        None => sessions::session(row).user,
    };
    let format = match wishes.format {
        Some(format) => fields::line("format", &format, 20)?,
        None => "pdf".to_owned(),
    };
    let analysis = documents::results(app, actor, session).await?;
    let about = ReportAbout {
        user_name,
        format,
        charts,
        made_at: app.clock.now(),
    };
    let report = documented::report(&analysis, &about);
    let to = "report_ready";
    let now = about.made_at.into();
    let transaction = app.store.begin().await?;
    store::set_status(
        &transaction,
        actor.organisation,
        session,
        before(to),
        to,
        now,
    )
    .await?;
    let entry = Entry::by(actor, "practice.report_made", &session, json!({}));
    audit::record(&transaction, app, entry).await?;
    transaction.commit().await?;
    Ok(report)
}

/// The same report as a PDF. Pictures of charts are not in it: the scores are drawn anew.
///
/// # Errors
/// Like [`generate_report`].
pub async fn print_report(
    app: &App,
    actor: &Actor,
    session: InterviewId,
    wishes: ReportWishes,
) -> Result<Exported, AppError> {
    let wishes = ReportWishes {
        include_charts: false,
        ..wishes
    };
    let report = generate_report(app, actor, session, wishes).await?;
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let about = About {
        title: text(&report["title"]),
        candidate: Some(text(&report["sessionMetadata"]["userName"])),
        position: None,
        made_at: app.clock.now(),
        purpose: Purpose::Practice,
        decision: None,
    };
    let made = tokio::task::spawn_blocking(move || {
        export::practice_pdf(&documented::printed(&report), &about, Paper::A4)
    });
    Ok(Exported {
        bytes: made
            .await
            .map_err(AppError::internal)?
            .map_err(AppError::internal)?,
        content_type: "application/pdf",
        file_name: format!("interview_report_{}.pdf", session.uuid()),
    })
}

/// The pictures that are kept: only `data:image/…`, where any are wanted.
fn charts(
    are_wanted: bool,
    charts: BTreeMap<String, String>,
) -> Result<Option<BTreeMap<String, String>>, AppError> {
    if !are_wanted {
        return Ok(None);
    }
    let wrong = |what: String| AppError::invalid("invalid_charts", "chartSnapshots", what);
    if charts.len() > MOST_CHARTS {
        return Err(wrong(format!(
            "chartSnapshots holds more than {MOST_CHARTS} pictures"
        )));
    }
    let mut kept = BTreeMap::new();
    for (name, picture) in charts {
        if !picture.starts_with(PICTURE) {
            continue;
        }
        let name = fields::line("chartSnapshots", &name, 100)?;
        if picture.len() > LONGEST_CHART {
            return Err(wrong(format!(
                "a picture in chartSnapshots is longer than {LONGEST_CHART} bytes"
            )));
        }
        kept.insert(name, picture);
    }
    Ok(Some(kept))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sent(pictures: &[(&str, &str)]) -> BTreeMap<String, String> {
        let pictures = pictures.iter();
        pictures
            .map(|(name, url)| ((*name).to_owned(), (*url).to_owned()))
            .collect()
    }

    #[test]
    fn only_pictures_are_kept_and_only_when_they_are_wanted() {
        let all = sent(&[
            ("engagement", "data:image/png;base64,AAAA"),
            ("page", "data:text/html,<script>"),
            ("far", "https://example.org/a.png"),
        ]);
        assert_eq!(charts(false, all.clone()).unwrap(), None);
        let kept = charts(true, all).unwrap().unwrap();
        assert_eq!(kept, sent(&[("engagement", "data:image/png;base64,AAAA")]));
    }

    #[test]
    fn endless_pictures_are_refused() {
        let long = format!("{PICTURE}png;base64,{}", "A".repeat(LONGEST_CHART));
        assert!(charts(true, sent(&[("a", &long)])).is_err());
        let many: BTreeMap<String, String> = (0..=MOST_CHARTS)
            .map(|i| (i.to_string(), format!("{PICTURE}png,")))
            .collect();
        assert!(charts(true, many).is_err());
    }
}
