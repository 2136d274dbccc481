//! Whether the material is what the other figures take it for: questions that differ from each other, and excellent
//! answers in other words than the key points that they make.

use candor_core::{
    interview::{Question, RoleFamily},
    ports::{Embedder, EngineError},
};
use candor_interviewer::{bank, words};
use candor_signals::text::similarity::cosine;

use super::{Figure, Item, percent};

/// Cosine of their embeddings above which two questions of one language are one question twice.
const TWINS: f64 = 0.85;
/// Most that an excellent answer and the key points of its question may share of their content words, in per cent.
const MAY_SHARE: f64 = 30.0;

/// Figures over everything, and the offenders by language.
type Found = (Vec<Figure>, Vec<(String, Vec<Figure>)>);

/// Two questions of one language.
struct Pair {
    of_one_role: bool,
    name: String,
    alike: f64,
}

/// How alike the questions of the shipped bank are within each language: those of one role, and those of two.
pub(super) fn questions(embedder: &dyn Embedder) -> Result<Found, EngineError> {
    let mut all = Vec::new();
    let mut offenders = Vec::new();
    for language in bank::LANGUAGES {
        let pairs = pairs(embedder, language)?;
        let mut shown = figures(&pairs, language);
        let mut twins: Vec<&Pair> = pairs.iter().filter(|pair| pair.alike > TWINS).collect();
        twins.sort_by(|a, b| b.alike.total_cmp(&a.alike));
        let twins = twins.into_iter();
        shown.extend(twins.map(|pair| Figure::new(&pair.name, Some(pair.alike), "", 1)));
        offenders.push((format!("questions alike, {language}"), shown));
        all.extend(pairs);
    }
    Ok((figures(&all, "all"), offenders))
}

fn pairs(embedder: &dyn Embedder, language: &str) -> Result<Vec<Pair>, EngineError> {
    let shelf: Vec<(RoleFamily, &Question)> = RoleFamily::ALL
        .into_iter()
        .flat_map(|family| {
            bank::shipped(family, language)
                .iter()
                .map(move |q| (family, q))
        })
        .collect();
    let texts: Vec<&str> = shelf.iter().map(|(_, q)| q.text.as_str()).collect();
    let rows = embedder.embed(&texts)?;
    let mut pairs = Vec::new();
    for (at, (family, question)) in shelf.iter().enumerate() {
        for (further, (other_family, other)) in shelf.iter().enumerate().skip(at + 1) {
            pairs.push(Pair {
                of_one_role: family == other_family,
                name: format!("{}, {}", question.id, other.id),
                alike: cosine(&rows[at], &rows[further]),
            });
        }
    }
    Ok(pairs)
}

fn figures(pairs: &[Pair], of: &str) -> Vec<Figure> {
    let mut figures = Vec::new();
    for (of_one_role, roles) in [(true, "one role"), (false, "two roles")] {
        let of_these = pairs.iter().filter(|pair| pair.of_one_role == of_one_role);
        let alike: Vec<f64> = of_these.map(|pair| pair.alike).collect();
        let n_twins = alike.iter().filter(|alike| **alike > TWINS).count();
        figures.push(Figure::new(
            &format!("most alike two questions of {roles} ({of})"),
            alike.iter().copied().reduce(f64::max),
            "",
            alike.len(),
        ));
        figures.push(Figure::new(
            &format!("pairs of questions of {roles} over {TWINS} alike ({of})"),
            (!alike.is_empty()).then_some(n_twins as f64),
            "",
            alike.len(),
        ));
    }
    figures
}

/// How much of their content words excellent answers share with the key points of their questions.
pub(super) fn answers(items: &[Item]) -> Found {
    let shares: Vec<(&Item, f64)> = items
        .iter()
        .filter_map(|item| Some((item, shared(item)?)))
        .collect();
    let within: Vec<bool> = shares
        .iter()
        .map(|(_, share)| *share <= MAY_SHARE)
        .collect();
    let largest = shares.iter().map(|(_, share)| *share).reduce(f64::max);
    let mut offenders: Vec<&(&Item, f64)> = shares
        .iter()
        .filter(|(_, share)| *share > MAY_SHARE)
        .collect();
    offenders.sort_by(|a, b| b.1.total_cmp(&a.1));
    let offenders = offenders.into_iter();
    let shown = offenders
        .map(|(item, share)| Figure::new(&item.question.id, Some(*share), "%", 1))
        .collect();
    let figures = vec![
        Figure::new(
            &format!(
                "excellent answers with at most {MAY_SHARE} % of content words in common with key points"
            ),
            percent(&within),
            "%",
            within.len(),
        ),
        Figure::new(
            "most content words in common with key points",
            largest,
            "%",
            shares.len(),
        ),
    ];
    (figures, vec![("words of key points".to_owned(), shown)])
}

/// Share of content words that the excellent answer and the key points have in common, in per cent: of the answer's or of
/// the points', whichever is larger. `None`: one of them has no content words.
fn shared(item: &Item) -> Option<f64> {
    let language = &item.question.language;
    let said = words::stems(&item.written.excellent, language);
    let points = words::stems(&item.question.key_points.join("\n"), language);
    let fewest = said.len().min(points.len());
    let n = said.intersection(&points).count();
    (fewest > 0).then(|| 100.0 * n as f64 / fewest as f64)
}
