//! The parts of a TFLite file (schema version 3) that matter here.

use crate::import::{
    ImportError, MAX_VALUES, bytes::floats, flatbuffer::Table, half::half_to_f32, n_values,
};

use super::sparse::densify;

/// Most tensors and operators a file may have.
const MAX_PARTS: usize = 10_000;

/// Most dimensions a tensor may have.
const MAX_RANK: usize = 8;

/// What a constant tensor holds.
#[derive(Debug, Clone, PartialEq)]
pub enum Values {
    Floats(Vec<f32>),
    Ints(Vec<i64>),
}

/// A tensor: an activation, or a constant when it has values.
#[derive(Debug, Clone)]
pub struct Tensor {
    pub name: String,
    pub shape: Vec<usize>,
    pub values: Option<Values>,
}

/// One step of the network.
#[derive(Debug, Clone)]
pub struct Operator<'a> {
    pub code: i32,
    pub inputs: Vec<usize>,
    pub outputs: Vec<usize>,
    pub options: Option<Table<'a>>,
}

/// A file's first graph.
#[derive(Debug)]
pub struct Model<'a> {
    pub tensors: Vec<Tensor>,
    pub operators: Vec<Operator<'a>>,
    pub inputs: Vec<usize>,
    pub outputs: Vec<usize>,
}

impl<'a> Model<'a> {
    pub fn read(bytes: &'a [u8]) -> Result<Self, ImportError> {
        let root = Table::root(bytes, b"TFL3")?;
        let codes: Vec<i32> = root
            .tables(1)?
            .iter()
            .map(operator_code)
            .collect::<Result<_, _>>()?;
        let buffers = root.tables(4)?;
        let graphs = root.tables(2)?;
        let graph = graphs
            .first()
            .ok_or_else(|| ImportError::malformed("it has no graph"))?;
        let (tensors, operators) = (graph.tables(0)?, graph.tables(3)?);
        if tensors.len() > MAX_PARTS || operators.len() > MAX_PARTS {
            return Err(ImportError::malformed("it has too many parts"));
        }
        let n_tensors = tensors.len();
        let tensors: Vec<Tensor> = tensors
            .iter()
            .scan(MAX_VALUES, |budget, tensor| {
                Some(read_tensor(tensor, &buffers, budget))
            })
            .collect::<Result<_, _>>()?;
        let operators = operators
            .iter()
            .map(|operator| {
                Ok(Operator {
                    code: *codes
                        .get(operator.u32(0)? as usize)
                        .ok_or_else(|| ImportError::malformed("an operator has no code"))?,
                    inputs: indices(&operator.i32s(1)?, n_tensors)?,
                    outputs: indices(&operator.i32s(2)?, n_tensors)?,
                    options: operator.table(4)?,
                })
            })
            .collect::<Result<_, ImportError>>()?;
        Ok(Self {
            tensors,
            operators,
            inputs: indices(&graph.i32s(1)?, n_tensors)?,
            outputs: indices(&graph.i32s(2)?, n_tensors)?,
        })
    }
}

/// Codes below 127 stand in a byte in older files, in a number of their own in newer ones.
fn operator_code(code: &Table) -> Result<i32, ImportError> {
    Ok(i32::from(code.u8(0)?).max(code.i32(3, 0)?))
}

/// Tensor numbers; −1 stands for an optional input that is left out.
fn indices(numbers: &[i32], n_tensors: usize) -> Result<Vec<usize>, ImportError> {
    numbers
        .iter()
        .filter(|&&number| number != -1)
        .map(|&number| {
            usize::try_from(number)
                .ok()
                .filter(|&index| index < n_tensors)
                .ok_or_else(|| ImportError::malformed(format!("tensor {number} does not exist")))
        })
        .collect()
}

/// Reads a tensor; its constant values count against `budget`, as many tensors may share a buffer.
fn read_tensor(
    tensor: &Table,
    buffers: &[Table],
    budget: &mut usize,
) -> Result<Tensor, ImportError> {
    let name = tensor.text(3)?.to_owned();
    let shape: Vec<usize> = tensor
        .i32s(0)?
        .iter()
        .map(|&length| usize::try_from(length))
        .collect::<Result<_, _>>()
        .map_err(|_| ImportError::malformed(format!("`{name}` has a negative length")))?;
    if shape.len() > MAX_RANK {
        return Err(ImportError::malformed(format!(
            "`{name}` has too many dimensions"
        )));
    }
    let n = n_values(&shape)?;
    let buffer = buffers
        .get(tensor.u32(2)? as usize)
        .ok_or_else(|| ImportError::malformed(format!("`{name}` has no buffer")))?;
    let data = buffer.vector(0, 1)?;
    if data.is_empty() {
        return Ok(Tensor {
            name,
            shape,
            values: None,
        });
    }
    *budget = budget
        .checked_sub(n.max(data.len()))
        .ok_or_else(|| ImportError::malformed("its constants are too big"))?;
    let mut values = match tensor.u8(1)? {
        0 => Values::Floats(floats(data)),
        1 => Values::Floats(
            data.chunks_exact(2)
                .map(|b| half_to_f32(u16::from_le_bytes([b[0], b[1]])))
                .collect(),
        ),
        2 => Values::Ints(
            data.chunks_exact(4)
                .map(|b| i64::from(i32::from_le_bytes([b[0], b[1], b[2], b[3]])))
                .collect(),
        ),
        kind => return Err(ImportError::Unsupported(format!("tensor type {kind}"))),
    };
    if let (Some(sparsity), Values::Floats(stored)) = (tensor.table(6)?, &values) {
        values = Values::Floats(densify(&sparsity, &shape, stored)?);
    }
    let found = match &values {
        Values::Floats(values) => values.len(),
        Values::Ints(values) => values.len(),
    };
    if found != n {
        return Err(ImportError::malformed(format!(
            "`{name}` has {found} values instead of {n}"
        )));
    }
    Ok(Tensor {
        name,
        shape,
        values: Some(values),
    })
}
