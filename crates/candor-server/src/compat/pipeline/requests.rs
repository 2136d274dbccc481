//! The bodies that start pipelines: the full record, the shorthand, and the submission.

use candor_app::{
    App, AppError,
    documented::pipeline::{
        facts::QuestionFacts,
        intake::{NewRecord, ScoreWeights, StatedConsent, check_callback_url, check_video_url},
    },
};
use candor_core::purpose::Purpose;
use serde_json::{Value, json};
use uuid::Uuid;

use super::reader::{ADDRESS, LINE, Node, PROSE, invalid};

/// Most questions of one record.
const MAX_QUESTIONS: usize = 100;
/// Most keywords or skills of one question.
const MAX_WORDS: usize = 200;
/// Largest free-form object, in bytes of JSON.
const DOCUMENT: usize = 65_536;
/// Version of the interface that is served (documented default).
pub const API_VERSION: &str = "1.0.0";

/// Any of the bodies, told apart by their fields.
///
/// # Errors
/// [`AppError::Invalid`] that names the field.
pub fn any(app: &App, body: &Value) -> Result<NewRecord, AppError> {
    let root = Node::root(body);
    if !root.field("interview").is_absent() && root.field("videoResponses").is_absent() {
        full(app, body)
    } else if !root.field("videoResponses").is_absent() {
        submission(app, body)
    } else if !root.field("videoUrl").is_absent() {
        shorthand(app, body)
    } else {
        full(app, body)
    }
}

/// `{meta, application, interview {questions[]}}`.
///
/// # Errors
/// [`AppError::Invalid`] that names the field.
pub fn full(app: &App, body: &Value) -> Result<NewRecord, AppError> {
    let root = Node::root(body);
    let interview = root.field("interview");
    let Some(items) = interview.field("questions").items(MAX_QUESTIONS)? else {
        return Err(interview.field("questions").wrong("must be an array"));
    };
    let application = root.field("application");
    application.required_object()?;
    let mut questions = Vec::new();
    for item in &items {
        item.required_object()?;
        let video = item.field("video");
        video.required_object()?;
        let url = video.field("url").required(ADDRESS)?;
        check_video_url(app, &path(&video, "url"), &url)?;
        let video_response_id = video.field("videoResponseId").id()?;
        questions.push(QuestionFacts {
            video_response_id,
            video_url: Some(url),
            ..question(item, item.field("id").id()?)?
        });
    }
    distinct(&questions)?;
    let common = common(app, &root)?;
    Ok(NewRecord {
        application_id: application.field("id").id()?,
        candidate: document(&application.field("candidate"))?,
        personality_test: document(&application.field("personalityTest"))?,
        interview_id: interview.field("id").id()?,
        title: interview.field("title").text(LINE)?,
        questions,
        ..common
    })
}

/// `{videoUrl, applicationId, questionId?, interviewId?, videoResponseId?}`.
///
/// # Errors
/// [`AppError::Invalid`] that names the field.
pub fn shorthand(app: &App, body: &Value) -> Result<NewRecord, AppError> {
    let root = Node::root(body);
    let url = root.field("videoUrl").required(ADDRESS)?;
    check_video_url(app, "videoUrl", &url)?;
    let application_id = root.field("applicationId").id()?;
    let given = |name: &str| {
        let node = root.field(name);
        if node.is_absent() {
            Ok(None)
        } else {
            node.id().map(Some)
        }
    };
    let question_id = given("questionId")?.unwrap_or_else(|| "q1".to_owned());
    let question = question(&root, question_id)?;
    Ok(NewRecord {
        application_id,
        candidate: document(&root.field("candidate"))?,
        personality_test: document(&root.field("personalityTest"))?,
        interview_id: given("interviewId")?.unwrap_or_else(|| Uuid::new_v4().to_string()),
        questions: vec![QuestionFacts {
            video_response_id: given("videoResponseId")?
                .unwrap_or_else(|| Uuid::new_v4().to_string()),
            video_url: Some(url),
            ..question
        }],
        ..common(app, &root)?
    })
}

/// `{applicationId, interviewId, candidate, personalityTest, interview {title, questions[]},
/// videoResponses[]}`.
///
/// # Errors
/// [`AppError::Invalid`] that names the field.
pub fn submission(app: &App, body: &Value) -> Result<NewRecord, AppError> {
    let root = Node::root(body);
    let interview = root.field("interview");
    let Some(items) = interview.field("questions").items(MAX_QUESTIONS)? else {
        return Err(interview.field("questions").wrong("must be an array"));
    };
    let mut questions = Vec::new();
    for item in &items {
        item.required_object()?;
        let id = if item.field("questionId").is_absent() && !item.field("id").is_absent() {
            item.field("id").id()?
        } else {
            item.field("questionId").id()?
        };
        questions.push(question(item, id)?);
    }
    let Some(responses) = root.field("videoResponses").items(MAX_QUESTIONS)? else {
        return Err(root.field("videoResponses").wrong("must be an array"));
    };
    for response in &responses {
        response.required_object()?;
        let id = response.field("videoResponseId").id()?;
        let of = response.field("questionId").id()?;
        let url = response.field("videoUrl").required(ADDRESS)?;
        check_video_url(app, &path(response, "videoUrl"), &url)?;
        let question = questions.iter_mut().find(|question| question.id == of);
        let Some(question) = question else {
            return Err(response
                .field("questionId")
                .wrong("names no question of interview.questions"));
        };
        if question.video_url.is_some() {
            return Err(response
                .field("questionId")
                .wrong("has a video response already"));
        }
        question.video_response_id = id;
        question.video_url = Some(url);
    }
    distinct(&questions)?;
    let interview_id = if root.field("interviewId").is_absent() {
        interview.field("id")
    } else {
        root.field("interviewId")
    };
    let interview_id = if interview_id.is_absent() {
        Uuid::new_v4().to_string()
    } else {
        interview_id.id()?
    };
    Ok(NewRecord {
        application_id: root.field("applicationId").id()?,
        candidate: document(&root.field("candidate"))?,
        personality_test: document(&root.field("personalityTest"))?,
        interview_id,
        title: interview.field("title").text(LINE)?,
        questions,
        ..common(app, &root)?
    })
}

/// Consent in `meta.consent` or `consent`; a part that is there must be whole.
///
/// # Errors
/// [`AppError::Invalid`] that names the field.
pub fn consent(root: &Node<'_>) -> Result<Option<StatedConsent>, AppError> {
    let nested = root.field("meta").field("consent");
    let node = if nested.is_absent() {
        root.field("consent")
    } else {
        nested
    };
    if node.object()?.is_none() {
        return Ok(None);
    }
    let at = node.field("obtainedAt");
    let obtained_at = at
        .required(64)?
        .parse()
        .map_err(|_| at.wrong("must be a time like 2026-01-31T12:00:00Z"))?;
    let scopes = node.field("scopes");
    for scope in scopes.items(8)?.unwrap_or_default() {
        scope.one_of(&["recording", "analysis", "behaviour"])?;
    }
    Ok(Some(StatedConsent {
        version: node.field("version").required(64)?,
        obtained_at,
        by: node.field("by").required(200)?,
        covers_behaviour: scopes.texts(8)?.iter().any(|scope| scope == "behaviour"),
    }))
}

/// What it is for: `hiring` unless the request says `practice`.
///
/// # Errors
/// [`AppError::Invalid`] that names the field.
pub fn purpose(root: &Node<'_>) -> Result<Purpose, AppError> {
    let nested = root.field("meta").field("purpose");
    let node = if nested.is_absent() {
        root.field("purpose")
    } else {
        nested
    };
    Ok(match node.one_of(&["hiring", "practice"])? {
        Some("practice") => Purpose::Practice,
        _ => Purpose::Hiring,
    })
}

/// What every body may say besides.
fn common(app: &App, root: &Node<'_>) -> Result<NewRecord, AppError> {
    let meta = root.field("meta");
    meta.object()?;
    let callback_url = meta.field("callbackUrl").text(ADDRESS)?;
    if let Some(url) = &callback_url {
        check_callback_url(app, "meta.callbackUrl", url)?;
    }
    let request_id = if meta.field("requestId").is_absent() {
        None
    } else {
        Some(meta.field("requestId").id()?)
    };
    Ok(NewRecord {
        api_version: meta
            .field("apiVersion")
            .text(LINE)?
            .unwrap_or_else(|| API_VERSION.to_owned()),
        request_id,
        callback_url,
        consent: consent(root)?,
        purpose: purpose(root)?,
        application_id: String::new(),
        candidate: None,
        personality_test: None,
        interview_id: String::new(),
        title: None,
        questions: Vec::new(),
        weights: weights(&root.field("scoreWeights"))?,
    })
}

fn question(node: &Node<'_>, id: String) -> Result<QuestionFacts, AppError> {
    let details = document(&node.field("aiMetadata"))?;
    Ok(QuestionFacts {
        id,
        order: node.field("order").whole(0..=100_000)?.unwrap_or(0),
        duration_s: node
            .field("duration")
            .number(0.0..=86_400.0)?
            .unwrap_or(0.0),
        text: node.field("questionText").text(PROSE)?,
        expected_answer: node.field("expectedAnswer").text(PROSE)?,
        keywords: node.field("keywords").texts(MAX_WORDS)?,
        ai_metadata: details.unwrap_or_else(|| json!({})),
        video_response_id: String::new(),
        video_url: None,
    })
}

fn weights(node: &Node<'_>) -> Result<Option<ScoreWeights>, AppError> {
    if node.object()?.is_none() {
        return Ok(None);
    }
    let default = ScoreWeights::default();
    let weight = |name: &str, default: f64| {
        Ok::<_, AppError>(node.field(name).number(0.0..=1e6)?.unwrap_or(default))
    };
    let weights = ScoreWeights {
        face: weight("face", default.face)?,
        voice: weight("voice", default.voice)?,
        llm: weight("llm", default.llm)?,
    };
    if weights.llm <= 0.0 {
        return Err(node.field("llm").wrong("must be greater than 0"));
    }
    Ok(Some(weights))
}

fn document(node: &Node<'_>) -> Result<Option<Value>, AppError> {
    if node.object()?.is_none() {
        return Ok(None);
    }
    if node.value().to_string().len() > DOCUMENT {
        return Err(node.wrong("must not be larger than 64 KiB"));
    }
    Ok(Some(node.value().clone()))
}

fn distinct(questions: &[QuestionFacts]) -> Result<(), AppError> {
    for (index, question) in questions.iter().enumerate() {
        let before = &questions[..index];
        if before.iter().any(|other| other.id == question.id) {
            return Err(invalid(
                &format!("interview.questions[{index}].id"),
                "is given twice",
            ));
        }
        if question.video_url.is_some()
            && before.iter().any(|other| {
                other.video_url.is_some() && other.video_response_id == question.video_response_id
            })
        {
            return Err(invalid(
                &format!("interview.questions[{index}].video.videoResponseId"),
                "is given twice",
            ));
        }
    }
    Ok(())
}

fn path(node: &Node<'_>, name: &str) -> String {
    node.field(name).path().to_owned()
}
