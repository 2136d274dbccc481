//! Working a formula out.

use super::{Comparison, Formula, Function, Node, Operator};

/// Why a formula gives no number for some values.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Undefined {
    /// A value that it needs is missing.
    #[error("a value is missing")]
    Missing,
    /// It divides by zero.
    #[error("it divides by zero")]
    DividesByZero,
    /// It becomes larger than numbers can be.
    #[error("it gives no finite number")]
    NotFinite,
}

impl Formula {
    /// The number that it gives, always finite. `value` tells what a name stands for. Of an `if` only the branch that
    /// holds is worked out.
    ///
    /// # Errors
    /// [`Undefined`] where there is no such number.
    pub fn evaluate(&self, value: impl Fn(&str) -> Option<f64>) -> Result<f64, Undefined> {
        let values: Vec<Option<f64>> = self.names.iter().map(|name| value(name)).collect();
        work_out(&self.root, &values)
    }
}

fn work_out(node: &Node, values: &[Option<f64>]) -> Result<f64, Undefined> {
    let of = |node: &Node| work_out(node, values);
    let number = match node {
        Node::Number(number) => *number,
        Node::Name(index) => values
            .get(*index)
            .copied()
            .flatten()
            .ok_or(Undefined::Missing)?,
        Node::Negative(inner) => -of(inner)?,
        Node::Binary(operator, left, right) => binary(*operator, of(left)?, of(right)?)?,
        Node::Call(function, inner) => {
            let inner = inner.iter().map(of).collect::<Result<Vec<f64>, _>>()?;
            call(*function, &inner)
        }
        Node::If(condition) => {
            let (left, right) = (of(&condition.left)?, of(&condition.right)?);
            let holds = match condition.comparison {
                Comparison::Below => left < right,
                Comparison::AtMost => left <= right,
                Comparison::Above => left > right,
                Comparison::AtLeast => left >= right,
            };
            let branch = if holds {
                &condition.then
            } else {
                &condition.otherwise
            };
            of(branch)?
        }
    };
    match number.is_finite() {
        true => Ok(number),
        false => Err(Undefined::NotFinite),
    }
}

fn binary(operator: Operator, left: f64, right: f64) -> Result<f64, Undefined> {
    match operator {
        Operator::Plus => Ok(left + right),
        Operator::Minus => Ok(left - right),
        Operator::Times => Ok(left * right),
        Operator::By if right == 0.0 => Err(Undefined::DividesByZero),
        Operator::By => Ok(left / right),
    }
}

fn call(function: Function, values: &[f64]) -> f64 {
    match function {
        Function::Min => values.iter().copied().fold(f64::INFINITY, f64::min),
        Function::Max => values.iter().copied().fold(f64::NEG_INFINITY, f64::max),
        Function::Mean => values.iter().sum::<f64>() / values.len() as f64,
    }
}
