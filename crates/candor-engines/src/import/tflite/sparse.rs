//! Constants that are stored without their zeros.
//!
//! TFLite's sparsity parameters (schema.fbs, after the TACO format of Kjolstad et al. 2017): the
//! tensor's dimensions and those of its blocks are traversed in a given order, each either whole
//! ("dense") or by the indices that occur (compressed rows).

use crate::import::{ImportError, flatbuffer::Table, n_values};

#[derive(Debug)]
enum Level {
    Dense(usize),
    Compressed {
        length: usize,
        segments: Vec<usize>,
        indices: Vec<usize>,
    },
}

struct Layout {
    levels: Vec<Level>,
    /// For each level the dimension of the tensor that it advances, and by how much.
    steps: Vec<(usize, usize)>,
    shape: Vec<usize>,
}

/// All values of a sparse constant of the given shape; `stored` are those that are not left out.
pub fn densify(sparsity: &Table, shape: &[usize], stored: &[f32]) -> Result<Vec<f32>, ImportError> {
    let layout = read(sparsity, shape)?;
    let mut dense = vec![0.0; n_values(shape)?];
    fill(&layout, 0, 0, &mut vec![0; shape.len()], stored, &mut dense)?;
    Ok(dense)
}

fn wrong() -> ImportError {
    ImportError::malformed("a sparse constant contradicts itself")
}

fn read(sparsity: &Table, shape: &[usize]) -> Result<Layout, ImportError> {
    let order = numbers(&sparsity.i32s(0)?)?;
    let blocks = numbers(&sparsity.i32s(1)?)?;
    let metadata = sparsity.tables(2)?;
    let rank = shape.len();
    let fits = order.len() == rank + blocks.len() && metadata.len() == order.len();
    if !fits || blocks.len() > rank {
        return Err(wrong());
    }
    let mut sorted = order.clone();
    sorted.sort_unstable();
    if sorted.iter().enumerate().any(|(at, &dim)| at != dim) || blocks.iter().any(|&d| d >= rank) {
        return Err(wrong());
    }
    // Lengths of the block dimensions, and of the outer ones without them.
    let mut block_lengths = vec![1; blocks.len()];
    for (&dim, level) in order.iter().zip(&metadata) {
        if dim >= rank {
            block_lengths[dim - rank] = level.i32(1, 0)?.try_into().map_err(|_| wrong())?;
        }
    }
    let mut step = vec![1; rank];
    for (&dim, &length) in blocks.iter().zip(&block_lengths) {
        if length == 0 || !shape[dim].is_multiple_of(length) || step[dim] != 1 {
            return Err(wrong());
        }
        step[dim] = length;
    }
    let mut layout = Layout {
        levels: Vec::new(),
        steps: Vec::new(),
        shape: shape.to_vec(),
    };
    for (&dim, level) in order.iter().zip(&metadata) {
        let (target, by, length) = if dim < rank {
            (dim, step[dim], shape[dim] / step[dim])
        } else {
            (blocks[dim - rank], 1, block_lengths[dim - rank])
        };
        layout.steps.push((target, by));
        layout.levels.push(match level.u8(0)? {
            0 if level.i32(1, 0)? == i32::try_from(length).unwrap_or(-1) => Level::Dense(length),
            1 => Level::Compressed {
                length,
                segments: index_vector(level, 2)?,
                indices: index_vector(level, 4)?,
            },
            _ => return Err(wrong()),
        });
    }
    Ok(layout)
}

/// A vector of 32-, 16- or 8-bit numbers in a table of its own (fields `field` and `field + 1`).
fn index_vector(level: &Table, field: usize) -> Result<Vec<usize>, ImportError> {
    let vector = level.table(field + 1)?.ok_or_else(wrong)?;
    match level.u8(field)? {
        1 => numbers(&vector.i32s(0)?),
        2 => Ok(vector
            .vector(0, 2)?
            .chunks_exact(2)
            .map(|b| usize::from(u16::from_le_bytes([b[0], b[1]])))
            .collect()),
        3 => Ok(vector
            .vector(0, 1)?
            .iter()
            .map(|&b| usize::from(b))
            .collect()),
        _ => Err(wrong()),
    }
}

fn numbers(values: &[i32]) -> Result<Vec<usize>, ImportError> {
    let each = values.iter().map(|&value| usize::try_from(value));
    each.collect::<Result<_, _>>().map_err(|_| wrong())
}

/// Walks the levels; `at` counts the entries of the level before, as the format does.
fn fill(
    layout: &Layout,
    level: usize,
    at: usize,
    index: &mut Vec<usize>,
    stored: &[f32],
    dense: &mut [f32],
) -> Result<(), ImportError> {
    let Some(current) = layout.levels.get(level) else {
        let place = index
            .iter()
            .zip(&layout.shape)
            .fold(0, |place, (&index, &length)| place * length + index);
        *dense.get_mut(place).ok_or_else(wrong)? = *stored.get(at).ok_or_else(wrong)?;
        return Ok(());
    };
    let (dim, by) = layout.steps[level];
    match current {
        Level::Dense(length) => {
            for step in 0..*length {
                index[dim] += step * by;
                fill(layout, level + 1, at * length + step, index, stored, dense)?;
                index[dim] -= step * by;
            }
        }
        Level::Compressed {
            length,
            segments,
            indices,
        } => {
            let start = *segments.get(at).ok_or_else(wrong)?;
            let end = *segments.get(at + 1).ok_or_else(wrong)?;
            let present = indices.get(start..end).ok_or_else(wrong)?;
            if present.len() > *length || present.iter().any(|step| step >= length) {
                return Err(wrong());
            }
            for (offset, step) in present.iter().enumerate() {
                index[dim] += step * by;
                fill(layout, level + 1, start + offset, index, stored, dense)?;
                index[dim] -= step * by;
            }
        }
    }
    Ok(())
}
