//! Reads flatbuffers (flatbuffers.dev/internals): tables with optional fields at checked offsets.

use super::{
    ImportError,
    bytes::{array, i32_at, u16_at, u32_at},
};

/// Most entries a vector of tables or numbers may have.
const MAX_ENTRIES: usize = 1 << 24;

/// A table: a place in the buffer and the offsets of its fields.
#[derive(Debug, Clone, Copy)]
pub struct Table<'a> {
    buffer: &'a [u8],
    at: usize,
    vtable: usize,
    vtable_bytes: usize,
}

impl<'a> Table<'a> {
    /// The root table of a buffer with the file identifier `identifier`.
    pub fn root(buffer: &'a [u8], identifier: &[u8; 4]) -> Result<Self, ImportError> {
        if array::<4>(buffer, 4)? != *identifier {
            return Err(ImportError::malformed("its identifier is missing"));
        }
        Self::at(buffer, u32_at(buffer, 0)? as usize)
    }

    fn at(buffer: &'a [u8], at: usize) -> Result<Self, ImportError> {
        let vtable = i64::try_from(at)
            .ok()
            .zip(Some(i64::from(i32_at(buffer, at)?)))
            .and_then(|(at, back)| usize::try_from(at - back).ok())
            .ok_or_else(|| ImportError::malformed("a table points nowhere"))?;
        let vtable_bytes = usize::from(u16_at(buffer, vtable)?);
        Ok(Self {
            buffer,
            at,
            vtable,
            vtable_bytes,
        })
    }

    /// Where field number `field` lies; `None` when the table leaves it out.
    fn field(&self, field: usize) -> Result<Option<usize>, ImportError> {
        let slot = 4 + 2 * field;
        if slot + 2 > self.vtable_bytes {
            return Ok(None);
        }
        let offset = usize::from(u16_at(self.buffer, self.vtable + slot)?);
        Ok((offset != 0).then(|| self.at + offset))
    }

    fn target(&self, field: usize) -> Result<Option<usize>, ImportError> {
        self.field(field)?
            .map(|at| {
                let offset = u32_at(self.buffer, at)? as usize;
                at.checked_add(offset)
                    .filter(|&target| target < self.buffer.len())
                    .ok_or_else(|| ImportError::malformed("an offset points nowhere"))
            })
            .transpose()
    }

    /// A byte; `0` when absent.
    pub fn u8(&self, field: usize) -> Result<u8, ImportError> {
        let read = |at| array::<1>(self.buffer, at).map(|byte| byte[0]);
        self.field(field)?.map_or(Ok(0), read)
    }

    /// A signed 32-bit number; `default` when absent.
    pub fn i32(&self, field: usize, default: i32) -> Result<i32, ImportError> {
        let read = |at| i32_at(self.buffer, at);
        self.field(field)?.map_or(Ok(default), read)
    }

    /// An unsigned 32-bit number; `0` when absent.
    pub fn u32(&self, field: usize) -> Result<u32, ImportError> {
        let read = |at| u32_at(self.buffer, at);
        self.field(field)?.map_or(Ok(0), read)
    }

    /// A table; `None` when absent.
    pub fn table(&self, field: usize) -> Result<Option<Table<'a>>, ImportError> {
        self.target(field)?
            .map(|at| Table::at(self.buffer, at))
            .transpose()
    }

    /// The content of a vector of elements of `size` bytes; empty when absent.
    pub fn vector(&self, field: usize, size: usize) -> Result<&'a [u8], ImportError> {
        let Some(at) = self.target(field)? else {
            return Ok(&[]);
        };
        let n = u32_at(self.buffer, at)? as usize;
        n.checked_mul(size)
            .and_then(|bytes| (at + 4).checked_add(bytes))
            .and_then(|end| self.buffer.get(at + 4..end))
            .ok_or_else(|| ImportError::malformed("a vector ends too early"))
    }

    /// A vector of signed 32-bit numbers; empty when absent.
    pub fn i32s(&self, field: usize) -> Result<Vec<i32>, ImportError> {
        let bytes = self.vector(field, 4)?;
        Ok(bytes
            .chunks_exact(4)
            .map(|b| i32::from_le_bytes([b[0], b[1], b[2], b[3]]))
            .collect())
    }

    /// A vector of tables; empty when absent.
    pub fn tables(&self, field: usize) -> Result<Vec<Table<'a>>, ImportError> {
        let Some(start) = self.target(field)? else {
            return Ok(Vec::new());
        };
        let n = self.vector(field, 4)?.len() / 4;
        if n > MAX_ENTRIES {
            return Err(ImportError::malformed("a vector is too long"));
        }
        (0..n)
            .map(|index| {
                let slot = start + 4 + 4 * index;
                let offset = u32_at(self.buffer, slot)? as usize;
                Table::at(self.buffer, slot.saturating_add(offset))
            })
            .collect()
    }

    /// A text; empty when absent.
    pub fn text(&self, field: usize) -> Result<&'a str, ImportError> {
        std::str::from_utf8(self.vector(field, 1)?)
            .map_err(|_| ImportError::malformed("a name is not UTF-8"))
    }
}
