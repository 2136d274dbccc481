//! Which rows of an organisation somebody reaches: the one place that says what is private to a person.
//!
//! What belongs to a person is theirs alone, unless it is part of an interview held for hiring.

use candor_core::ids::InterviewId;
use sea_orm::{
    ColumnTrait, Condition, ExprTrait,
    sea_query::{Expr, Query},
};
use uuid::Uuid;

use crate::entities::{analyses, interviews, recordings, reports};

/// `purpose` of what is shared with the organisation whomever it belongs to.
const HIRING: &str = "hiring";

/// Which rows of an organisation are meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rows {
    /// All: for jobs, and for what belongs to something that was reached.
    All,
    /// Those of the organisation and, where it is one who asks, of this person; what is private to others is
    /// left out.
    Shared {
        /// Who asks.
        person: Option<Uuid>,
    },
    /// Those that belong to a person.
    OfOwner(Uuid),
    /// One interview, and the recordings that came with its tokens.
    OfInterview(Uuid),
}

/// Whether an analysis is private to the person whom it belongs to.
pub fn is_private(analysis: &analyses::Model) -> bool {
    analysis.owner_id.is_some() && (analysis.interview_id.is_none() || analysis.purpose != HIRING)
}

impl Rows {
    /// Of the table of interviews; further conditions may be added.
    pub fn interviews(self) -> Condition {
        use interviews::Column;
        let all = Condition::all();
        match self {
            Self::All => all,
            Self::Shared { person } => {
                let is_hiring = Column::Purpose.eq(HIRING);
                all.add(shared(Column::OwnerId, person).add(is_hiring))
            }
            Self::OfOwner(owner) => all.add(Column::OwnerId.eq(owner)),
            Self::OfInterview(interview) => all.add(Column::Id.eq(interview)),
        }
    }

    /// Of the table of recordings; further conditions may be added.
    pub fn recordings(self) -> Condition {
        use recordings::Column;
        let all = Condition::all();
        match self {
            Self::All => all,
            Self::Shared { person } => {
                let is_hiring = Condition::all().add(interviews::Column::Purpose.eq(HIRING));
                let interview = interviews::Column::Id;
                let of_hiring = there_is(interview, Column::InterviewId, is_hiring);
                all.add(shared(Column::OwnerId, person).add(of_hiring))
            }
            Self::OfOwner(owner) => all.add(Column::OwnerId.eq(owner)),
            Self::OfInterview(interview) => all
                .add(Column::InterviewId.eq(interview))
                .add(Column::CreatedBy.eq(InterviewId::from(interview).to_string())),
        }
    }

    /// Of the table of analyses; further conditions may be added.
    pub fn analyses(self) -> Condition {
        use analyses::Column;
        let all = Condition::all();
        match self {
            Self::All => all,
            Self::Shared { person } => {
                let of_hiring = Condition::all()
                    .add(Column::InterviewId.is_not_null())
                    .add(Column::Purpose.eq(HIRING));
                all.add(shared(Column::OwnerId, person).add(of_hiring))
            }
            Self::OfOwner(owner) => all.add(Column::OwnerId.eq(owner)),
            Self::OfInterview(interview) => all.add(Column::InterviewId.eq(interview)),
        }
    }

    /// Of the table of reports: a report belongs to whom its analysis or its interview belongs to. Further
    /// conditions may be added.
    pub fn reports(self) -> Condition {
        use reports::Column;
        let all = Condition::all();
        if self == Self::All {
            return all;
        }
        let of_analysis = there_is(analyses::Column::Id, Column::AnalysisId, self.analyses());
        let interview = interviews::Column::Id;
        let of_interview = Condition::all()
            .add(Column::AnalysisId.is_null())
            .add(there_is(interview, Column::InterviewId, self.interviews()));
        all.add(Condition::any().add(of_analysis).add(of_interview))
    }
}

/// Rows that belong to nobody, or to this person.
fn shared(owner: impl ColumnTrait, person: Option<Uuid>) -> Condition {
    Condition::any()
        .add(owner.is_null())
        .add_option(person.map(|person| owner.eq(person)))
}

/// Whether there is a row of another table with the `id` that `reference` names and that fulfils `condition`.
pub(super) fn there_is(
    id: impl ColumnTrait,
    reference: impl ColumnTrait,
    condition: Condition,
) -> Expr {
    let found = Query::select()
        .expr(Expr::val(1))
        .from(id.entity_name())
        .and_where(id.into_expr().eq(reference.into_expr()))
        .cond_where(condition)
        .to_owned();
    Expr::exists(found)
}
