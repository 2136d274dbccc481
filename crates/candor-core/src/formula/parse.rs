//! From words to a tree. `*` and `/` bind closer than `+` and `-`; equal ones are taken from the left.

use super::{
    Comparison, Condition, DEEPEST, FormulaError, Function, Node, Operator,
    tokens::{Placed, Token, tokens},
};

const VALUE: &str = "a number, a name or a parenthesis";

/// The tree and the names in it.
pub(super) fn parse(text: &str) -> Result<(Node, Vec<String>), FormulaError> {
    let mut reader = Reader {
        tokens: tokens(text)?,
        next: 0,
        depth: 0,
        names: Vec::new(),
    };
    let root = reader.sum()?;
    match reader.tokens.get(reader.next) {
        Some(rest) => Err(unexpected(rest, "a sign like + or the end")),
        None => Ok((root, reader.names)),
    }
}

struct Reader {
    tokens: Vec<Placed>,
    next: usize,
    depth: usize,
    names: Vec<String>,
}

impl Reader {
    fn sum(&mut self) -> Result<Node, FormulaError> {
        let mut left = self.product()?;
        while let Some(sign) = self.sign(&['+', '-']) {
            let operator = if sign == '+' {
                Operator::Plus
            } else {
                Operator::Minus
            };
            let right = self.product()?;
            left = Node::Binary(operator, Box::new(left), Box::new(right));
        }
        Ok(left)
    }

    fn product(&mut self) -> Result<Node, FormulaError> {
        let mut left = self.value()?;
        while let Some(sign) = self.sign(&['*', '/']) {
            let operator = if sign == '*' {
                Operator::Times
            } else {
                Operator::By
            };
            let right = self.value()?;
            left = Node::Binary(operator, Box::new(left), Box::new(right));
        }
        Ok(left)
    }

    /// Everything that nests comes through here.
    fn value(&mut self) -> Result<Node, FormulaError> {
        if self.depth == DEEPEST {
            return Err(FormulaError::TooDeep);
        }
        self.depth += 1;
        let node = self.whole();
        self.depth -= 1;
        node
    }

    fn whole(&mut self) -> Result<Node, FormulaError> {
        let Some(placed) = self.tokens.get(self.next).cloned() else {
            return Err(FormulaError::EndsEarly { wanted: VALUE });
        };
        self.next += 1;
        match placed.token {
            Token::Number(number) => Ok(Node::Number(number)),
            Token::Sign('-') => Ok(Node::Negative(Box::new(self.value()?))),
            Token::Sign('(') => {
                let inner = self.sum()?;
                self.expect(')', "a closing parenthesis")?;
                Ok(inner)
            }
            Token::Name(name) => match self.sign(&['(']) {
                Some(_) => self.call(&name),
                None => Ok(Node::Name(self.index(name))),
            },
            Token::Sign(_) => Err(unexpected(&placed, VALUE)),
        }
    }

    fn call(&mut self, name: &str) -> Result<Node, FormulaError> {
        let function = match name {
            "min" => Function::Min,
            "max" => Function::Max,
            "mean" => Function::Mean,
            "if" => return self.condition(),
            _ => {
                let name = name.to_owned();
                return Err(FormulaError::UnknownFunction { name });
            }
        };
        let mut values = vec![self.sum()?];
        while self.sign(&[',']).is_some() {
            values.push(self.sum()?);
        }
        self.expect(')', "a comma or a closing parenthesis")?;
        Ok(Node::Call(function, values))
    }

    fn condition(&mut self) -> Result<Node, FormulaError> {
        let left = self.sum()?;
        let comparison = match self.sign(&['<', '≤', '>', '≥']) {
            Some('<') => Comparison::Below,
            Some('≤') => Comparison::AtMost,
            Some('>') => Comparison::Above,
            Some(_) => Comparison::AtLeast,
            None => return Err(self.missing("<, <=, > or >=")),
        };
        let right = self.sum()?;
        self.expect(',', "a comma")?;
        let then = self.sum()?;
        self.expect(',', "a comma")?;
        let otherwise = self.sum()?;
        self.expect(')', "a closing parenthesis")?;
        Ok(Node::If(Box::new(Condition {
            comparison,
            left,
            right,
            then,
            otherwise,
        })))
    }

    /// The next word, where it is one of these signs.
    fn sign(&mut self, signs: &[char]) -> Option<char> {
        match self.tokens.get(self.next)?.token {
            Token::Sign(sign) if signs.contains(&sign) => {
                self.next += 1;
                Some(sign)
            }
            _ => None,
        }
    }

    fn expect(&mut self, sign: char, wanted: &'static str) -> Result<(), FormulaError> {
        match self.sign(&[sign]) {
            Some(_) => Ok(()),
            None => Err(self.missing(wanted)),
        }
    }

    fn missing(&self, wanted: &'static str) -> FormulaError {
        match self.tokens.get(self.next) {
            Some(placed) => unexpected(placed, wanted),
            None => FormulaError::EndsEarly { wanted },
        }
    }

    fn index(&mut self, name: String) -> usize {
        let known = self.names.iter().position(|known| *known == name);
        known.unwrap_or_else(|| {
            self.names.push(name);
            self.names.len() - 1
        })
    }
}

fn unexpected(placed: &Placed, wanted: &'static str) -> FormulaError {
    FormulaError::Unexpected {
        found: placed.token.written(),
        at: placed.at,
        wanted,
    }
}
