//! Whether a formula is a weighted sum, in which a value that is missing can be left out.

use std::collections::BTreeMap;

use super::{Formula, Function, Node, Operator};

/// `constant + Σ weight · name`.
struct Line {
    constant: f64,
    weights: BTreeMap<usize, f64>,
}

impl Formula {
    /// The weights, where it is a sum of names with weights above 0 and nothing else, however that is written:
    /// `0.7 * a + 0.3 * b`, `(2 * a + b) / 3`, `mean(a, b)`.
    pub fn weights(&self) -> Option<BTreeMap<&str, f64>> {
        let line = line(&self.root)?;
        let is_weight = |weight: &f64| weight.is_finite() && *weight > 0.0;
        let is_sum = line.constant == 0.0 && line.weights.values().all(is_weight);
        is_sum.then(|| {
            let named = line.weights.into_iter();
            named
                .filter_map(|(index, weight)| Some((self.names.get(index)?.as_str(), weight)))
                .collect()
        })
    }
}

fn line(node: &Node) -> Option<Line> {
    Some(match node {
        Node::Number(constant) => Line {
            constant: *constant,
            weights: BTreeMap::new(),
        },
        Node::Name(index) => Line {
            constant: 0.0,
            weights: BTreeMap::from([(*index, 1.0)]),
        },
        Node::Negative(inner) => line(inner)?.times(-1.0),
        Node::Binary(operator, left, right) => {
            let (left, right) = (line(left)?, line(right)?);
            match operator {
                Operator::Plus => left.plus(right),
                Operator::Minus => left.plus(right.times(-1.0)),
                Operator::Times if right.weights.is_empty() => left.times(right.constant),
                Operator::Times if left.weights.is_empty() => right.times(left.constant),
                Operator::By if right.weights.is_empty() && right.constant != 0.0 => {
                    left.times(1.0 / right.constant)
                }
                Operator::Times | Operator::By => return None,
            }
        }
        Node::Call(Function::Mean, inner) => {
            let n = inner.len() as f64;
            let mut lines = inner.iter().map(line).collect::<Option<Vec<_>>>()?;
            let first = lines.pop()?;
            lines.into_iter().fold(first, Line::plus).times(1.0 / n)
        }
        Node::Call(Function::Min | Function::Max, _) | Node::If(_) => return None,
    })
}

impl Line {
    fn times(mut self, factor: f64) -> Self {
        self.constant *= factor;
        for weight in self.weights.values_mut() {
            *weight *= factor;
        }
        self
    }

    fn plus(mut self, other: Self) -> Self {
        self.constant += other.constant;
        for (name, weight) in other.weights {
            *self.weights.entry(name).or_default() += weight;
        }
        self
    }
}
